"""Two small worlds, written down in a page, that a model provider can be tried in: a carrier's depot and a book of documents."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import httpx
import msgspec

KEY = "model-key-0000000001"
Told = dict[str, Any]


class ModelWorld:
    """Answers ``POST /<what is asked>`` with a key; a subclass has a method for each thing that can be asked."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.headers["x-key"] != KEY:
            return httpx.Response(403, json={"message": "who are you?"})
        asked: Callable[[Told], Told | str] = getattr(self, request.url.path.strip("/"))
        told = asked(msgspec.json.decode(request.content))
        return httpx.Response(422, json={"message": told}) if isinstance(told, str) else httpx.Response(200, json=told)


class Depot(ModelWorld):
    """A carrier that sells what it is asked to, every time."""

    def __init__(self) -> None:
        super().__init__()
        self.sold: list[tuple[str, list[str]]] = []
        self.void: set[str] = set()
        self.closed: dict[str, str] = {}

    def me(self, _: Told) -> Told:
        return {"name": "Model Shop"}

    def rates(self, told: Told) -> Told:
        return {"rates": [{"code": "day", "cents": 300 + told["grams"]}]}

    def buy(self, told: Told) -> Told:
        numbers = [f"T{next(self.numbers)}" for _ in range(told["pieces"])]
        self.sold.append((told["reference"], numbers))
        return {"numbers": numbers}

    def find(self, told: Told) -> Told:
        found = [numbers for reference, numbers in self.sold if reference == told["reference"]]
        return {"found": bool(found), "numbers": found[0] if found else []}

    def cancel(self, told: Told) -> Told | str:
        if self.void.issuperset(told["numbers"]):
            return "void already"
        self.void.update(told["numbers"])
        return {"done": True}

    def label(self, told: Told) -> Told:
        return {"text": f"%PDF-1.4 {told['number']}"}

    def close(self, told: Told) -> Told | str:
        if any(number in self.closed for number in told["numbers"]):
            return "closed already"
        name = f"C{next(self.numbers)}"
        self.closed.update(dict.fromkeys(told["numbers"], name))
        return {"name": name}

    def close_of(self, told: Told) -> Told:
        return {"name": self.closed[told["number"]]}

    def track(self, told: Told) -> Told:
        event = {"at": "2026-11-21T12:00:00+00:00", "text": "Taken in"}
        return {"parcels": [{"number": number, "events": [event]} for number in told["numbers"]]}

    def points(self, _: Told) -> Told:
        return {"points": [{"code": "P1", "name": "Kiosk", "city": "Lisboa"}]}


class Books(ModelWorld):
    """An invoicing system that issues what it is asked to, every time."""

    def __init__(self) -> None:
        super().__init__()
        self.issued: list[str] = []

    def issue(self, told: Told) -> Told:
        self.issued.append(told["reference"])
        return {"found": True, "number": len(self.issued)}

    def find(self, told: Told) -> Told:
        known = told["reference"] in self.issued
        return {"found": known, "number": self.issued.index(told["reference"]) + 1 if known else 0}

    def pdf(self, told: Told) -> Told:
        return {"text": f"%PDF-1.4 {told['number']}"}

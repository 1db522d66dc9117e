"""What Starken remembers: its orders of freight (OF), and the pushes that it owes."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from despacho_sandbox.starken.cities import Agency, City

FIRST_ORDER = 222_746_632
"""The first OF: the number of the published example."""


class Event(msgspec.Struct, frozen=True):
    """Something that happened to an OF: when (aware UTC), and the carrier's words."""

    at: datetime
    state: str


class Freight(msgspec.Struct, kw_only=True):
    """One OF with all its packages.

    Attributes:
        reference: The first word of `observacion`.
        agency: Where the buyer collects; None for delivery to the door.
        kilos: As declared, text.
        by_hand: True once it was moved through the control API: the clock then moves it no more.
    """

    order: int
    company_rut: str
    reference: str
    document: str
    pieces: int
    kilos: str
    to_agency: bool
    speed: str
    payment: str
    declared_value: int
    price: int
    origin: City
    destination: City
    comuna: str
    agency: Agency | None
    sender: str
    sender_rut: str
    receiver: str
    receiver_rut: str
    street: str
    number: str
    unit: str
    phone: str
    created_at: datetime
    events: list[Event] = []
    by_hand: bool = False

    def barcode(self, piece: int) -> str:
        """The digits of a package's barcode: the OF and the piece in three digits. How the real ones are made is not published."""
        return f"{self.order}{piece:03d}"


class Ledger:
    """All OFs by number."""

    def __init__(self) -> None:
        self.orders: dict[int, Freight] = {}
        self._next = FIRST_ORDER

    def clear(self) -> None:
        """Forgets everything; OFs are counted from the first again."""
        self.orders.clear()
        self._next = FIRST_ORDER

    def take_number(self) -> int:
        """The number of a new OF."""
        self._next += 1
        return self._next - 1

    def add(self, freight: Freight) -> None:
        """Keeps an OF."""
        self.orders[freight.order] = freight

    def with_reference(self, reference: str) -> list[Freight]:
        """Every OF made under a reference, oldest first: what a test counts."""
        return [one for one in self.orders.values() if one.reference == reference]

    def per_reference(self) -> dict[str, dict[str, int]]:
        """How many OFs each company has under each reference: more than one means that something happened twice."""
        counted: dict[str, Counter[str]] = {}
        for one in self.orders.values():
            counted.setdefault(one.company_rut, Counter())[one.reference] += 1
        return {company: dict(references) for company, references in counted.items()}

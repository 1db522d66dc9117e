"""What a visitor may do at the simulated OpenFactura beside its API."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route
from despacho_sandbox.openfactura.companies import Companies, Company, canonical
from despacho_sandbox.openfactura.ledger import Document, Ledger


class Verdict(msgspec.Struct, forbid_unknown_fields=True):
    """What the tax authority says now of one document, or of all that wait."""

    estado: Literal["Aceptado", "Rechazado", "Aceptado con Reparo"]
    token: str | None = None
    all: bool = False


class Folios(msgspec.Struct, forbid_unknown_fields=True):
    """How many numbers of a type a company shall have left."""

    rut: str
    kind: int
    left: int


class Controls:
    """Companies, folios and verdicts by hand.

    Args:
        companies: To list and to add to.
        ledger: Documents to judge.
        clock: The sandbox's clock.
    """

    def __init__(self, companies: Companies, ledger: Ledger, clock: SandboxClock) -> None:
        self._companies = companies
        self._ledger = ledger
        self._clock = clock

    def routes(self) -> tuple[Route, ...]:
        """`GET companies`, `POST companies`, `POST folios`, `POST verdict`."""
        return (
            control_route("GET", "companies", lambda _: json_reply(self._companies.all())),
            control_route("POST", "companies", self._add_company),
            control_route("POST", "folios", self._set_folios),
            control_route("POST", "verdict", self._judge),
        )

    def judge(self, verdict: Verdict) -> list[Document]:
        """Has the tax authority speak, and returns the documents it spoke of.

        Raises:
            ValueError: If no document is meant.
        """
        now = self._clock.now()
        meant = [
            one
            for one in self._ledger.documents.values()
            if one.token == verdict.token or (verdict.all and one.judged_at > now)
        ]
        if not meant and not verdict.all:
            raise ValueError("no such document: name a token, or all")
        for document in meant:
            document.verdict, document.judged_at = verdict.estado, min(document.judged_at, now)
        return meant

    def _judge(self, request: Request) -> Reply:
        judged = self.judge(msgspec.json.decode(request.body, type=Verdict))
        return json_reply({"judged": [document.token for document in judged]})

    def _add_company(self, request: Request) -> Reply:
        company = msgspec.json.decode(request.body, type=Company)
        self._companies.add(company)
        return json_reply(company, 201)

    def _set_folios(self, request: Request) -> Reply:
        wanted = msgspec.json.decode(request.body, type=Folios)
        company = self._companies.by_rut(canonical(wanted.rut))
        if company is None:
            raise ValueError("no such company")
        company.folios[wanted.kind] = wanted.left
        return json_reply(company)


def shown_document(document: Document) -> dict[str, Any]:
    """A document as the state shows it."""
    shown: dict[str, Any] = msgspec.to_builtins(document)
    return shown

"""The simulated OpenFactura, put together: the gate with its limits, issuing, reading, control."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from despacho_sandbox.kit.asgi import Handler, Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.options import Switchboard
from despacho_sandbox.kit.quota import Quota, seconds_to_wait
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator
from despacho_sandbox.openfactura.companies import Companies, Company
from despacho_sandbox.openfactura.controls import Controls, shown_document
from despacho_sandbox.openfactura.emission import Emission
from despacho_sandbox.openfactura.ledger import Document, Ledger
from despacho_sandbox.openfactura.lookup import Lookup
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.reading import Reading
from despacho_sandbox.openfactura.wire import INVALID_KEY, Refused

_PREFIX = "/v2/dte"
_VALUES = ("status", "xml", "json", "pdf", "cedible")

Answer = Callable[[Company, Request], Reply]


class OpenFacturaSimulator(Simulator):
    """OpenFactura: boletas, facturas and notes, idempotent for a day, judged after a while.

    Attributes:
        companies: Who issues, and with which key.
        ledger: Its documents.
        options: Its switches.
    """

    name = "openfactura"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.companies = Companies()
        self.ledger = Ledger()
        self.options = Switchboard(OpenFacturaOptions())
        self.by_hand = Controls(self.companies, self.ledger, clock)
        self._per_second, self._per_minute = Quota(3, 1), Quota(100, 60)
        self._emission = Emission(self.ledger, clock, lambda: self.options.current, seed)
        routes = self._routes(Reading(self.ledger, clock), Lookup(self.companies, clock))
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)

    def _routes(self, reading: Reading, lookup: Lookup) -> tuple[Route, ...]:
        table: list[tuple[str, str, str, Answer]] = [
            ("issue", "POST", "document", self._issue),
            ("issued", "POST", "document/issued", reading.issued),
            ("organization", "GET", "organization", lookup.organization),
            ("folios", "GET", "organization/document", lookup.folios),
            ("taxpayer", "GET", "taxpayer/{rut}", lookup.taxpayer),
        ]
        for value in _VALUES:
            name = f"document.{value}"
            by_token, by_folio = partial(reading.by_token, value=value), partial(reading.by_folio, value=value)
            table.append((name, "GET", f"document/{{token}}/{value}", by_token))
            table.append((name, "GET", f"document/{{rut}}/{{kind}}/{{folio}}/{value}", by_folio))
        return tuple(
            Route(Endpoint(name, method, f"{_PREFIX}/{path}"), self._guarded(name, answer))
            for name, method, path, answer in table
        )

    def _guarded(self, name: str, answer: Answer) -> Handler:
        async def handle(request: Request) -> Reply:
            key = request.headers.get("apikey", "")
            if wait := self._seconds_to_wait(key):
                return self.rate_limited(name, math.ceil(wait))
            company = self.companies.by_key(key)
            if company is None:
                return self.unauthorized(name)
            try:
                return answer(company, request)
            except Refused as refused:
                return refused.reply()

        return handle

    def _issue(self, company: Company, request: Request) -> Reply:
        return self._emission.issue(company, request.body, request.headers.get("idempotency-key"))

    def _seconds_to_wait(self, key: str) -> float:
        options = self.options.current
        quotas = []
        for quota, allowed in (
            (self._per_second, options.requests_per_second),
            (self._per_minute, options.requests_per_minute),
        ):
            if allowed is not None:
                quota.requests = allowed
                quotas.append(quota)
        return seconds_to_wait(tuple(quotas), key)

    def documents_for(self, order: str) -> list[Document]:
        """Every document that refers to a store's order (reference 801), oldest first."""
        return self.ledger.for_order(order)

    def state(self) -> dict[str, object]:
        """Companies, documents, and how many documents there are per order and per idempotency key."""
        now = self.clock.now()
        return {
            "companies": self.companies.all(),
            "options": self.options.current,
            "documents": [
                shown_document(document) | {"estado": document.status(now)}
                for document in self.ledger.documents.values()
            ],
            "documents_per_order": self.ledger.per_order(),
            "documents_per_idempotency_key": self.ledger.per_key(),
        }

    def hub_accounts(self) -> list[dict[str, object]]:
        """The first company, as a hub's form asks for it."""
        one = self.companies.all()[0]
        settings = {
            "api_key": one.api_key,
            "rut": one.rut,
            "razon_social": one.name,
            "giro": one.activity,
            "acteco": str(one.activity_code),
            "direccion": one.address,
            "comuna": one.commune,
            "sucursal": one.branch_code,
            "base_url": self.base_url,
        }
        return [{"provider": self.name, "name": "OpenFactura", "settings": settings}]

    def counts(self) -> dict[str, int]:
        """Documents by type."""
        counted: dict[str, int] = {}
        for document in self.ledger.documents.values():
            counted[f"type_{document.kind}"] = counted.get(f"type_{document.kind}", 0) + 1
        return {"documents": len(self.ledger.documents), **counted}

    def reset(self) -> None:
        """Forgets documents, added companies, used folios, counted requests and changed options."""
        self.companies.reset()
        self.ledger.clear()
        self.options.reset()
        self._per_second.clear()
        self._per_minute.clear()

    def controls(self) -> tuple[Route, ...]:
        """Options, companies, folios and verdicts."""
        return (*self.options.routes(), *self.by_hand.routes())

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - one gateway for all endpoints
        """Either of the two documented texts."""
        if self.options.current.limit_words == "short":
            return json_reply({"message": "API rate limit exceeded"}, 429)
        message = f"Rate limit is exceeded. Try again in {retry_after} seconds."
        return json_reply({"statusCode": 429, "message": message}, 429)

    def unauthorized(self, endpoint: str) -> Reply:
        """403 where documents are issued, 401 everywhere else."""
        if endpoint == "issue":
            return json_reply({"message": "Invalid authentication credentials"}, 403)
        return json_reply({"statusCode": 401, "message": INVALID_KEY}, 401)

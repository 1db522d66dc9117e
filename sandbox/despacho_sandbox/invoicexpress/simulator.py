"""The simulated InvoiceXpress, put together: the gate with its limit, documents, papers, the register, control."""

from __future__ import annotations

import math
from collections.abc import Callable

from despacho_sandbox.invoicexpress.accounts import Account, Accounts, Client
from despacho_sandbox.invoicexpress.controls import Controls, shown_document
from despacho_sandbox.invoicexpress.desk import Desk
from despacho_sandbox.invoicexpress.ledger import Document, Ledger
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.papers import pdf, qr_png, qr_text
from despacho_sandbox.invoicexpress.register import Register
from despacho_sandbox.invoicexpress.wire import INVALID_KEY, Refused
from despacho_sandbox.kit.asgi import Handler, Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.options import Switchboard
from despacho_sandbox.kit.quota import Quota, seconds_to_wait
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator

Answer = Callable[[Account, Request], Reply]


class InvoiceXpressSimulator(Simulator):
    """InvoiceXpress: drafts that become final, PDFs that take their time, series and ATCUD.

    Attributes:
        accounts: Who issues, and with which key.
        ledger: Their documents.
        options: Its switches.
    """

    name = "invoicexpress"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        self.accounts = Accounts()
        self.ledger = Ledger()
        self.options = Switchboard(InvoiceXpressOptions())
        self._by_hand = Controls(self.accounts)
        self._per_minute = Quota(780, 60)
        desk = Desk(self.ledger, lambda: self.options.current, lambda: self.base_url)
        routes = (*self._routes(desk, Register()), *self._files())
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)

    def _routes(self, desk: Desk, register: Register) -> tuple[Route, ...]:
        table: list[tuple[str, str, str, Answer]] = [
            ("taxes", "GET", "taxes", register.taxes),
            ("sequences", "GET", "sequences", register.sequences),
            ("items", "GET", "items", register.items),
            ("clients", "GET", "clients", register.clients),
            ("clients.create", "POST", "clients", register.create_client),
            ("clients.by_code", "GET", "clients/find-by-code", register.client_by_code),
            ("clients.by_name", "GET", "clients/find-by-name", register.client_by_name),
            ("clients.get", "GET", "clients/{id}", register.client),
            ("pdf", "GET", "api/pdf/{id}", desk.pdf),
            ("qr_code", "GET", "api/qr_codes/{id}", desk.qr_code),
            ("related", "GET", "document/{id}/related_documents", desk.related),
            ("list", "GET", "invoices", desk.listed),
            ("create", "POST", "{type}", desk.create),
            ("get", "GET", "{type}/{id}", desk.read),
            ("update", "PUT", "{type}/{id}", desk.update),
            ("change_state", "PUT", "{type}/{id}/change-state", desk.change_state),
            ("email", "PUT", "{type}/{id}/email-document", desk.email),
        ]
        return tuple(
            Route(Endpoint(name, method, f"/{path}.json"), self._guarded(name, answer))
            for name, method, path, answer in table
        )

    def _files(self) -> tuple[Route, ...]:
        """Papers lie at addresses that nobody can guess, without a key."""

        async def drawn_pdf(request: Request) -> Reply:
            return self._paper(request, "application/pdf", pdf)

        async def drawn_code(request: Request) -> Reply:
            return self._paper(request, "image/png", lambda *about: qr_png(qr_text(*about)))

        return (
            Route(Endpoint("pdf.file", "GET", "/files/{token}.pdf"), drawn_pdf),
            Route(Endpoint("qr_code.file", "GET", "/files/{token}.png"), drawn_code),
        )

    def _paper(self, request: Request, kind: str, draw: Callable[[Document, Account, Client], bytes]) -> Reply:
        document = self.ledger.by_token(request.params["token"])
        account = self.accounts.named(document.account) if document else None
        if document is None or account is None:
            return json_reply({"errors": {"error": "Not found"}}, 404)
        client = next(one for one in account.clients if one.id == document.client_id)
        return Reply(200, draw(document, account, client), {"content-type": kind})

    def _guarded(self, name: str, answer: Answer) -> Handler:
        async def handle(request: Request) -> Reply:
            key = request.query.get("api_key", "")
            if wait := self._seconds_to_wait(key):
                return self.rate_limited(name, math.ceil(wait))
            account = self.accounts.by_key(key)
            if account is None:
                return self.unauthorized(name)
            try:
                return answer(account, request)
            except Refused as refused:
                return refused.reply(self.options.current.error_shape)

        return handle

    def _seconds_to_wait(self, key: str) -> float:
        allowed = self.options.current.requests_per_minute
        if allowed is None:
            return 0.0
        self._per_minute.requests = allowed
        return seconds_to_wait((self._per_minute,), key)

    def documents_for(self, reference: str) -> list[Document]:
        """Every document with a reference, drafts and deleted ones too, oldest first."""
        return self.ledger.for_reference(reference)

    def issued(self) -> list[Document]:
        """Every document with legal force, oldest first."""
        return [one for one in self.ledger.documents.values() if one.issued]

    def state(self) -> dict[str, object]:
        """Accounts, documents, and how many issued documents there are per reference."""
        per_reference: dict[str, int] = {}
        for document in self.issued():
            per_reference[document.reference] = per_reference.get(document.reference, 0) + 1
        clients = {account.name: account.clients for account in self.accounts.all()}
        return {
            "accounts": self.accounts.all(),
            "options": self.options.current,
            "documents": [shown_document(one, clients.get(one.account, [])) for one in self.ledger.documents.values()],
            "issued_per_reference": per_reference,
        }

    def hub_accounts(self) -> list[dict[str, object]]:
        """The first merchant, as a hub's form asks for it."""
        one = self.accounts.all()[0]
        settings = {"account": one.name, "api_key": one.api_key, "base_url": self.base_url}
        return [{"provider": self.name, "name": "InvoiceXpress", "settings": settings}]

    def counts(self) -> dict[str, int]:
        """Documents by state."""
        counted: dict[str, int] = {}
        for document in self.ledger.documents.values():
            counted[document.status] = counted.get(document.status, 0) + 1
        return {"documents": len(self.ledger.documents), **counted}

    def reset(self) -> None:
        """Forgets documents, added accounts, clients, counted requests and changed options."""
        self.accounts.reset()
        self.ledger.clear()
        self.options.reset()
        self._per_minute.clear()

    def controls(self) -> tuple[Route, ...]:
        """Options and accounts."""
        return (*self.options.routes(), *self._by_hand.routes())

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - one gateway for all endpoints
        """A 429. Its body is not published; neither is a header, but the fault's own wish is kept."""
        return json_reply({"errors": {"error": "Too Many Requests"}}, 429, retry_after=str(retry_after))

    def unauthorized(self, endpoint: str) -> Reply:  # noqa: ARG002 - the same everywhere
        """The documented 401."""
        return json_reply({"errors": {"error": INVALID_KEY}}, 401)

    def server_error(self, endpoint: str) -> Reply:  # noqa: ARG002 - the same everywhere
        """A 500 as a web server gives it: no JSON."""
        return Reply(
            500, b"<html><body>We're sorry, but something went wrong.</body></html>", {"content-type": "text/html"}
        )

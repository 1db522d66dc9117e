"""Answers of the document calls: made, read, changed, listed (contract/invoicing.md 9.2 to 9.5)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from despacho_sandbox.invoicexpress.accounts import Account
from despacho_sandbox.invoicexpress.drafting import Drafting, decoded, inner
from despacho_sandbox.invoicexpress.ledger import Document, Ledger
from despacho_sandbox.invoicexpress.listing import page_of
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.shapes import TYPES
from despacho_sandbox.invoicexpress.showing import shown
from despacho_sandbox.invoicexpress.states import States
from despacho_sandbox.invoicexpress.wire import NOT_FOUND, Refused, answered
from despacho_sandbox.kit.asgi import Reply, Request, json_reply


class Desk:
    """The documents' side of the API.

    Args:
        ledger: Where documents are.
        options: Reads the switches of the moment.
        base_url: Reads where the simulator can be reached.
    """

    def __init__(
        self, ledger: Ledger, options: Callable[[], InvoiceXpressOptions], base_url: Callable[[], str]
    ) -> None:
        self._ledger = ledger
        self._options = options
        self._base_url = base_url
        self._drafting = Drafting(ledger, options)
        self._states = States(ledger, options)

    def create(self, account: Account, request: Request) -> Reply:
        """A new draft, answered under its singular type."""
        path = _known_type(request)
        document = self._drafting.create(account, path, request.body)
        return answered(self._body(document, account), 201)

    def read(self, account: Account, request: Request) -> Reply:
        """One document."""
        return answered(self._body(self._document(account, request), account))

    def update(self, account: Account, request: Request) -> Reply:
        """Another content for a draft."""
        self._drafting.update(account, self._document(account, request), request.body)
        return Reply(200)

    def change_state(self, account: Account, request: Request) -> Reply:
        """One step from state to state, and the document as it is then."""
        document = self._document(account, request)
        self._states.change(account, document, inner(decoded(request.body), document.path))
        return answered(self._body(document, account))

    def email(self, account: Account, request: Request) -> Reply:
        """Nothing is sent, but the address has to be there."""
        self._document(account, request)
        message = decoded(request.body).get("message")
        client = message.get("client") if isinstance(message, dict) else None
        if not isinstance(client, dict) or not client.get("email"):
            raise Refused("Email is a required field", field="email")
        return Reply(200)

    def listed(self, account: Account, request: Request) -> Reply:
        """A page of documents, the newest first."""
        page = page_of(self._ledger.of(account.name), request, strict=self._options().strict_lists)
        rows = [shown(one, account, self._base_url()) for one in page.documents]
        return answered({"invoices": rows, "pagination": page.pagination})

    def related(self, account: Account, request: Request) -> Reply:
        """Notes about a document."""
        document = self._any_type(account, request)
        notes = [one for one in reversed(self._ledger.of(account.name)) if one.owner_id == document.id]
        return answered({"documents": [shown(one, account, self._base_url()) for one in notes]})

    def pdf(self, account: Account, request: Request) -> Reply:
        """202 with nothing in it until the PDF is made, then where it lies."""
        document = self._any_type(account, request)
        document.pdf_asked += 1
        if not self._is_made(document.pdf_asked):
            return Reply(202)
        return json_reply({"output": {"pdfUrl": f"{self._base_url()}/files/{document.token}.pdf"}})

    def qr_code(self, account: Account, request: Request) -> Reply:
        """As above, for the QR code; a draft has none."""
        number = request.params["id"]
        document = self._ledger.get(account.name, number)
        if document is None:
            return json_reply({"error": f"No document with ID {number} was found in this account"}, 404)
        if not document.issued:
            text = "is still in draft. QR Codes are only available for final, canceled or settled documents."
            return json_reply({"error": f"Document with ID {number} {text}"}, 422)
        document.qr_asked += 1
        if not self._is_made(document.qr_asked):
            return json_reply({"qr_code": {"status": "In progress"}}, 202)
        return json_reply({"qr_code": {"url": f"{self._base_url()}/files/{document.token}.png"}})

    def _is_made(self, asked: int) -> bool:
        polls = self._options().pdf_polls
        return polls is not None and asked > polls

    def _body(self, document: Document, account: Account) -> dict[str, Any]:
        return {TYPES[document.path]: shown(document, account, self._base_url())}

    def _document(self, account: Account, request: Request) -> Document:
        found = self._ledger.get(account.name, request.params["id"], _known_type(request))
        if found is None:
            raise Refused(NOT_FOUND, status=404)
        return found

    def _any_type(self, account: Account, request: Request) -> Document:
        found = self._ledger.get(account.name, request.params["id"])
        if found is None:
            raise Refused(NOT_FOUND, status=404)
        return found


def _known_type(request: Request) -> str:
    path = request.params["type"].lower()
    if path not in TYPES:
        raise Refused(NOT_FOUND, status=404)
    return path

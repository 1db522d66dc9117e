"""What a visitor may do at the simulated InvoiceXpress beside its API."""

from __future__ import annotations

from typing import Any

import msgspec

from despacho_sandbox.invoicexpress.accounts import Account, Accounts, Client
from despacho_sandbox.invoicexpress.ledger import Document
from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route


class Controls:
    """Accounts by hand.

    Args:
        accounts: To list and to add to.
    """

    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def routes(self) -> tuple[Route, ...]:
        """`GET accounts`, `POST accounts`."""
        return (
            control_route("GET", "accounts", lambda _: json_reply(self._accounts.all())),
            control_route("POST", "accounts", self._add_account),
        )

    def _add_account(self, request: Request) -> Reply:
        account = msgspec.json.decode(request.body, type=Account)
        self._accounts.add(account)
        return json_reply(account, 201)


def shown_document(document: Document, clients: list[Client]) -> dict[str, Any]:
    """A document as the state shows it, with its legal number and its buyer."""
    row: dict[str, Any] = msgspec.to_builtins(document)
    buyer = next((one for one in clients if one.id == document.client_id), None)
    return row | {
        "legal_number": document.legal_number,
        "client": None if buyer is None else msgspec.to_builtins(buyer),
        "total": document.sums.total,
    }

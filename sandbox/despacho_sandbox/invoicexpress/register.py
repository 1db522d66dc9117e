"""Answers of the calls about taxes, clients, items and series (contract/invoicing.md 9.5)."""

from __future__ import annotations

from typing import Any

from despacho_sandbox.invoicexpress.accounts import Account
from despacho_sandbox.invoicexpress.drafting import check_client, decoded
from despacho_sandbox.invoicexpress.shapes import NEW_CLIENT, check
from despacho_sandbox.invoicexpress.showing import shown_client, shown_series
from despacho_sandbox.invoicexpress.wire import Refused, answered
from despacho_sandbox.kit.asgi import Reply, Request


class Register:
    """What an account keeps beside documents."""

    def taxes(self, account: Account, _: Request) -> Reply:
        """All of them, on one page."""
        return answered({"taxes": account.taxes})

    def clients(self, account: Account, _: Request) -> Reply:
        """All of them, on one page."""
        rows = [shown_client(one) for one in account.clients]
        pagination = {"total_entries": len(rows), "per_page": 30, "current_page": 1, "total_pages": 1}
        return answered({"clients": rows, "pagination": pagination})

    def create_client(self, account: Account, request: Request) -> Reply:
        """A new client, unless its code is taken."""
        asked: Any = decoded(request.body).get("client")
        check(asked, NEW_CLIENT, "client")
        check_client(asked)
        if account.client(code=asked["code"]) is not None:
            raise Refused("Code has already been taken", field="code")
        return answered({"client": shown_client(account.add_client(asked))}, 201)

    def client(self, account: Account, request: Request) -> Reply:
        """One client by its id."""
        found = [one for one in account.clients if str(one.id) == request.params["id"]]
        if not found:
            raise Refused("Client not found", status=404)
        return answered({"client": shown_client(found[0])})

    def client_by_code(self, account: Account, request: Request) -> Reply:
        """404 without a word where there is none."""
        return self._found(account, code=request.query.get("client_code", ""))

    def client_by_name(self, account: Account, request: Request) -> Reply:
        """As above; parts of a name do not count."""
        return self._found(account, name=request.query.get("client_name", ""))

    def items(self, account: Account, _: Request) -> Reply:
        """Everything that was ever sold, as it was sold last."""
        return answered({"items": list(account.items.values())})

    def sequences(self, account: Account, _: Request) -> Reply:
        """Every series."""
        return answered({"sequences": [shown_series(one, default=not at) for at, one in enumerate(account.series)]})

    def _found(self, account: Account, **known: str) -> Reply:
        found = account.client(**known)
        return Reply(404) if found is None else answered({"client": shown_client(found)})

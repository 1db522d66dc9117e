"""Labels again, by the OF: base64 of 10 by 10 cm, or signed addresses of sheets (contract/carriers.md 3A)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable

from despacho_sandbox.kit.asgi import Reply, Request
from despacho_sandbox.starken.accounts import Accounts
from despacho_sandbox.starken.drawing import label_pdf
from despacho_sandbox.starken.ledger import Freight, Ledger
from despacho_sandbox.starken.wire import printed

_SEAL = b"sandbox"
UNAUTHORIZED = Reply(401, b"", {"www-authenticate": 'Basic realm="etiqueta"'})


class Labels:
    """Prints.

    Args:
        accounts: Who may ask.
        ledger: Where the OFs are.
        base_url: Where this simulator is reached, asked for each time.
    """

    def __init__(self, accounts: Accounts, ledger: Ledger, base_url: Callable[[], str]) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._base_url = base_url

    async def prints(self, request: Request) -> Reply:
        """One entry for each package. Errors stand in `status`, with HTTP 200."""
        account = self._accounts.printing(request)
        if account is None:
            return UNAUTHORIZED
        freight = self._freight(request.query.get("ordenflete", ""))
        if freight is None or freight.company_rut != account.company_rut:
            return printed([], status=404, message="Orden de flete no existe")
        pieces = range(1, freight.pieces + 1)
        if request.query.get("tiposalida") == "6":
            files = (label_pdf(freight, piece, sheet=False) for piece in pieces)
            return printed([base64.b64encode(one).decode() for one in files])
        if request.query.get("tiposalida") == "3":
            return printed([self._address(freight, piece) for piece in pieces])
        return printed([], status=400, message="Tipo de salida no valido")

    async def document(self, request: Request) -> Reply:
        """The sheet behind a signed address, for the same credentials."""
        if self._accounts.printing(request) is None:
            return UNAUTHORIZED
        freight, piece = self._freight(request.params["order"]), request.params["piece"]
        signed = hmac.compare_digest(request.query.get("firma", ""), _signature(request.params["order"], piece))
        if freight is None or not signed:
            return Reply(403)
        return Reply(200, label_pdf(freight, int(piece), sheet=True), {"content-type": "application/pdf"})

    def _freight(self, order: str) -> Freight | None:
        return self._ledger.orders.get(int(order)) if order.isascii() and order.isdigit() else None

    def _address(self, freight: Freight, piece: int) -> str:
        firma = _signature(str(freight.order), str(piece))
        return f"{self._base_url()}/apiqa/etiqueta/archivo/{freight.order}/{piece}.pdf?firma={firma}"


def _signature(order: str, piece: str) -> str:
    return hmac.new(_SEAL, f"{order}/{piece}".encode(), hashlib.sha256).hexdigest()[:32]

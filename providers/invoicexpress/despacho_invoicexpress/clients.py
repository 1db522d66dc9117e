"""Makes sure that a document's client is there before the document names it (contract/invoicing.md 9.2, the safer flow)."""

from __future__ import annotations

import re

import msgspec

from despacho_invoicexpress.answers import check, lenient, text_of
from despacho_invoicexpress.gateway import Gateway
from despacho_invoicexpress.parties import Client
from despacho_ports.errors import Rejected, Unavailable


class _Known(msgspec.Struct):
    code: object = None
    fiscal_id: object = None


class _Envelope(msgspec.Struct):
    client: _Known


class ClientDesk:
    """Looks clients up by code, and makes those that are missing.

    Args:
        gateway: The account's connection.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def ensure(self, client: Client) -> None:
        """Returns once the account has the client.

        Raises:
            Rejected: The service refuses its data, or somebody changed its tax id there.
            ProviderError: It could not be asked.
        """
        if await self._is_known(client):
            return
        answer = await self._gateway.tell("POST", "/clients.json", {"client": client.fields})
        if answer.status == 422 and await self._is_known(client):
            return  # somebody made it meanwhile
        check(answer)

    async def _is_known(self, client: Client) -> bool:
        answer = await self._gateway.read("/clients/find-by-code.json", {"client_code": client.code})
        if answer.status == 404:
            return False
        check(answer)
        found = lenient(answer.body, _Envelope)
        if found is None:
            raise Unavailable("InvoiceXpress showed a client in a form that cannot be read.")
        if _bare(text_of(found.client.fiscal_id)) != _bare(client.fiscal_id):
            message = (
                f"O cliente {client.code} tem outro NIF em InvoiceXpress do que na encomenda. "
                "Mude lá o código desse cliente e tente de novo."
            )
            raise Rejected(message, field="fiscal_id")
        return True


def _bare(fiscal_id: str) -> str:
    """A tax id without what the service may write otherwise: separators, small letters, the prefix of Portugal."""
    return re.sub(r"[^A-Z0-9]", "", fiscal_id.upper()).removeprefix("PT")

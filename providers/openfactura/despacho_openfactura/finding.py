"""Looking for a document of ours among those issued.

OpenFactura cannot be asked for an idempotency key. Sending the request again would tell (OF-06, with the token), but it would also
issue the document if it was not there, so it is no question. What can be asked is ``/document/issued``: of the day's documents of the
type, each with our total and receiver is opened and told by what it refers to (see :mod:`despacho_openfactura.references`).

Doubts: how soon after its issue a document is listed, and in what order the list comes, are not published. The newest folios of each
page are looked at first; callers should not believe a first None.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from despacho_openfactura.answers import check, whole_of
from despacho_openfactura.dte import type_of
from despacho_openfactura.gateway import Gateway
from despacho_openfactura.parties import receivers
from despacho_openfactura.receipts import Shown, read_shown, token_of
from despacho_openfactura.references import Origin, origin_of
from despacho_ports.calls import lenient
from despacho_ports.errors import Rejected, Unavailable
from despacho_ports.invoicing import IssuedDocument, IssueRequest

MOST_PAGES = 1000
"""Thirty thousand documents of one type in one day; a list that goes on beyond is taken for broken."""
_REMEMBERED = 5000


class Row(msgspec.Struct):
    """One line of the list, as far as we look at it."""

    token: object = None
    folio: object = msgspec.field(default=None, name="Folio")
    total: object = msgspec.field(default=None, name="MntTotal")
    receiver: object = msgspec.field(default=None, name="RUTRecep")
    kind: object = msgspec.field(default=None, name="TipoDTE")


class _Page(msgspec.Struct):
    last_page: object
    data: list[Row]


class Finder:
    """Finds documents by what they refer to. What an issued document says never changes, so each is opened once.

    Args:
        gateway: The account's connection.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._origins: dict[str, Origin] = {}

    async def find(self, request: IssueRequest) -> IssuedDocument | None:
        """The document issued for the request, None if the list does not have it.

        Raises:
            ProviderError: The list, or one of the documents that may be it, could not be read.
        """
        kind, wanted = type_of(request.document), receivers(request.document)
        async for row in self._listed(request, kind, wanted):
            if whole_of(row.total) != request.document.totals.total or whole_of(row.receiver) not in wanted | {None}:
                continue
            token = token_of(row.token)
            if token is None:
                raise Unavailable("OpenFactura listed a document without a token that can be used.")
            if (await self._origin(token)).is_of(request):
                return await self._issued(token)
        return None

    async def _listed(self, request: IssueRequest, kind: int, wanted: set[int]) -> AsyncIterator[Row]:
        """Every row of the type and day, page by page; of the receiver too, where there is but one possible."""
        day = request.document.issued_on.isoformat()
        asked: dict[str, object] = {"TipoDTE": {"eq": str(kind)}, "FchEmis": {"gte": day, "lte": day}}
        if len(wanted) == 1:
            asked["RUTRecep"] = {"eq": next(iter(wanted))}
        for number in range(1, MOST_PAGES + 1):
            page = await self._page({"Page": str(number), **asked})
            for row in sorted(page.data, key=lambda row: whole_of(row.folio) or 0, reverse=True):
                if whole_of(row.kind) in {kind, None}:
                    yield row
            if not page.data or number >= (whole_of(page.last_page) or 0):
                return
        raise Unavailable(f"OpenFactura lists more than {MOST_PAGES} pages of documents for one day.")

    async def _page(self, asked: dict[str, object]) -> _Page:
        answer = await self._gateway.read("/document/issued", msgspec.json.encode(asked))
        check(answer)
        page = lenient(answer.body, _Page)
        if page is None or whole_of(page.last_page) is None:
            raise Unavailable("OpenFactura listed its documents in a form that cannot be read.")
        return page

    async def _origin(self, token: str) -> Origin:
        if token not in self._origins:
            while len(self._origins) >= _REMEMBERED:
                del self._origins[next(iter(self._origins))]
            self._origins[token] = origin_of((await self._opened(token)).dte)
        return self._origins[token]

    async def _issued(self, token: str) -> IssuedDocument:
        return (await self._opened(token)).issued(token)

    async def _opened(self, token: str) -> Shown:
        try:
            return read_shown(await self._gateway.read(f"/document/{token}/json"))
        except Rejected as error:
            message = f"OpenFactura lists a document that it does not show: {error.message}"
            raise Unavailable(message) from error

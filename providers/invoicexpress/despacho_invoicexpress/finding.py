"""Looking for a document by our reference, which every one of ours carries (contract/invoicing.md 9.3 and 9.5).

Doubts, and what is done about them: the official list of statuses says "sent" where documents say "final", so both are asked for, and
the official ones alone where that is refused; a reference may be compared in part, so it is compared whole here once more.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_invoicexpress.answers import check, lenient, text_of, whole_of
from despacho_invoicexpress.gateway import Gateway
from despacho_invoicexpress.kinds import Kind
from despacho_invoicexpress.receipts import DELETED, DRAFT, Shown, shown_of
from despacho_ports.errors import Rejected, Unavailable

OFFICIAL_STATUSES = ("draft", "sent", "settled", "canceled", "second_copy")
STATUSES = (*OFFICIAL_STATUSES, "final")
PER_PAGE = 30
MOST_PAGES = 50
"""A list that goes on beyond has not been searched by reference."""


class _Pages(msgspec.Struct):
    total_pages: object = None


class _List(msgspec.Struct):
    invoices: list[object]
    pagination: _Pages = msgspec.field(default_factory=_Pages)


class Finder:
    """Finds documents by their reference.

    Args:
        gateway: The account's connection.
    """

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    async def find(self, reference: str, kinds: Sequence[Kind]) -> Shown | None:
        """The document under a reference: one with legal force before any draft, the oldest first. None if there is none.

        Raises:
            ProviderError: The list could not be read; it is never taken for an empty one.
        """
        listed = await self._listed(reference, kinds, STATUSES)
        found = [one for one in listed if one.status != DELETED]
        return min(found, key=lambda one: (one.status == DRAFT, one.id), default=None)

    async def was_deleted(self, reference: str, kinds: Sequence[Kind]) -> bool:
        """Whether a draft of ours was thrown away."""
        return any(one.status == DELETED for one in await self._listed(reference, kinds, (DELETED,)))

    async def _listed(self, reference: str, kinds: Sequence[Kind], statuses: Sequence[str]) -> list[Shown]:
        found: list[Shown] = []
        for page in range(1, MOST_PAGES + 1):
            listed = await self._page(reference, kinds, statuses, page)
            rows = [row for row in listed.invoices if _is_of(row, reference)]
            shown = [one for one in map(shown_of, rows) if one is not None]
            if len(shown) != len(rows):
                raise Unavailable("InvoiceXpress listed a document in a form that cannot be read.")
            found += [one for one in shown if one.kind in kinds]
            if not listed.invoices or page >= (whole_of(listed.pagination.total_pages) or 1):
                return found
        raise Unavailable("InvoiceXpress does not search its documents by reference.")

    async def _page(self, reference: str, kinds: Sequence[Kind], statuses: Sequence[str], page: int) -> _List:
        try:
            return await self._asked(reference, kinds, statuses, page)
        except Rejected as error:
            if "final" not in statuses:
                raise Unavailable(f"InvoiceXpress would not list its documents: {error.message}") from None
        return await self._page(reference, kinds, OFFICIAL_STATUSES, page)

    async def _asked(self, reference: str, kinds: Sequence[Kind], statuses: Sequence[str], page: int) -> _List:
        query = {
            "type[]": [kind.type for kind in kinds],
            "status[]": list(statuses),
            "non_archived": "true",
            "archived": "true",
            "reference": reference,
            "page": str(page),
            "per_page": str(PER_PAGE),
        }
        answer = await self._gateway.read("/invoices.json", query)
        check(answer)
        found = lenient(answer.body, _List)
        if found is None:
            raise Unavailable("InvoiceXpress listed its documents in a form that cannot be read.")
        return found


def _is_of(row: object, reference: str) -> bool:
    """Whether a row is ours, or cannot be told: then it must not be passed over."""
    if not isinstance(row, dict):
        return True
    return text_of(row.get("reference")) == reference

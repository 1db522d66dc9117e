"""What a batch prints: all its labels in one file, and all its packing slips, in the sequence in which the goods are picked."""

from __future__ import annotations

from despacho_core.batches import LineState, PickingOrder
from despacho_ports.documents import SlipPaper
from despacho_services.bulk_buying import BulkBuying
from despacho_services.label_printing import LabelPrinting, Printed, PrintWish
from despacho_services.packing_slips import PackingSlips

_PACKED = frozenset({LineState.WAITING, LineState.BOUGHT, LineState.UNCERTAIN})
"""What is packed while its label may still be on its way; what was refused or voided is not."""


class BulkPrinting:
    """Prints batches."""

    def __init__(self, bulk: BulkBuying, labels: LabelPrinting, slips: PackingSlips) -> None:
        self._bulk = bulk
        self._labels = labels
        self._slips = slips

    async def labels(self, store_id: str, batch_id: str, by: PickingOrder, wish: PrintWish) -> Printed:
        """The labels that are bought by now.

        Raises:
            NotFound: No such batch.
            NothingToPrint: None is.
            ChoiceInvalid: No printer does that.
        """
        rows = await self._bulk.picked(store_id, batch_id, by)
        return await self._labels.many(store_id, [line.shipment.id for _, line in rows if line.shipment], wish)

    async def slips(self, store_id: str, batch_id: str, by: PickingOrder, paper: SlipPaper) -> bytes:
        """The packing slips of the orders that are asked for.

        Raises:
            NotFound: No such batch.
            NothingToPrint: There is no such order.
        """
        rows = await self._bulk.picked(store_id, batch_id, by)
        packed = [(row.order, line.shipment) for row, line in rows if line.state in _PACKED]
        return await self._slips.of_orders(store_id, packed, paper)

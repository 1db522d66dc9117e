"""What a batch prints: all its labels in one file, and all its packing slips, in the sequence in which the goods are picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.batches import LineState, Picked, PickingOrder, in_picking_order
from despacho_core.orders import Order
from despacho_core.shipments import Shipment, live_shipment
from despacho_ports.documents import SlipPaper
from despacho_services.bulk_buying import BulkBuying
from despacho_services.label_printing import LabelPrinting, Printed, PrintWish, Reason
from despacho_services.office import Office
from despacho_services.packing_slips import PackingSlips

_PACKED = frozenset({LineState.WAITING, LineState.BOUGHT, LineState.UNCERTAIN})
"""What is packed while its label may still be on its way; what was refused or voided is not."""


@dataclass(frozen=True)
class PrintLine:
    """One order of what is to be printed.

    Attributes:
        is_held: Whether we know the order.
        shipment: Its newest shipment to the buyer that counts, if there is one.
        reason: Why it has no label on the paper; None where it has.
    """

    number: int
    is_held: bool
    shipment: Shipment | None
    reason: Reason | None


class BulkPrinting:
    """Prints batches, and chosen orders alike."""

    def __init__(self, office: Office, bulk: BulkBuying, labels: LabelPrinting, slips: PackingSlips) -> None:
        self._office = office
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

    async def labels_of_orders(
        self, store_id: str, numbers: Sequence[int], by: PickingOrder, wish: PrintWish
    ) -> Printed:
        """The labels of orders' newest live shipments. Raises as :meth:`labels`; orders that we do not hold are passed over."""
        rows = await self._newest(store_id, numbers, by)
        return await self._labels.many(store_id, [shipment.id for _, shipment in rows if shipment], wish)

    async def looked_through(self, store_id: str, numbers: Sequence[int]) -> list[PrintLine]:
        """What printing these orders' labels would come to, order by order, in this sequence."""
        newest = {
            order.number: shipment for order, shipment in await self._newest(store_id, numbers, PickingOrder.ASKED)
        }
        ids = [shipment.id for shipment in newest.values() if shipment is not None]
        left_out = await self._labels.left_out(store_id, ids)
        lines = []
        for number in dict.fromkeys(numbers):
            shipment = newest.get(number)
            reason = left_out.get(shipment.id) if shipment is not None else Reason.NOT_BOUGHT
            lines.append(PrintLine(number, number in newest, shipment, reason))
        return lines

    async def slips_of_orders(self, store_id: str, numbers: Sequence[int], by: PickingOrder, paper: SlipPaper) -> bytes:
        """The packing slips of orders. Raises ``NothingToPrint``; orders that we do not hold are passed over."""
        return await self._slips.of_orders(store_id, await self._newest(store_id, numbers, by), paper)

    async def _newest(
        self, store_id: str, numbers: Sequence[int], by: PickingOrder
    ) -> list[tuple[Order, Shipment | None]]:
        places = {number: place for place, number in enumerate(dict.fromkeys(numbers), start=1)}
        async with self._office.units.begin(write=False) as work:
            orders = await work.batches.orders(store_id, list(places))
            theirs = await work.order_lists.belongings(store_id, list(places))
        shipments = {number: live_shipment(_of(number, theirs.shipments)) for number in places}
        rows = [
            Picked(place=places[order.number], order=order, service=_service(shipments[order.number]))
            for order in orders
        ]
        return [(row.order, shipments[row.order.number]) for row in in_picking_order(rows, by)]


def _of(number: int, shipments: Sequence[Shipment]) -> list[Shipment]:
    return [one for one in shipments if one.order_number == number]


def _service(shipment: Shipment | None) -> str:
    return shipment.service_name if shipment else ""

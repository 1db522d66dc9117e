"""Packing slips: what goes into the parcels of an order, for whoever picks and packs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from despacho_core.addresses import Address
from despacho_core.errors import NotFound, NothingToPrint
from despacho_core.orders import Order
from despacho_core.shipments import Shipment, live_shipment
from despacho_core.stores import Store
from despacho_ports.documents import PackingForm, PackingLine, SlipPaper
from despacho_services.office import Office

_NOT_FOR_PACKERS = frozenset({"accepts_marketing"})
"""Fields of the checkout that the platform fills in itself (contract/jumpseller.md 2)."""


class PackingSlips:
    """Prints packing slips, in the store's language."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def of_order(self, store_id: str, number: int, paper: SlipPaper) -> bytes:
        """The slip of one order as PDF. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            record = await work.orders.get(store_id, number)
            shipments = await work.shipments.of_order(store_id, number)
        if record is None:
            raise NotFound(what="order", id=number)
        return await self.of_orders(store_id, [(record.to_ship, live_shipment(shipments))], paper)

    async def of_orders(
        self, store_id: str, orders: Sequence[tuple[Order, Shipment | None]], paper: SlipPaper
    ) -> bytes:
        """The slips of many orders as one PDF, in this sequence.

        Raises:
            NothingToPrint: There is no order.
        """
        if not orders:
            raise NothingToPrint
        store = await self._office.store(store_id)
        forms = [_form(store, order, shipment) for order, shipment in orders]
        return await asyncio.to_thread(self._office.renderer.packing_slips, forms, paper)


def _form(store: Store, order: Order, shipment: Shipment | None) -> PackingForm:
    """What is packed: physical products alone; the rest goes by mail."""
    lines = [line for line in order.lines if line.is_physical]
    return PackingForm(
        merchant=store.name,
        order_number=order.number,
        buyer=_buyer(order),
        lines=tuple(PackingLine(sku=line.sku, name=line.name, quantity=line.quantity) for line in lines),
        service=shipment.service_name if shipment else (order.chosen_shipping.description or ""),
        notes=tuple(f"{label}: {text}" for label, text in notes_of(order)),
        parcels=shipment.parcels if shipment else (),
        language=store.language,
    )


def notes_of(order: Order) -> list[tuple[str, str]]:
    """What the buyer, or the shop's own checkout, wrote beside the order: label and text."""
    written = order.additional_fields.items()
    return [(label, text) for label, text in written if text and label not in _NOT_FOR_PACKERS]


def _buyer(order: Order) -> Address:
    return order.shipping_address or Address(name=order.customer_name, phone=order.customer_phone)

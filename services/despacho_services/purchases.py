"""What follows once a label is bought, whoever found that out: the carrier's answer, a look for it, or a person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from despacho_core.shipments import Label, Shipment
from despacho_ports.persistence import UnitOfWork
from despacho_services.fulfilling import owe_fulfillment
from despacho_services.office import Office
from despacho_services.voiding import Voiding, is_of_cancelled_order

Shipped = Callable[[UnitOfWork, str, int], Awaitable[None]]
"""Told, in the same transaction, of the store and the order for which a label was bought."""


class Purchases:
    """Draws the consequences of a purchase, in the transaction that writes it."""

    def __init__(self, office: Office, shipped: Shipped) -> None:
        self._office = office
        self._voiding = Voiding(office)
        self._shipped = shipped

    async def follow(self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label]) -> None:
        """The store will be told of it, unless the order was cancelled while it was bought: then it is taken back."""
        if await is_of_cancelled_order(work, shipment):
            await self._voiding.take_back_of_cancelled(work, shipment, labels)
            return
        if not shipment.is_return:
            await owe_fulfillment(work, shipment, self._office.now())
        await self._shipped(work, shipment.store_id, shipment.order_number)

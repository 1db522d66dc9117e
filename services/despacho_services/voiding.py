"""Taking shipments back: withdrawn before they are bought, voided by the carrier, or void by our word alone."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from despacho_core.errors import WrongState
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_ports.carriers import VoidsShipments
from despacho_ports.connectors import ProviderMissing
from despacho_ports.persistence import UnitOfWork
from despacho_ports.settings import SettingsInvalid
from despacho_services.buying_once import BUY, effect_for
from despacho_services.fulfilling import owe_void_told
from despacho_services.office import Office, account_of
from despacho_services.owing_again import owed_again

log = logging.getLogger("despacho.shipping")

VOID = "void"
CANCELLED_FIRST = "not needed: the order was cancelled before the label was bought"
WITHDRAWN = "not needed: withdrawn before the label was bought"
_MOMENT = timedelta(minutes=1)


class Voiding:
    """Takes shipments back, in the caller's transaction."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def take_back(self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label]) -> Effect | None:
        """What is owed to the carrier for it; None where the shipment is void at once.

        Raises:
            WrongState: It is being bought, in doubt, void or about to be, or its labels are on a manifest.
            AccountNeedsAttention: Its carrier cannot be asked now.
            NotFound: Its account was removed.
        """
        if shipment.state is ShipmentState.REQUESTED:
            if not await self.withdraw(work, shipment):
                raise WrongState(what="shipment", id=shipment.id, state="being bought", action="be voided")
            return None
        account = await account_of(work, shipment.store_id, shipment.account_id)
        return await self._void(work, shipment, labels, self._office.connector(account))

    async def take_back_of_cancelled(
        self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label]
    ) -> Effect | None:
        """As :meth:`take_back`, because the order was cancelled: once, and leaving alone what comes back, is handed over or in doubt.

        An account that needs attention is asked once it works again.
        """
        if shipment.is_return or any(label.manifest_id for label in labels):
            return None
        if shipment.state is ShipmentState.REQUESTED:
            await self.withdraw(work, shipment)
            return None
        if shipment.state is not ShipmentState.BOUGHT or not labels:
            return None
        effects = await work.outbox.of_subject(shipment.store_id, shipment.id)
        account = await work.accounts.get(shipment.store_id, shipment.account_id)
        if account is None or any(one.kind == VOID for one in effects):
            return None
        try:
            return await self._void(work, shipment, labels, self._office.connectors.open(account))
        except (ProviderMissing, SettingsInvalid) as error:
            log.warning("shipment %s of a cancelled order cannot be voided: %s", shipment.id, error)
            return None

    async def withdraw(self, work: UnitOfWork, shipment: Shipment) -> bool:
        """Give up a purchase that is still owed: void, its place on the order free; False where somebody asks the carrier just now.

        It is taken under the claim that a worker would take, so that it is either bought or withdrawn.
        """
        now = self._office.now()
        effects = await work.outbox.of_subject(shipment.store_id, shipment.id)
        for effect in effects:
            claimed = await work.outbox.claim_one(effect.id, now=now, lease=_MOMENT) if effect.kind == BUY else None
            if claimed is not None:
                await work.outbox.settle(claimed, claimed.done(now, WITHDRAWN))
                await work.shipments.save(shipment.voided())
                return True
        return False

    async def _void(
        self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label], connector: object
    ) -> Effect | None:
        if any(label.manifest_id for label in labels):
            raise WrongState(what="shipment", id=shipment.id, state="on a manifest", action="be voided")
        voiding = shipment.void_requested()
        if isinstance(connector, VoidsShipments):
            await work.shipments.save(voiding)
            return await owed_again(work, effect_for(voiding, VOID, Lane.INTERACTIVE, self._office.now()))
        await void_now(work, voiding, labels, self._office)
        return None


async def void_now(work: UnitOfWork, voiding: Shipment, labels: Sequence[Label], office: Office) -> None:
    """The shipment and its labels are void, and the store will be told where it knows of them."""
    voided = voiding.voided()
    await work.shipments.save(voided)
    for label in labels:
        await work.labels.save(label.voided())
    await owe_void_told(work, voided, office.now())


async def is_of_cancelled_order(work: UnitOfWork, shipment: Shipment) -> bool:
    """Whether its order was cancelled, as last read. A return comes back all the same."""
    record = await work.orders.get(shipment.store_id, shipment.order_number)
    return not shipment.is_return and record is not None and record.order.status is OrderStatus.CANCELED

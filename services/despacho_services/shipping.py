"""Shipments: asked for, bought through the outbox, voided, printed."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.errors import NotFound, OrderAlreadyShipped, OrderCancelled
from despacho_core.ledgers import Effect, Lane
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Label, Shipment, ShipmentWish, live_shipment, next_ordinal
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.act_keys import NO_KEY, ActKey, taken_up
from despacho_services.buying_once import BUY, bought_once, effect_for, shipment_with_labels
from despacho_services.doing_over import doing_over, done_over
from despacho_services.effects import EffectRunner
from despacho_services.office import Office
from despacho_services.shipment_composing import composed
from despacho_services.voiding import VOID, Voiding

__all__ = ["BUY", "VOID", "Shipping", "shipment_with_labels"]


class Shipping:
    """Buys and voids."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner
        self._voiding = Voiding(office)

    @doing_over
    async def request(
        self, store_id: str, order_number: int, wish: ShipmentWish, *, lane: Lane = Lane.INTERACTIVE
    ) -> tuple[Shipment, Effect]:
        """Write the shipment and the effect that buys it, as one.

        Raises:
            NotFound: No such order, account or quote in the store.
            OrderAlreadyShipped: A live shipment is there, or somebody else asked at the same moment.
            DomainError: Nothing to ship, no address, impossible parcels, no account to buy with.
        """
        async with self._office.units.begin() as work:
            shipment, effect = await self.request_in(work, store_id, order_number, wish, lane=lane)
            await work.commit()
        await self._office.wake(lane)
        return shipment, effect

    async def request_in(
        self, work: UnitOfWork, store_id: str, order_number: int, wish: ShipmentWish, *, lane: Lane
    ) -> tuple[Shipment, Effect]:
        """As :meth:`request`, in the caller's transaction, which may go on if this raises: nothing was written then."""
        store = await work.stores.get(store_id)
        record = await work.orders.get(store_id, order_number)
        if store is None or record is None:
            raise NotFound(what="order", id=order_number)
        if record.order.status is OrderStatus.CANCELED:
            raise OrderCancelled(order=order_number)
        existing = await work.shipments.of_order(store_id, order_number)
        live = live_shipment(existing)
        if live is not None and not wish.additional:
            raise OrderAlreadyShipped(order=order_number, shipment=live.id)
        shipment = await composed(self._office, work, store, record.to_ship, wish, ordinal=next_ordinal(existing))
        try:
            await work.shipments.add(shipment)
        except AlreadyThere as error:
            raise OrderAlreadyShipped(order=order_number, shipment="of somebody else") from error
        effect = effect_for(shipment, BUY, lane, self._office.now())
        await work.outbox.owe(effect)
        return shipment, effect

    async def buy(
        self, store_id: str, order_number: int, wish: ShipmentWish, *, wait: float, under: ActKey = NO_KEY
    ) -> tuple[Shipment, Sequence[Label], Effect]:
        """Ask for a shipment and run its purchase at once, for somebody who waits ``wait`` seconds.

        ``under`` the same key the same shipment is given again, as it then is.
        """

        async def written(work: UnitOfWork) -> tuple[Shipment, Effect]:
            return await self.request_in(work, store_id, order_number, wish, lane=Lane.INTERACTIVE)

        return await bought_once(self._office, self._runner, store_id, written, wait=wait, under=under)

    async def void(self, store_id: str, shipment_id: str, *, wait: float, under: ActKey = NO_KEY) -> Shipment:
        """Void a shipment's labels; ``under`` the same key, once.

        A purchase that still waits is withdrawn. A carrier without a cancel service is not called: the
        labels are void here and must not be handed over.

        Raises:
            WrongState: It is being bought, in doubt or void, or its labels are on a manifest.
            AccountNeedsAttention: Its carrier cannot be asked now.
        """

        async def ask() -> tuple[Effect | None, Effect | None]:
            async with self._office.units.begin() as work:
                if await under.made(work, self._office.now()) is not None:
                    effect = await work.outbox.by_key(store_id, f"{VOID}:{shipment_id}")
                    claimed = await taken_up(work, self._runner, effect, self._office.now())
                else:
                    shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
                    effect = await self._voiding.take_back(work, shipment, labels)
                    claimed = await self._runner.claim(work, effect.id) if effect is not None else None
                    await under.keep(work, shipment_id)
                await work.commit()
            return effect, claimed

        effect, claimed = await done_over(ask)
        if effect is not None:
            await self._runner.run_claimed(effect.id, claimed, wait=wait)
        await self._office.wake(Lane.INTERACTIVE)
        shipment, _ = await self.get(store_id, shipment_id)
        return shipment

    async def get(self, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
        """A shipment with its labels. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            return await shipment_with_labels(work, store_id, shipment_id)

    async def void_for_cancelled_order(self, work: UnitOfWork, shipment: Shipment) -> Effect | None:
        """Take a shipment of a cancelled order back; see :meth:`Voiding.take_back_of_cancelled`."""
        labels = await work.labels.of_shipment(shipment.store_id, shipment.id)
        return await self._voiding.take_back_of_cancelled(work, shipment, labels)

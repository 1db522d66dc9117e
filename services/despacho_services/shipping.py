"""Shipments: asked for, bought through the outbox, voided, printed."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.errors import (
    AccountNeedsAttention,
    NotFound,
    OrderAlreadyShipped,
    WrongState,
)
from despacho_core.ledgers import Effect, Lane
from despacho_core.shipments import Label, Shipment, ShipmentState, ShipmentWish, live_shipment, next_ordinal
from despacho_core.stores import Account
from despacho_ports.carriers import VoidsShipments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.act_keys import NO_KEY, ActKey, taken_up
from despacho_services.buying_once import BUY, bought_once, effect_for, shipment_with_labels
from despacho_services.doing_over import done_over
from despacho_services.effects import EffectRunner
from despacho_services.office import Office, account_of
from despacho_services.shipment_composing import composed

__all__ = ["BUY", "VOID", "Shipping", "shipment_with_labels"]

VOID = "void"


class Shipping:
    """Buys and voids."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

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

        A carrier without a cancel service is not called: the labels are void here and must not be handed over.

        Raises:
            WrongState: It is not bought, or its labels are on a manifest.
        """

        async def ask() -> tuple[Effect | None, Effect | None]:
            async with self._office.units.begin() as work:
                if await under.made(work) is not None:
                    effect = await work.outbox.by_key(store_id, f"{VOID}:{shipment_id}")
                    claimed = await taken_up(work, self._runner, effect, self._office.now())
                else:
                    shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
                    account = await account_of(work, store_id, shipment.account_id)
                    effect = await self._void(work, shipment, labels, account)
                    claimed = await self._runner.claim(work, effect.id) if effect is not None else None
                    await under.keep(work, shipment_id, at=self._office.now())
                await work.commit()
            return effect, claimed

        effect, claimed = await done_over(ask)
        if effect is not None:
            await self._runner.run_claimed(effect.id, claimed, wait=wait)
        shipment, _ = await self.get(store_id, shipment_id)
        return shipment

    async def get(self, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
        """A shipment with its labels. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            return await shipment_with_labels(work, store_id, shipment_id)

    async def void_for_cancelled_order(self, work: UnitOfWork, shipment: Shipment, account: Account) -> Effect | None:
        """Void in the caller's transaction, leaving alone what is handed over or not bought."""
        labels = await work.labels.of_shipment(shipment.store_id, shipment.id)
        on_its_way = shipment.is_return or any(label.manifest_id for label in labels)
        if shipment.state is not ShipmentState.BOUGHT or on_its_way:
            return None
        try:
            return await self._void(work, shipment, labels, account)
        except AccountNeedsAttention:
            return None

    async def _void(
        self, work: UnitOfWork, shipment: Shipment, labels: Sequence[Label], account: Account
    ) -> Effect | None:
        if any(label.manifest_id for label in labels):
            raise WrongState(what="shipment", id=shipment.id, state="on a manifest", action="be voided")
        voiding = shipment.void_requested()
        if isinstance(self._office.connector(account), VoidsShipments):
            await work.shipments.save(voiding)
            return await self._owed_void(work, voiding)
        await work.shipments.save(voiding.voided())
        for label in labels:
            await work.labels.save(label.voided())
        return None

    async def _owed_void(self, work: UnitOfWork, shipment: Shipment) -> Effect:
        """The effect that voids it; one that the carrier refused before is taken up again under its key."""
        effect = effect_for(shipment, VOID, Lane.INTERACTIVE, self._office.now())
        if await work.outbox.owe(effect):
            return effect
        earlier = await work.outbox.by_key(shipment.store_id, effect.key)
        if earlier is None:
            raise NotFound(what="effect", id=effect.key)
        if earlier.state.is_settled:
            earlier = earlier.retried(self._office.now(), repeatable=True)
            await work.outbox.save(earlier)
        return earlier

"""Settling what nobody knows: a purchase or a document whose asking was cut off is looked for again at once; a person decides on purchases.

What a person decides of documents is in :mod:`despacho_services.settling_documents`.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_core.errors import Invalid, NotFound, WrongState
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_ports.carriers import TracksShipments
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import AlreadyThere
from despacho_services.doing_over import doing_over
from despacho_services.effects import EffectRunner
from despacho_services.ledger_desk import LedgerDesk
from despacho_services.office import Office, account_of
from despacho_services.owing_documents import ISSUE
from despacho_services.purchases import Purchases, Shipped
from despacho_services.shipping import BUY
from despacho_services.shipping_effects import FIRST_CHECK_AFTER

LONGEST_NUMBER = 60


class NumbersMissing(Invalid):
    """Not one tracking number for each parcel."""

    code = "tracking-numbers-missing"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "The shipment has {parcels} parcels; give one tracking number for each of them, each another one ({given} were given).",
        "es": "El envío tiene {parcels} bultos; indica un número de seguimiento para cada uno, todos distintos (se indicaron {given}).",
        "pt": "O envio tem {parcels} volumes; indique um número de seguimento para cada um, todos diferentes (foram indicados {given}).",
    }


class NumberTaken(Invalid):
    """A tracking number that another label of the account bears."""

    code = "tracking-number-taken"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "Another label of this account bears one of these tracking numbers: {numbers}. Look at the carrier once more.",
        "es": "Otra etiqueta de esta cuenta ya tiene uno de estos números de seguimiento: {numbers}. Revísalo con el transportista.",
        "pt": "Outra etiqueta desta conta já tem um destes números de seguimento: {numbers}. Verifique-o junto da transportadora.",
    }


class Settling:
    """Settles what is uncertain. ``shipped`` is told of a store and an order for which a label turned out to be bought."""

    def __init__(self, office: Office, runner: EffectRunner, ledgers: LedgerDesk, shipped: Shipped) -> None:
        self._office = office
        self._runner = runner
        self._ledgers = ledgers
        self._purchases = Purchases(office, shipped)

    async def look(self, store_id: str, subject: str, *, wait: float) -> Effect:
        """Ask the provider at once, for a person who waits ``wait`` seconds; the effect as it is then.

        Raises:
            NotFound: There is no such shipment or document, or nothing about it is owed.
            WrongState: Nothing about it is uncertain.
        """
        async with self._office.units.begin(write=False) as work:
            effect = await _in_doubt(work, store_id, subject)
        return await self._runner.look_now(effect.id, wait=wait) or effect

    @doing_over
    async def bought(self, store_id: str, shipment_id: str, numbers: Sequence[str], *, note: str) -> Shipment:
        """A person has found the shipment at the carrier: it is bought, under these tracking numbers, by piece.

        The store is told and the parcels are followed as if we had been answered; the labels are printed as ours. So may one be completed
        that was said to be bought before, without its numbers.

        Raises:
            NotFound: No such shipment.
            WrongState: Nothing about it is uncertain, or somebody is looking for it just now.
            NumbersMissing: There is not one number for each parcel.
            NumberTaken: Another label of the account has one of them.
        """
        now = self._office.now()
        async with self._office.units.begin() as work:
            shipment = await self._said_to_be_bought(work, store_id, shipment_id, note)
            labels = _labels(shipment, numbers)
            account = await account_of(work, store_id, shipment.account_id)
            followed = isinstance(self._office.connector(account), TracksShipments)
            changed = msgspec.structs.replace(shipment, next_check_at=now + FIRST_CHECK_AFTER if followed else None)
            try:
                await work.labels.add_all(labels)
            except AlreadyThere as error:
                raise NumberTaken(numbers=", ".join(one.tracking_number for one in labels)) from error
            await work.shipments.save(changed)
            await self._purchases.follow(work, changed, labels)
            await work.commit()
        await self._office.wake(Lane.INTERACTIVE, Lane.FISCAL)
        return changed

    async def _said_to_be_bought(self, work: UnitOfWork, store_id: str, shipment_id: str, note: str) -> Shipment:
        effect = await _asking(work, store_id, shipment_id)
        shipment = await work.shipments.get(store_id, shipment_id)
        if shipment is None:
            raise NotFound(what="shipment", id=shipment_id)
        if shipment.state is ShipmentState.BOUGHT and not await work.labels.of_shipment(store_id, shipment_id):
            return shipment
        await self._ledgers.resolve_in(work, effect, happened=True, note=note)
        return await work.shipments.get(store_id, shipment_id) or shipment

    @doing_over
    async def not_bought(self, store_id: str, shipment_id: str, *, again: bool, note: str) -> None:
        """A person knows that the carrier has nothing of it.

        ``again`` buys it once more under the same reference; otherwise it is given up, and its order may be shipped otherwise.
        Raises as :meth:`look`.
        """
        async with self._office.units.begin() as work:
            effect = await _in_doubt(work, store_id, shipment_id)
            if again:
                await self._ledgers.resolve_in(work, effect, happened=False, note=note)
            else:
                shipment = await work.shipments.get(store_id, shipment_id)
                if shipment is None:
                    raise NotFound(what="shipment", id=shipment_id)
                await work.shipments.save(shipment.rejected(note))
                await work.outbox.save(effect.rejected(self._office.now(), note))
            await work.commit()
        await self._office.wake(effect.lane)


async def _asking(work: UnitOfWork, store_id: str, subject: str) -> Effect:
    """What asks for it, kept for a unit that writes: two people who settle it do so one after the other."""
    effects = [one for one in await work.outbox.of_subject(store_id, subject) if one.kind in {BUY, ISSUE}]
    if not effects:
        raise NotFound(what="effect", id=subject)
    return await work.outbox.get(store_id, effects[-1].id) or effects[-1]


async def _in_doubt(work: UnitOfWork, store_id: str, subject: str) -> Effect:
    effect = await _asking(work, store_id, subject)
    if effect.state is not EffectState.UNCERTAIN:
        raise WrongState(what="effect", id=effect.key, state=effect.state.value, action="be resolved")
    return effect


def _labels(shipment: Shipment, numbers: Sequence[str]) -> list[Label]:
    """Labels of ours over the carrier's numbers. Raises ``NumbersMissing``."""
    given = [one.strip().upper()[:LONGEST_NUMBER] for one in numbers if one.strip()]
    if len(set(given)) != len(shipment.parcels) or len(given) != len(shipment.parcels):
        raise NumbersMissing(parcels=len(shipment.parcels), given=len(given))
    at = shipment.bought_at or shipment.created_at
    return [
        Label(
            id=f"{shipment.id}-{piece}",
            store_id=shipment.store_id,
            account_id=shipment.account_id,
            shipment_id=shipment.id,
            order_number=shipment.order_number,
            piece=piece,
            pieces=len(given),
            tracking_number=number,
            barcode=number,
            created_at=at,
            direction=shipment.direction,
        )
        for piece, number in enumerate(given, start=1)
    ]

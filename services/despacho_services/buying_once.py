"""A shipment written together with the effect that buys it, and bought at once: one for each key of whoever asks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from despacho_core.errors import NotFound
from despacho_core.ledgers import Effect, Lane
from despacho_core.shipments import Label, Shipment
from despacho_ports.persistence import UnitOfWork
from despacho_services.act_keys import ActKey, taken_up
from despacho_services.doing_over import done_over
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id
from despacho_services.office import Office

BUY = "buy"

Written = Callable[[UnitOfWork], Awaitable[tuple[Shipment, Effect]]]
"""Writes a new shipment and the effect that buys it, in the unit's transaction."""


async def bought_once(
    office: Office, runner: EffectRunner, store_id: str, written: Written, *, wait: float, under: ActKey
) -> tuple[Shipment, Sequence[Label], Effect]:
    """A new shipment, bought at once for somebody who waits ``wait`` seconds; or the one that was made under the key, as it now is.

    Raises:
        DomainError: As ``written`` does.
    """

    async def ask() -> tuple[str, Effect, Effect | None]:
        async with office.units.begin() as work:
            made = await under.made(work, office.now())
            if made is None:
                shipment, effect = await written(work)
                made = shipment.id
                await under.keep(work, made)
                claimed = await runner.claim(work, effect.id)
            else:
                effect = await _owed(work, store_id, made)
                claimed = await taken_up(work, runner, effect, office.now())
            await work.commit()
        return made, effect, claimed

    shipment_id, effect, claimed = await done_over(ask)
    effect = await runner.run_claimed(effect.id, claimed, wait=wait) or effect
    async with office.units.begin(write=False) as work:
        shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
    return shipment, labels, effect


def effect_for(shipment: Shipment, kind: str, lane: Lane, now: datetime) -> Effect:
    """What is owed to the carrier of a shipment, once."""
    return Effect(
        id=new_id(),
        store_id=shipment.store_id,
        account_id=shipment.account_id,
        key=f"{kind}:{shipment.id}",
        kind=kind,
        subject=shipment.id,
        lane=lane,
        created_at=now,
        due_at=now,
    )


async def shipment_with_labels(work: UnitOfWork, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
    """A shipment with its labels. Raises ``NotFound``."""
    shipment = await work.shipments.get(store_id, shipment_id)
    if shipment is None:
        raise NotFound(what="shipment", id=shipment_id)
    return shipment, await work.labels.of_shipment(store_id, shipment_id)


async def _owed(work: UnitOfWork, store_id: str, shipment_id: str) -> Effect:
    effect = await work.outbox.by_key(store_id, f"{BUY}:{shipment_id}")
    if effect is None:
        raise NotFound(what="shipment", id=shipment_id)
    return effect

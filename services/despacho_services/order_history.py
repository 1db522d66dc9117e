"""Everything that happened to one order and who did it: messages, effects, carriers' reports and people's actions, on one line of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.fiscal import Invoice
from despacho_core.ledgers import Effect, InboxRow
from despacho_core.shipments import Label, Shipment
from despacho_core.tracking import TrackingEvent
from despacho_ports.activity import Activity
from despacho_ports.persistence import UnitOfWork

MOST_OF_A_KIND = 200


@dataclass(frozen=True)
class Happening:
    """One thing that happened. Exactly one of ``message``, ``effect``, ``event`` and ``deed`` is there.

    ``shipment`` and ``invoice`` are what an effect or an event is about, where it is about one.
    """

    at: datetime
    message: InboxRow | None = None
    effect: Effect | None = None
    event: TrackingEvent | None = None
    deed: Activity | None = None
    shipment: Shipment | None = None
    invoice: Invoice | None = None

    @property
    def kind(self) -> str:
        """``message``, ``effect``, ``event`` or ``deed``."""
        return next(name for name in ("message", "effect", "event", "deed") if getattr(self, name) is not None)


async def history_of(
    work: UnitOfWork,
    store_id: str,
    order_number: int,
    shipments: Sequence[tuple[Shipment, Sequence[Label], Sequence[TrackingEvent]]],
    invoices: Sequence[Invoice],
) -> tuple[Happening, ...]:
    """What happened, the newest first; :data:`MOST_OF_A_KIND` of messages and of deeds at most."""
    messages = await work.inbox.of_order(store_id, order_number, limit=MOST_OF_A_KIND)
    deeds = await work.activity.page(store_id, order_number=order_number, limit=MOST_OF_A_KIND)
    found = [Happening(row.received_at, message=row) for row in messages]
    found += [Happening(one.at, deed=one) for one in deeds]
    for shipment, _, events in shipments:
        found += [Happening(event.occurred_at, event=event, shipment=shipment) for event in events]
        found += await _effects(work, store_id, shipment.id, shipment=shipment)
    for invoice in invoices:
        found += await _effects(work, store_id, invoice.id, invoice=invoice)
    for manifest_id in _manifests(labels for _, labels, _ in shipments):
        found += await _effects(work, store_id, manifest_id)
    found.sort(key=lambda one: one.at)
    found.reverse()  # of one instant, what was found later is what it led to
    return tuple(found)


async def _effects(
    work: UnitOfWork,
    store_id: str,
    subject: str,
    *,
    shipment: Shipment | None = None,
    invoice: Invoice | None = None,
) -> list[Happening]:
    return [
        Happening(effect.settled_at or effect.created_at, effect=effect, shipment=shipment, invoice=invoice)
        for effect in await work.outbox.of_subject(store_id, subject)
    ]


def _manifests(labels: Iterable[Sequence[Label]]) -> list[str]:
    return list(dict.fromkeys(one.manifest_id for some in labels for one in some if one.manifest_id))

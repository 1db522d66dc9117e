"""A person's word on where a shipment is: it may lead backwards, it is kept with who said it, and what happens later counts on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import Invalid, NotFound, WrongState
from despacho_core.ledgers import Lane
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus, status_of_pieces
from despacho_core.tracking_rhythm import next_check
from despacho_ports.persistence import UnitOfWork
from despacho_services.doing_over import doing_over
from despacho_services.fulfilling import owe_status
from despacho_services.office import Office
from despacho_services.tracking_taking import interval_of

CLOCKS_DIFFER = timedelta(minutes=5)


class CorrectionAhead(Invalid):
    """A correction of what has not happened yet."""

    code = "correction-ahead"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "{at} lies ahead. Give the time at which it happened, or none for now.",
        "es": "{at} está en el futuro. Indica la hora en que ocurrió, o ninguna para ahora.",
        "pt": "{at} está no futuro. Indique a hora a que aconteceu, ou nenhuma para agora.",
    }


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """What a person knows. ``at`` is when it happened (None is now); ``tracking_number`` names one piece, None means all."""

    status: TrackingStatus
    reason: Reason | None = None
    note: str = ""
    at: datetime | None = None
    tracking_number: str | None = None


class Corrections:
    """Takes people at their word."""

    def __init__(self, office: Office) -> None:
        self._office = office

    @doing_over
    async def correct(self, store_id: str, shipment_id: str, correction: Correction, *, author: str) -> Shipment:
        """Set how far a shipment is. The same correction of the same time twice is one.

        Args:
            store_id: Whose shipment.
            shipment_id: Which.
            correction: What is so.
            author: Who says it: shown to the merchant beside the event.

        Raises:
            NotFound: No such shipment, or no live label of that number.
            WrongState: It is not bought.
            CorrectionAhead: It is said to happen later.
        """
        now = self._office.now()
        at = _when(correction, now)
        store = await self._office.store(store_id)
        async with self._office.units.begin() as work:
            shipment, labels = await _for_change(work, store_id, shipment_id)
            chosen = _chosen(labels, correction.tracking_number)
            events = [_event(number, correction, at, author) for number in (_numbers(chosen) or [""])]
            if not await work.followed.add_new(store_id, {shipment_id: events}):
                return shipment
            pieces = {one.id: _corrected(one, correction.status, at) for one in chosen}
            status = _status([pieces.get(one.id, one) for one in labels], correction.status)
            after = _shipment_at(status, shipment, now, interval_of(store))
            await work.followed.save(store_id, [after], list(pieces.values()))
            is_news = status.for_store != shipment.tracking_status.for_store
            if is_news:
                await owe_status(work, after, now)
            await work.commit()
        if is_news:
            await self._office.wake(Lane.INTERACTIVE)
        return after


def _when(correction: Correction, now: datetime) -> datetime:
    at = correction.at or now
    if at > now + CLOCKS_DIFFER:
        raise CorrectionAhead(at=at.isoformat(timespec="minutes"))
    return at


def _corrected(label: Label, status: TrackingStatus, at: datetime) -> Label:
    return msgspec.structs.replace(label, tracking_status=status, corrected_at=at)


def _status(labels: Sequence[Label], said: TrackingStatus) -> TrackingStatus:
    live = [one.tracking_status for one in labels if one.state is LabelState.LIVE]
    return status_of_pieces(live) if live else said


def _shipment_at(status: TrackingStatus, shipment: Shipment, now: datetime, interval: timedelta) -> Shipment:
    return msgspec.structs.replace(
        shipment,
        tracking_status=status,
        tracking_moved_at=now,
        next_check_at=next_check(status, now=now, last_moved_at=now, interval=interval, seed=shipment.id),
        corrections=shipment.corrections + 1,
    )


async def _for_change(work: UnitOfWork, store_id: str, shipment_id: str) -> tuple[Shipment, Sequence[Label]]:
    for shipment, labels in await work.followed.for_change(store_id, [shipment_id]):
        if shipment.state is not ShipmentState.BOUGHT:
            raise WrongState(what="shipment", id=shipment.id, state=shipment.state.value, action="be corrected")
        return shipment, labels
    raise NotFound(what="shipment", id=shipment_id)


def _chosen(labels: Sequence[Label], number: str | None) -> list[Label]:
    live = [label for label in labels if label.state is LabelState.LIVE and number in {None, label.tracking_number}]
    if number is not None and not live:
        raise NotFound(what="label", id=number)
    return live


def _numbers(labels: Sequence[Label]) -> list[str]:
    return [label.tracking_number for label in labels]


def _event(number: str, correction: Correction, at: datetime, author: str) -> TrackingEvent:
    return TrackingEvent(
        tracking_number=number,
        occurred_at=at,
        description="",
        status=correction.status,
        reason=correction.reason,
        author=author,
        note=correction.note,
    )

"""Where parcels are, and a person's word on it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import with_hub
from despacho.commands._console import json_option, show, table
from despacho_core.errors import NotFound
from despacho_core.shipments import Shipment
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus

if TYPE_CHECKING:
    from despacho.bootstrap import Hub

_AT = click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])


class TrackedShipment(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment's way as listings show it."""

    shipment: str
    order: int
    status: TrackingStatus
    next_check_at: datetime | None
    events: tuple[TrackingEvent, ...]


class CodeLine(msgspec.Struct, frozen=True, kw_only=True):
    """Something that nobody could read."""

    provider: str
    code: str
    words: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class SyncLine(msgspec.Struct, frozen=True, kw_only=True):
    """What asking brought."""

    asked: int
    new_events: int
    changed: int
    problems: tuple[str, ...]


@click.group()
def tracking() -> None:
    """Where parcels are: asked of their carriers, shown, and corrected by a person."""


@tracking.command()
@click.argument("code")
@click.option("--shipment", help="Only this shipment.")
@json_option
def sync(code: str, shipment: str | None, as_json: bool) -> None:
    """Ask the carriers of the store CODE now about everything that is on its way, due or not."""

    async def use(hub: Hub) -> SyncLine:
        store = await hub.services.installation.by_code(code)
        following = hub.services.tracking
        asked = following.sync_shipment(store.id, shipment) if shipment else following.sync_store(store.id)
        result = await asked
        return SyncLine(
            asked=result.asked, new_events=result.new_events, changed=result.changed, problems=result.problems
        )

    line = with_hub(use)
    told = [f"Asked about {line.asked}: {line.new_events} new events, {line.changed} moved on.", *line.problems]
    show(line, as_json=as_json, people="\n".join(told))


@tracking.command("show")
@click.argument("code")
@click.argument("shipment")
@json_option
def show_way(code: str, shipment: str, as_json: bool) -> None:
    """Show all that was reported of SHIPMENT (its id or a tracking number) of the store CODE."""

    async def use(hub: Hub) -> TrackedShipment:
        store_id, shipment_id = await _found(hub, code, shipment)
        return _way(*await hub.services.tracking.events_of(store_id, shipment_id))

    _show(with_hub(use), as_json=as_json)


@tracking.command()
@click.argument("code")
@click.argument("shipment")
@click.argument("status", metavar="STATUS", type=click.Choice([one.value for one in TrackingStatus]))
@click.option("--reason", type=click.Choice([one.value for one in Reason]), help="Why it did not come further.")
@click.option("--note", default="", help="How you know; shown to the merchant alone.")
@click.option("--at", type=_AT, help="When it happened (UTC); now unless said.")
@json_option
def correct(  # noqa: PLR0917 - one for each thing that a person may say
    code: str, shipment: str, status: str, reason: str | None, note: str, at: datetime | None, as_json: bool
) -> None:
    """Say that SHIPMENT (its id, or a tracking number for that piece alone) of the store CODE is at STATUS, also backwards."""

    async def use(hub: Hub) -> TrackedShipment:
        from despacho_services.corrections import Correction  # noqa: PLC0415 - only where it is used

        store_id, shipment_id = await _found(hub, code, shipment)
        correction = Correction(
            status=TrackingStatus(status),
            reason=Reason(reason) if reason else None,
            note=note,
            at=at.replace(tzinfo=UTC) if at else None,
            tracking_number=None if shipment == shipment_id else shipment,
        )
        author = f"command of {getpass.getuser()}"
        await hub.services.corrections.correct(store_id, shipment_id, correction, author=author)
        return _way(*await hub.services.tracking.events_of(store_id, shipment_id))

    _show(with_hub(use), as_json=as_json)


@tracking.command("unknown-codes")
@click.argument("code")
@json_option
def unknown_codes(code: str, as_json: bool) -> None:
    """List what carriers told the store CODE that nobody could read, the most frequent first."""

    async def use(hub: Hub) -> list[CodeLine]:
        store = await hub.services.installation.by_code(code)
        known = await hub.services.tracking.unknown_codes(store.id)
        return [CodeLine(**{name: getattr(one, name) for name in CodeLine.__struct_fields__}) for one in known]

    lines = with_hub(use)
    rows = [(one.count, one.provider, one.code, one.words, one.first_seen_at, one.last_seen_at) for one in lines]
    header = ["times", "provider", "code", "words", "first", "last"]
    show(lines, as_json=as_json, people=table(header, rows, empty="Everything that carriers said was understood."))


async def _found(hub: Hub, code: str, name: str) -> tuple[str, str]:
    """Store and shipment, by the shipment's id or a tracking number. Raises ``NotFound``."""
    store = await hub.services.installation.by_code(code)
    async with hub.services.office.units.begin(write=False) as work:
        if await work.shipments.get(store.id, name) is not None:
            return store.id, name
        for label in await work.labels.by_tracking_numbers(store.id, [name]):
            return store.id, label.shipment_id
    raise NotFound(what="shipment", id=name)


def _way(shipment: Shipment, events: Sequence[TrackingEvent]) -> TrackedShipment:
    return TrackedShipment(
        shipment=shipment.id,
        order=shipment.order_number,
        status=shipment.tracking_status,
        next_check_at=shipment.next_check_at,
        events=tuple(events),
    )


def _show(way: TrackedShipment, *, as_json: bool) -> None:
    rows = [
        (one.occurred_at, one.tracking_number, one.status, one.reason, one.description or one.note, one.location,
         one.author or "carrier", one.standstill)
        for one in way.events
    ]  # fmt: skip
    header = ["when", "number", "status", "reason", "words", "where", "by", "stands still"]
    people = [f"Order {way.order} is {way.status.value}."]
    if way.next_check_at is not None:
        people.append(f"Its carrier is asked again at {way.next_check_at:%Y-%m-%d %H:%M}Z.")
    people.append(table(header, rows, empty="Nothing was reported yet."))
    show(way, as_json=as_json, people="\n".join(people))

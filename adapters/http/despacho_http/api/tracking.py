"""Where parcels are: looked at, asked about, corrected by a person; and what nobody could read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from litestar import Request, get, post
from litestar.params import FromPath, JSONBody

from despacho_core.shipments import Shipment
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from despacho_http.access import Hub, StoreId
from despacho_http.api.views import TrackingView
from despacho_http.api.wishes import Body, Name, SyncBody
from despacho_ports.records import ApiToken
from despacho_services.corrections import Correction

Aware = Annotated[datetime, msgspec.Meta(tz=True)]
Note = Annotated[str, msgspec.Meta(max_length=500)]


class SyncView(msgspec.Struct, frozen=True, kw_only=True):
    """What asking the carriers brought: shipments asked about, events that were new, shipments whose status moved."""

    asked: int
    new_events: int
    changed: int
    problems: tuple[str, ...]


class CorrectionBody(Body, frozen=True, kw_only=True):
    """How far a shipment really is. ``at`` is when that happened, now unless said; ``tracking_number`` names one piece, else all."""

    status: TrackingStatus
    reason: Reason | None = None
    note: Note = ""
    at: Aware | None = None
    tracking_number: Name | None = None

    def correction(self) -> Correction:
        """The domain's."""
        return Correction(**msgspec.structs.asdict(self))


class UnknownCodeView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a carrier said and its table does not know, how often and since when."""

    provider: str
    code: str
    words: str
    count: int
    first_seen_at: datetime
    last_seen_at: datetime


class UnknownCodesView(msgspec.Struct, frozen=True, kw_only=True):
    """All of a store, the most frequent first."""

    items: list[UnknownCodeView]


@get("/shipments/{shipment_id:str}/tracking")
async def get_tracking(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> TrackingView:
    """How far a shipment is, and all that was reported of it."""
    shipment, events = await services.tracking.events_of(store_id, shipment_id)
    return _view(shipment, events)


@post("/shipments/{shipment_id:str}/tracking", status_code=200)
async def correct_tracking(
    request: Request[Any, Any, Any],
    services: Hub,
    store_id: StoreId,
    shipment_id: FromPath[str],
    data: JSONBody[CorrectionBody],
) -> TrackingView:
    """Say how far a shipment really is, also backwards. What its carrier reports to have happened later counts on."""
    token: ApiToken = request.scope["auth"]
    author = f"token {token.name or token.id}"
    await services.corrections.correct(store_id, shipment_id, data.correction(), author=author)
    shipment, events = await services.tracking.events_of(store_id, shipment_id)
    return _view(shipment, events)


@post("/tracking/sync", status_code=200)
async def sync_tracking(services: Hub, store_id: StoreId, data: JSONBody[SyncBody]) -> SyncView:
    """Ask the carriers now: about one shipment, or about all of the store that are followed."""
    tracking = services.tracking
    one = data.shipment_id
    result = await (tracking.sync_shipment(store_id, one) if one else tracking.sync_store(store_id))
    return SyncView(asked=result.asked, new_events=result.new_events, changed=result.changed, problems=result.problems)


@get("/tracking/unknown-codes")
async def list_unknown_codes(services: Hub, store_id: StoreId) -> UnknownCodesView:
    """What carriers said that nobody could read: kept and shown with its shipment, moving nothing."""
    known = await services.tracking.unknown_codes(store_id)
    return UnknownCodesView(
        items=[
            UnknownCodeView(**{name: getattr(one, name) for name in UnknownCodeView.__struct_fields__}) for one in known
        ]
    )


def _view(shipment: Shipment, events: Sequence[TrackingEvent]) -> TrackingView:
    return TrackingView(
        shipment_id=shipment.id,
        status=shipment.tracking_status,
        next_check_at=shipment.next_check_at,
        events=tuple(events),
    )


ROUTES = (get_tracking, correct_tracking, sync_tracking, list_unknown_codes)

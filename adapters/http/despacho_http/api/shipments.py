"""Shipments: looked at, printed, voided, followed."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, JSONBody

from despacho_core.errors import CarrierRefused
from despacho_core.shipments import ShipmentState
from despacho_http.access import Hub, StoreId
from despacho_http.api.orders import provider_name
from despacho_http.api.views import Page, ShipmentView, TrackingView, page, shipment_view
from despacho_http.api.wishes import BeforeTime, Limit, SyncBody, Wait, seconds_to_wait
from despacho_ports.carriers import LabelFormat
from despacho_services.services import Services


class SyncView(msgspec.Struct, frozen=True, kw_only=True):
    """What asking the carriers brought: shipments asked about, events that were new, shipments whose status moved."""

    asked: int
    new_events: int
    changed: int
    problems: tuple[str, ...]


@get("/shipments")
async def list_shipments(
    services: Hub, store_id: StoreId, before: BeforeTime = None, limit: Limit = 50
) -> Page[ShipmentView]:
    """Shipments with their labels, newest first."""
    rows = await services.reading.shipments(store_id, before=before, limit=limit)
    links = services.office.links
    return page(rows, lambda row: shipment_view(row[0], row[1], links), limit=limit, key=lambda row: row[0].created_at)


@get("/shipments/{shipment_id:str}")
async def get_shipment(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> ShipmentView:
    """One shipment with its labels."""
    shipment, labels = await services.shipping.get(store_id, shipment_id)
    return shipment_view(shipment, labels, services.office.links)


@get("/shipments/{shipment_id:str}/label.pdf", media_type="application/pdf")
async def get_label_pdf(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> Response[bytes]:
    """All live labels of a shipment as PDF, by piece."""
    return await _label(services, store_id, shipment_id, LabelFormat.PDF)


@get("/shipments/{shipment_id:str}/label.zpl", media_type="text/plain")
async def get_label_zpl(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> Response[bytes]:
    """All live labels of a shipment as ZPL, by piece."""
    return await _label(services, store_id, shipment_id, LabelFormat.ZPL)


@post("/shipments/{shipment_id:str}/void", status_code=200)
async def void_shipment(
    services: Hub, store_id: StoreId, shipment_id: FromPath[str], prefer: Wait = None
) -> Response[ShipmentView]:
    """Void a shipment's labels: 200 once they are void, 202 while the carrier has not answered."""
    shipment = await services.shipping.void(store_id, shipment_id, wait=seconds_to_wait(prefer))
    if shipment.state is ShipmentState.BOUGHT:
        provider = await provider_name(services, store_id, shipment.account_id)
        raise CarrierRefused(provider=provider, message=shipment.problem or "", shipment=shipment.id)
    shipment, labels = await services.shipping.get(store_id, shipment_id)
    view = shipment_view(shipment, labels, services.office.links)
    return Response(view, status_code=200 if shipment.state is ShipmentState.VOIDED else 202)


@get("/shipments/{shipment_id:str}/tracking")
async def get_tracking(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> TrackingView:
    """How far a shipment is, and all that its carrier reported."""
    shipment, events = await services.tracking.events_of(store_id, shipment_id)
    return TrackingView(
        shipment_id=shipment.id,
        status=shipment.tracking_status,
        next_check_at=shipment.next_check_at,
        events=tuple(events),
    )


@post("/tracking/sync", status_code=200)
async def sync_tracking(services: Hub, store_id: StoreId, data: JSONBody[SyncBody]) -> SyncView:
    """Ask the carriers now: about one shipment, or about all of the store that are followed."""
    tracking = services.tracking
    one = data.shipment_id
    result = await (tracking.sync_shipment(store_id, one) if one else tracking.sync_store(store_id))
    return SyncView(asked=result.asked, new_events=result.new_events, changed=result.changed, problems=result.problems)


async def _label(services: Services, store_id: str, shipment_id: str, wanted: LabelFormat) -> Response[Any]:
    content = await services.labels.of_shipment(store_id, shipment_id, wanted)
    disposition = f'inline; filename="label-{shipment_id}.{wanted.value}"'
    return Response(
        content, media_type=wanted.media_type.partition(";")[0], headers={"content-disposition": disposition}
    )


ROUTES = (list_shipments, get_shipment, get_label_pdf, get_label_zpl, void_shipment, get_tracking, sync_tracking)

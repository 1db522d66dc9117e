"""Shipments: looked at, printed, voided."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from despacho_core.errors import CarrierRefused
from despacho_core.labels import PrintFormat
from despacho_core.shipments import ShipmentState
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import Under
from despacho_http.api.orders import provider_name
from despacho_http.api.printing import Dpi, Size, Start, printed_answer, wish_of
from despacho_http.api.views import Page, ShipmentView, page, shipment_view
from despacho_http.api.wishes import BeforeTime, Limit, Wait, seconds_to_wait


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
async def get_label_pdf(
    services: Hub, store_id: StoreId, shipment_id: FromPath[str], size: Size = None, start: Start = 1
) -> Stream:
    """All live labels of a shipment as PDF, by piece."""
    wish = wish_of(size=size, start=start, wanted=PrintFormat.PDF)
    return printed_answer(await services.labels.shipment(store_id, shipment_id, wish), f"label-{shipment_id}")


@get("/shipments/{shipment_id:str}/label.zpl", media_type="text/plain")
async def get_label_zpl(
    services: Hub, store_id: StoreId, shipment_id: FromPath[str], size: Size = None, dpi: Dpi = None
) -> Stream:
    """All live labels of a shipment as ZPL, by piece."""
    wish = wish_of(size=size, dpi=dpi, wanted=PrintFormat.ZPL)
    return printed_answer(await services.labels.shipment(store_id, shipment_id, wish), f"label-{shipment_id}")


@get("/shipments/{shipment_id:str}/label")
async def get_label(services: Hub, store_id: StoreId, shipment_id: FromPath[str]) -> Stream:
    """All live labels of a shipment as its account's printer takes them."""
    wish = wish_of(size=None, wanted=None)
    return printed_answer(await services.labels.shipment(store_id, shipment_id, wish), f"label-{shipment_id}")


@post("/shipments/{shipment_id:str}/void", status_code=200)
async def void_shipment(
    services: Hub, store_id: StoreId, under: Under, shipment_id: FromPath[str], prefer: Wait = None
) -> Response[ShipmentView]:
    """Void a shipment's labels: 200 once they are void, 202 while the carrier has not answered."""
    shipment = await services.shipping.void(store_id, shipment_id, wait=seconds_to_wait(prefer), under=under)
    if shipment.state is ShipmentState.BOUGHT:
        provider = await provider_name(services, store_id, shipment.account_id)
        raise CarrierRefused(provider=provider, message=shipment.problem or "", shipment=shipment.id)
    shipment, labels = await services.shipping.get(store_id, shipment_id)
    view = shipment_view(shipment, labels, services.office.links)
    return Response(view, status_code=200 if shipment.state is ShipmentState.VOIDED else 202)


ROUTES = (
    list_shipments,
    get_shipment,
    get_label,
    get_label_pdf,
    get_label_zpl,
    void_shipment,
)

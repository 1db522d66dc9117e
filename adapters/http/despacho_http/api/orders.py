"""Orders, and what is asked for them: shipments and invoices."""

from __future__ import annotations

from litestar import Response, get, post
from litestar.params import FromQuery, JSONBody

from despacho_core.errors import CarrierRefused, NotFound, NotYetKnown
from despacho_core.fiscal import Invoice, InvoiceState
from despacho_core.orders import OrderStatus
from despacho_core.shipments import ShipmentState
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import Under
from despacho_http.api.places import place_view
from despacho_http.api.views import (
    InvoiceView,
    OrderSummary,
    OrderView,
    Page,
    ShipmentView,
    invoice_view,
    order_summary,
    page,
    preselected_view,
    shipment_view,
)
from despacho_http.api.wishes import BeforeNumber, Limit, OrderNumber, ShipmentBody, Wait, seconds_to_wait
from despacho_services.held_documents import sale_in_force
from despacho_services.services import Services

BASE = "/api/v1"


@get("/orders")
async def list_orders(
    services: Hub,
    store_id: StoreId,
    before: BeforeNumber = None,
    limit: Limit = 50,
    status: FromQuery[OrderStatus | None] = None,
) -> Page[OrderSummary]:
    """Orders as last read from the store, highest number first."""
    records = await services.reading.orders(store_id, before=before, limit=limit, status=status)
    return page(records, order_summary, limit=limit, key=lambda record: record.order.number)


@get("/orders/{number:int}")
async def get_order(services: Hub, store_id: StoreId, number: OrderNumber) -> OrderView:
    """One order with its shipments and documents; one that we do not hold yet is read from the store."""
    await hold_order(services, store_id, number)
    file = await services.reading.order(store_id, number)
    links, address = services.office.links, file.record.order.shipping_address
    return OrderView(
        order=file.record.order,
        read_at=file.record.read_at,
        shipments=[shipment_view(shipment, labels, links) for shipment, labels in file.shipments],
        invoices=[invoice_view(invoice, links) for invoice in file.invoices],
        preselected=None if file.preselected is None else preselected_view(file.preselected),
        place=None if address is None else place_view(address),
    )


@post("/orders/{number:int}/shipments")
async def create_shipment(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    store_id: StoreId,
    under: Under,
    number: OrderNumber,
    data: JSONBody[ShipmentBody],
    prefer: Wait = None,
) -> Response[ShipmentView]:
    """Buy a shipment: 201 with its labels, or 202 while the carrier has not answered; look at it again then."""
    await hold_order(services, store_id, number)
    wait = seconds_to_wait(prefer)
    shipment, labels, _ = await services.shipping.buy(store_id, number, data.wish(), wait=wait, under=under)
    if shipment.state is ShipmentState.REJECTED:
        provider = await provider_name(services, store_id, shipment.account_id)
        raise CarrierRefused(provider=provider, message=shipment.problem or "", shipment=shipment.id)
    view = shipment_view(shipment, labels, services.office.links)
    status = 201 if shipment.state is ShipmentState.BOUGHT else 202
    return Response(view, status_code=status, headers={"location": f"{BASE}/shipments/{shipment.id}"})


@post("/orders/{number:int}/invoice")
async def create_invoice(
    services: Hub, store_id: StoreId, under: Under, number: OrderNumber, prefer: Wait = None
) -> Response[InvoiceView]:
    """Issue the order's document: 201 when it is new, 200 when it was there, 202 while nobody knows yet."""
    await hold_order(services, store_id, number)
    before = await sale_of(services, store_id, number)
    try:
        invoice = await services.invoicing.invoice(store_id, number, wait=seconds_to_wait(prefer), under=under)
    except NotYetKnown:
        pending = await sale_of(services, store_id, number)
        if pending is None:
            raise
        return invoice_answer(services, pending, before)
    return invoice_answer(services, invoice, before)


def invoice_answer(services: Services, invoice: Invoice, before: Invoice | None) -> Response[InvoiceView]:
    """A document that somebody asked for: new, there before, or not known yet."""
    was_there = before is not None and before.id == invoice.id and before.state is InvoiceState.ISSUED
    status = 202 if invoice.state is not InvoiceState.ISSUED else 200 if was_there else 201
    location = f"{BASE}/orders/{invoice.order_number}"
    return Response(invoice_view(invoice, services.office.links), status_code=status, headers={"location": location})


async def sale_of(services: Services, store_id: str, number: int) -> Invoice | None:
    """The order's receipt or invoice that is neither rejected nor wholly taken back."""
    file = await services.reading.order(store_id, number)
    return sale_in_force(file.invoices)


async def hold_order(services: Services, store_id: str, number: int) -> None:
    """Make sure that we hold the order: read it from the store if no webhook has told of it yet.

    Raises:
        NotFound: The store has no such order.
        ProviderError: The store cannot be asked.
    """
    if await services.reading.holds_order(store_id, number):
        return
    store = await services.office.store(store_id)
    if await services.intake.take_in(store, number) is None:
        raise NotFound(what="order", id=number)


async def provider_name(services: Services, store_id: str, account_id: str) -> str:
    """The name of an account's provider, for people."""
    accounts = await services.accounts.all(store_id)
    return next((services.office.provider_name(one) for one in accounts if one.id == account_id), account_id)


ROUTES = (list_orders, get_order, create_shipment, create_invoice)

"""Returns: parcels that go back from the buyer to the merchant."""

from __future__ import annotations

from litestar import Response, post
from litestar.params import JSONBody

from despacho_core.errors import CarrierRefused
from despacho_core.shipments import ShipmentState
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import Under
from despacho_http.api.orders import BASE, hold_order, provider_name
from despacho_http.api.views import ShipmentView, shipment_view
from despacho_http.api.wishes import Body, Id, OrderNumber, ParcelBody, Wait, seconds_to_wait
from despacho_services.returning import ReturnWish


class ReturnBody(Body, frozen=True, kw_only=True):
    """What comes back. All may be left out: then it comes back as it was sent, with the same carrier's usual return service.

    ``additional`` asks for a further return of an order that has one.
    """

    account_id: Id | None = None
    service_code: Id | None = None
    parcels: tuple[ParcelBody, ...] = ()
    additional: bool = False


@post("/orders/{number:int}/returns")
async def create_return(  # noqa: PLR0917 - Litestar hands over by name
    services: Hub,
    store_id: StoreId,
    under: Under,
    number: OrderNumber,
    data: JSONBody[ReturnBody],
    prefer: Wait = None,
) -> Response[ShipmentView]:
    """Buy a return: 201 with its labels, or 202 while the carrier has not answered; a shipment like any other from then on."""
    await hold_order(services, store_id, number)
    wish = ReturnWish(
        account_id=data.account_id,
        service_code=data.service_code,
        parcels=tuple(parcel.parcel() for parcel in data.parcels),
        additional=data.additional,
    )
    wait = seconds_to_wait(prefer)
    shipment, labels, _ = await services.returning.buy(store_id, number, wish, wait=wait, under=under)
    if shipment.state is ShipmentState.REJECTED:
        provider = await provider_name(services, store_id, shipment.account_id)
        raise CarrierRefused(provider=provider, message=shipment.problem or "", shipment=shipment.id)
    view = shipment_view(shipment, labels, services.office.links)
    status = 201 if shipment.state is ShipmentState.BOUGHT else 202
    return Response(view, status_code=status, headers={"location": f"{BASE}/shipments/{shipment.id}"})


ROUTES = (create_return,)

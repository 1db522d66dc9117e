"""What is done with one order: a label bought, one for its return, its document issued."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.params import FromPath

from despacho_core.errors import DomainError, NotFound, NotYetKnown
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish
from despacho_http.access import Hub
from despacho_http.desk.forms import Form
from despacho_http.desk.orders_parcels import parcels_in
from despacho_http.desk.rendering import Said, moved
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_services.act_keys import form_key
from despacho_services.returning import ReturnWish

WAIT = 8.0
"""Seconds that a press of a button waits for a carrier; then the page follows what happens."""


@post("/app/orders/{number:int}/labels")
async def buy_label(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[bytes]:
    """Buy a label: under the price that was chosen, or as the buyer chose; a further one where that is said."""
    path, store_id = f"/app/orders/{number}", visitor.store.id
    try:
        wish = ShipmentWish(
            quote_id=form.text("quote") or None, parcels=parcels_in(form), additional=form.flag("further")
        )
        under = form_key(store_id, f"label {number}", form.text("key"))
        shipment, labels, _ = await services.shipping.buy(store_id, number, wish, wait=WAIT, under=under)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, orders=[number], subject=shipment.id, detail=shipment.service_name)
    return moved(request, path, _bought(visitor, shipment, [label.tracking_number for label in labels]))


@post("/app/orders/{number:int}/returns")
async def buy_return(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[bytes]:
    """Buy a label with which the buyer sends it back."""
    path, store_id = f"/app/orders/{number}", visitor.store.id
    wish = ReturnWish(additional=form.flag("further"))
    under = form_key(store_id, f"return {number}", form.text("key"))
    try:
        shipment, labels, _ = await services.returning.buy(store_id, number, wish, wait=WAIT, under=under)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, orders=[number], subject=shipment.id, detail=shipment.service_name)
    return moved(request, path, _bought(visitor, shipment, [label.tracking_number for label in labels]))


@post("/app/orders/{number:int}/document")
async def issue_document(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, number: FromPath[int]
) -> Response[bytes]:
    """Issue the order's document now; what stands in the way is said, and kept with the order."""
    path = f"/app/orders/{number}"
    try:
        invoice = await services.invoicing.invoice(visitor.store.id, number, wait=WAIT)
    except NotFound:
        raise
    except NotYetKnown as error:
        return moved(request, path, Said("warning", error.text(visitor.language)))
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    name = invoice.public_id or ""
    note(request, orders=[number], subject=invoice.id, detail=name)
    return moved(request, path, Said("success", visitor.words("Document %(name)s is issued.") % {"name": name}))


def _bought(visitor: Visitor, shipment: Shipment, numbers: list[str]) -> Said:
    if shipment.state is ShipmentState.BOUGHT:
        told = visitor.words("The label is bought: %(numbers)s") % {"numbers": ", ".join(numbers)}
        return Said("success", told)
    if shipment.state is ShipmentState.REJECTED:
        return Said("danger", visitor.words("The carrier refused: %(reason)s") % {"reason": shipment.problem or ""})
    return Said("warning", visitor.words("The carrier has not answered yet. The label comes by itself, and only once."))


PAGES = (buy_label, buy_return, issue_document)

"""One order: where it goes, its parcels, what carriers ask for it, shipments, documents, and all that happened."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.addresses import Address
from despacho_core.delivery import MendedDelivery
from despacho_core.errors import DomainError, NotFound
from despacho_core.fiscal import InvoiceState
from despacho_core.ledgers import EffectState
from despacho_core.order_overview import invoice_mark, shipping_mark
from despacho_core.places import comunas_of, country_of, regions_of
from despacho_core.shipments import ShipmentState
from despacho_core.waiting import UNLISTED
from despacho_http.access import Hub
from despacho_http.desk import marks, orders_words
from despacho_http.desk.doings import doing
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.orders_parcels import parcels_in, rows_of
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.documents import pdf_answer
from despacho_http.rate_words import why
from despacho_http.tracking_words import REASONS, STATUSES
from despacho_ports.documents import SlipPaper
from despacho_services.identifiers import new_token
from despacho_services.offers import Offer
from despacho_services.order_dossier import Dossier
from despacho_services.services import Services

_ADDRESS = tuple(field for field in MendedDelivery.__struct_fields__ if field != "country")
_LONGEST = 200


@get("/app/orders/{number:int}")
async def show_order(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, number: FromPath[int]
) -> Response[str]:
    """All about one order; htmx asks again while a label or a document is under way."""
    dossier = await services.dossiers.open(visitor.store.id, number)
    shipments = [one.shipment for one in dossier.shipments]
    return page(
        request,
        visitor,
        "orders_one.html",
        current="orders",
        title=visitor.words("Order %(number)s") % {"number": number},
        dossier=dossier,
        order=dossier.order,
        shipping=shipping_mark(dossier.order, shipments),
        invoice=invoice_mark(dossier.invoices, dossier.waiting),
        reasons=[one for one in dossier.waiting if one.code not in UNLISTED],
        carriers={one.shipment.id: one.carrier for one in dossier.shipments},
        is_moving=_is_moving(dossier),
        rows=rows_of(dossier.boxed),
        key=new_token(),
        marks=marks,
        words=orders_words,
        doing=doing,
        statuses=STATUSES,
        tracking_reasons=REASONS,
        regions=regions_of(_country(visitor, dossier.order.shipping_address))
        if _country(visitor, dossier.order.shipping_address) in {"CL", "PT"}
        else {},
    )


@get("/app/orders/{number:int}/quotes")
async def show_quotes(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, number: FromPath[int]
) -> Response[str]:
    """What every account asks for it, side by side, in the parcels that the plan packs."""
    return await _quoted(request, services, visitor, number, None)


@post("/app/orders/{number:int}/quotes", status_code=200)
async def try_parcels(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[str]:
    """The same in other parcels. Quotes are kept, and nothing else is changed."""
    return await _quoted(request, services, visitor, number, form)


async def _quoted(
    request: Request[Any, Any, Any], services: Services, visitor: Visitor, number: int, form: FormData | None
) -> Response[str]:
    offer: Offer | None = None
    problem: DomainError | None = None
    try:
        parcels = parcels_in(form) if form is not None else ()
        offer = await services.dossiers.quote(visitor.store.id, number, parcels)
    except NotFound:
        raise
    except DomainError as error:
        problem = error
    accounts = {one.id: one for one in await services.accounts.all(visitor.store.id)}
    return page(
        request,
        visitor,
        "orders_quotes.html",
        current="orders",
        title=visitor.words("Prices for order %(number)s") % {"number": number},
        number_of_order=number,
        offer=offer,
        problem=problem,
        names={one.id: services.office.provider_name(one) for one in accounts.values()},
        accounts=accounts,
        is_further=await _has_live(services, visitor.store.id, number),
        key=new_token(),
        words=orders_words,
        why=why,
    )


@post("/app/orders/{number:int}/address")
async def mend_delivery(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, number: FromPath[int]
) -> Response[bytes]:
    """Have carriers see another address: a comuna that was chosen, the fields of the form, or the store's own again."""
    path = f"/app/orders/{number}"
    record = (await services.reading.order(visitor.store.id, number)).record
    was = record.to_ship.shipping_address or Address()
    wanted = None if form.flag("again") else _wanted(visitor, form, was)
    try:
        await services.dossiers.mend(visitor.store.id, number, wanted)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    if wanted is None:
        return moved(request, path, Said("success", visitor.words("The store's address counts again.")))
    return moved(request, path, Said("success", visitor.words("Carriers see this address now.")))


@get("/app/orders/{number:int}/packing-slip.pdf", media_type="application/pdf")
async def open_order_slip(services: Hub, visitor: Visiting, number: FromPath[int]) -> Response[bytes]:
    """Its packing slip."""
    content = await services.slips.of_order(visitor.store.id, number, SlipPaper.A4)
    return pdf_answer(content, f"packing-slip-{number}.pdf")


def _wanted(visitor: Visitor, form: FormData, was: Address) -> Address:
    country = _country(visitor, was)
    code = form.text("comuna")
    comuna = comunas_of(country).get(code) if code and country in {"CL", "PT"} else None
    if comuna is not None:
        region = regions_of(country)[comuna.region].name
        return msgspec.structs.replace(was, country=country, municipality=comuna.name, region=region, city=None)
    fields = {name: form.text(name)[:_LONGEST] or None for name in _ADDRESS}
    return msgspec.structs.replace(was, country=was.country or country, **fields)


def _country(visitor: Visitor, address: Address | None) -> str:
    stated = country_of(address) if address is not None else ""
    return stated or visitor.store.country


def _is_moving(dossier: Dossier) -> bool:
    """Whether something happens by itself that is worth looking again for in a moment."""
    states = {one.shipment.state for one in dossier.shipments}
    under_way = states & {ShipmentState.REQUESTED, ShipmentState.VOIDING}
    asked = any(one.state is InvoiceState.REQUESTED for one in dossier.invoices)
    return (
        bool(under_way)
        or asked
        or any(one.effect is not None and one.effect.state is EffectState.RUNNING for one in dossier.history)
    )


async def _has_live(services: Services, store_id: str, number: int) -> bool:
    file = await services.reading.order(store_id, number)
    return any(one.state.is_live and not one.is_return for one, _ in file.shipments)


PAGES = (show_order, show_quotes, try_parcels, mend_delivery, open_order_slip)

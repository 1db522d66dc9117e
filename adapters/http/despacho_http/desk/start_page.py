"""The page of the guided start: how far a store is, and what each step needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response

from despacho_core.addresses import Address
from despacho_core.order_overview import ShippingMark
from despacho_core.orders import OrderStatus
from despacho_core.places import Match, regions_of
from despacho_http.desk import rates_words
from despacho_http.desk.rates_try import place_doubt, result_of, usual_cart
from despacho_http.desk.reading import Reading
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visitor
from despacho_http.desk.wording import marked
from despacho_ports.errors import Unavailable
from despacho_ports.order_lists import OrderFilter
from despacho_ports.practice import PracticeAccount
from despacho_services.guided_start import StartStep
from despacho_services.quoting import Explanation
from despacho_services.services import Services

Asked = Request[Any, Any, Any]

STEPS: dict[StartStep, tuple[str, str]] = {
    StartStep.ORIGIN: (
        marked("Where parcels leave from"),
        marked("Carriers fetch parcels here, and their prices depend on it."),
    ),
    StartStep.BOXES: (
        marked("Your boxes"),
        marked("With boxes the prices at the checkout are right: carriers charge for size as well as weight."),
    ),
    StartStep.CARRIER: (
        marked("A carrier"),
        marked("The contract under which labels are bought. More can be added at any time."),
    ),
    StartStep.TARIFF: (
        marked("Your own prices"),
        marked("For carriers that name no prices themselves, and for when one does not answer."),
    ),
    StartStep.INVOICING: (
        marked("An invoicing system"),
        marked("Issues the receipt or invoice of each order, and the credit note if it is cancelled."),
    ),
    StartStep.QUOTE: (
        marked("A test price"),
        marked("A small cart that goes to where you are: what would the buyer see?"),
    ),
    StartStep.LABEL: (
        marked("A first label"),
        marked("Buy the label of one order and see it through: print it, and watch the order change in the store."),
    ),
}


@dataclass(frozen=True)
class Origin:
    """An address that could not be taken: as it was written, what its comuna may be, and what is wrong."""

    address: Address
    match: Match
    reading: Reading


async def start_page(
    request: Asked,
    services: Services,
    visitor: Visitor,
    *,
    explanation: Explanation | None = None,
    reading: Reading | None = None,
    origin: Origin | None = None,
) -> Response[str]:
    """How far the store is, with the form of each step.

    Args:
        request: Whose page it is.
        services: What the page is made of.
        visitor: Who looks at it.
        explanation: What came of a test price.
        reading: The cart that was tried, with what is wrong about it.
        origin: The address that could not be taken, and why.
    """
    store = await services.office.store(visitor.store.id)
    practice, practice_problem = await _practice(services, store.id)
    paid = OrderFilter(status=OrderStatus.PAID, shipping=ShippingMark.MISSING)
    waiting = await services.order_desk.page(store.id, paid, limit=1)
    cart = usual_cart(store)
    return page(
        request,
        visitor,
        "start.html",
        current="home",
        title=visitor.words("Guided start"),
        start=await services.start.state(store.id),
        steps=STEPS,
        status=422 if origin is not None else 200,
        origin=origin.address if origin is not None else store.settings.origin or Address(country=store.country),
        match=origin.match if origin is not None else None,
        origin_errors=origin.reading.errors if origin is not None else {},
        regions={code: one.name for code, one in regions_of(store.country).items()},
        offered=services.account_desk.offered(),
        accounts=await services.account_desk.all(store.id),
        can_practise=services.start.can_practise,
        practice=practice,
        practice_problem=practice_problem,
        order=next((line.number for line in waiting.lines), None),
        tried=reading is not None,
        cart={name: reading.text(name) for name in cart} if reading is not None else cart,
        errors=reading.errors if reading is not None else {},
        trial=result_of(
            explanation, visitor.language, doubt=place_doubt(reading, store) if reading is not None else ""
        ),
        words=rates_words,
    )


async def _practice(services: Services, store_id: str) -> tuple[list[PracticeAccount], str]:
    """What can be practised with, and what is wrong where the sandbox does not say."""
    if not services.start.can_practise:
        return [], ""
    try:
        return list(await services.start.practice(store_id)), ""
    except Unavailable as error:
        return [], error.message

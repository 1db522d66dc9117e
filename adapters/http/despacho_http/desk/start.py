"""The guided start: the first ten minutes, a step at a time, each of which can be skipped."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from despacho_core.addresses import Address
from despacho_core.order_overview import ShippingMark
from despacho_core.orders import OrderStatus
from despacho_core.places import regions_of
from despacho_core.shipping_plans import shown
from despacho_http.access import Hub
from despacho_http.desk import rates_words
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.rates_try import explained, place_doubt, result_of, usual_cart
from despacho_http.desk.reading import Reading, reading_of
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.desk.wording import marked
from despacho_http.recording_notes import note, unchanged
from despacho_ports.errors import Unavailable
from despacho_ports.order_lists import OrderFilter
from despacho_ports.practice import PracticeAccount
from despacho_services.guided_start import StartStep
from despacho_services.quoting import Explanation
from despacho_services.services import Services

Asked = Request[Any, Any, Any]
PATH = "/app/start"

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


@get(PATH)
async def show_start(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """How far the store is, and the form of the step that comes next."""
    return await _start(request, services, visitor)


@post(f"{PATH}/skip")
async def skip_step(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Leave a step out for now, or come back to it."""
    step = form.text("step")
    if step in set(StartStep):
        if form.flag("again"):
            await services.start.take_up(visitor.store.id, StartStep(step))
        else:
            await services.start.skip(visitor.store.id, StartStep(step))
    note(request, detail=step[:20])
    return moved(request, PATH)


@post(f"{PATH}/dismiss")
async def dismiss_start(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Show the guide on the first page no more, or again."""
    again = form.flag("again")
    await services.start.dismiss(visitor.store.id, dismissed=not again)
    return moved(request, PATH if again else "/")


@post(f"{PATH}/practice")
async def add_practice(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Add accounts of the sandbox with one click."""
    try:
        added = await services.start.add_practice(visitor.store.id, form.texts("provider"))
    except Unavailable as error:
        text = visitor.words("The sandbox does not answer.")
        return moved(request, PATH, Said("danger", f"{text} {error.message}"))
    names = ", ".join(one.name for one in added)
    note(request, detail=names[:200])
    if not added:
        return moved(request, PATH, Said("warning", visitor.words("There is nothing to add.")))
    text = visitor.words("Added:")
    return moved(request, PATH, Said("success", f"{text} {names}"))


@post(f"{PATH}/quote")
async def try_quote(request: Asked, services: Hub, visitor: Visiting, form: Form) -> Response[str]:
    """Try a small cart; once it is offered something the step is done."""
    store = await services.office.store(visitor.store.id)
    reading = reading_of(visitor, FormData(type(form.fields)({**usual_cart(store), **_given(form)})))
    explanation = await explained(services, store, reading)
    if explanation is not None and explanation.worked is not None and shown(explanation.worked.judged):
        await services.start.quote_tried(store.id)
    else:
        unchanged(request)
    return await _start(request, services, visitor, explanation=explanation, reading=reading)


def _given(form: FormData) -> dict[str, str]:
    return {name: form.text(name) for name in ("place", "weight_1") if form.text(name)}


async def _start(
    request: Asked,
    services: Services,
    visitor: Visitor,
    *,
    explanation: Explanation | None = None,
    reading: Reading | None = None,
) -> Response[str]:
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
        origin=store.settings.origin or Address(country=store.country),
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


PAGES = (show_start, skip_step, dismiss_start, add_practice, try_quote)

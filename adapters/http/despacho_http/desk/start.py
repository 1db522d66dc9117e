"""The guided start: the first ten minutes, a step at a time, each of which can be skipped."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post

from despacho_core.shipping_plans import shown
from despacho_http.access import Hub
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.rates_try import explained, usual_cart
from despacho_http.desk.reading import reading_of
from despacho_http.desk.rendering import Said, moved
from despacho_http.desk.start_page import start_page
from despacho_http.desk.visitor import Visiting
from despacho_http.recording_notes import note, unchanged
from despacho_ports.errors import Unavailable
from despacho_services.guided_start import StartStep

Asked = Request[Any, Any, Any]
PATH = "/app/start"


@get(PATH)
async def show_start(request: Asked, services: Hub, visitor: Visiting) -> Response[str]:
    """How far the store is, and the form of the step that comes next."""
    return await start_page(request, services, visitor)


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
    cart = {**usual_cart(store), **_given(form)}
    if cart["place"] != usual_cart(store)["place"]:
        cart["region"] = ""  # which was that of the usual place
    reading = reading_of(visitor, FormData(type(form.fields)(cart)))
    explanation = await explained(services, store, reading)
    if explanation is not None and explanation.worked is not None and shown(explanation.worked.judged):
        await services.start.quote_tried(store.id)
    else:
        unchanged(request)
    return await start_page(request, services, visitor, explanation=explanation, reading=reading)


def _given(form: FormData) -> dict[str, str]:
    return {name: form.text(name) for name in ("place", "weight_1") if form.text(name)}


PAGES = (show_start, skip_step, dismiss_start, add_practice, try_quote)

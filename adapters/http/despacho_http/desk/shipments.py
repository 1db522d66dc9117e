"""Shipments: looked through by what is the matter, found by a number, and one with all that may be done about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from despacho_core.errors import DomainError, NotFound
from despacho_core.labels import PrintFormat
from despacho_core.shipment_overview import USUAL_PATIENCE, Patience, ShipmentView
from despacho_core.shipments import ShipmentState
from despacho_core.tracking import Reason, TrackingStatus
from despacho_http.access import Hub
from despacho_http.api.printing import printed_answer, wish_of
from despacho_http.desk import shipments_words as words
from despacho_http.desk.entrance import local_path
from despacho_http.desk.forms import Form, FormData
from despacho_http.desk.paging import LINES, Before, aware, older
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting, Visitor
from despacho_http.recording_notes import note
from despacho_http.tracking_words import REASONS, STATUSES
from despacho_services.corrections import Correction
from despacho_services.services import Services

WAIT = 8.0
"""Seconds that somebody looks at an unchanged page while a carrier is asked."""

Text = Annotated[str, QueryParameter(max_length=100)]
Days = Annotated[int, QueryParameter(ge=1, le=60)]


@get("/app/shipments")
async def list_shipments(
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    *,
    view: Text = "",
    text: Text = "",
    days: Days = USUAL_PATIENCE.value,
    before: Before = None,
) -> Response[str]:
    """The list; what stands in the address is what is looked for."""
    text = text.strip()
    chosen = ShipmentView(view) if view in set(ShipmentView) and not text else ShipmentView.ALL
    patience = Patience(days) if days in set(Patience) else USUAL_PATIENCE
    rows = await services.shipment_desk.page(
        visitor.store, chosen, text=text, patience=patience, before=aware(before), limit=LINES
    )
    asked = {"view": chosen, "text": text, "days": patience.value}
    return page(
        request,
        visitor,
        "shipments.html",
        current="shipments",
        title=visitor.words("Shipments"),
        rows=rows,
        counts=await services.shipment_desk.counts(visitor.store, patience=patience),
        view=chosen,
        views=list(words.VIEWS),
        text=text,
        patience=patience,
        patiences=list(Patience),
        older=older("/app/shipments", rows, rows[-1].shipment.created_at if rows else None, asked),
        words=words,
        statuses=STATUSES,
    )


@get("/app/shipments/{shipment_id:str}")
async def show_shipment(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, shipment_id: FromPath[str]
) -> Response[str]:
    """One shipment: labels, way, what can be done."""
    file = await services.shipment_desk.file(visitor.store, shipment_id)
    return page(
        request,
        visitor,
        "shipments_one.html",
        current="shipments",
        title=visitor.words("Shipment of order %(number)s") % {"number": file.shipment.order_number},
        file=file,
        is_live=file.shipment.state in {ShipmentState.REQUESTED, ShipmentState.VOIDING},
        buyers_page=services.office.links.track(file.shipment.track_token),
        words=words,
        statuses=STATUSES,
        reasons=REASONS,
    )


@post("/app/shipments/{shipment_id:str}/settle")
async def settle_shipment(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, shipment_id: FromPath[str]
) -> Response[bytes]:
    """Settle a purchase of which nobody knows: look again, or say what was found out."""
    path = f"/app/shipments/{shipment_id}"
    file = await services.shipment_desk.file(visitor.store, shipment_id)
    how = form.text("how")
    note(request, orders=[file.shipment.order_number], subject=shipment_id, detail=how)
    try:
        return moved(request, path, await _settled(services, visitor, form, shipment_id, how))
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))


async def _settled(services: Services, visitor: Visitor, form: FormData, shipment_id: str, how: str) -> Said:
    store_id, settling = visitor.store.id, services.settling
    if how == "bought":
        found = form.text("note") or visitor.words("looked at the carrier: it was bought")
        await settling.bought(store_id, shipment_id, form.texts("number"), note=f"{visitor.actor}: {found}")
        return Said("success", visitor.words("It counts as bought. The store is told, and the parcels are followed."))
    if how in {"again", "give-up"}:
        found = visitor.words("looked at the carrier: it was not bought")
        await settling.not_bought(store_id, shipment_id, again=how == "again", note=f"{visitor.actor}: {found}")
        if how == "again":
            return Said("success", visitor.words("The carrier is asked for the label once more."))
        return Said("success", visitor.words("The purchase is given up; the order may be shipped otherwise."))
    await settling.look(store_id, shipment_id, wait=WAIT)
    shipment, _ = await services.shipping.get(store_id, shipment_id)
    if shipment.state is ShipmentState.BOUGHT:
        return Said("success", visitor.words("The carrier has it: the label is here."))
    return Said("warning", visitor.words("Nothing was found yet. It is looked for again by itself."))


@post("/app/shipments/{shipment_id:str}/void")
async def void_shipment(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, shipment_id: FromPath[str]
) -> Response[bytes]:
    """Void a shipment's labels, or withdraw a purchase that waits."""
    path = _back(form, shipment_id)
    try:
        shipment = await services.shipping.void(visitor.store.id, shipment_id, wait=WAIT)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, orders=[shipment.order_number], subject=shipment_id)
    if shipment.state is ShipmentState.BOUGHT:
        refused = visitor.words("The carrier keeps it: %(reason)s") % {"reason": shipment.problem or "?"}
        return moved(request, path, Said("danger", refused))
    if shipment.state is ShipmentState.VOIDING:
        return moved(request, path, Said("warning", visitor.words("The carrier was asked and has not answered yet.")))
    if shipment.bought_at is None:
        withdrawn = visitor.words("The purchase is withdrawn; nothing was bought. The order may be shipped otherwise.")
        return moved(request, path, Said("success", withdrawn))
    return moved(request, path, Said("success", visitor.words("The labels are void. Do not hand them over.")))


@post("/app/shipments/{shipment_id:str}/ask")
async def sync_tracking(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, shipment_id: FromPath[str]
) -> Response[bytes]:
    """Ask the carrier at once where it is."""
    result = await services.tracking.sync_shipment(visitor.store.id, shipment_id)
    if result.problems:
        told = Said(
            "danger", visitor.words("The carrier could not be asked: %(reason)s") % {"reason": result.problems[0]}
        )
    elif result.new_events:
        told = Said("success", visitor.words("There is news."))
    else:
        told = Said("warning", visitor.words("Nothing new."))
    return moved(request, _back(form, shipment_id), told)


@post("/app/shipments/{shipment_id:str}/tracking")
async def correct_tracking(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, shipment_id: FromPath[str]
) -> Response[bytes]:
    """Say how far it really is."""
    path = _back(form, shipment_id)
    try:
        correction = _correction(visitor, form)
    except ValueError:
        return moved(request, path, Said("danger", visitor.words("Choose how far it is, and a time if you know it.")))
    try:
        shipment = await services.corrections.correct(visitor.store.id, shipment_id, correction, author=visitor.actor)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, orders=[shipment.order_number], subject=shipment_id, detail=correction.status.value)
    return moved(
        request, path, Said("success", visitor.words("Corrected. What the carrier reports to happen later counts on."))
    )


@get("/app/shipments/{shipment_id:str}/label.pdf", media_type="application/pdf")
async def open_label_pdf(services: Hub, visitor: Visiting, shipment_id: FromPath[str]) -> Stream:
    """All live labels as PDF."""
    wish = wish_of(size=None, wanted=PrintFormat.PDF)
    printed = await services.labels.shipment(visitor.store.id, shipment_id, wish)
    return printed_answer(printed, f"label-{shipment_id}")


@get("/app/shipments/{shipment_id:str}/label.zpl", media_type="text/plain")
async def open_label_zpl(services: Hub, visitor: Visiting, shipment_id: FromPath[str]) -> Stream:
    """All live labels as ZPL."""
    wish = wish_of(size=None, wanted=PrintFormat.ZPL)
    printed = await services.labels.shipment(visitor.store.id, shipment_id, wish)
    return printed_answer(printed, f"label-{shipment_id}")


def _back(form: FormData, shipment_id: str) -> str:
    """Where a form leads back to: the order's page if it stood there, else the shipment's."""
    here = local_path(form.text("here"))
    return here if here.startswith("/app/orders/") else f"/app/shipments/{shipment_id}"


def _correction(visitor: Visitor, form: FormData) -> Correction:
    """What the form says. Raises ``ValueError``."""
    reason = form.text("reason")
    at = form.text("at")
    moment = datetime.fromisoformat(at) if at else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(visitor.store.timezone))
    return Correction(
        status=TrackingStatus(form.text("status")),
        reason=Reason(reason) if reason else None,
        note=form.text("note")[:500],
        at=moment,
        tracking_number=form.text("number") or None,
    )


PAGES = (
    list_shipments,
    show_shipment,
    settle_shipment,
    void_shipment,
    sync_tracking,
    correct_tracking,
    open_label_pdf,
    open_label_zpl,
)

"""The driver's page behind the QR code of a label: where the parcel goes, how far it is, and one press for each step.

It needs no login and no script. Looking changes nothing; a form is worth one press (see :mod:`despacho_services.scanning`). It shows less
than the label that led to it: the place, not the name or the street.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from despacho_core.shipments import LabelState, ShipmentState
from despacho_core.tracking import Reason
from despacho_http.access import Hub
from despacho_http.bodies import lower_headers, media_type, read_body
from despacho_http.page_languages import language_asked, language_switch
from despacho_http.pages import Html, facts, html, joined, page
from despacho_http.refusals import UnsupportedMediaType
from despacho_http.tracking_words import REASONS, SCAN_PAGE, STATUSES, STEPS
from despacho_services.scanning import MOST_OF_A_NAME, ScannedLabel, ScanOutOfDate, ScanStep
from despacho_services.scanning import REASONS as CHOICES

FORM = "application/x-www-form-urlencoded"
_MOST_FIELDS = 10


@get("/scan/{token:str}")
async def look_at_label(request: Request[Any, Any, Any], services: Hub, token: FromPath[str]) -> Response[str]:
    """How far the parcel is, and what can be said now. Changes nothing."""
    seen = await services.scanning.look(token)
    language = language_asked(request, _default(seen))
    return _page(seen, language, note=_word("done", language) if "done" in request.query_params else "")


@post("/scan/{token:str}", status_code=200)
async def say_what_happened(request: Request[Any, Any, Any], services: Hub, token: FromPath[str]) -> Response[Any]:
    """Take in what the driver says, then show where the parcel is; a second press of the same form records nothing."""
    fields = await _fields(request)
    seen = await services.scanning.look(token)
    language = language_asked(request, _default(seen))
    step = _one(ScanStep, fields.get("step", ""))
    if seen is None or step is None:
        return _page(seen, language, note=_word("choose", language), status=422)
    try:
        await services.scanning.report(
            token,
            step,
            mark=fields.get("mark", ""),
            receiver=fields.get("receiver", ""),
            reason=_one(Reason, fields.get("reason", "")),
        )
    except ScanOutOfDate as error:
        return _page(await services.scanning.look(token), language, note=error.text(language), status=409)
    return Redirect(f"?done=1&lang={language}", status_code=303, headers={"cache-control": "no-store"})


async def _fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """The form's fields; of what cannot be read nothing is left."""
    if media_type(lower_headers(request.scope)) != FORM:
        raise UnsupportedMediaType(wanted=FORM)
    body = await read_body(request.scope, request.receive)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_FIELDS))
    except ValueError:
        return {}


def _default(seen: ScannedLabel | None) -> str:
    return "es" if seen is None else seen.store.language


def _one(kind: Any, text: str) -> Any:
    try:
        return kind(text)
    except ValueError:
        return None


def _word(name: str, language: str) -> str:
    return SCAN_PAGE[name][language]


def _page(seen: ScannedLabel | None, language: str, *, note: str = "", status: int = 200) -> Response[str]:
    switch = language_switch(language)
    if seen is None:
        content = html("{switch}<p>{why}</p>", switch=switch, why=_word("unknown_why", language))
        return page(_word("unknown", language), content, language=language, status=404)
    heading = _word("title", language).format(number=seen.label.tracking_number)
    content = html(
        '{switch}{note}<p class="status">{status}</p>{facts}{form}',
        switch=switch,
        note=html('<p role="alert">{note}</p>', note=note) if note else Html(),
        status=_state(seen, language),
        facts=_facts(seen, language),
        form=_form(seen, language) if seen.steps else html("<p>{over}</p>", over=_word("over", language)),
    )
    return page(heading, content, language=language, status=status, forms=True)


def _state(seen: ScannedLabel, language: str) -> str:
    is_void = seen.label.state is LabelState.VOIDED or seen.shipment.state is not ShipmentState.BOUGHT
    if is_void:
        return _word("void", language)
    reason = next((event.reason for event in reversed(seen.events)), None)
    words = STATUSES[seen.label.tracking_status][language]
    return f"{words} · {REASONS[reason][language]}" if reason else words


def _facts(seen: ScannedLabel, language: str) -> Html:
    label, place = seen.label, seen.shipment.destination
    where = dict.fromkeys(part for part in (place.municipality, place.city, place.postal_code) if part)
    return facts(
        {
            _word("order", language): seen.shipment.order_number,
            _word("piece", language): f"{label.piece} / {label.pieces}",
            _word("carrier", language): label.routing[0] if label.routing else seen.carrier,
            _word("to", language): ", ".join(where),
        }
    )


def _form(seen: ScannedLabel, language: str) -> Html:
    forms = (_step(seen, step, language) for step in seen.steps)
    return html("<h2>{say}</h2>{forms}", say=_word("say", language), forms=joined(forms))


def _step(seen: ScannedLabel, step: ScanStep, language: str) -> Html:
    """One form for each step, so that nothing has to be shown or hidden by a script."""
    further = Html()
    if step is ScanStep.DELIVERED:
        further = html(
            '<p><label>{word}<br><input name="receiver" maxlength="{most}" autocomplete="off"></label></p>',
            word=_word("receiver", language),
            most=MOST_OF_A_NAME,
        )
    if step.needs_reason:
        options = (
            html('<option value="{value}">{text}</option>', value=one.value, text=REASONS[one][language])
            for one in CHOICES
        )
        further = html(
            '<p><label>{word}<br><select name="reason">{options}</select></label></p>',
            word=_word("reason", language),
            options=joined(options),
        )
    return html(
        '<form method="post" action="?lang={language}"><input type="hidden" name="mark" value="{mark}">'
        '<input type="hidden" name="step" value="{step}">{further}<p><button>{text}</button></p></form>',
        language=language,
        mark=seen.mark,
        step=step.value,
        further=further,
        text=STEPS[step][language],
    )

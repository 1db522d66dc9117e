"""The buyer's page of a shipment: how far it is and what comes next, in the buyer's language, without name or address.

Whoever has the link sees the page, so it shows no more than the label on the parcel shows to everybody who handles it. What a carrier
says is given in our words, since its own may hold somebody's name; only what nobody could read is shown as it came. What drivers and
people in the shop wrote beside an event is for the shop alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.params import FromPath

from despacho_core.shipments import LabelState, ShipmentState
from despacho_core.tracking import TrackingEvent
from despacho_http.access import Hub
from despacho_http.page_languages import language_asked, language_switch
from despacho_http.pages import Html, facts, html, joined, page
from despacho_http.tracking_words import NEXT_STEPS, REASONS, STATUSES, happened
from despacho_services.reading import Whereabouts

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Your order {order}",
        "unknown": "Shipment not found",
        "ask": "The link is not complete or no longer valid. Please ask the store where you bought.",
        "store": "Store",
        "carrier": "Carrier",
        "numbers": "Tracking number",
        "next": "What comes next",
        "page": "At the carrier's own page",
        "events": "What happened so far",
        "none": "The carrier has not reported anything yet.",
        "voided": "This shipment was cancelled",
    },
    "es": {
        "title": "Tu pedido {order}",
        "unknown": "Envío no encontrado",
        "ask": "El enlace está incompleto o ya no es válido. Consulta a la tienda donde compraste.",
        "store": "Tienda",
        "carrier": "Transportista",
        "numbers": "Número de seguimiento",
        "next": "Lo que sigue",
        "page": "En la página del transportista",
        "events": "Lo que ha pasado hasta ahora",
        "none": "El transportista aún no ha informado nada.",
        "voided": "Este envío fue anulado",
    },
    "pt": {
        "title": "A sua encomenda {order}",
        "unknown": "Envio não encontrado",
        "ask": "A ligação está incompleta ou já não é válida. Contacte a loja onde comprou.",
        "store": "Loja",
        "carrier": "Transportadora",
        "numbers": "Número de seguimento",
        "next": "O que se segue",
        "page": "Na página da transportadora",
        "events": "O que aconteceu até agora",
        "none": "A transportadora ainda não comunicou nada.",
        "voided": "Este envio foi anulado",
    },
}


@get("/track/{token:str}")
async def track(request: Request[Any, Any, Any], services: Hub, token: FromPath[str]) -> Response[str]:
    """Where the parcels are. ``lang`` chooses the language; the browser's own is taken otherwise."""
    found = await services.reading.whereabouts(token)
    language = language_asked(request, "es" if found is None else found.store.language)
    words = _WORDS[language]
    if found is None:
        content = html("{switch}<p>{ask}</p>", switch=language_switch(language), ask=words["ask"])
        return page(words["unknown"], content, language=language, status=404)
    heading = words["title"].format(order=found.shipment.order_number)
    return page(heading, _content(found, language), language=language)


def _content(found: Whereabouts, language: str) -> Html:
    words = _WORDS[language]
    numbers = [label.tracking_number for label in found.labels if label.state is LabelState.LIVE]
    rows = {
        words["next"]: _next_step(found, language),
        words["store"]: found.store.name,
        words["carrier"]: found.carrier,
        words["numbers"]: ", ".join(numbers),
        words["page"]: _links(found.carrier_page, numbers),
    }
    return html(
        '{switch}<p class="status" role="status">{status}</p>{facts}<h2>{heading}</h2>{events}',
        switch=language_switch(language),
        status=words["voided"] if _is_void(found) else STATUSES[found.shipment.tracking_status][language],
        facts=facts(rows),
        heading=words["events"],
        events=_events(found, language, several=len(numbers) > 1),
    )


def _is_void(found: Whereabouts) -> bool:
    return found.shipment.state in {ShipmentState.VOIDED, ShipmentState.VOIDING}


def _next_step(found: Whereabouts, language: str) -> str:
    return "" if _is_void(found) else NEXT_STEPS.get(found.shipment.tracking_status, {}).get(language, "")


def _links(template: str, numbers: list[str]) -> Html:
    """Links to the carrier's own page, where it has one."""
    if not template.startswith("https://"):
        return Html()
    links = (
        html(
            '<a href="{url}" rel="noopener noreferrer">{number}</a> ',
            url=template.replace("{number}", quote(number, safe="")),
            number=number,
        )
        for number in numbers
    )
    return joined(links)


def _events(found: Whereabouts, language: str, *, several: bool) -> Html:
    shown = [event for event in found.events if event.standstill is None]
    if not shown:
        return html("<p>{none}</p>", none=_WORDS[language]["none"])
    zone = ZoneInfo(found.store.timezone)
    lines = (_event(event, event.occurred_at.astimezone(zone), language, several=several) for event in reversed(shown))
    return html("<ol reversed>{lines}</ol>", lines=joined(lines))


def _event(event: TrackingEvent, at: datetime, language: str, *, several: bool) -> Html:
    parts = [happened(event, language), REASONS[event.reason][language] if event.reason else "", event.location or ""]
    if several and event.tracking_number:
        parts.append(event.tracking_number)
    return html(
        '<li><time datetime="{iso}">{shown}</time><br>{what}</li>',
        iso=at.isoformat(),
        shown=f"{at:%d-%m-%Y %H:%M}",
        what=" · ".join(part for part in parts if part),
    )

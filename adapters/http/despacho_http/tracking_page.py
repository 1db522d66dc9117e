"""The buyer's page of a shipment: how far it is, in the buyer's language, without name or address.

Whoever has the link sees the page, so it shows no more than the label on the parcel shows to everybody who handles it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get
from litestar.params import FromPath

from despacho_core.shipments import LabelState, ShipmentState
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_http.access import Hub
from despacho_http.answers import language_of
from despacho_http.pages import Html, facts, html, joined, page
from despacho_services.reading import Whereabouts

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Your order {order}",
        "unknown": "Shipment not found",
        "ask": "The link is not complete or no longer valid. Please ask the store where you bought.",
        "store": "Store",
        "carrier": "Carrier",
        "numbers": "Tracking number",
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
        "events": "O que aconteceu até agora",
        "none": "A transportadora ainda não comunicou nada.",
        "voided": "Este envio foi anulado",
    },
}

STATUSES: dict[TrackingStatus, dict[str, str]] = {
    TrackingStatus.REQUESTED: {"en": "Being prepared", "es": "En preparación", "pt": "Em preparação"},
    TrackingStatus.IN_TRANSIT: {"en": "On its way", "es": "En camino", "pt": "A caminho"},
    TrackingStatus.OUT_FOR_DELIVERY: {"en": "Out for delivery", "es": "En reparto", "pt": "Em distribuição"},
    TrackingStatus.PICKUP_AVAILABLE: {
        "en": "Ready to be collected",
        "es": "Listo para retiro",
        "pt": "Pronto a levantar",
    },
    TrackingStatus.FAILED: {"en": "Delivery failed", "es": "Entrega fallida", "pt": "Entrega falhada"},
    TrackingStatus.RETURNED: {"en": "Returned to the store", "es": "Devuelto a la tienda", "pt": "Devolvido à loja"},
    TrackingStatus.DELIVERED: {"en": "Delivered", "es": "Entregado", "pt": "Entregue"},
}


@get("/track/{token:str}")
async def track(request: Request[Any, Any, Any], services: Hub, token: FromPath[str]) -> Response[str]:
    """Where the parcels are."""
    found = await services.reading.whereabouts(token)
    if found is None:
        language = language_of(request.scope, "es")
        words = _WORDS[language]
        return page(words["unknown"], html("<p>{ask}</p>", ask=words["ask"]), language=language, status=404)
    language = language_of(request.scope, found.store.language)
    heading = _WORDS[language]["title"].format(order=found.shipment.order_number)
    return page(heading, _content(found, language), language=language)


def _content(found: Whereabouts, language: str) -> Html:
    words = _WORDS[language]
    numbers = ", ".join(label.tracking_number for label in found.labels if label.state is LabelState.LIVE)
    rows = {words["store"]: found.store.name, words["carrier"]: found.carrier, words["numbers"]: numbers}
    return html(
        '<p class="status" role="status">{status}</p>{facts}<h2>{heading}</h2>{events}',
        status=_status(found, language),
        facts=facts(rows),
        heading=words["events"],
        events=_events(found, language),
    )


def _status(found: Whereabouts, language: str) -> str:
    if found.shipment.state in {ShipmentState.VOIDED, ShipmentState.VOIDING}:
        return _WORDS[language]["voided"]
    return STATUSES[found.shipment.tracking_status][language]


def _events(found: Whereabouts, language: str) -> Html:
    if not found.events:
        return html("<p>{none}</p>", none=_WORDS[language]["none"])
    zone = ZoneInfo(found.store.timezone)
    lines = (_event(event, event.occurred_at.astimezone(zone)) for event in reversed(found.events))
    return html("<ol reversed>{lines}</ol>", lines=joined(lines))


def _event(event: TrackingEvent, at: datetime) -> Html:
    return html(
        '<li><time datetime="{iso}">{shown}</time><br>{what}{where}</li>',
        iso=at.isoformat(),
        shown=f"{at:%d-%m-%Y %H:%M}",
        what=event.description,
        where=f" · {event.location}" if event.location else "",
    )

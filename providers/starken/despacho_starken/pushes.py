"""Tracking by push: who sent it, and what it says (contract/carriers.md 3A).

How the carrier authenticates itself is published nowhere; it sets the push up by hand for each customer. So the account has a token of the
merchant's own choice that the carrier is asked to send along, in whichever of the usual ways it can. Without a token nothing is believed.
"""

from __future__ import annotations

import binascii
import hmac
from collections.abc import Mapping

import msgspec

from despacho_core.tracking import TrackingEvent
from despacho_ports.errors import Rejected, Unauthorized
from despacho_starken.answers import lenient, many, text_of
from despacho_starken.moments import moment
from despacho_starken.numbers import NOTHING, freight_order, package_number, whole
from despacho_starken.statuses import is_agency, reason_of, status_of

_MOST_PIECES = 99


class _Push(msgspec.Struct, rename="camel"):
    numero_orden_flete: msgspec.Raw = NOTHING
    fecha_hora_evento: object = None
    nombre_estado_homologado: object = None
    codigo_estado_homologado: object = None
    descripcion_estado: object = None
    codigo_interno_estado: object = None
    estado_micro: object = None
    tipo_entrega: object = None
    ciudad_destino: object = None
    encargos_totales: msgspec.Raw = NOTHING


def check_token(headers: Mapping[str, str], token: str) -> None:
    """Return if the account's token stands in one of the headers where it may; every comparison takes the same time.

    Raises:
        Unauthorized: It does not, or the account has none.
    """
    shown = [part.encode("utf-8", "replace") for part in _shown(headers)]
    fits = [hmac.compare_digest(part, token.encode()) for part in shown]
    if not token or not any(fits):
        raise Unauthorized("The push does not carry the token of the account's settings.")


def read_push(body: bytes) -> list[TrackingEvent]:
    """The events of a push: one object, or several in an array. Each holds for every package of its OF.

    Raises:
        Rejected: There is no event with an OF and a time in it.
    """
    raw = lenient(body.removeprefix(b"\xef\xbb\xbf"), msgspec.Raw)
    pushes = (lenient(one, _Push) for one in many(raw)) if raw is not None else ()
    events = [event for push in pushes if push is not None for event in _events(push)]
    if not events:
        raise Rejected("The push holds no event with a number and a time.", code="unreadable-push")
    return events


def _shown(headers: Mapping[str, str]) -> list[str]:
    scheme, _, value = headers.get("authorization", "").partition(" ")
    shown = [headers.get("clave", "")]
    if scheme.lower() == "bearer":
        shown.append(value.strip())
    if scheme.lower() == "basic":
        shown.append(_basic_password(value))
    return [text for text in shown if text]


def _basic_password(value: str) -> str:
    try:
        pair = binascii.a2b_base64(value.strip().encode(), strict_mode=True).decode("utf-8", "replace")
    except ValueError:
        return ""
    return pair.partition(":")[2]


def _events(push: _Push) -> list[TrackingEvent]:
    order, at = freight_order(push.numero_orden_flete), moment(text_of(push.fecha_hora_evento))
    if order is None or at is None:
        return []
    name = text_of(push.nombre_estado_homologado) or text_of(push.codigo_estado_homologado)
    more = text_of(push.descripcion_estado)
    words = f"{name} ({more})" if name and more and more != name else name or more
    count = whole(push.encargos_totales) or 1
    return [
        TrackingEvent(
            tracking_number=package_number(order, piece),
            occurred_at=at,
            description=words,
            code=text_of(push.codigo_interno_estado) or text_of(push.estado_micro),
            status=status_of(name, more, to_agency=is_agency(text_of(push.tipo_entrega))),
            location=text_of(push.ciudad_destino) or None,
            reason=reason_of(name, more),
        )
        for piece in range(1, min(max(count, 1), _MOST_PIECES) + 1)
    ]

"""The carrier's words for where a piece is, read into the common vocabulary.

Event codes are published nowhere, so the text decides, without accents and case. The rows stand in the order of
contract/carriers.md 1.6; the first that fits counts. Two departures from that table: what is handed back to the sender says
"entregada" too, so that returns are looked at first; and where the table says `failed` for a return, we say `returned`, which
the store is told as failed. Out for delivery is told apart from in transit.
"""

from __future__ import annotations

import re

from despacho_chilexpress.words import plain
from despacho_core.tracking import Reason, TrackingStatus

_ROWS: tuple[tuple[str, TrackingStatus], ...] = (
    (r"ENTREGAD[AO]S? (AL?|EN) (REMITENTE|ORIGEN)|DEVOLUCION ENTREGAD", TrackingStatus.RETURNED),
    (r"^(?!.*\bNO\b.*ENTREGAD)(?!.*DEVOLUCION|.*DEVUELT).*\bENTREGAD[AO]", TrackingStatus.DELIVERED),
    (r"DEVOLUCION|DEVUELT", TrackingStatus.RETURNED),
    (r"RECHAZ|SINIESTR|EXTRAVI|ANULAD", TrackingStatus.FAILED),
    (r"(?<!\bNO )\bDISPONIBLE|LIST[AO] PARA RETIRO|RETIRO EN (SUCURSAL|OFICINA)", TrackingStatus.PICKUP_AVAILABLE),
    (
        r"EN (OFICINA|SUCURSAL)\b.*(RETIR|ESPERA)|(RETIR|ESPERA).*\bEN (OFICINA|SUCURSAL)",
        TrackingStatus.PICKUP_AVAILABLE,
    ),
    (r"\bNO\b.*ENTREGAD|SIN MORADORES|DIRECCION|INTENTO", TrackingStatus.IN_TRANSIT),
    (r"EN RUTA AL? DESTINATARIO|EN REPARTO", TrackingStatus.OUT_FOR_DELIVERY),
    (r"RECIBID[AO] EN CHILEXPRESS|EN TRANSITO|EN RUTA|DESCARGAD|DESPACH", TrackingStatus.IN_TRANSIT),
    (r"EMITID|CREAD", TrackingStatus.REQUESTED),
)
STATUS_TABLE = tuple((re.compile(pattern), status) for pattern, status in _ROWS)
"""Patterns over capitals without accents, with the status that each means."""


_REASONS: tuple[tuple[str, Reason], ...] = (
    (r"SIN MORADORES|AUSENTE|NO SE ENCUENTRA|CERRAD[AO]", Reason.RECIPIENT_ABSENT),
    (r"DIRECCION", Reason.ADDRESS_WRONG),
    (r"RECHAZ", Reason.REFUSED),
    (r"NO RETIRAD|VENCIM", Reason.UNCLAIMED),
    (r"SINIESTR|DANAD|AVERIA", Reason.DAMAGED),
    (r"EXTRAVI", Reason.LOST),
    (r"ANULAD", Reason.CANCELLED),
    (r"REPROGRAM|REAGEND", Reason.RESCHEDULED),
    (r"RETRAS|DEMORA", Reason.DELAYED),
)
REASON_TABLE = tuple((re.compile(pattern), reason) for pattern, reason in _REASONS)
"""Why a parcel came no further, by words; looked at only where the status is no step ahead."""
_STEPS_AHEAD = frozenset({TrackingStatus.REQUESTED, TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.DELIVERED})


def why(*texts: str) -> Reason | None:
    """Why it came no further, as far as the words tell; None where nothing went wrong."""
    if status_of(*texts) in _STEPS_AHEAD:
        return None
    words = plain(" ".join(texts))
    return next((reason for pattern, reason in REASON_TABLE if pattern.search(words)), None)


def status_of(*texts: str) -> TrackingStatus | None:
    """What the first understandable text means; None if none does."""
    for text in texts:
        words = plain(text)
        for pattern, status in STATUS_TABLE:
            if pattern.search(words):
                return status
    return None

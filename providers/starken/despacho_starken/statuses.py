"""The carrier's states, read into the common vocabulary: the table of contract/carriers.md 3A, by their texts.

Departures: ``EN REPARTO`` is told apart as out for delivery, and what goes back to the sender is `returned`, which the store is told as
failed. ``NO ENTREGADO`` has not ended: another attempt follows. The numbers of the states are published nowhere.
"""

from __future__ import annotations

from despacho_core.tracking import Reason, TrackingStatus
from despacho_starken.words import plain

STATUS_TABLE: dict[str, TrackingStatus] = {
    "EN BODEGA CLIENTE": TrackingStatus.REQUESTED,
    "RECIBIDO EN STARKEN": TrackingStatus.IN_TRANSIT,
    "EN ORIGEN": TrackingStatus.IN_TRANSIT,
    "EN CD": TrackingStatus.IN_TRANSIT,
    "EN TRANSITO": TrackingStatus.IN_TRANSIT,
    "EN TRANSITO A DESTINO": TrackingStatus.IN_TRANSIT,
    "EN DESTINO": TrackingStatus.IN_TRANSIT,
    "PENDIENTE": TrackingStatus.IN_TRANSIT,
    "NO ENTREGADO": TrackingStatus.IN_TRANSIT,
    "EN REPARTO": TrackingStatus.OUT_FOR_DELIVERY,
    "EN REPARTO A DOMICILIO": TrackingStatus.OUT_FOR_DELIVERY,
    "ENTREGADO": TrackingStatus.DELIVERED,
    "DEVUELTO AL CLIENTE": TrackingStatus.RETURNED,
    "ENVIO ANULADO": TrackingStatus.FAILED,
    "ANULADO": TrackingStatus.FAILED,
    "REDESTINADA POR SOLICITUD DEL CLIENTE": TrackingStatus.FAILED,
    "CERRADO CON PROBLEMA CONTACTAR CON EJECUTIVO": TrackingStatus.FAILED,
    "CERRADO CON EXCEPCION": TrackingStatus.FAILED,
    "CARGA REMATADA POR ABANDONO": TrackingStatus.FAILED,
    "CARGA DECOMISADA POR INCUMPLIMIENTO DE REGLAMENTO": TrackingStatus.FAILED,
}
"""Texts in capitals without accents, with what each means."""

REASONS: dict[str, Reason] = {
    "ENVIO ANULADO": Reason.CANCELLED,
    "ANULADO": Reason.CANCELLED,
    "CARGA REMATADA POR ABANDONO": Reason.UNCLAIMED,
    "REDESTINADA POR SOLICITUD DEL CLIENTE": Reason.OTHER,
    "CERRADO CON PROBLEMA CONTACTAR CON EJECUTIVO": Reason.OTHER,
    "CERRADO CON EXCEPCION": Reason.OTHER,
    "CARGA DECOMISADA POR INCUMPLIMIENTO DE REGLAMENTO": Reason.OTHER,
}
"""Why it came no further, where the text itself says so."""

AT_AGENCY = "RECIBIDO EN AGENCIA DESTINO"
"""Ready for the buyer where that agency is the destination, on its way to the door otherwise."""


def status_of(*texts: str, to_agency: bool) -> TrackingStatus | None:
    """What the first understandable text means; None if none does.

    Args:
        texts: The carrier's texts, the most exact one first.
        to_agency: Whether the buyer collects the shipment at an agency.
    """
    for text in texts:
        words = plain(text)
        if words == AT_AGENCY:
            return TrackingStatus.PICKUP_AVAILABLE if to_agency else TrackingStatus.IN_TRANSIT
        if words in STATUS_TABLE:
            return STATUS_TABLE[words]
    return None


def reason_of(*texts: str) -> Reason | None:
    """Why an OF came no further, as far as its texts say."""
    return next((REASONS[words] for text in texts if (words := plain(text)) in REASONS), None)


def is_agency(text: str) -> bool:
    """Whether a ``tipoEntrega``, by number or by word, is delivery to an agency."""
    return plain(text) in {"1", "AGENCIA"}

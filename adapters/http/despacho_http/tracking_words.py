"""How far a parcel is, why it came no further and what comes next, as buyers and drivers read it."""

from __future__ import annotations

from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from despacho_services.scanning import AUTHOR, ScanStep

Words = dict[str, str]

LANGUAGE_NAMES: Words = {"es": "Español", "pt": "Português", "en": "English"}
LANGUAGES_LABEL: Words = {"en": "Language", "es": "Idioma", "pt": "Idioma"}

STATUSES: dict[TrackingStatus, Words] = {
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

_ASK_STORE: Words = {
    "en": "Please contact the store where you bought.",
    "es": "Comunícate con la tienda donde compraste.",
    "pt": "Contacte a loja onde comprou.",
}
NEXT_STEPS: dict[TrackingStatus, Words] = {
    TrackingStatus.REQUESTED: {
        "en": "The store hands the parcel to the carrier.",
        "es": "La tienda entrega el paquete al transportista.",
        "pt": "A loja entrega a encomenda à transportadora.",
    },
    TrackingStatus.IN_TRANSIT: {
        "en": "It goes out for delivery, or to the place where you collect it.",
        "es": "Sale a reparto, o llega al punto donde lo retiras.",
        "pt": "Sai para distribuição, ou chega ao ponto onde a levanta.",
    },
    TrackingStatus.OUT_FOR_DELIVERY: {
        "en": "It is brought to your door.",
        "es": "Llega a tu puerta.",
        "pt": "Chega à sua porta.",
    },
    TrackingStatus.PICKUP_AVAILABLE: {
        "en": "Collect it at the carrier's counter; bring an identity document.",
        "es": "Retíralo en la sucursal del transportista; lleva tu documento de identidad.",
        "pt": "Levante-a no balcão da transportadora; leve um documento de identificação.",
    },
    TrackingStatus.FAILED: _ASK_STORE,
    TrackingStatus.RETURNED: _ASK_STORE,
}
"""What is to be expected; nothing once a parcel was delivered."""

REASONS: dict[Reason, Words] = {
    Reason.RECIPIENT_ABSENT: {"en": "nobody was there", "es": "no había nadie", "pt": "ninguém estava em casa"},
    Reason.ADDRESS_WRONG: {
        "en": "the address is wrong or incomplete",
        "es": "dirección errónea o incompleta",
        "pt": "morada errada ou incompleta",
    },
    Reason.REFUSED: {"en": "it was refused", "es": "fue rechazado", "pt": "foi recusada"},
    Reason.UNCLAIMED: {"en": "nobody collected it", "es": "nadie lo retiró", "pt": "ninguém a levantou"},
    Reason.PAYMENT_MISSING: {"en": "payment is missing", "es": "falta el pago", "pt": "falta o pagamento"},
    Reason.RESCHEDULED: {"en": "another day was agreed", "es": "se acordó otro día", "pt": "foi combinado outro dia"},
    Reason.DELAYED: {"en": "it is delayed", "es": "está retrasado", "pt": "está atrasada"},
    Reason.HELD_CUSTOMS: {"en": "it is held by customs", "es": "retenido en aduana", "pt": "retida na alfândega"},
    Reason.DAMAGED: {"en": "it is damaged", "es": "está dañado", "pt": "está danificada"},
    Reason.LOST: {"en": "it is lost", "es": "se extravió", "pt": "extraviou-se"},
    Reason.CANCELLED: {"en": "it was cancelled", "es": "fue anulado", "pt": "foi anulada"},
    Reason.OTHER: {"en": "another reason", "es": "otro motivo", "pt": "outro motivo"},
}

STEPS: dict[ScanStep, Words] = {
    ScanStep.PICKED_UP: {"en": "Picked up", "es": "Recogido", "pt": "Recolhida"},
    ScanStep.OUT_FOR_DELIVERY: {"en": "Out for delivery", "es": "Sale a reparto", "pt": "Sai para entrega"},
    ScanStep.DELIVERED: {"en": "Delivered", "es": "Entregado", "pt": "Entregue"},
    ScanStep.NOT_DELIVERED: {
        "en": "Not delivered, will try again",
        "es": "No entregado, se intentará de nuevo",
        "pt": "Não entregue, nova tentativa",
    },
    ScanStep.FAILED: {
        "en": "Failed for good",
        "es": "Entrega fallida definitiva",
        "pt": "Entrega falhada definitivamente",
    },
}


def happened(event: TrackingEvent, language: str) -> str:
    """What an event says, in our words; a carrier's own where nobody could read it."""
    if event.author == AUTHOR and event.code in _STEP_CODES:
        return STEPS[ScanStep(event.code)][language]
    return event.description if event.status is None else STATUSES[event.status][language]


_STEP_CODES = frozenset(step.value for step in ScanStep)

SCAN_PAGE: dict[str, Words] = {
    "title": {"en": "Parcel {number}", "es": "Paquete {number}", "pt": "Encomenda {number}"},
    "order": {"en": "Order", "es": "Pedido", "pt": "Pedido"},
    "piece": {"en": "Piece", "es": "Bulto", "pt": "Volume"},
    "carrier": {"en": "Fleet", "es": "Flota", "pt": "Frota"},
    "to": {"en": "Deliver in", "es": "Entregar en", "pt": "Entregar em"},
    "say": {"en": "What happened?", "es": "¿Qué pasó?", "pt": "O que aconteceu?"},
    "receiver": {
        "en": "Who took it (may stay empty)",
        "es": "Quién recibió (opcional)",
        "pt": "Quem recebeu (opcional)",
    },
    "reason": {"en": "Why", "es": "Motivo", "pt": "Motivo"},
    "done": {"en": "Recorded.", "es": "Registrado.", "pt": "Registado."},
    "over": {
        "en": "Nothing more can be recorded for this parcel.",
        "es": "Ya no se puede registrar nada para este paquete.",
        "pt": "Já nada se pode registar para esta encomenda.",
    },
    "void": {"en": "This label is void", "es": "Esta etiqueta está anulada", "pt": "Esta etiqueta está anulada"},
    "unknown": {"en": "No such label", "es": "Etiqueta desconocida", "pt": "Etiqueta desconhecida"},
    "unknown_why": {
        "en": "The code was not read whole, or the label is of another place. Please scan it again.",
        "es": "El código no se leyó completo, o la etiqueta es de otro lugar. Escanéala de nuevo.",
        "pt": "O código não foi lido por inteiro, ou a etiqueta é de outro lado. Leia-a de novo.",
    },
    "choose": {
        "en": "Choose what happened.",
        "es": "Elige qué pasó.",
        "pt": "Escolha o que aconteceu.",
    },
}

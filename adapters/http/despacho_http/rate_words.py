"""Why an account offers nothing, and why nobody does, in the words of whoever reads it."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_services.rate_sources import AccountAnswer, Reason

MOST_LETTERS = 500

_REASONS: dict[Reason, dict[str, str]] = {
    Reason.LATE: {
        "en": "did not answer in time",
        "es": "no respondió a tiempo",
        "pt": "não respondeu a tempo",
    },
    Reason.FAILED: {
        "en": "could not be asked",
        "es": "no se pudo consultar",
        "pt": "não se conseguiu consultar",
    },
    Reason.REFUSED: {
        "en": "does not take this shipment",
        "es": "no acepta este envío",
        "pt": "não aceita este envio",
    },
    Reason.UNAUTHORIZED: {
        "en": "refuses the account's credentials",
        "es": "rechaza las credenciales de la cuenta",
        "pt": "recusa as credenciais da conta",
    },
    Reason.CLOSED: {
        "en": "is not asked until the account is mended",
        "es": "no se consulta hasta que se corrija la cuenta",
        "pt": "não é consultada até a conta ser corrigida",
    },
    Reason.CANNOT_QUOTE: {
        "en": "names no prices, and no row of the tariff covers this shipment",
        "es": "no entrega precios, y ninguna fila de la tarifa cubre este envío",
        "pt": "não indica preços, e nenhuma linha do tarifário cobre este envio",
    },
    Reason.PO_BOX: {
        "en": "does not deliver to post-office boxes",
        "es": "no entrega en casillas postales",
        "pt": "não entrega em apartados",
    },
    Reason.TOO_HEAVY: {
        "en": "takes no parcel so heavy",
        "es": "no acepta bultos tan pesados",
        "pt": "não aceita volumes tão pesados",
    },
    Reason.NO_PLACE: {
        "en": "is not asked before the cart says where to",
        "es": "no se consulta hasta que el carro diga adónde",
        "pt": "não é consultada antes de o carrinho dizer para onde",
    },
}
_FROM_TARIFF = {
    "en": "names no prices itself",
    "es": "no entrega precios propios",
    "pt": "não indica preços próprios",
}
_CARRIERS_OWN = frozenset({Reason.FAILED, Reason.REFUSED, Reason.UNAUTHORIZED, Reason.CLOSED})
_NOTHING = {
    "en": "No service for this shipment.",
    "es": "Ningún servicio para este envío.",
    "pt": "Nenhum serviço para este envio.",
}


def why(answer: AccountAnswer, language: str, *, to_merchant: bool = True) -> str | None:
    """Why the carrier itself was not heard; for merchants with its own words, which are nobody else's."""
    if answer.reason is None:
        return None
    if answer.reason is Reason.CANNOT_QUOTE and answer.rates:
        return _FROM_TARIFF[language]
    text = _REASONS[answer.reason][language]
    return f"{text}: {answer.problem}" if to_merchant and answer.reason in _CARRIERS_OWN and answer.problem else text


def nothing_offered(answers: Sequence[AccountAnswer], language: str) -> str:
    """What a checkout without rates says: the accounts by name, and why each offers none."""
    reasons = [
        (answer.account.name, why(answer, language, to_merchant=False)) for answer in answers if not answer.quotes
    ]
    told = "; ".join(f"{name} {reason}" for name, reason in reasons if reason)
    return f"{_NOTHING[language]} {told}".strip()[:MOST_LETTERS]

"""What the merchant is told, in the account's own language."""

from __future__ import annotations

_READY = {
    "es": "No hay nada que comprobar fuera: los documentos se hacen aquí, como {number}, a nombre de {name}. No tienen validez fiscal.",
    "pt": "Não há nada a verificar fora: os documentos fazem-se aqui, como {number}, em nome de {name}. Não têm validade fiscal.",
    "en": "There is nothing outside to check: documents are made here, like {number}, in the name of {name}. They are not fiscal.",
}
_CURRENCY = {
    "es": "«{currency}» no es una moneda vigente: no se sabe cuántos decimales lleva.",
    "pt": "«{currency}» não é uma moeda em vigor: não se sabe quantas casas decimais tem.",
    "en": "“{currency}” is no currency in use: nobody knows how many decimals it has.",
}
_NOTHING_CREDITED = {
    "es": "Una devolución tiene que decir qué documento deja sin efecto.",
    "pt": "Uma devolução tem de dizer que documento anula.",
    "en": "A refund has to name the document that it takes back.",
}


def ready(language: str, *, number: str, name: str) -> str:
    """The account can be used."""
    return _READY[language].format(number=number, name=name)


def unknown_currency(language: str, currency: str) -> str:
    """The document's currency is none."""
    return _CURRENCY[language].format(currency=currency)


def nothing_credited(language: str) -> str:
    """A credit note without the document that it takes back."""
    return _NOTHING_CREDITED[language]

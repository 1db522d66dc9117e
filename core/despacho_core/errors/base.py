"""The four kinds of refusal, and what all have: a code, texts in three languages, facts."""

from __future__ import annotations

from typing import ClassVar

from despacho_core.phrases import said

LANGUAGES = ("en", "es", "pt")


class DomainError(Exception):
    """Base of all refusals. Keyword arguments fill the placeholders of the texts."""

    code: ClassVar[str] = "domain-error"
    texts: ClassVar[dict[str, str]] = {
        "en": "The request cannot be carried out.",
        "es": "La solicitud no se puede realizar.",
        "pt": "O pedido não pode ser realizado.",
    }

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.text("en"))

    def text(self, language: str) -> str:
        """The message in ``en``, ``es`` or ``pt``; English where a translation is missing."""
        template = self.texts.get(language) or self.texts["en"]
        return template.format_map({name: said(fact, language) for name, fact in self.facts.items()})


class Invalid(DomainError):
    """The input can never work as it stands."""

    code = "invalid"


class NotFound(DomainError):
    """Nothing of that name exists in this store."""

    code = "not-found"
    texts: ClassVar[dict[str, str]] = {
        "en": "There is no {what} {id} in this store.",
        "es": "No existe {what} {id} en esta tienda.",
        "pt": "Não existe {what} {id} nesta loja.",
    }


class Conflict(DomainError):
    """Right input, wrong moment."""

    code = "conflict"


class NotAvailable(DomainError):
    """Cannot be answered now; trying later can help."""

    code = "not-available"


def all_errors() -> list[type[DomainError]]:
    """Every concrete refusal, for the documentation and the tests that hold it complete."""
    found: list[type[DomainError]] = []
    pending: list[type[DomainError]] = [DomainError]
    while pending:
        kind = pending.pop()
        pending.extend(kind.__subclasses__())
        found.append(kind)
    return sorted(found, key=lambda kind: kind.code)

"""Orders that should have a document and have none: why, since when, and what to do about it."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from despacho_core.errors import LANGUAGES, AccountNeedsAttention, DomainError

SALE = "sale"
"""The purpose of an order's receipt or invoice; that of a credit note is the id of the document that it takes back."""

UNLISTED = frozenset({"nothing-to-invoice", "dismissed"})
"""Reasons that ask nothing of anybody: the order needs no document, or a person said so. They are kept so that nobody looks again."""

REFUSED = "invoicing-refused"
"""The invoicing system said no. It is asked again only when something has changed, or a person asks."""


class Place(enum.StrEnum):
    """Where a reason is mended."""

    BILLING = "billing"
    ORDER = "order"
    ACCOUNT = "account"
    PERSON = "person"
    ITSELF = "itself"


class WaitingDocument(msgspec.Struct, frozen=True, kw_only=True):
    """One order that waits, for one purpose.

    Attributes:
        code: The problem's code, as in docs/problems.md.
        messages: The problem's sentence by language; it says what to do.
        field: What has to be mended, by the API's name where it has one.
        since: When it began to wait; ``tried_at`` is the last time that it was tried.
        account_id: The invoicing account that stands in the way, or whose system said no, where it is a particular one.
    """

    store_id: str
    order_number: int
    code: str
    messages: dict[str, str]
    since: datetime
    tried_at: datetime
    purpose: str = SALE
    field: str | None = None
    account_id: str | None = None

    @property
    def place(self) -> Place:
        """Where it is mended."""
        return _PLACES.get(self.code, Place.ORDER)

    @property
    def credits_id(self) -> str | None:
        """The document over which a credit note is missing; None where the sale's own is."""
        return None if self.purpose == SALE else self.purpose

    def message(self, language: str) -> str:
        """The reason in a language, else in English."""
        return self.messages.get(language) or self.messages.get("en", self.code)

    def remedy(self, language: str) -> str:
        """What to do, in ``en``, ``es`` or ``pt``."""
        texts = _REMEDIES[self.place]
        return texts.get(language, texts["en"])


def waiting_for(
    error: DomainError,
    *,
    store_id: str,
    order_number: int,
    at: datetime,
    purpose: str = SALE,
    account_id: str | None = None,
) -> WaitingDocument:
    """The order, waiting because of this refusal; ``account_id`` where the refusal itself does not name it."""
    named = error.facts.get("account") if isinstance(error, AccountNeedsAttention) else account_id
    return WaitingDocument(
        store_id=store_id,
        order_number=order_number,
        purpose=purpose,
        code=error.code,
        messages={language: error.text(language) for language in LANGUAGES},
        field=_field_of(error),
        account_id=None if named is None else str(named),
        since=at,
        tried_at=at,
    )


def _field_of(error: DomainError) -> str | None:
    named = error.facts.get("fields") or error.facts.get("field") or _FIELDS.get(error.code)
    if named is None and error.code in {"amount-invalid", "tax-not-supported"}:
        named = error.facts.get("what") or error.facts.get("line")
    return None if named is None else str(named)


_FIELDS = {
    "tax-id-invalid": "tax_id",
    "totals-disagree": "total",
    "unknown-currency": "currency",
    "currency-not-issued": "currency",
}
_PLACES = {
    "tax-id-invalid": Place.BILLING,
    "buyer-incomplete": Place.BILLING,
    "account-needs-attention": Place.ACCOUNT,
    "no-account": Place.ACCOUNT,
    "currency-not-issued": Place.ACCOUNT,
    "order-before-start": Place.PERSON,
    REFUSED: Place.PERSON,
    "not-yet-known": Place.ITSELF,
    "provider-unavailable": Place.ITSELF,
}
_REMEDIES: dict[Place, dict[str, str]] = {
    Place.BILLING: {
        "en": "Correct the buyer's billing data in the store or here, or choose a receipt for this order.",
        "es": "Corrige los datos de facturación en la tienda o aquí, o elige boleta para este pedido.",
        "pt": "Corrija os dados de faturação na loja ou aqui, ou escolha um recibo para esta encomenda.",
    },
    Place.ORDER: {
        "en": "Correct the order in the store; it is tried again by itself. What cannot be corrected is issued by hand.",
        "es": "Corrige el pedido en la tienda; se reintenta solo. Lo que no se pueda corregir se emite a mano.",
        "pt": "Corrija a encomenda na loja; repete-se sozinho. O que não se puder corrigir emite-se à mão.",
    },
    Place.ACCOUNT: {
        "en": "Add or mend the invoicing account, then test it; what waits for it is tried again by itself.",
        "es": "Agrega o corrige la cuenta de facturación y pruébala; lo que la espera se reintenta solo.",
        "pt": "Adicione ou corrija a conta de faturação e teste-a; o que espera por ela repete-se sozinho.",
    },
    Place.PERSON: {
        "en": "Look at the reason, then issue the document again by hand, or say that none is needed.",
        "es": "Revisa el motivo y emite de nuevo a mano, o indica que no hace falta documento.",
        "pt": "Veja o motivo e emita de novo à mão, ou indique que não é preciso documento.",
    },
    Place.ITSELF: {
        "en": "Nothing: it is looked into by itself, and never done twice.",
        "es": "Nada: se revisa solo y nunca se hace dos veces.",
        "pt": "Nada: é verificado sozinho e nunca se faz duas vezes.",
    },
}

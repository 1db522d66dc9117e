"""Reading what was issued: the answer to an emission, and a document by its token (contract/invoicing.md 2.3, 2.4 and 2.7)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from despacho_openfactura.answers import check, text_of, whole_of
from despacho_ports.calls import Answer, lenient
from despacho_ports.errors import Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument

_TOKEN = re.compile(r"[0-9A-Za-z_-]{16,128}")


class Receipt(msgspec.Struct, frozen=True):
    """What an emission answered. The folio may be missing: only the token is promised."""

    token: str
    folio: int | None = None
    warning: str | None = None


class _Emission(msgspec.Struct, rename="upper"):
    token: object = None
    folio: object = None
    warning: object = None


class _Shown(msgspec.Struct):
    json: dict[str, object]


class Shown(msgspec.Struct, frozen=True):
    """A document as the system gives it back."""

    kind: int
    folio: int
    total: Decimal | None
    dte: Mapping[str, object]

    def issued(self, token: str, *, warning: str | None = None) -> IssuedDocument:
        """As the port wants it."""
        return issued_document(token, self.kind, self.folio, total=self.total, warning=warning)


def read_emission(answer: Answer) -> Receipt:
    """The receipt of a successful emission.

    Raises:
        Uncertain: It cannot be read; the document is probably issued.
    """
    found = lenient(answer.body, _Emission)
    token = token_of(found.token) if found else None
    if found is None or token is None:
        raise Uncertain("OpenFactura answered an emission with what cannot be read.")
    return Receipt(token, whole_of(found.folio), text_of(found.warning) or None)


def read_shown(answer: Answer) -> Shown:
    """A document in its form ``json``. By token numbers are text, by folio they are numbers.

    Raises:
        ProviderError: A refusal; ``Unavailable`` for what cannot be read.
    """
    check(answer)
    found = lenient(answer.body, _Shown)
    head = _node(found.json.get("Encabezado")) if found else {}
    identity, totals = _node(head.get("IdDoc")), _node(head.get("Totales"))
    kind, folio, total = whole_of(identity.get("TipoDTE")), whole_of(identity.get("Folio")), totals.get("MntTotal")
    if found is None or not kind or not folio:
        raise Unavailable("OpenFactura showed a document that cannot be read.")
    amount = whole_of(total)
    return Shown(kind, folio, None if amount is None else Decimal(amount), found.json)


def issued_document(
    token: str, kind: int, folio: int, *, total: Decimal | None = None, warning: str | None = None
) -> IssuedDocument:
    """The token is what the system knows a document by; type and folio are what people do: ``39-1020``."""
    return IssuedDocument(
        external_id=token, public_id=f"{kind}-{folio}", folio=str(folio), total=total, warning=warning
    )


def token_of(value: object) -> str | None:
    """A token that is safe in a path; the documented ones are 64 hexadecimal digits."""
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else None


def _node(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}

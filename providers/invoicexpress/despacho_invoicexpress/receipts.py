"""Reading what InvoiceXpress made: a draft, or a document with its legal number (contract/invoicing.md 9.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from despacho_invoicexpress.answers import decimal_of, lenient, text_of, whole_of
from despacho_invoicexpress.drafts import NOTHING_EXEMPT, Plan
from despacho_invoicexpress.kinds import Kind, kind_named
from despacho_ports.calls import Answer
from despacho_ports.invoicing import IssuedDocument

DRAFT, DELETED, CANCELED = "draft", "deleted", "canceled"
_ISSUED = frozenset({"final", "settled", "sent", "second_copy", CANCELED})
_NUMBER = re.compile(r"[^\s/]{1,40}/[0-9]{1,12}")


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A document as the service shows it. ``number`` is series and number (``G/6``), empty for a draft.

    ``tax_names``, ``exemption`` and ``client_code`` are empty where the answer does not say.
    """

    id: int
    kind: Kind
    status: str
    number: str
    reference: str
    total: Decimal | None
    tax_names: tuple[str, ...]
    exemption: str
    client_code: str

    @property
    def is_issued(self) -> bool:
        """Whether it has legal force, or had."""
        return self.status in _ISSUED and bool(self.number)

    def issued(self, at: datetime | None = None) -> IssuedDocument:
        """As the port wants it: the folio is the legal number (``FR G/6``), the public id the same, safe in a path."""
        legal = f"{self.kind.prefix} {self.number}"
        return IssuedDocument(
            external_id=str(self.id),
            public_id=re.sub(r"[^A-Za-z0-9.]+", "-", legal).strip("-"),
            folio=legal,
            issued_at=at,
            total=self.total,
            warning="O documento foi anulado em InvoiceXpress." if self.status == CANCELED else None,
        )


def read_document(answer: Answer, kind: Kind) -> Shown | None:
    """The document of a successful answer, which stands under its own type or under ``invoice``; None if it cannot be read."""
    envelope = lenient(answer.body, object)
    if not isinstance(envelope, Mapping):
        return None
    return shown_of(envelope.get(kind.key, envelope.get("invoice")), kind)


def shown_of(row: object, kind: Kind | None = None) -> Shown | None:
    """A document from its JSON; None if it has no id or no state, or is of a kind that we know nothing of."""
    if not isinstance(row, Mapping):
        return None
    number, status = whole_of(row.get("id")), text_of(row.get("status"))
    found = kind_named(row.get("type")) or (kind if row.get("type") is None else None)
    if number is None or not status or found is None:
        return None
    return Shown(
        id=number,
        kind=found,
        status=status,
        number=_number(row),
        reference=text_of(row.get("reference")),
        total=decimal_of(row.get("total")),
        tax_names=_tax_names(row.get("items")),
        exemption=text_of(row.get("tax_exemption")),
        client_code=text_of(_node(row.get("client")).get("code")),
    )


def objection(shown: Shown, plan: Plan, total: Decimal) -> str | None:
    """Why a draft must not become final, for the merchant; None if it is what was asked for.

    Args:
        shown: The draft as the service shows it.
        plan: What was asked for.
        total: What it has to come to, in euros.
    """
    if shown.total != total:
        said = "um valor ilegível" if shown.total is None else f"{shown.total:.2f} EUR"
        return (
            f"O InvoiceXpress calcula {said} em vez de {total:.2f} EUR; nada foi emitido. Se a conta guarda preços com "
            "duas casas decimais, mude-a para quatro, ou emita à mão."
        )
    if shown.tax_names and sorted(shown.tax_names) != sorted(plan.tax_names):
        wanted, got = (", ".join(dict.fromkeys(names)) for names in (plan.tax_names, shown.tax_names))
        return (
            f"O InvoiceXpress aplicou as taxas {got} em vez de {wanted}; nada foi emitido. Verifique as taxas da conta."
        )
    if plan.exemption != NOTHING_EXEMPT and shown.exemption not in {"", plan.exemption}:
        return f"O InvoiceXpress indica o motivo de isenção {shown.exemption} em vez de {plan.exemption}; nada foi emitido."
    if shown.client_code not in {"", plan.client.code}:
        return (
            f"O InvoiceXpress usou outro cliente com o nome “{plan.client.name}” ({shown.client_code}); nada foi emitido. "
            "Mude lá o nome desse cliente, ou emita à mão."
        )
    return None


def _number(row: Mapping[object, object]) -> str:
    """``G/6``, from whichever of the two forms is there; a draft's are empty or a word."""
    inverted = text_of(row.get("inverted_sequence_number"))
    if _NUMBER.fullmatch(inverted):
        return inverted
    number, _, series = text_of(row.get("sequence_number")).partition("/")
    turned = f"{series}/{number}"
    return turned if _NUMBER.fullmatch(turned) else ""


def _tax_names(items: object) -> tuple[str, ...]:
    """The tax of each line; nothing unless every line tells."""
    rows = items if isinstance(items, list) else []
    names = tuple(text_of(_node(_node(row).get("tax")).get("name")) for row in rows)
    return names if all(names) else ()


def _node(value: object) -> Mapping[object, object]:
    return value if isinstance(value, Mapping) else {}

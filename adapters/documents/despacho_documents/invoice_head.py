"""The plain invoice's upper part: seller and buyer, what it belongs to, and what a credit note takes back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from despacho_core.fiscal import Buyer, CreditedDocument
from despacho_documents.figures import day
from despacho_documents.fitting import Paragraph, fit, fit_line
from despacho_documents.flow import Block
from despacho_documents.invoice_words import InvoiceWords
from despacho_documents.marks import Box, Mark
from despacho_ports.documents import InvoiceForm, Issuer


def parties(form: InvoiceForm, words: InvoiceWords) -> Block:
    """Seller and buyer side by side."""
    seller = (words.issuer, form.issuer.name, _of_issuer(form.issuer, words))
    buyer = form.document.buyer
    other = (words.buyer, buyer.name or words.consumer, _of_buyer(buyer, words))
    return Block(height=34, draw=partial(_parties, (seller, other)))


def facts(form: InvoiceForm, words: InvoiceWords) -> Block:
    """Date, order, reference, and how it was paid where that is known."""
    document = form.document
    shown = [
        (words.date, day(document.issued_on, form.language)),
        (words.order, str(document.order_number)),
        (words.reference, form.reference),
    ]
    if document.payment_method:
        shown.append((words.payment, document.payment_method))
    return Block(height=12, draw=partial(_facts, shown, (2, 2, 4, 3)))


def credited(document: CreditedDocument, words: InvoiceWords, language: str) -> Block:
    """The document that is taken back, and why."""
    caption = words.takes_back if document.whole else words.takes_back_partly
    what = f"{document.public_id} ({day(document.issued_on, language)})"
    return Block(height=12, draw=partial(_facts, [(caption, what), (words.reason, document.reason)], (4, 7)))


def _of_issuer(issuer: Issuer, words: InvoiceWords) -> list[str]:
    return _present([_tax_id(issuer.tax_id, words), *issuer.address])


def _of_buyer(buyer: Buyer, words: InvoiceWords) -> list[str]:
    place = ", ".join(dict.fromkeys(_present([buyer.municipality, buyer.city, buyer.postal_code])))
    return _present(
        [_tax_id(buyer.tax_id, words), buyer.business_activity, buyer.street, place, buyer.country, buyer.email]
    )


def _tax_id(tax_id: str | None, words: InvoiceWords) -> str:
    return f"{words.tax_id}: {tax_id}" if tax_id else ""


def _present(texts: Iterable[str | None]) -> list[str]:
    return [text for text in texts if text]


def _parties(both: Sequence[tuple[str, str, list[str]]], box: Box) -> list[Mark]:
    marks: list[Mark] = []
    for (caption, name, lines), column in zip(both, box.columns(1, 1, gap=6), strict=True):
        above, below = Box(column.x, column.y + 2, column.width, column.height - 4).from_top(3.6)
        paragraphs = [Paragraph(name, bold=True, scale=1.15), *map(Paragraph, lines)]
        marks += [*fit_line(caption, above, largest=6.5), *fit(paragraphs, below, largest=9)]
    return marks


def _facts(shown: Sequence[tuple[str, str]], shares: Sequence[int], box: Box) -> list[Mark]:
    marks: list[Mark] = []
    columns = box.columns(*shares[: len(shown)], gap=4)
    for (caption, text), column in zip(shown, columns, strict=True):
        above, below = column.from_top(3.2)
        body, _ = below.from_top(7)
        marks += [*fit_line(caption, above, largest=6.5), *fit([Paragraph(text, bold=True)], body, largest=9)]
    return marks

"""The request that makes a draft, to the byte, and what the draft has to answer (contract/invoicing.md 9.2, 9.3 and 9.6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, FiscalLine
from despacho_invoicexpress.kinds import Kind, kind_of
from despacho_invoicexpress.parties import Client, client_of
from despacho_invoicexpress.pricing import Priced, priced_lines
from despacho_invoicexpress.settings import InvoiceXpressSettings
from despacho_invoicexpress.taxes import Tax, tax_for
from despacho_invoicexpress.wording import tidy
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssueRequest

NOTHING_EXEMPT = "M00"


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A document as it is going to be asked for.

    ``tax_names`` are those of its lines in order; ``exemption`` is the one code of all lines without tax.
    """

    kind: Kind
    client: Client
    tax_names: tuple[str, ...]
    exemption: str
    body: dict[str, object]


def plan_of(settings: InvoiceXpressSettings, request: IssueRequest, taxes: Sequence[Tax]) -> Plan:
    """The whole request.

    Raises:
        Rejected: The document cannot be stated: another currency than euros, a tax that the account does not have, a line without tax
            and without a reason, a buyer not known well enough, an original that is not InvoiceXpress's.
    """
    document = request.document
    _check(document)
    client = client_of(document)
    priced = priced_lines(document, settings.price_decimals)
    named = [tax_for(part.line.tax_rate, taxes, settings.home).name for part in priced]
    exemption = _exemption(settings, document)
    day = document.issued_on.strftime("%d/%m/%Y")
    content: dict[str, object] = {
        "date": day,
        "due_date": day,
        "reference": request.reference,
        "observations": _observations(document),
        "tax_exemption": exemption,
        "client": client.named,
        "items": [_item(part, name) for part, name in zip(priced, named, strict=True)],
    }
    if exemption != NOTHING_EXEMPT:
        content["tax_exemption_reason"] = exemption  # the official document lists both names
    if settings.sequence_id != "":
        content["sequence_id"] = str(settings.sequence_id)
    if document.credits is not None:
        content["owner_invoice_id"] = _owner(document.credits.external_id)
    body: dict[str, object] = {"invoice": content, "proprietary_uid": request.reference}
    return Plan(kind=kind_of(settings, document), client=client, tax_names=tuple(named), exemption=exemption, body=body)


def _check(document: FiscalDocument) -> None:
    if document.currency != "EUR":
        message = f"O InvoiceXpress emite aqui só em euros; a encomenda está em {document.currency}."
        raise Rejected(message, field="currency")
    if document.kind is DocumentKind.CREDIT_NOTE and document.credits is None:
        raise Rejected("A credit note has to name the document that it takes back.", field="owner_invoice_id")
    if not any(line.amount for line in document.lines):
        raise Rejected("O documento não tem linhas com valor.", field="items")


def _exemption(settings: InvoiceXpressSettings, document: FiscalDocument) -> str:
    """The reason of all lines without tax: a document has room for one.

    Raises:
        Rejected: A line says none and the account has none for such lines, or there are several.
    """
    exempt = [line for line in document.lines if line.amount and (line.exempt or not line.tax_rate)]
    codes = {line.exemption or settings.exemption_code for line in exempt}
    if "" in codes:
        unnamed = next(line for line in exempt if not line.exemption)
        message = (
            f"“{tidy(unnamed.name, 80)}” não tem IVA nem motivo de isenção. Corrija os impostos da loja, "
            "ou defina exemption_code (por exemplo M10, M07 ou M99) na conta InvoiceXpress, e tente de novo."
        )
        raise Rejected(message, field="tax_exemption")
    if len(codes) > 1:
        message = (
            f"Um documento só tem lugar para um motivo de isenção; este tem {', '.join(sorted(codes))}. Emita-o à mão; se um deles é dos "
            "cartões-presente, dê-lhes o outro ou deixe-os de fora (definição documents.gift_card_exemption) e tente de novo."
        )
        raise Rejected(message, field="tax_exemption")
    return codes.pop() if codes else NOTHING_EXEMPT


def _item(part: Priced, tax_name: str) -> dict[str, object]:
    """A line. An item is known by its name and overwritten by each sale: the SKU, where there is one."""
    name = tidy(part.line.sku, 80) or tidy(part.line.name, 80) or "Produto"
    return {
        "name": name,
        "description": _description(part.line) or name,
        "unit_price": _number(part.unit_price),
        "quantity": _number(part.quantity),
        "unit": "unit",
        "tax": {"name": tax_name},
    }


def _description(line: FiscalLine) -> str:
    """What is sold. A discount is in the price already, since per cents would not come to the cent; it is told in words."""
    name = tidy(line.name, 200)
    return f"{name} (desconto incluído: {line.discount:f} EUR)" if line.discount else name


def _observations(document: FiscalDocument) -> str:
    """The order, why a credit note is made and for which document, and what the computation has to say."""
    words = [f"Encomenda {document.order_number}."]
    if document.credits is not None:
        words.append(_taken_back(document.credits))
    return tidy(" ".join([*words, *document.notes]), 1000)


def _taken_back(credited: CreditedDocument) -> str:
    """A credit note must say why it is made (contract/invoicing.md 8.4)."""
    usual, does = ("Encomenda anulada", "Anula") if credited.whole else ("Devolução", "Retifica em parte")
    return f"{tidy(credited.reason, 200) or usual}. {does} {credited.folio}."


def _owner(external_id: str) -> int:
    if not (external_id.isascii() and external_id.isdecimal() and len(external_id) <= 18):
        raise Rejected(
            "O documento a anular não foi emitido em InvoiceXpress. Emita a nota à mão.", field="owner_invoice_id"
        )
    return int(external_id)


def _number(amount: Decimal) -> int | Decimal:
    """As few decimals as it has."""
    whole = int(amount)
    return whole if whole == amount else amount.normalize()

"""A document on paper: the QR code's text as the tax authority fixed it, its picture, and the PDF (contract/invoicing.md 8.4)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from decimal import Decimal

from PIL import Image  # comes with reportlab
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.invoicexpress.accounts import Account, Client
from despacho_sandbox.invoicexpress.arithmetic import CENT, cents
from despacho_sandbox.invoicexpress.ledger import PREFIXES, Document

TITLES = {
    "Invoice": "Fatura",
    "InvoiceReceipt": "Fatura-recibo",
    "SimplifiedInvoice": "Fatura simplificada",
    "CreditNote": "Nota de crédito",
    "DebitNote": "Nota de débito",
}
CERTIFICATE = "0000"
_FINAL_CONSUMER = "999999990"
_FIELDS = {"RED": (3, 4), "INT": (5, 6), "NOR": (7, 8)}
_REGIONS = ("PT", "PT-AC", "PT-MA")


def qr_text(document: Document, account: Account, client: Client) -> str:
    """What the code says: seller, buyer, type, date, number, ATCUD, amounts by region and rate, four letters of the signature."""
    parts = [
        ("A", account.nif),
        ("B", client.fiscal_id or _FINAL_CONSUMER),
        ("C", "PT" if client.country in ("", "Portugal") else "Desconhecido"),
        ("D", PREFIXES[document.kind]),
        ("E", "A" if document.status == "canceled" else "N"),
        ("F", document.date.strftime("%Y%m%d")),
        ("G", document.legal_number),
        ("H", document.atcud if document.atcud != "N/D" else "0"),
        *_amounts(document, account),
        ("N", f"{document.sums.taxes:.2f}"),
        ("O", f"{document.sums.total:.2f}"),
        ("P", "0.00"),
        ("Q", document.saft_hash or ""),
        ("R", CERTIFICATE),
    ]
    return "*".join(f"{name}:{value}" for name, value in parts)


def _amounts(document: Document, account: Account) -> Iterator[tuple[str, str]]:
    """One block for each region among the lines, I first, then J and K."""
    codes = {tax.id: tax.code for tax in account.taxes}
    letters = iter("IJK")
    for region in _REGIONS:
        lines = [line for line in document.lines if line.region == region]
        if not lines:
            continue
        letter = next(letters)
        yield f"{letter}1", region
        exempt = sum((line.subtotal for line in lines if not line.rate), Decimal(0))
        if exempt:
            yield f"{letter}2", f"{cents(exempt):.2f}"
        for code, (base, tax) in _FIELDS.items():
            of_rate = [line for line in lines if codes.get(line.tax_id) == code]
            if of_rate:
                net = sum((line.subtotal for line in of_rate), Decimal(0))
                yield f"{letter}{base}", f"{cents(net):.2f}"
                yield f"{letter}{tax}", f"{cents(net * of_rate[0].rate / 100):.2f}"


def qr_png(text: str) -> bytes:
    """The code as a picture, four dots to a module, with its quiet zone."""
    modules = _modules(text)
    size = len(modules)
    image = Image.new("1", (size + 8, size + 8), 1)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                image.putpixel((column + 4, row + 4), 0)
    buffer = io.BytesIO()
    image.resize((image.width * 4, image.height * 4)).save(buffer, "PNG")
    return buffer.getvalue()


def pdf(document: Document, account: Account, client: Client) -> bytes:
    """One page of A4; lines that find no room are left out."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setTitle(document.legal_number or "Rascunho")
    canvas.setFont("Helvetica", 9)
    for row, line in enumerate(_text(document, account, client)):
        at = A4[1] - (15 + 5 * row) * mm
        if at < 55 * mm:
            break
        canvas.drawString(20 * mm, at, line[:110])
    if document.issued:
        canvas.drawString(20 * mm, 48 * mm, f"ATCUD:{document.atcud}")
        _draw_qr(canvas, qr_text(document, account, client))
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _text(document: Document, account: Account, client: Client) -> list[str]:
    net = {line.rate: Decimal(0) for line in document.lines}
    for line in document.lines:
        net[line.rate] += line.subtotal
    return [
        f"{account.company}   NIF {account.nif}",
        f"{TITLES[document.kind]}  {document.legal_number or 'RASCUNHO'}",
        f"Data: {document.date:%d/%m/%Y}",
        f"Cliente: {client.name}   NIF {client.fiscal_id or 'Consumidor final'}",
        f"Referência: {document.reference}",
        document.observations,
        "",
        *(
            f"{line.quantity.normalize():f} x {line.description}   {line.unit_price.normalize():f}   IVA {line.rate:f}%"
            for line in document.lines
        ),
        "",
        *(f"Incidência {rate:f}%: {cents(amount)}" for rate, amount in sorted(net.items())),
        f"Isenção: {document.tax_exemption}" if 0 in net else "",
        f"IVA: {document.sums.taxes.quantize(CENT)}",
        f"Total: {document.sums.total.quantize(CENT)} EUR",
        "Documento de teste, sem validade fiscal",
    ]


def _draw_qr(canvas: Canvas, text: str) -> None:
    modules = _modules(text)
    size = 35 * mm / len(modules)
    for row, line in enumerate(modules):
        for column, dark in enumerate(line):
            if dark:
                canvas.rect(20 * mm + column * size, 10 * mm + (len(modules) - 1 - row) * size, size, size, 0, 1)


def _modules(text: str) -> list[list[bool]]:
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    return [[bool(code.isDark(row, column)) for column in range(count)] for row in range(count)]

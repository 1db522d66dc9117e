"""Labels on paper: 10 by 10 cm, or letter size (contract/carriers.md 3A)."""

from __future__ import annotations

import io

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import letter
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.starken.ledger import Freight

_SQUARE = (100 * mm, 100 * mm)


def label_lines(freight: Freight, piece: int) -> list[str]:
    """What a label says beside its barcodes, from top to bottom."""
    where = freight.agency.name if freight.agency else f"{freight.street} {freight.number} {freight.unit}".strip()
    return [
        f"STARKEN   {'AGENCIA' if freight.to_agency else 'DOMICILIO'}   OF {freight.order}",
        f"BULTO {piece} DE {freight.pieces}   {freight.kilos} KG   {freight.destination.region:02d}",
        f"REGION {freight.destination.region}   {freight.comuna}",
        f"PARA  {freight.receiver}   {freight.phone}",
        where,
        f"DE  {freight.sender}   {freight.sender_rut}",
    ]


def label_pdf(freight: Freight, piece: int, *, sheet: bool) -> bytes:
    """The label of one package; on a sheet it stands in the upper left corner."""
    buffer = io.BytesIO()
    size = letter if sheet else _SQUARE
    canvas = Canvas(buffer, pagesize=size)
    canvas.setTitle(f"OF {freight.order} {piece}/{freight.pieces}")
    canvas.translate(0, size[1] - _SQUARE[1])
    for row, line in enumerate(label_lines(freight, piece)):
        canvas.setFont("Helvetica-Bold" if row < 3 else "Helvetica", 9)
        canvas.drawString(6 * mm, (92 - 6 * row) * mm, line[:58])
    barcode = Code128(freight.barcode(piece), barWidth=0.5 * mm, barHeight=26 * mm, quiet=False)
    barcode.drawOn(canvas, 12 * mm, 24 * mm)
    canvas.setFont("Courier-Bold", 12)
    canvas.drawCentredString(50 * mm, 18 * mm, freight.barcode(piece))
    Code128(str(freight.order), barWidth=0.25 * mm, barHeight=9 * mm, quiet=False).drawOn(canvas, 12 * mm, 5 * mm)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()

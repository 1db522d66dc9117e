"""Labels and certificates: drawn for paper, and as ZPL."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.ctt.ledger import Parcel

LISBON = ZoneInfo("Europe/Lisbon")
_LABEL_MM = (100, 100)
_ROWS_PER_PAGE = 40


def label_lines(parcel: Parcel) -> list[str]:
    """What a label says beside its barcode, from top to bottom."""
    return [
        f"CTT EXPRESSO   {parcel.product.name}",
        f"{parcel.piece}/{parcel.pieces}   {parcel.weight_g} g   REF {parcel.reference}",
        f"DE  {parcel.sender}",
        f"PARA  {parcel.receiver}",
        parcel.address,
        f"{parcel.postcode} {parcel.town}  {parcel.country}",
    ]


def labels_pdf(parcels: Sequence[Parcel]) -> bytes:
    """One page of 100 by 100 mm for each object."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(_LABEL_MM[0] * mm, _LABEL_MM[1] * mm))
    canvas.setTitle(f"Guia {parcels[0].note}")
    for parcel in parcels:
        for row, line in enumerate(label_lines(parcel)):
            canvas.setFont("Helvetica-Bold" if row < 2 else "Helvetica", 9)
            canvas.drawString(6 * mm, (92 - 7 * row) * mm, line[:60])
        barcode = Code128(parcel.number, barWidth=0.4 * mm, barHeight=24 * mm, quiet=False)
        barcode.drawOn(canvas, 10 * mm, 18 * mm)
        canvas.setFont("Courier-Bold", 12)
        canvas.drawCentredString(50 * mm, 11 * mm, parcel.number)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def labels_zpl(parcels: Sequence[Parcel]) -> str:
    """One ZPL label for each object, with carriage returns between the commands."""
    return "".join(_zpl(parcel) for parcel in parcels).replace("\n", "\r")


def certificate_pdf(contract: str, name: str, parcels: Sequence[Parcel], at: datetime, copy: str) -> bytes:
    """The "Certificado de Aceitação" of one product: original or duplicate."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=A4)
    canvas.setTitle("Certificado de Aceitação")
    starts = range(0, len(parcels), _ROWS_PER_PAGE)
    for page, start in enumerate(starts, start=1):
        canvas.setFont("Helvetica-Bold", 13)
        canvas.drawString(20 * mm, 277 * mm, f"CERTIFICADO DE ACEITAÇÃO   {copy}")
        canvas.setFont("Helvetica", 9)
        canvas.drawString(20 * mm, 270 * mm, f"{name}   Contrato {contract}   {parcels[0].product.name}")
        canvas.drawString(20 * mm, 264 * mm, f"{at.astimezone(LISBON):%d-%m-%Y %H:%M}   Objetos: {len(parcels)}")
        canvas.drawRightString(190 * mm, 264 * mm, f"{page}/{len(starts)}")
        for row, parcel in enumerate(parcels[start : start + _ROWS_PER_PAGE]):
            line = f"{parcel.number}   {parcel.reference}   {parcel.postcode} {parcel.town}"
            canvas.drawString(20 * mm, (254 - 5 * row) * mm, line[:95])
        for x, signer in ((20, "Cliente"), (110, "CTT Expresso")):
            canvas.rect(x * mm, 18 * mm, 80 * mm, 25 * mm)
            canvas.drawString((x + 2) * mm, 20 * mm, signer)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _zpl(parcel: Parcel) -> str:
    texts = "\n".join(
        f"^FO40,{40 + 46 * row}^A0N,32,32^FD{_printable(line)}^FS" for row, line in enumerate(label_lines(parcel))
    )
    return (
        f"^XA\n^CI28\n^PW800\n^LL800\n{texts}\n^FO80,420^BY3^BCN,200,N,N,N,A^FD{parcel.number}^FS\n"
        f"^FO240,650^A0N,50,50^FD{parcel.number}^FS\n^PQ1\n^XZ\n"
    )


def _printable(line: str) -> str:
    # ^ and ~ start commands in ZPL; whoever wrote the address did not mean one.
    return line.replace("^", " ").replace("~", " ")

"""Bars and pages: the barcode as widths, the label as PDF and JPEG."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from PIL import Image, ImageDraw, ImageFont  # comes with reportlab
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.chilexpress.ledger import TransportOrder

LABEL_MM = (100, 50)
DOTS = (800, 400)


def label_lines(order: TransportOrder) -> list[str]:
    """What a label says beside its barcode, from top to bottom (contract/carriers.md 1.4)."""
    region = "RM" if order.destination.region == "RM" else order.destination.region.removeprefix("R")
    return [
        f"CHILEXPRESS  {order.routing_code}  {'D' if order.document else 'E'}  {order.group_reference}",
        f"OT {order.number}   {order.service.short}   {order.piece:02d}/{order.pieces:02d}",
        order.recipient,
        order.address,
        f"({region}){order.destination.county}   REF:{order.reference}",
    ]


def bars(digits: str) -> Iterator[tuple[int, int]]:
    """Code 128 as black bars: start and width in modules; quiet zones are the caller's."""
    code = Code128(digits, barWidth=1)
    code.validate()
    code.encode()
    code.decompose()
    at = 0
    for letter in code.decomposed:
        width = "abcdefgh".index(letter.lower()) + 1
        if letter.isupper():
            yield at, width
        at += width


def label_pdf(order: TransportOrder) -> bytes:
    """The label as one page of 100 by 50 mm."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(LABEL_MM[0] * mm, LABEL_MM[1] * mm))
    canvas.setTitle(f"OT {order.number}")
    for row, line in enumerate(label_lines(order)):
        canvas.setFont("Helvetica-Bold" if row < 2 else "Helvetica", 8)
        canvas.drawString(4 * mm, (45 - 4.5 * row) * mm, line[:64])
    barcode = Code128(order.barcode, barWidth=0.45 * mm, barHeight=14 * mm, quiet=False)
    barcode.drawOn(canvas, 8 * mm, 6 * mm)
    canvas.setFont("Helvetica", 7)
    canvas.drawString(8 * mm, 2.5 * mm, order.barcode)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def label_jpeg(order: TransportOrder) -> bytes:
    """The label as a grey image of 800 by 400 dots, which the service calls "Binary"."""
    image = Image.new("L", DOTS, 255)
    pen, font = ImageDraw.Draw(image), _font()
    for row, line in enumerate(label_lines(order)):
        pen.text((24, 16 + 32 * row), line[:64], fill=0, font=font)
    for start, width in bars(order.barcode):
        pen.rectangle((44 + 4 * start, 190, 44 + 4 * (start + width) - 1, 350), fill=0)
    pen.text((44, 360), order.barcode, fill=0, font=font)
    return _jpeg(image)


@cache
def _font() -> ImageFont.FreeTypeFont:
    # reportlab's own font: Pillow's has no ñ.
    return ImageFont.truetype(io.BytesIO(files("reportlab").joinpath("fonts", "Vera.ttf").read_bytes()), 20)


@cache
def blank_jpeg() -> bytes:
    """A small empty picture, for the certificate's `binaryImage`."""
    return _jpeg(Image.new("L", (80, 40), 255))


def _jpeg(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=40)
    return buffer.getvalue()

"""Signatures drawn on a screen, and paper that was signed and scanned: untrusted files, read, bounded and made anew.

Why one cannot be used is said in phrases that :mod:`despacho_core.phrases` knows.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image, ImageOps  # comes with reportlab
from pypdf import PdfReader, PdfWriter
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from despacho_documents.broken import BROKEN
from despacho_documents.pictures import picture

MOST_PAGES = 20
MOST_PIXELS = 20_000_000
"""A4 at 450 dpi. Those of a JPEG are counted after it was opened at a fraction of its size."""

_EMPTY = "it is empty"
_UNREADABLE = "it is no readable file of its kind"
_TOO_MANY_PIXELS = "it has too many pixels"
_TOO_MANY_PAGES = "it has too many pages"
_NOTHING_DRAWN = "nothing is drawn on it"

_A4 = (595.276, 841.89)
_MARGIN = 14.0
_SIDES = (2480, 3508)
"""A4 at 300 dpi: what more there is, is not seen."""
_QUALITY = 80
_PALEST_INK = 200
_DROPPED = ("/Annots", "/AA", "/Thumb", "/PieceInfo", "/Metadata", "/StructParents", "/B", "/Tabs")


def drawing(content: bytes) -> bytes:
    """A drawn signature as a small grey PNG of our own making.

    Raises:
        ValueError: It is no PNG or JPEG, has too many pixels, or nothing is drawn on it.
    """
    if not content:
        raise ValueError(_EMPTY)
    try:
        image = picture(content)
    except ValueError as error:
        raise ValueError(_TOO_MANY_PIXELS if "megapixels" in str(error) else _UNREADABLE) from error
    if not any(image.histogram()[: _PALEST_INK + 1]):
        raise ValueError(_NOTHING_DRAWN)
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def scan(content: bytes) -> bytes:
    """Scanned paper as a PDF that holds pages and nothing else.

    Raises:
        ValueError: It is no PDF, PNG or JPEG, or has too many pages or pixels.
    """
    if not content:
        raise ValueError(_EMPTY)
    return _pages_alone(content) if b"%PDF-" in content[:1024] else _photograph(content)


def _pages_alone(content: bytes) -> bytes:
    """The pages of a PDF without annotations, scripts, forms or attached files."""
    writer = PdfWriter()
    try:
        reader = PdfReader(io.BytesIO(content))
        count = len(reader.pages)
        if not 1 <= count <= MOST_PAGES:
            raise ValueError(_TOO_MANY_PAGES if count else _EMPTY)
        for page in reader.pages:
            for name in _DROPPED:
                page.pop(name, None)
            writer.add_page(page)
        buffer = io.BytesIO()
        writer.write(buffer)
    except BROKEN as error:
        raise ValueError(str(error) if str(error) in {_TOO_MANY_PAGES, _EMPTY} else _UNREADABLE) from error
    return buffer.getvalue()


def _photograph(content: bytes) -> bytes:
    """One page with the picture on it, the right way up."""
    flat = _flat(content)
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=_QUALITY)
    lying = flat.width > flat.height
    width, height = reversed(_A4) if lying else _A4
    paper = io.BytesIO()
    canvas = Canvas(paper, pagesize=(width, height), pageCompression=1, invariant=1)
    canvas.drawImage(
        ImageReader(buffer),
        _MARGIN,
        _MARGIN,
        width=width - 2 * _MARGIN,
        height=height - 2 * _MARGIN,
        preserveAspectRatio=True,
        anchor="c",
    )
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


def _flat(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as image:
            image.draft("RGB", _SIDES)
            if image.width * image.height > MOST_PIXELS:
                raise ValueError(_TOO_MANY_PIXELS)
            flat = ImageOps.exif_transpose(image).convert("RGBA")
    except Image.DecompressionBombError as error:
        raise ValueError(_TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, EOFError, struct.error, zlib.error) as error:
        raise ValueError(_UNREADABLE) from error
    flat.thumbnail(_SIDES if flat.height >= flat.width else _SIDES[::-1])
    ground = Image.new("RGB", flat.size, "white")
    ground.paste(flat, mask=flat.getchannel("A"))
    return ground

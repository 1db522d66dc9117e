"""What is bound behind the manifest: the carrier's own pages, the signed paper, and its record as an attached file.

Where the carrier gives more than a sheet or two (Chilexpress: a certificate for each purchase), four of its pages stand on one: they
stay vector and can be read, and fifteen parcels do not become fifteen sheets. Full size they are to be had by themselves.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    RectangleObject,
    StreamObject,
)

from despacho_core.manifest_records import FILE_NAME
from despacho_documents.broken import BROKEN
from despacho_documents.merging import merged

FULL_SIZE = 2
"""So many pages of the carrier's are bound as they are."""

_A4 = (595.276, 841.89)
_MARGIN = 14.0
_GAP = 8.0
_ACROSS = 2
_A_SHEET = _ACROSS * _ACROSS


def bound(own: bytes, *, appended: Sequence[bytes] = (), scan: bytes | None = None, record: bytes = b"") -> bytes:
    """Our own pages first, then the carrier's, then the scan.

    Raises:
        ValueError: A document is no readable PDF; the message says which of the carrier's.
    """
    if not (appended or scan or record):
        return own
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(own)))
    if appended:
        _append_carriers(writer, merged(appended))
    if scan:
        writer.append(PdfReader(io.BytesIO(scan)), import_outline=False)
    if record:
        attached = writer.add_attachment(FILE_NAME, record)
        attached.subtype = NameObject("/application#2Fjson")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def attached_record(document: bytes) -> bytes | None:
    """The record inside a signed manifest; None where there is none.

    Raises:
        ValueError: The document is no readable PDF.
    """
    try:
        reader = PdfReader(io.BytesIO(document))
        found = next((one for one in reader.attachment_list if one.name == FILE_NAME), None)
        return None if found is None else bytes(found.content)
    except BROKEN as error:
        raise ValueError(f"this is not a readable PDF: {error}") from error


def _append_carriers(writer: PdfWriter, document: bytes) -> None:
    reader = PdfReader(io.BytesIO(document))
    if len(reader.pages) <= FULL_SIZE:
        writer.append(reader, import_outline=False)
        return
    try:
        forms = [_as_form(page, writer) for page in PdfWriter(clone_from=reader).pages]
    except BROKEN:
        # What cannot be made smaller is bound as it is.
        writer.append(reader, import_outline=False)
        return
    for start in range(0, len(forms), _A_SHEET):
        _add_sheet(writer, forms[start : start + _A_SHEET])


def _as_form(page: PageObject, writer: PdfWriter) -> tuple[StreamObject, RectangleObject]:
    """A page as something that can be drawn on another: its content and resources, without annotations or actions."""
    if page.rotation:
        page.transfer_rotation_to_content()
    contents = page.get_contents()
    stream = DecodedStreamObject()
    stream.set_data(contents.get_data() if contents is not None else b"")
    form = stream.flate_encode()
    resources = page.get("/Resources")
    box = page.cropbox
    form.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Form"),
            NameObject("/BBox"): ArrayObject(FloatObject(float(side)) for side in box),
            NameObject("/Resources"): DictionaryObject()
            if resources is None
            else resources.get_object().clone(writer, force_duplicate=False),
        }
    )
    return form, box


def _add_sheet(writer: PdfWriter, forms: Sequence[tuple[StreamObject, RectangleObject]]) -> None:
    width, height = _A4
    sheet = writer.add_blank_page(width, height)
    wide = (width - 2 * _MARGIN - (_ACROSS - 1) * _GAP) / _ACROSS
    high = (height - 2 * _MARGIN - (_ACROSS - 1) * _GAP) / _ACROSS
    drawn, named = [], DictionaryObject()
    for place, (form, box) in enumerate(forms):
        row, column = divmod(place, _ACROSS)
        left, bottom, right, top = (float(side) for side in box)
        scale = min(wide / max(right - left, 1), high / max(top - bottom, 1))
        x = _MARGIN + column * (wide + _GAP) + (wide - scale * (right - left)) / 2 - scale * left
        y = height - _MARGIN - row * (high + _GAP) - scale * top
        frame = f"{left:.2f} {bottom:.2f} {right - left:.2f} {top - bottom:.2f} re S"
        drawn.append(f"q {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm /P{place} Do 0.6 G {frame} Q")
        named[NameObject(f"/P{place}")] = writer._add_object(form)  # noqa: SLF001 - the only way to add an object of one's own
    content = DecodedStreamObject()
    content.set_data("\n".join(drawn).encode())
    sheet[NameObject("/Contents")] = writer._add_object(content.flate_encode())  # noqa: SLF001 - as above
    sheet[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): named})

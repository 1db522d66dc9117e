"""Label documents: which of the files in an answer are labels, and which piece each belongs to (contract/carriers.md 2.3).

A contract set to sticker labels answers raw ZPL, and the files beside it are then no labels. Otherwise the files are PDFs of which
the last is the label: before it there may be a cash-on-delivery sheet and a transport guide.
"""

from __future__ import annotations

import binascii
import io
import struct
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Sequence

from despacho_ctt.s10 import numbers_in
from despacho_ctt.soap import child, children, raw_of
from despacho_ports.carriers import LabelDocument, LabelFormat

_END = "^XZ"


def label_documents(output: ET.Element, numbers: Sequence[str]) -> list[tuple[LabelDocument, ...]]:
    """The documents of each number, in the numbers' order; none where it cannot be told whose a document is."""
    stickers = sticker_blocks(output)
    if stickers:
        return [_zpl(text) for text in _shared_out(stickers, numbers)]
    files = files_of(output)
    if not files:
        return [()] * len(numbers)
    pages = pages_of(files[-1], len(numbers))
    return [(LabelDocument(format=LabelFormat.PDF, content=page),) for page in pages] or [()] * len(numbers)


def sticker_blocks(output: ET.Element) -> list[str]:
    """Every ZPL label of an answer, with what is loaded into the printer before it."""
    blocks = []
    for label in children(child(output, "LabelList"), "LabelData"):
        parts = raw_of(label, "Label").split(_END)
        blocks += [f"{part.lstrip()}{_END}\n" for part in parts[:-1] if "^XA" in part]
    return blocks


def files_of(element: ET.Element) -> list[bytes]:
    """The PDFs of a ``DocumentsList``, in order."""
    listed = child(element, "DocumentsList")
    listed = child(element, "DocumentList") if listed is None else listed
    contents = [from_base64(raw_of(one, "File")) for one in children(listed, "DocumentData")]
    return [content for content in contents if content.startswith(b"%PDF")]


def from_base64(data: str) -> bytes:
    """The bytes behind base64, with or without line breaks or padding; empty where it is none."""
    body = "".join(data.split())
    try:
        return binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except ValueError:
        return b""


def numbers_on(output: ET.Element) -> list[str]:
    """The object numbers printed on the stickers, each once, in order."""
    return numbers_in("\n".join(sticker_blocks(output)))


def pages_of(document: bytes, count: int) -> list[bytes]:
    """A PDF of ``count`` pages page by page; empty if it has another number of them, or cannot be read."""
    if count == 1:
        return [document]
    from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - only for several pieces; it is slow to load
    from pypdf.errors import PyPdfError  # noqa: PLC0415 - see above

    # What pypdf lets through, beside its own errors, when a file is not what it claims to be.
    broken = (
        PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError, NotImplementedError,
        AssertionError, OverflowError, struct.error, zlib.error,
    )  # fmt: skip
    try:
        pages = list(PdfReader(io.BytesIO(document)).pages)
        if len(pages) != count:
            return []
        written = []
        for page in pages:
            writer, buffer = PdfWriter(), io.BytesIO()
            writer.add_page(page)
            writer.write(buffer)
            written.append(buffer.getvalue())
    except broken:
        return []
    return written


def _shared_out(blocks: Sequence[str], numbers: Sequence[str]) -> list[str]:
    """The block that names each number; by their order where none names any and there is one for each."""
    named = ["".join(block for block in blocks if number in block) for number in numbers]
    if not any(named) and len(blocks) == len(numbers):
        return list(blocks)
    return named


def _zpl(text: str) -> tuple[LabelDocument, ...]:
    return (LabelDocument(format=LabelFormat.ZPL, content=text.encode("utf-8", "replace")),) if text else ()

"""Several PDFs as one."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

# What pypdf lets through, beside its own errors, when a file is not what it claims to be.
_BROKEN = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError, NotImplementedError,
    AssertionError, OverflowError, struct.error, zlib.error,
)  # fmt: skip


def merged(documents: Sequence[bytes]) -> bytes:
    """All pages of all documents, in order.

    Raises:
        ValueError: There is no document, or one is no readable PDF; the message says which, counted from 1.
    """
    if not documents:
        raise ValueError("there is no document to merge")
    writer = PdfWriter()
    for place, document in enumerate(documents, start=1):
        try:
            reader = PdfReader(io.BytesIO(document))
            if not reader.pages:
                raise ValueError("it has no page")
            writer.append(reader, import_outline=False)
        except _BROKEN as error:
            raise ValueError(f"document {place} of {len(documents)} is not a readable PDF: {error}") from error
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()

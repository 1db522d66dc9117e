"""Several PDFs as one."""

from __future__ import annotations

import io
from collections.abc import Sequence

from pypdf import PdfReader, PdfWriter

from despacho_documents.broken import BROKEN


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
        except BROKEN as error:
            raise ValueError(f"document {place} of {len(documents)} is not a readable PDF: {error}") from error
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()

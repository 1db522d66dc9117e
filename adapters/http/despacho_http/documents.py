"""Documents that open in a browser: fiscal documents behind their unguessable address, and PDFs of the API."""

from __future__ import annotations

import re

from litestar import Response, get
from litestar.params import FromPath

from despacho_http.access import Hub
from despacho_http.refusals import NothingHere

_SUFFIX = ".pdf"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


@get("/documents/{file_name:str}")
async def open_document(services: Hub, file_name: FromPath[str]) -> Response[bytes]:
    """A fiscal document, for whoever has its address: the store, the merchant, the buyer."""
    token = without_suffix(file_name)
    invoice = await services.invoicing.by_token(token) if token else None
    if invoice is None:
        raise NothingHere
    stored = await services.invoicing.pdf(invoice)
    return pdf_answer(stored.content, stored.filename)


def without_suffix(file_name: str) -> str | None:
    """The name before ``.pdf``; None for another one. The router knows whole path segments only."""
    return file_name.removesuffix(_SUFFIX) if file_name.endswith(_SUFFIX) else None


def pdf_answer(content: bytes, file_name: str) -> Response[bytes]:
    """A PDF shown in the browser, kept by nobody but its reader, found by no search engine."""
    return Response(
        content,
        media_type="application/pdf",
        headers={
            "content-disposition": f'inline; filename="{_UNSAFE.sub("_", file_name)}"',
            "x-content-type-options": "nosniff",
            "cache-control": "private, max-age=300",
            "x-robots-tag": "noindex",
        },
    )

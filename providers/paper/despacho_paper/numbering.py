"""A document's number, out of the document and our reference alone: there is nothing here that could count.

``P-1020-7KQ2M4XA`` is series, order number and eight characters that follow from the reference. The same reference always has the same
number; two references of one order (a sale that was refused and asked for again, a store that was set up anew, another store
of the same series) have two. See docs/decisions/0010-numbers-that-nobody-counts.md.
"""

from __future__ import annotations

import base64
import hashlib

from despacho_core.fiscal import DocumentKind
from despacho_ports.invoicing import IssueRequest

SUFFIX_LETTERS = 8
"""Of five bits each: two documents of one order number share a suffix once in 10¹² times."""

_CREDIT = "C"


def number_of(series: str, request: IssueRequest) -> str:
    """The number of a document: capital letters, digits and hyphens, therefore safe in a path."""
    document = request.document
    letters = series + _CREDIT if document.kind is DocumentKind.CREDIT_NOTE else series
    return f"{letters}-{document.order_number}-{suffix_of(request.reference)}"


def suffix_of(reference: str) -> str:
    """Eight characters of ``A-Z2-7``. A hash, since a reference may differ from another in its last character alone."""
    digest = hashlib.sha256(reference.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest)[:SUFFIX_LETTERS].decode("ascii")

"""What a file that is not the PDF it claims to be makes pypdf raise."""

from __future__ import annotations

import struct
import zlib

from pypdf.errors import PyPdfError

BROKEN = (
    PyPdfError, ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OSError, NotImplementedError,
    AssertionError, OverflowError, struct.error, zlib.error,
)  # fmt: skip
"""pypdf's own errors, and what it lets through beside them."""

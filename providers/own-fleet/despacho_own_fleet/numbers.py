"""Tracking numbers that nobody counts: they follow from our reference, so that asking twice gives the same."""

from __future__ import annotations

import hashlib

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's 32: none that is taken for another when it is read aloud or written by hand."""
_LENGTH = 12


def tracking_number(prefix: str, account_id: str, reference: str) -> str:
    """The number of one piece: the prefix and 12 letters and digits (60 bits), unique for each account and reference."""
    digest = hashlib.sha256(f"{account_id}\x1f{reference}".encode(errors="replace")).digest()
    value = int.from_bytes(digest[:8])
    return prefix + "".join(_LETTERS[value >> (5 * place) & 31] for place in reversed(range(_LENGTH)))

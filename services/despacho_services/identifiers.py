"""Identifiers and tokens: short, random, safe in a path and in a carrier's reference field."""

from __future__ import annotations

import base64
import secrets


def new_id() -> str:
    """80 random bits as 16 characters of ``a-z2-7``."""
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def new_token() -> str:
    """An unguessable part of an address or a bearer token: 192 random bits, 32 characters of ``A-Za-z0-9_-``."""
    return secrets.token_urlsafe(24)

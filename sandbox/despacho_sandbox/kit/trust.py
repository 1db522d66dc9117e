"""Whom the simulators' own calls trust."""

from __future__ import annotations

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """The machine's trusted certificates, read once: reading them takes longer than most calls."""
    return ssl.create_default_context()

"""Cookies that come back inside the frame of a store's admin, which is another site (contract/jumpseller.md 3.4).

There a cookie has to be ``SameSite=None``, ``Secure`` and ``Partitioned``. Browsers take such cookies from this very machine without TLS
as well, so that the sandbox can be tried; from any other address without TLS they would be thrown away, and ``Lax`` ones work in a
tab at least.
"""

from __future__ import annotations

from urllib.parse import urlsplit

SESSION = "despacho_session"
SAID = "despacho_said"
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def cookie(name: str, value: str, *, seconds: int, base: str, path: str = "/") -> str:
    """A ``Set-Cookie`` for an App at ``base``; 0 seconds takes it away."""
    address = urlsplit(base)
    framed = address.scheme == "https" or address.hostname in _THIS_MACHINE
    rules = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"
    return f"{name}={value}; Path={path}; Max-Age={seconds}; HttpOnly; {rules}"

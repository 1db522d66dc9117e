"""Cookies that come back inside the frame of a store's admin, which is another site (contract/jumpseller.md 3.4).

There a cookie has to be ``SameSite=None``, ``Secure`` and ``Partitioned``. Browsers take such cookies from this very machine without TLS
as well, so that the sandbox can be tried; from any other address without TLS they would be thrown away, and ``Lax`` ones work in a
tab at least.

With TLS a cookie's name begins with ``__Host-``, so that browsers take it from this very host alone: no other one below the same name can
plant one. From this machine without TLS browsers differ on that prefix.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

SESSION = "despacho_session"
SAID = "despacho_said"
_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def cookie_name(name: str, base: str, path: str = "/") -> str:
    """What a cookie is called by an App at ``base``."""
    return f"__Host-{name}" if path == "/" and urlsplit(base).scheme == "https" else name


def cookie_in(request: Request[Any, Any, Any], name: str) -> str:
    """What a cookie of ours holds; empty where the browser has none."""
    base: str = request.app.state.services.office.links.base
    return request.cookies.get(cookie_name(name, base), "")


def cookie(name: str, value: str, *, seconds: int, base: str, path: str = "/") -> str:
    """A ``Set-Cookie`` for an App at ``base``; 0 seconds takes it away."""
    address = urlsplit(base)
    framed = address.scheme == "https" or address.hostname in _THIS_MACHINE
    rules = "SameSite=None; Secure; Partitioned" if framed else "SameSite=Lax"
    return f"{cookie_name(name, base, path)}={value}; Path={path}; Max-Age={seconds}; HttpOnly; {rules}"

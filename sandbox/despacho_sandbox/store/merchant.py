"""Whose admin a browser was in last: at the platform the admin's own session tells it, here a cookie.

So the App that is opened from a store's admin asks for that store, whichever stores were looked at elsewhere. The App's frame may go by
another name than the sandbox, so that the cookie has to come back in a frame of another site; browsers allow that to this machine.
"""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote

from despacho_sandbox.kit.asgi import Request

_NAME = "sandbox_merchant"


def merchant_cookie(code: str) -> str:
    """The ``Set-Cookie`` of a store's admin page."""
    return f"{_NAME}={quote(code, safe='')}; Path=/; HttpOnly; SameSite=None; Secure"


def merchant_in(request: Request) -> str | None:
    """The store in whose admin the browser was last."""
    try:
        held = SimpleCookie(request.headers.get("cookie", "")).get(_NAME)
    except CookieError:
        return None
    return unquote(held.value) if held is not None else None

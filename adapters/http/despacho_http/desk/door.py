"""The door of the App's pages: nobody passes without a session, and no change passes without the session's own token.

A page that is asked for without a session leads through the platform's consent back to itself. The token comes in the field ``csrf``
of a form or in the header ``x-csrf-token``; it is looked at here, before any handler, so that no new page can forget it.

All stores' admins are one site, so that a browser has one session for all of them. Whoever opens the App from an admin therefore goes
through the consent anew, which is the platform's word on whose admin that is (docs/decisions/0036); and a page that was shown to another
session is given no parts, so that none shows one store's name above another's orders.
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from despacho_core.errors import StoreAsleep
from despacho_http.answers import language_of, send_answer
from despacho_http.bodies import read_body
from despacho_http.desk.cookies import SESSION, cookie_in
from despacho_http.desk.visitor import Visitor, language_for
from despacho_http.recording import QUIET, action_of
from despacho_http.refusals import BodyTooLarge, FormNotOurs, SignedOut
from despacho_services.services import Services

MOST_OCTETS = 8 * 1024 * 1024
"""A scan of a signed manifest is the largest thing that a form brings."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
INSTALL = "/jumpseller/install"
OPENED_AT = "/"
"""The App's address as the platform knows it: what an admin opens. Nobody is led back to it, or the consent would never end."""
_OTHER_ORIGINS = frozenset({"cross-site", "same-site"})
_STORE_HINTS = ("store", "store_code", "code")
_WHILE_ASLEEP = QUIET | {"revoke_token"}
"""Handlers that a store without the App still has: what changes nothing, and what takes power away."""


class SignedIn:
    """Middleware around all pages of the App."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the visitor in, or send the browser to sign in."""
        request: Request[Any, Any, Any] = Request(scope)
        visitor = await _visitor(request)
        if visitor is None or _is_opened_anew(request, visitor):
            await _sign_in(request, send)
            return
        scope["user"] = visitor
        if request.method not in _SAFE:
            receive = await _checked(scope, receive, visitor)
            if visitor.is_asleep and action_of(scope) not in _WHILE_ASLEEP:
                raise StoreAsleep(store=visitor.store.name)
        elif _is_part_of_another(request, visitor):
            raise FormNotOurs(store=visitor.store.name)
        await self._app(scope, receive, send)


async def _visitor(request: Request[Any, Any, Any]) -> Visitor | None:
    services: Services = request.scope["litestar_app"].state.services
    text = cookie_in(request, SESSION)
    found = await services.sessions.signed_in(text) if text else None
    if found is None:
        return None
    session, store = found
    language = language_for(session, store, request.headers.get("accept-language"))
    return Visitor(session, store, language)


def _is_opened_anew(request: Request[Any, Any, Any], visitor: Visitor) -> bool:
    """Whether an admin opens the App, maybe another store's than the session's: the browser comes from another origin.

    What browsers say of where they come from no page can forge (Fetch Metadata); a browser that does not say it keeps its session. That
    the platform names the store in the address is documented nowhere (contract/jumpseller.md 3.4): a name that is not the session's leads
    to the consent too, and proves nothing.
    """
    if request.scope["path"] != OPENED_AT:
        return False
    headers = request.headers
    if headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-site") in _OTHER_ORIGINS:
        return True
    named = {request.query_params[name] for name in _STORE_HINTS if request.query_params.get(name)}
    return bool(named) and visitor.store.code not in named


def _is_part_of_another(request: Request[Any, Any, Any], visitor: Visitor) -> bool:
    """Whether a page of another session asks for a part of itself: htmx sends the token along with everything."""
    token = request.headers.get("x-csrf-token")
    return "hx-request" in request.headers and token is not None and not _is_own(token, visitor)


def _is_own(token: str, visitor: Visitor) -> bool:
    return hmac.compare_digest(token.encode(), visitor.session.csrf.encode())


async def _sign_in(request: Request[Any, Any, Any], send: Send) -> None:
    """A page leads to the consent and back; a part of one, or a change, cannot: the browser is told where to go."""
    query = request.scope["query_string"].decode("latin-1")
    here = request.scope["path"] + (f"?{query}" if query else "")
    is_page = request.method in _SAFE and "hx-request" not in request.headers
    target = f"{INSTALL}?return_to={quote(here if is_page else '/', safe='')}"
    if is_page:
        await send_answer(send, 302, b"", "text/plain", location=target, cache_control="no-store")
        return
    words = SignedOut().text(language_of(request.scope, "es")).encode()
    await send_answer(send, 401, words, "text/plain; charset=utf-8", hx_redirect=target, cache_control="no-store")


async def _checked(scope: Scope, receive: Receive, visitor: Visitor) -> Receive:
    """The same request, its body read and its token looked at.

    Raises:
        Refusal: The body is too large or cannot be read, or the token is not this session's.
    """
    most = _most(scope)
    body = await read_body(scope, receive, most=most)
    request: Request[Any, Any, Any] = Request(scope, receive=_again(body))
    token: object = request.headers.get("x-csrf-token")
    form = None if token else await _form(request, visitor, most)
    if form is not None:
        token = form.get("csrf")
    if not isinstance(token, str) or not _is_own(token, visitor):
        if form is not None:
            await form.close()  # nobody will look at the files that came with it
        raise FormNotOurs(store=visitor.store.name)
    return _again(body)


def _most(scope: Scope) -> int:
    """How much the page behind the door reads: few take more than the app as a whole does, and say so themselves."""
    handler: Any = scope["route_handler"]
    most: int | None = handler.resolve_request_max_body_size()
    return MOST_OCTETS if most is None else most


async def _form(request: Request[Any, Any, Any], visitor: Visitor, most: int) -> FormMultiDict:
    try:
        return await request.form()
    except HTTPException as error:
        if error.status_code == 413:
            raise BodyTooLarge(most) from error
        raise FormNotOurs(store=visitor.store.name) from error


def _again(body: bytes) -> Receive:
    """The body once more, for whoever reads next."""
    parts: list[HTTPReceiveMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> HTTPReceiveMessage:
        return parts.pop() if parts else {"type": "http.disconnect"}

    return receive

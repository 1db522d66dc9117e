"""The door of the App's pages: nobody passes without a session, and no change passes without the session's own token.

A page that is asked for without a session leads through the platform's consent back to itself. The token comes in the field ``csrf``
of a form or in the header ``x-csrf-token``; it is looked at here, before any handler, so that no new page can forget it.
"""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import quote

from litestar import Request
from litestar.datastructures import FormMultiDict
from litestar.exceptions import HTTPException
from litestar.types import ASGIApp, HTTPReceiveMessage, Receive, Scope, Send

from despacho_http.answers import language_of, send_answer
from despacho_http.bodies import read_body
from despacho_http.desk.cookies import SESSION
from despacho_http.desk.visitor import Visitor, language_for
from despacho_http.refusals import BodyTooLarge, FormNotOurs, SignedOut
from despacho_services.services import Services

MOST_OCTETS = 8 * 1024 * 1024
"""A scan of a signed manifest is the largest thing that a form brings."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
INSTALL = "/jumpseller/install"


class SignedIn:
    """Middleware around all pages of the App."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the visitor in, or send the browser to sign in."""
        request: Request[Any, Any, Any] = Request(scope)
        visitor = await _visitor(request)
        if visitor is None:
            await _sign_in(request, send)
            return
        scope["user"] = visitor
        if request.method not in _SAFE:
            receive = await _checked(scope, receive, visitor)
        await self._app(scope, receive, send)


async def _visitor(request: Request[Any, Any, Any]) -> Visitor | None:
    services: Services = request.scope["litestar_app"].state.services
    text = request.cookies.get(SESSION, "")
    session = await services.sessions.recognise(text) if text else None
    if session is None:
        return None
    store = await services.office.store(session.store_id)
    language = language_for(session, store, request.headers.get("accept-language"))
    return Visitor(session, store, language)


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
    body = await read_body(scope, receive, most=MOST_OCTETS)
    request: Request[Any, Any, Any] = Request(scope, receive=_again(body))
    token: object = request.headers.get("x-csrf-token")
    form = None if token else await _form(request)
    if form is not None:
        token = form.get("csrf")
    if not isinstance(token, str) or not hmac.compare_digest(token.encode(), visitor.session.csrf.encode()):
        if form is not None:
            await form.close()  # nobody will look at the files that came with it
        raise FormNotOurs
    return _again(body)


async def _form(request: Request[Any, Any, Any]) -> FormMultiDict:
    try:
        return await request.form()
    except HTTPException as error:
        if error.status_code == 413:
            raise BodyTooLarge(MOST_OCTETS) from error
        raise FormNotOurs from error


def _again(body: bytes) -> Receive:
    """The body once more, for whoever reads next."""
    parts: list[HTTPReceiveMessage] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> HTTPReceiveMessage:
        return parts.pop() if parts else {"type": "http.disconnect"}

    return receive

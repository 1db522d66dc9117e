"""Coming in and going out: what happens after the platform's consent, signing out, and choosing a language."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, get, post

from despacho_http.access import Hub
from despacho_http.answers import language_of
from despacho_http.desk.cookies import SESSION, cookie, cookie_in
from despacho_http.desk.door import OPENED_AT
from despacho_http.desk.forms import Form
from despacho_http.desk.rendering import Said, moved
from despacho_http.desk.visitor import Visiting
from despacho_http.desk.wording import LANGUAGES
from despacho_http.frames import frames_for
from despacho_http.pages import html, page
from despacho_services.services import Services
from despacho_services.sessions import LASTS

HOME = "/app"
"""The first page under an address that is never opened from an admin: where whoever comes from the consent arrives."""

_LOCAL_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9/_.?=&%~-]{0,500}")


async def session_cookie(request: Request[Any, Any, Any], services: Services, store_id: str) -> str:
    """The cookie of a new session, for whoever has just come back from the consent."""
    text = await services.sessions.begin(store_id, former=cookie_in(request, SESSION) or None)
    return cookie(SESSION, text, seconds=int(LASTS.total_seconds()), base=services.office.links.base)


def local_path(path: str | None) -> str:
    """A path of our own to go on to, ``/`` for anything else."""
    return path if path and _LOCAL_PATH.fullmatch(path) else "/"


def landing(path: str) -> str:
    """Where the way through the consent ends: never at the address that admins open.

    Browsers say of the whole way that it came from another origin, so that it would begin anew there, without end.
    """
    return HOME if path == OPENED_AT or path.startswith(f"{OPENED_AT}?") else path


@post("/app/sign-out")
async def sign_out(request: Request[Any, Any, Any], services: Hub, visitor: Visiting) -> Response[bytes]:
    """End the session here; the store stays installed."""
    await services.sessions.end(visitor.session)
    gone = moved(request, "/signed-out")
    gone.headers["set-cookie"] = cookie(SESSION, "", seconds=0, base=services.office.links.base)
    return gone


@post("/app/language")
async def choose_language(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Show all pages in another language from now on."""
    chosen = form.text("language")
    if chosen in LANGUAGES:
        await services.sessions.change(visitor.session, language=chosen)
    return moved(request, local_path(form.text("here")))


@post("/app/person")
async def name_person(request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form) -> Response[bytes]:
    """Say who works here, for the record of who did what."""
    await services.sessions.change(visitor.session, person=form.text("person"))
    said = Said("success", visitor.words("Saved."))
    return moved(request, local_path(form.text("here")), said)


_SIGNED_OUT = {
    "en": ("You are signed out", "Open the App again"),
    "es": ("Cerraste la sesión", "Abrir la App de nuevo"),
    "pt": ("Terminou a sessão", "Abrir a App novamente"),
}


@get("/signed-out", include_in_schema=False)
async def signed_out(request: Request[Any, Any, Any]) -> Response[str]:
    """The page after signing out; nobody need be signed in to see it."""
    language = language_of(request.scope, "es")
    heading, again = _SIGNED_OUT[language]
    way_in = html('<p><a href="/">{again}</a></p>', again=again)
    return page(heading, way_in, language=language, frames=frames_for(request.app))

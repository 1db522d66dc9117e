"""Installing from the platform: consent asked for, consent come back, and what was registered then.

The ``state`` is bound to the browser that began, by a cookie of which only the digest is kept: nobody can make another person's
browser finish an installation. The App opens in a frame of the store's admin, where a cookie comes back only when it is
``SameSite=None``, ``Secure`` and ``Partitioned`` (contract/jumpseller.md 3.4).

Whoever is refused keeps the session that the browser had: the pages say so and lead back to it.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter
from litestar.types import ExceptionHandlersMap

from despacho_core.errors import DomainError
from despacho_http.access import Hub
from despacho_http.answers import AnyRequest, language_of, log, problem_page
from despacho_http.desk.cookies import SESSION, cookie, cookie_in
from despacho_http.desk.door import INSTALL
from despacho_http.desk.entrance import HOME, landing, local_path, session_cookie
from despacho_http.frames import frames_for
from despacho_http.pages import Html, facts, html, page
from despacho_http.problems import problem_of, status_of, title
from despacho_http.refusals import InternalError
from despacho_services.consenting import CONSENT_MINUTES, LONGEST_STATE, ConsentUnknown
from despacho_services.installation import Installed

COOKIE = "despacho_browser"
_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{32}")

_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "done": "{store} is installed",
        "code": "Store",
        "hooks": "Messages that the store sends us",
        "method": "Shipping method",
        "on": "Go on",
        "incomplete": "Not everything could be registered at the platform, which says: {problem}. Repair it under Settings.",
        "refused": "The installation was not finished",
        "said": "The store's platform says: {error}",
        "denied": "You did not allow it, so nothing was changed ({error}).",
        "again": "Start again",
        "back": "Go on as this browser is signed in",
        "tab": "Open the App in a tab",
        "why_tab": "Does this come again and again? Some browsers keep nothing for a page that is shown inside another one.",
    },
    "es": {
        "done": "{store} está instalada",
        "code": "Tienda",
        "hooks": "Avisos que nos envía la tienda",
        "method": "Método de envío",
        "on": "Continuar",
        "incomplete": "Falta algo por registrar en la plataforma, que dice: {problem}. Repáralo en Ajustes.",
        "refused": "La instalación no terminó",
        "said": "La plataforma de la tienda dice: {error}",
        "denied": "No diste el permiso, así que no se cambió nada ({error}).",
        "again": "Comenzar de nuevo",
        "back": "Seguir con la sesión que este navegador tiene abierta",
        "tab": "Abrir la App en una pestaña",
        "why_tab": "¿Aparece una y otra vez? Algunos navegadores no guardan nada de una página que se muestra dentro de otra.",
    },
    "pt": {
        "done": "{store} está instalada",
        "code": "Loja",
        "hooks": "Avisos que a loja nos envia",
        "method": "Método de envio",
        "on": "Continuar",
        "incomplete": "Falta algo por registar na plataforma, que diz: {problem}. Repare em Definições.",
        "refused": "A instalação não terminou",
        "said": "A plataforma da loja diz: {error}",
        "denied": "Não deu a autorização, por isso nada foi alterado ({error}).",
        "again": "Começar de novo",
        "back": "Continuar com a sessão que este navegador tem iniciada",
        "tab": "Abrir a App num separador",
        "why_tab": "Aparece repetidamente? Alguns navegadores não guardam nada de uma página que é mostrada dentro de outra.",
    },
}

ShortText = Annotated[str | None, QueryParameter(max_length=2000)]


def _as_page(request: AnyRequest, error: Exception) -> Response[Any]:
    """A person is looking: what went wrong, as a page."""
    problem = problem_of(error)
    if isinstance(problem, InternalError):
        log.error("an installation broke", exc_info=error)
    if isinstance(problem, ConsentUnknown):
        return _unknown(request, problem)
    return problem_page(request, problem, language_of(request.scope, "es"))


_AS_PAGES: ExceptionHandlersMap = {DomainError: _as_page, Exception: _as_page}


@get("/jumpseller/install", exception_handlers=_AS_PAGES)
async def begin_installation(
    request: Request[Any, Any, Any], services: Hub, return_to: ShortText = None
) -> Response[bytes]:
    """Send the browser to the platform's consent."""
    browser = _browser(request) or secrets.token_urlsafe(24)
    local = local_path(return_to) if return_to else ""
    address = services.installation.begin_consent(browser=_digest(browser), return_to=local)
    bound = cookie(COOKIE, browser, seconds=CONSENT_MINUTES * 60, base=services.office.links.base, path="/jumpseller")
    headers = {"location": address, "set-cookie": bound, "cache-control": "no-store", "referrer-policy": "no-referrer"}
    return Response(b"", status_code=302, media_type="text/plain", headers=headers)


@get("/jumpseller/callback", exception_handlers=_AS_PAGES)
async def finish_installation(
    request: Request[Any, Any, Any],
    services: Hub,
    *,
    code: ShortText = None,
    consent_state: Annotated[str | None, QueryParameter(name="state", max_length=LONGEST_STATE)] = None,
    error: ShortText = None,
    error_description: ShortText = None,
) -> Response[Any]:
    """Take the consent, install the store, sign the browser in; then back to where it came from, or what was registered.

    A code that comes to a browser that asked for nothing is not taken: maybe the platform's gallery began by itself, and the way is begun
    properly. Who did ask and gets no state back is refused, so that this never goes round in circles.
    """
    if error is not None:
        return _refused(request, error, error_description)
    browser = _browser(request)
    if browser is None and code and not consent_state:
        again = {"location": f"{INSTALL}?return_to={HOME}", "cache-control": "no-store"}
        return Response(b"", status_code=302, media_type="text/plain", headers=again)
    if browser is None or not consent_state or not code:
        raise ConsentUnknown
    installed, return_to = await services.installation.finish_consent(
        state=consent_state, code=code, browser=_digest(browser)
    )
    signed_in = {"set-cookie": await session_cookie(request, services, installed.store.id), "cache-control": "no-store"}
    if return_to:
        return Response(
            b"", status_code=303, media_type="text/plain", headers=signed_in | {"location": landing(return_to)}
        )
    return _done(request, installed, signed_in)


def _done(request: AnyRequest, installed: Installed, headers: dict[str, str]) -> Response[str]:
    store = installed.store
    language = language_of(request.scope, store.language)
    words = _WORDS[language]
    rows = {
        words["code"]: store.code,
        words["hooks"]: ", ".join(installed.hooks),
        words["method"]: installed.shipping_method_id,
    }
    warning = words["incomplete"].format(problem=installed.problem) if installed.problem is not None else ""
    content = html(
        '{facts}<p>{warning}</p><p><a href="{home}">{on}</a></p>',
        facts=facts(rows),
        warning=warning,
        home=HOME,
        on=words["on"],
    )
    heading, frames = words["done"].format(store=store.name), frames_for(request.app, store)
    return page(heading, content, language=language, frames=frames, headers=headers)


def _refused(request: AnyRequest, error: str, description: str | None) -> Response[str]:
    language = language_of(request.scope, "es")
    words = _WORDS[language]
    said = words["denied" if error == "access_denied" else "said"].format(error=(description or error)[:300])
    content = html("<p>{said}</p>{ways}", said=said, ways=_ways_on(request, language))
    return page(words["refused"], content, language=language, status=400, frames=frames_for(request.app))


def _unknown(request: AnyRequest, problem: ConsentUnknown) -> Response[str]:
    """Too late, twice, or a browser that keeps no cookies in a frame of another site: a tab of its own helps that one."""
    language = language_of(request.scope, "es")
    words = _WORDS[language]
    content = html(
        '<p>{text}</p>{ways}<p>{why}<br><a href="/" target="_blank" rel="noopener">{tab}</a></p>',
        text=problem.text(language),
        ways=_ways_on(request, language),
        why=words["why_tab"],
        tab=words["tab"],
    )
    heading, frames = title(problem.code, language), frames_for(request.app)
    return page(heading, content, language=language, status=status_of(problem), frames=frames)


def _ways_on(request: AnyRequest, language: str) -> Html:
    """Once more, or on with the session that the browser had before."""
    words = _WORDS[language]
    again = html(
        '<p><a href="{install}?return_to={home}">{again}</a></p>', install=INSTALL, home=HOME, again=words["again"]
    )
    if not cookie_in(request, SESSION):
        return again
    return html('{again}<p><a href="{home}">{back}</a></p>', again=again, home=HOME, back=words["back"])


def _browser(request: AnyRequest) -> str | None:
    value = request.cookies.get(COOKIE, "")
    return value if _COOKIE_VALUE.fullmatch(value) else None


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()

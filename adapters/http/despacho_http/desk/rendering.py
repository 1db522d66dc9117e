"""Templates to answers: one frame around every page, one policy for what a page may load, everything escaped."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response

from despacho_http.desk.assets import asset_url
from despacho_http.desk.cookies import SAID, cookie, cookie_in
from despacho_http.desk.marks import Mark
from despacho_http.desk.navigation import PARTS
from despacho_http.desk.visitor import Visitor
from despacho_http.desk.wording import LANGUAGES, NAMES, Catalogue, catalogue
from despacho_http.frames import frames_for
from despacho_http.recording_notes import unchanged

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; "
    "frame-src 'self'; object-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
)
_SAID_SECONDS = 30
_MOST_SAID = 600


@dataclass(frozen=True)
class Said:
    """One thing to tell the visitor on the next page: ``success``, ``warning`` or ``danger``."""

    kind: str
    text: str


@cache
def environment(language: str) -> Environment:
    """Jinja for pages in one language; a template that names what it was not given fails at once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - loaded with the first page

    made = Environment(
        loader=PackageLoader("despacho_http.desk"),
        auto_reload=False,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    words = catalogue(language)
    made.install_gettext_callables(words.gettext, words.ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension's
    made.globals["_"] = made.globals["gettext"] = _spoken(words)
    made.globals |= {"asset": asset_url, "languages": {name: NAMES[name] for name in LANGUAGES}, "navigation": PARTS}
    return made


def _spoken(words: Catalogue) -> Callable[..., Markup]:
    """What the extension's own ``gettext`` says, which finds out for every text of a page anew what never changes: that we escape."""
    from markupsafe import Markup  # noqa: PLC0415 - as above

    @lru_cache(maxsize=4096)
    def said(message: str) -> Markup:
        return Markup(words.gettext(message)) % {}  # noqa: S704 - the catalogues are ours

    def gettext(message: str, /, **values: object) -> Markup:
        return Markup(words.gettext(message)) % values if values else said(message)  # noqa: S704 - values are escaped

    return gettext


@lru_cache(maxsize=512)
def badge(language: str, mark: Mark) -> Markup:
    """A badge as the macro of that name draws it: there are few, and a list shows them over and over."""
    said, kind = mark
    macros: Any = environment(language).get_template("parts.html").module
    drawn: Markup = macros.badge(catalogue(language).gettext(said), kind)
    return drawn


def rendered(visitor: Visitor, template: str, values: Mapping[str, object]) -> str:
    """A template's text for a visitor."""
    loaded = environment(visitor.language).get_template(template)
    formats: dict[str, Any] = dict(visitor.formats.filters())
    return loaded.render(
        visitor=visitor, store=visitor.store, language=visitor.language, csrf=visitor.session.csrf, **formats, **values
    )


def page(
    request: Request[Any, Any, Any], visitor: Visitor, template: str, *, status: int = 200, **values: object
) -> Response[str]:
    """A whole page, or for htmx the part of it that a template shows when ``part`` is set.

    What was said before a redirect is shown once. ``here`` is the page's own path, for forms that lead back to it.
    """
    said = _said(request)
    is_part = "hx-request" in request.headers and "hx-boosted" not in request.headers
    text = rendered(visitor, template, {"said": said, "here": request.scope["path"], "part": is_part, **values})
    headers = own_headers(request, visitor)
    if said:
        headers["set-cookie"] = cookie(SAID, "", seconds=0, base=_base(request))
    return Response(text, status_code=status, media_type="text/html", headers=headers)


def moved(request: Request[Any, Any, Any], path: str, *said: Said) -> Response[bytes]:
    """After a change: on to a page that shows it, telling what was done. htmx follows by itself."""
    headers = {"cache-control": "no-store", "location": path}
    status = 303
    if "hx-request" in request.headers:
        headers, status = {"cache-control": "no-store", "hx-redirect": path}, 204
    if said and all(one.kind == "danger" for one in said):
        unchanged(request)
    if said:
        headers["set-cookie"] = cookie(SAID, _packed(said), seconds=_SAID_SECONDS, base=_base(request))
    return Response(b"", status_code=status, media_type="text/plain", headers=headers)


def own_headers(request: Request[Any, Any, Any], visitor: Visitor | None = None) -> dict[str, str]:
    """What every page is sent with. Only the visitor's own store may show it in a frame; without a visitor the platform may."""
    return {
        "content-security-policy": _POLICY.format(
            frames=frames_for(request.app, visitor.store if visitor is not None else None)
        ),
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
        "referrer-policy": "same-origin",
        "cache-control": "no-store",
        "vary": "hx-request",
    }


def _base(request: Request[Any, Any, Any]) -> str:
    base: str = request.app.state.services.office.links.base
    return base


def _packed(said: tuple[Said, ...]) -> str:
    short = [(one.kind, one.text[:_MOST_SAID]) for one in said[:3]]
    return base64.urlsafe_b64encode(msgspec.json.encode(short)).decode()


def _said(request: Request[Any, Any, Any]) -> list[Said]:
    """What the cookie holds; a cookie that cannot be read says nothing."""
    try:
        pairs = msgspec.json.decode(base64.urlsafe_b64decode(cookie_in(request, SAID)), type=list[tuple[str, str]])
    except (ValueError, msgspec.MsgspecError):
        return []
    return [Said(kind if kind in {"success", "warning", "danger"} else "warning", text) for kind, text in pairs[:3]]

"""The address itself: says what answers here, and where to begin."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from despacho_http.answers import language_of
from despacho_http.pages import html, page

_WORDS = {
    "en": ("This hub carries a store's orders to its carriers and its invoicing.", "Install it in a Jumpseller store"),
    "es": (
        "Este sistema lleva los pedidos de una tienda a transportistas y facturación.",
        "Instalar en una tienda Jumpseller",
    ),
    "pt": (
        "Este sistema leva as encomendas de uma loja a transportadoras e faturação.",
        "Instalar numa loja Jumpseller",
    ),
}


@get("/", include_in_schema=False)
async def home(request: Request[Any, Any, Any]) -> Response[str]:
    """The first page."""
    language = language_of(request.scope, "es")
    what, install = _WORDS[language]
    content = html('<p>{what}</p><p><a href="/jumpseller/install">{install}</a></p>', what=what, install=install)
    return page("Despacho", content, language=language, framed=True)

"""Pages in the language that their reader asks for, with links to the other ones; no script, no cookie."""

from __future__ import annotations

from typing import Any

from litestar import Request

from despacho_core.errors import LANGUAGES
from despacho_http.answers import language_of
from despacho_http.pages import Html, html, joined
from despacho_http.tracking_words import LANGUAGE_NAMES, LANGUAGES_LABEL


def language_asked(request: Request[Any, Any, Any], default: str) -> str:
    """``lang`` of the address if it is one of ours, else what the browser prefers, else the default."""
    wanted = request.query_params.get("lang")
    return wanted if wanted in LANGUAGES else language_of(request.scope, default)


def language_switch(language: str) -> Html:
    """Links to this page in the three languages, the current one marked."""
    links = (
        html(
            '<a href="?lang={code}" hreflang="{code}" lang="{code}"{current}>{name}</a> ',
            code=code,
            current=Html(' aria-current="true"') if code == language else Html(),
            name=name,
        )
        for code, name in LANGUAGE_NAMES.items()
    )
    return html('<nav aria-label="{label}">{links}</nav>', label=LANGUAGES_LABEL[language], links=joined(links))

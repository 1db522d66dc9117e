"""Small pages without a template engine: one frame, everything escaped, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from html import escape

from litestar import Response

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:40rem;padding:1.5rem;color:#1b1b1f;background:#fff}"
    "h1{font-size:1.5rem}dt{color:#55555f}dd{margin:0 0 .75rem}ol{padding-left:1.25rem}li{margin:0 0 .75rem}"
    "time{color:#55555f}.status{font-size:1.25rem;font-weight:600}nav{text-align:right}[aria-current]{font-weight:600;text-decoration:none}"
    "input,select,button{font:inherit;width:100%;box-sizing:border-box;padding:.75rem}form{margin:0 0 1.5rem}"
    "@media(prefers-color-scheme:dark){body{color:#ececf1;background:#17171a}dt,time{color:#a9a9b5}a{color:#9db8ff}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action {{forms}}; frame-ancestors {{frames}}"


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(template: str, /, **parts: object) -> Html:
    """Fill a template; what is not :class:`Html` is escaped."""
    safe = {name: part if isinstance(part, Html) else escape(str(part)) for name, part in parts.items()}
    return Html(template.format_map(safe))


def joined(parts: Iterable[Html]) -> Html:
    """Several pieces after each other."""
    return Html("".join(parts))


def facts(rows: Mapping[str, object]) -> Html:
    """A list of names with what they are; rows without a value are left out."""
    lines = (html("<dt>{name}</dt><dd>{value}</dd>", name=name, value=value) for name, value in rows.items() if value)
    return html("<dl>{lines}</dl>", lines=joined(lines))


def page(
    heading: str,
    content: Html,
    *,
    language: str,
    status: int = 200,
    frames: str = "'none'",
    forms: bool = False,
    headers: Mapping[str, str] | None = None,
) -> Response[str]:
    """A whole page.

    Args:
        heading: Title and first heading.
        content: What stands below it.
        language: ``en``, ``es`` or ``pt``, for screen readers.
        status: The HTTP status.
        forms: Whether it has forms that are sent to this hub.
        frames: Who may show it in a frame; see :func:`despacho_http.frames.frames_for`. Nobody by default.
        headers: Further headers.
    """
    text = html(
        '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" '
        'content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{heading}</title>'
        "<style>{style}</style></head><body><main><h1>{heading}</h1>{content}</main></body></html>",
        language=language,
        heading=heading,
        style=Html(_STYLE),
        content=content,
    )
    own = {
        "content-security-policy": _POLICY.format(frames=frames, forms="'self'" if forms else "'none'"),
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
    }
    return Response(str(text), status_code=status, media_type="text/html", headers=own | dict(headers or {}))

"""Style sheets and scripts, out of the packages that carry them and out of ours, under addresses that change with their content."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.params import FromPath

from despacho_http.refusals import NothingHere

_SOURCES = {
    "bootstrap.css": ("js_lib_bootstrap5", "static/js-lib-bootstrap5/css/bootstrap.min.css"),
    "htmx.js": ("js_lib_htmx", "static/htmx/htmx.min.js"),
    "desk.css": ("despacho_http.desk", "static/desk.css"),
    "desk.js": ("despacho_http.desk", "static/desk.js"),
}
_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}


class Asset(msgspec.Struct, frozen=True):
    """One file, as it is and compressed."""

    digest: str
    content: bytes
    compressed: bytes
    media_type: str


@cache
def asset(name: str) -> Asset:
    """A file by its name. Raises ``KeyError`` for a name that no page uses."""
    package, path = _SOURCES[name]
    content = files(package).joinpath(path).read_bytes()
    return Asset(
        digest=hashlib.sha256(content).hexdigest()[:16],
        content=content,
        compressed=gzip.compress(content, 9, mtime=0),
        media_type=_TYPES[name.rpartition(".")[2]],
    )


def asset_url(name: str) -> str:
    """Where a page finds it."""
    return f"/assets/{asset(name).digest}/{name}"


@get("/assets/{digest:str}/{name:str}", include_in_schema=False)
async def give_asset(request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The file, to be kept for ever: another content has another address."""
    if name not in _SOURCES or asset(name).digest != digest:
        raise NothingHere
    found = asset(name)
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
        return Response(found.compressed, media_type=found.media_type, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)

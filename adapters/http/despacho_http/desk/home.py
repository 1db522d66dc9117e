"""The first page: how the store stands, and where to go."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visiting


@get("/")
async def home(request: Request[Any, Any, Any], visitor: Visiting) -> Response[str]:
    """What waits this morning."""
    return page(request, visitor, "home.html", title="Despacho", current="home")

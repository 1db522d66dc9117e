"""Today: what a merchant finds in the morning."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from despacho_http.access import Hub
from despacho_http.desk.door import OPENED_AT
from despacho_http.desk.entrance import HOME
from despacho_http.desk.home_tasks import sections_of
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visiting


@get([OPENED_AT, HOME])
async def home(request: Request[Any, Any, Any], services: Hub, visitor: Visiting) -> Response[str]:
    """What waits this morning, each number leading to its list."""
    morning = await services.figures.morning(visitor.store)
    sections = sections_of(morning, visitor)
    return page(
        request,
        visitor,
        "home.html",
        title="Despacho",
        current="home",
        today=services.office.now(),
        sections=sections,
        is_quiet=not any(section.tasks for section in sections),
        start=await services.start.state(visitor.store.id),
    )

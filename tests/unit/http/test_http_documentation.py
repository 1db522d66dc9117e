"""docs/http.md lists every route and every figure that there is, and no other."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar.routes import ASGIRoute, HTTPRoute

from despacho_http import create_app
from despacho_http.metrics import Metrics
from despacho_http.openapi import _SUFFIXED
from despacho_services.services import Services

DOCUMENTATION = (Path(__file__).parents[3] / "docs" / "http.md").read_text()


@asynccontextmanager
async def never_opened() -> AsyncIterator[Services]:
    """The routes are looked at, not called."""
    nobody: Any = None
    yield nobody


def test_every_route_is_documented_and_no_other() -> None:
    app = create_app(never_opened)
    routes = set()
    for route in app.routes:
        path = route.path_format or "/"
        if isinstance(route, HTTPRoute):
            suffixed, _, bare_exists = _SUFFIXED.get(path, (path, "", False))
            routes |= {(method, suffixed) for method in route.methods} | (
                {(method, path) for method in route.methods} if bare_exists else set()
            )
        elif isinstance(route, ASGIRoute):
            routes |= {("GET", path), ("POST", path)}
    # The App's pages call their own routes, and nobody else does.
    unlisted = ("/schema/", "/app/", "/assets/")
    there = {(method, path) for method, path in routes if method != "OPTIONS" and not path.startswith(unlisted)}
    rows = re.findall(r"^\| ([A-Z, ]+) \| `(/[^`]*)` \|", DOCUMENTATION, re.MULTILINE)
    assert {(method, path) for methods, path in rows for method in methods.split(", ")} == there


def test_every_figure_is_documented_and_no_other() -> None:
    figures = set(re.findall(r"^# TYPE (\w+?)(?:_total)? ", Metrics().document({}).decode(), re.MULTILINE))
    documented = set(re.findall(r"^\| `(despacho_\w+)` \|", DOCUMENTATION, re.MULTILINE))
    assert documented == {figure for figure in figures if not figure.endswith("_created")}

"""Whether the hub lives, whether it is ready, and what it counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from litestar import Response, get
from litestar.datastructures import State
from litestar.types import ExceptionHandlersMap

from despacho_http.access import Hub
from despacho_http.answers import AnyRequest, log
from despacho_http.metrics import CONTENT_TYPE, Metrics

SchemaCheck = Callable[[], Awaitable[bool]]
"""Whether the database is at the revision that this program knows."""


class Readiness(msgspec.Struct, frozen=True, kw_only=True):
    """What ``/health/ready`` says. ``providers_failed`` maps packages that were left out to the reason."""

    ready: bool
    database: str
    providers_failed: dict[str, str] = {}
    ledgers: dict[str, dict[str, int]] = {}


@get("/health/live")
async def live() -> dict[str, bool]:
    """Whether the process answers at all."""
    return {"live": True}


def _unreachable(_request: AnyRequest, error: Exception) -> Response[Any]:
    log.warning("not ready: %s", error)
    return Response(Readiness(ready=False, database="unreachable"), status_code=503)


_NOT_READY: ExceptionHandlersMap = {Exception: _unreachable}


@get("/health/ready", exception_handlers=_NOT_READY)
async def ready(services: Hub, state: State) -> Response[Readiness]:
    """200 when the database can be reached and is up to date. A provider that failed to load stops nobody."""
    check: SchemaCheck | None = state.schema_is_current
    current = check is None or await check()
    answer = Readiness(
        ready=current,
        database="ok" if current else "outdated: run `despacho db upgrade`",
        providers_failed=services.office.connectors.failures(),
        ledgers=await services.ledgers.counts() if current else {},
    )
    return Response(answer, status_code=200 if current else 503, headers={"cache-control": "no-store"})


@get("/metrics")
async def figures(services: Hub, state: State) -> Response[bytes]:
    """All figures in Prometheus' text format."""
    metrics: Metrics = state.metrics
    return Response(
        metrics.document(await services.ledgers.counts(), await services.tracking.unknown_counts()),
        media_type=CONTENT_TYPE,
    )

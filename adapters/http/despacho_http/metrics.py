"""What the hub counts, in Prometheus' text format at ``/metrics``. Every app has a registry of its own."""

from __future__ import annotations

from collections.abc import Mapping

from litestar.types import ASGIApp, Message, Receive, Scope, Send
from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest

from despacho_core.ledgers import EffectState, InboxState

CONTENT_TYPE = "text/plain; version=0.0.4"
UNKNOWN_ROUTE = "(none)"


_OVER: frozenset[InboxState | EffectState] = frozenset({InboxState.DONE, InboxState.IGNORED, EffectState.DONE})
"""What is kept and not counted: it is most of both ledgers, and grows."""


class Metrics:
    """The counters of one app. No label holds anything of a store, an order or a person."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "despacho_http_requests",
            "Requests answered, by route, method and status",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self._ledgers = Gauge(
            "despacho_ledger_rows",
            "Rows of the ledgers by state, without those that are done with",
            ["ledger", "state"],
            registry=self._registry,
        )
        self._unknown_codes = Gauge(
            "despacho_tracking_unknown_codes",
            "What carriers said that their tables do not know",
            ["provider"],
            registry=self._registry,
        )
        webhooks = Counter("despacho_webhooks", "Webhooks by what became of them", ["outcome"], registry=self._registry)
        self.webhooks = {
            outcome: webhooks.labels(outcome) for outcome in ("accepted", "duplicate", "refused", "failed")
        }

    def answered(self, scope: Scope, status: int) -> None:
        """Count one answer. A request that met no route is counted without its path, which anybody could make up."""
        route = str(scope.get("path_template") or UNKNOWN_ROUTE)
        self._requests.labels(route, str(scope.get("method")), str(status)).inc()

    def document(self, ledgers: dict[str, dict[str, int]], unknown_codes: Mapping[str, int] | None = None) -> bytes:
        """All figures, with what the database holds as it is now."""
        for provider, count in (unknown_codes or {}).items():
            self._unknown_codes.labels(provider).set(count)
        for ledger, states in (("inbox", InboxState), ("outbox", EffectState)):
            for state in set(states) - _OVER:
                self._ledgers.labels(ledger, state.value).set(ledgers.get(ledger, {}).get(state.value, 0))
        return generate_latest(self._registry)


class Counted:
    """Middleware: counts answers by route and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, noting the status."""
        metrics: Metrics = scope["litestar_app"].state.metrics

        async def noted(message: Message) -> None:
            if message["type"] == "http.response.start":
                metrics.answered(scope, message["status"])
            await send(message)

        await self._app(scope, receive, noted)

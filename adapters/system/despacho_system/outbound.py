"""The HTTP clients that providers are handed: one per account, over one pool of connections."""

from __future__ import annotations

import asyncio
import os
import ssl
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache

import httpx
import msgspec

from despacho_ports.providers import RateLimit
from despacho_system.breaker import Breaker, BreakerPolicy
from despacho_system.call_log import CallLog, quiet_http_libraries
from despacho_system.destinations import Destinations
from despacho_system.health import HealthBoard, Watched
from despacho_system.pacing import Pacer
from despacho_system.transports import Governed, Logged, WebOnly, WholeAnswers


class OutboundPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How patient and how generous the hub is with providers; seconds and octets."""

    connect_s: float = 5.0
    """Until a connection stands, and until one of the pool is free."""
    read_s: float = 25.0
    """Between two pieces of an answer, and while sending."""
    whole_s: float = 60.0
    """For a call from its start to its end."""
    slow_s: float = 300.0
    """The same for a call that asks for a longer read time-out, because it takes minutes."""
    turn_s: float = 10.0
    """How long a call may wait for the account's rate limit."""
    slack_s: float = 0.1
    """How much further apart than its rate limit says the account's calls are kept; see :class:`~despacho_system.pacing.Pacer`."""
    most_bytes: int = 16 * 1024 * 1024
    """Largest answer; labels of fifty pieces in one PDF are below it."""
    connections: int = 200
    """Open at once, over all accounts."""
    idle_s: float = 3.0
    """How long a connection is kept for the next call: less than servers keep theirs, which is 5 seconds and more."""
    breaker: BreakerPolicy = BreakerPolicy()


class OutboundClients:
    """Makes and keeps the accounts' HTTP clients.

    A client has time-outs, TLS verification, no redirects, no cookies shared with another account, the account's rate limits, a
    circuit breaker and a redacting call log. Proxies and certificates named by the environment are not looked at: a proxy
    would connect to whatever a name means to it, unseen by :mod:`despacho_system.destinations`.

    Args:
        policy: Bounds for all accounts.
        destinations: What may be called beside the internet; nothing by default.
        pool: The transport below all of them; a pool of real connections by default. It is closed with this object.
        user_agent: How the hub introduces itself.
        monotonic: Seconds, never backwards.
        sleep: Waits for a turn.
        health: Where it is noted how calls went; a board of its own by default.
    """

    def __init__(
        self,
        policy: OutboundPolicy | None = None,
        *,
        destinations: Destinations | None = None,
        pool: httpx.AsyncBaseTransport | None = None,
        user_agent: str = "Despacho",
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        health: HealthBoard | None = None,
    ) -> None:
        quiet_http_libraries()
        self._policy = policy or OutboundPolicy()
        self._destinations = destinations or Destinations()
        self._pool = pool
        self._user_agent = user_agent
        self._monotonic = monotonic
        self._sleep = sleep
        self.health = health or HealthBoard()
        self._clients: dict[str, tuple[object, httpx.AsyncClient]] = {}

    def client(
        self, account_id: str, *, rate_limits: Sequence[RateLimit] = (), secrets: Iterable[str] = ()
    ) -> httpx.AsyncClient:
        """The account's client: the same one, with the state of its breaker and its limits, until these arguments change.

        Args:
            account_id: Whose client it is.
            rate_limits: What the provider declares.
            secrets: Values that must never appear in the log.
        """
        made_for = (tuple(rate_limits), frozenset(secrets))
        known = self._clients.get(account_id)
        if known is None or known[0] != made_for:
            known = (made_for, self._new_client(account_id, *made_for))
            self._clients[account_id] = known
        return known[1]

    def forget(self, account_id: str) -> None:
        """The account was removed."""
        self._clients.pop(account_id, None)

    async def aclose(self) -> None:
        """Close all connections. The clients are of no use afterwards."""
        self._clients.clear()
        if self._pool is not None:
            await self._pool.aclose()
            self._pool = None

    def _new_client(
        self, account_id: str, rate_limits: Sequence[RateLimit], secrets: frozenset[str]
    ) -> httpx.AsyncClient:
        policy = self._policy
        pacer = Pacer(
            rate_limits,
            patience_s=policy.turn_s,
            slack_s=policy.slack_s,
            monotonic=self._monotonic,
            sleep=self._sleep,
        )
        breaker = Breaker(
            f"account {account_id}",
            policy.breaker,
            monotonic=self._monotonic,
            opened=lambda seconds: self.health.rests(account_id, seconds),
        )
        whole = WholeAnswers(
            self._shared_pool(),
            most_bytes=policy.most_bytes,
            seconds=policy.whole_s,
            usual_read_s=policy.read_s,
            slow_seconds=policy.slow_s,
        )
        logged = Logged(whole, CallLog(account_id, secrets), self._monotonic)
        watched = Watched(logged, self.health, account_id, self._monotonic)
        transport = WebOnly(Governed(watched, breaker, pacer, self._monotonic))
        return httpx.AsyncClient(
            transport=transport,
            timeout=httpx.Timeout(policy.read_s, connect=policy.connect_s, pool=policy.connect_s),
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": self._user_agent},
        )

    def _shared_pool(self) -> httpx.AsyncBaseTransport:
        if self._pool is None:
            from despacho_system.connections import Connections  # noqa: PLC0415 - httpcore, which only calls need

            policy = self._policy
            self._pool = Connections(
                _trust(),
                most=policy.connections,
                most_idle=50,
                idle_s=policy.idle_s,
                destinations=self._destinations,
            )
        return self._pool


def platform_transport() -> httpx.AsyncBaseTransport | None:
    """Connections to the store platform, whose address is the operator's; None where the environment names a proxy to it.

    httpx knows how to find and use such a proxy; a read that meets a closed connection is not asked again then.
    """
    if any(name.lower() in _PROXIES and value for name, value in os.environ.items()):
        return None
    from despacho_system.connections import Connections  # noqa: PLC0415 - httpcore, which only calls need

    return Connections(_trust(named_by_environment=True))


_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


@cache
def _trust(*, named_by_environment: bool = False) -> ssl.SSLContext:
    """The certificates that are trusted, read once for all pools: reading them takes longer than most calls."""
    return httpx.create_ssl_context(trust_env=named_by_environment)

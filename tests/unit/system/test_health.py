"""How providers have been answering, as one process sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from despacho_ports.errors import Unavailable
from despacho_ports.health import AccountHealth
from despacho_system.breaker import BreakerPolicy
from despacho_system.health import REMEMBERED, HealthBoard
from despacho_system.outbound import OutboundClients, OutboundPolicy

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Now:
    """A moment that a test turns."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment


def clients(answer: httpx.Response | Exception, board: HealthBoard) -> OutboundClients:
    """Clients over a provider that always does the same."""

    def say(request: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    policy = OutboundPolicy(breaker=BreakerPolicy(failures=3, cool_down_s=15))
    return OutboundClients(policy, pool=httpx.MockTransport(say), health=board)


async def test_an_answer_is_noted_whatever_it_says() -> None:
    board = HealthBoard(Now())
    await clients(httpx.Response(404), board).client("a").get("https://provider.example/")
    seen = board.known("a")
    assert seen is not None
    assert (seen.answered_at, seen.failed_at, seen.calls, seen.failures) == (NOON, None, 1, 0)
    assert not seen.is_failing
    assert board.known("b") is None
    assert set(await board.of(["a", "b"])) == {"a"}


async def test_faults_are_noted_by_their_kind_and_the_pause_with_its_end() -> None:
    now = Now()
    board = HealthBoard(now)
    client = clients(httpx.Response(503), board).client("a")
    for _ in range(3):
        await client.get("https://provider.example/")
    with pytest.raises(Unavailable):
        await client.get("https://provider.example/")
    seen = board.known("a")
    assert seen is not None
    assert (seen.failure, seen.calls, seen.failures) == ("503", 3, 3), "what was not called is no call"
    assert seen.rests_until == NOON + timedelta(seconds=15)
    assert seen.is_failing
    now.moment += timedelta(seconds=16)
    later = board.known("a")
    assert later is not None
    assert later.rests_until is None


async def test_a_call_that_does_not_come_back_is_a_failure_told_without_its_address() -> None:
    board = HealthBoard(Now())
    with pytest.raises(httpx.ConnectError):
        await clients(httpx.ConnectError("https://key@provider"), board).client("a").get("https://provider.example/")
    seen = board.known("a")
    assert seen is not None
    assert seen.failure == "ConnectError"


async def test_a_crowded_pool_is_our_own_doing_and_nobodys_failure() -> None:
    board = HealthBoard(Now())
    with pytest.raises(httpx.PoolTimeout):
        await clients(httpx.PoolTimeout("crowded"), board).client("a").get("https://provider.example/")
    assert board.known("a") is None


async def test_after_an_hour_calls_are_forgotten_and_the_last_answer_is_not() -> None:
    now = Now()
    board = HealthBoard(now)
    board.answered("a", 200, 0.25)
    now.moment += REMEMBERED
    seen = board.known("a")
    assert seen is not None
    assert (seen.calls, seen.answered_at, seen.answer_ms) == (0, NOON, 250)


def test_two_views_together_know_the_latest_of_each() -> None:
    early, late = NOON, NOON + timedelta(minutes=1)
    one = AccountHealth(answered_at=early, answer_ms=10, failed_at=late, failure="503", calls=2, failures=1)
    other = AccountHealth(answered_at=late, answer_ms=20, calls=3, rests_until=late)
    both = one.with_other(other)
    assert both == AccountHealth(
        answered_at=late, answer_ms=20, failed_at=late, failure="503", calls=5, failures=1, rests_until=late
    )
    assert AccountHealth().with_other(AccountHealth()) == AccountHealth()

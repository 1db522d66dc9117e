"""How this process has seen accounts' providers answer: counted where calls go out."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from despacho_ports.health import AccountHealth

REMEMBERED = timedelta(hours=1)
MOST_CALLS = 2_000
"""Of one account within the hour; a busier one is told of by its last ones."""


@dataclass
class _Seen:
    answered_at: datetime | None = None
    answer_ms: int = 0
    failed_at: datetime | None = None
    failure: str = ""
    rests_until: datetime | None = None
    calls: deque[tuple[datetime, bool]] = field(default_factory=lambda: deque(maxlen=MOST_CALLS))


def _system_now() -> datetime:
    return datetime.now(UTC)


class HealthBoard:
    """Implements :class:`despacho_ports.health.HealthReports` for one process."""

    def __init__(self, now: Callable[[], datetime] = _system_now) -> None:
        self._now = now
        self._seen: dict[str, _Seen] = {}
        self.changed: Callable[[str], None] | None = None
        """Told of the account after each call."""

    def answered(self, account_id: str, status: int, seconds: float) -> None:
        """A call came back."""
        if status >= httpx.codes.INTERNAL_SERVER_ERROR:
            self.failed(account_id, str(status))
            return
        seen, now = self._of(account_id), self._now()
        seen.answered_at, seen.answer_ms, seen.rests_until = now, round(seconds * 1000), None
        self._counted(account_id, seen, now, failed=False)

    def failed(self, account_id: str, failure: str) -> None:
        """A call did not come back, or came back with the provider's own fault."""
        seen, now = self._of(account_id), self._now()
        seen.failed_at, seen.failure = now, failure
        self._counted(account_id, seen, now, failed=True)

    def rests(self, account_id: str, seconds: float) -> None:
        """The provider is left alone for so long."""
        self._of(account_id).rests_until = self._now() + timedelta(seconds=seconds)
        self._told(account_id)

    def known(self, account_id: str) -> AccountHealth | None:
        """What was seen of an account; None for one that was not called."""
        seen = self._seen.get(account_id)
        if seen is None:
            return None
        now = self._now()
        lately = [is_failure for at, is_failure in seen.calls if at > now - REMEMBERED]
        return AccountHealth(
            answered_at=seen.answered_at,
            answer_ms=seen.answer_ms,
            failed_at=seen.failed_at,
            failure=seen.failure,
            calls=len(lately),
            failures=sum(lately),
            rests_until=seen.rests_until if seen.rests_until is not None and seen.rests_until > now else None,
        )

    async def of(self, account_ids: Sequence[str]) -> Mapping[str, AccountHealth]:
        """Of those accounts that this process has called."""
        return {one: known for one in account_ids if (known := self.known(one)) is not None}

    def _of(self, account_id: str) -> _Seen:
        return self._seen.setdefault(account_id, _Seen())

    def _counted(self, account_id: str, seen: _Seen, now: datetime, *, failed: bool) -> None:
        seen.calls.append((now, failed))
        self._told(account_id)

    def _told(self, account_id: str) -> None:
        if self.changed is not None:
            self.changed(account_id)


class Watched(httpx.AsyncBaseTransport):
    """Notes on the board how each call went. Stands around the call log, within the breaker."""

    def __init__(
        self, inner: httpx.AsyncBaseTransport, board: HealthBoard, account_id: str, monotonic: Callable[[], float]
    ) -> None:
        self._inner = inner
        self._board = board
        self._account_id = account_id
        self._monotonic = monotonic

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hands everything through."""
        begun = self._monotonic()
        try:
            answer = await self._inner.handle_async_request(request)
        except (httpx.PoolTimeout, httpx.LocalProtocolError):
            raise  # our own doing
        except (httpx.TransportError, asyncio.CancelledError) as error:
            self._board.failed(self._account_id, type(error).__name__)
            raise
        self._board.answered(self._account_id, answer.status_code, self._monotonic() - begun)
        return answer

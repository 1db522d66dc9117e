"""How accounts' providers have been answering lately, as far as anybody has seen. Told to people; nothing is decided by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class AccountHealth(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen of one account.

    Attributes:
        answered_at: Its last answer, whatever that said; ``answer_ms`` is how long it took.
        failed_at: When it last did not answer, or answered with a fault of its own; ``failure`` says how: a status, or a kind of error.
        calls: Calls of the last hour, of which so many were ``failures``.
        rests_until: The provider is left alone until then, since it did not answer.
    """

    answered_at: datetime | None = None
    answer_ms: int = 0
    failed_at: datetime | None = None
    failure: str = ""
    calls: int = 0
    failures: int = 0
    rests_until: datetime | None = None

    @property
    def is_failing(self) -> bool:
        """Whether its last call failed."""
        return self.failed_at is not None and (self.answered_at is None or self.failed_at > self.answered_at)

    def with_other(self, other: AccountHealth) -> AccountHealth:
        """Both views together, such as those of two processes."""
        answered = max((self, other), key=lambda one: one.answered_at.timestamp() if one.answered_at else 0)
        failed = max((self, other), key=lambda one: one.failed_at.timestamp() if one.failed_at else 0)
        rests = [one.rests_until for one in (self, other) if one.rests_until is not None]
        return AccountHealth(
            answered_at=answered.answered_at,
            answer_ms=answered.answer_ms,
            failed_at=failed.failed_at,
            failure=failed.failure,
            calls=self.calls + other.calls,
            failures=self.failures + other.failures,
            rests_until=max(rests, default=None),
        )


class HealthReports(Protocol):
    """Tells how accounts are."""

    async def of(self, account_ids: Sequence[str]) -> Mapping[str, AccountHealth]:
        """Of those accounts that were called lately. Never raises."""
        ...

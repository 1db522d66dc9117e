"""A circuit breaker: a provider that does not answer is left alone for a while, and callers are told at once.

    closed ──half of the calls failed──► open ──cool-down over──► half open (one probe)
      ▲                                   ▲                          │        │
      │                                   └─────── it failed ────────┘        │
      └────────────────────────── it answered ────────────────────────────────┘

An answer from before it opened closes it too: good news is good news.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable

import msgspec

from despacho_ports.errors import Unavailable

logger = logging.getLogger("despacho.calls")


class BreakerPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """When a breaker opens, and for how long."""

    failures: int = 5
    """So many failures at least."""
    ratio: float = 0.5
    """And so large a part of all calls: a busy account with a few faults stays in use."""
    window_s: float = 30.0
    """Calls older than this are forgotten."""
    cool_down_s: float = 15.0
    """How long the provider is left alone before one call probes it."""
    patience_s: float = 2.0
    """A call that its caller gave up after this long counts as a time-out (a checkout does not wait for one)."""


class Breaker:
    """One account's breaker. Callers ask :meth:`admit` before a call and report how it went afterwards."""

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        opened: Callable[[float], None] | None = None,
    ) -> None:
        """``opened`` is told of the seconds for which the provider is left alone."""
        self._name = name
        self._opened = opened
        self._policy = policy or BreakerPolicy()
        self._monotonic = monotonic
        self._outcomes: deque[tuple[float, bool]] = deque()
        self._failed = 0
        self._open_until: float | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether the provider is being left alone."""
        return self._open_until is not None

    def admit(self) -> None:
        """Let a call through, or not. After it one of ``answered``, ``failed``, ``given_up`` and ``withdrawn`` must follow.

        Raises:
            Unavailable: As :meth:`check`.
        """
        self.check()
        self._probing = self.is_open

    def check(self) -> None:
        """Ask without calling.

        Raises:
            Unavailable: The breaker is open, or half open with another call probing.
        """
        if self._open_until is None:
            return
        left = self._open_until - self._monotonic()
        if left > 0:
            raise Unavailable(f"not called: it has not been answering; asked again in {left:.0f} s")
        if self._probing:
            raise Unavailable("not called: it has not been answering; one call is finding out whether it does again")

    def answered(self) -> None:
        """The provider is alive, whatever it said."""
        if self._open_until is None:
            self._note(failed=False)
            return
        logger.warning("%s answers again", self._name)
        self._open_until = None
        self._probing = False
        self._forget()

    def failed(self) -> None:
        """No connection, a time-out, or a server error."""
        if self._open_until is not None:
            if self._probing:
                self._open()
            return
        self._note(failed=True)
        if self._failed >= max(self._policy.failures, self._policy.ratio * len(self._outcomes)):
            self._open()

    def given_up(self, after_s: float) -> None:
        """The caller gave the call up after so many seconds."""
        if after_s >= self._policy.patience_s:
            self.failed()
        else:
            self.withdrawn()

    def withdrawn(self) -> None:
        """The call says nothing about the provider."""
        self._probing = False

    def _open(self) -> None:
        logger.warning("%s does not answer; leaving it alone for %.0f s", self._name, self._policy.cool_down_s)
        self._open_until = self._monotonic() + self._policy.cool_down_s
        self._probing = False
        self._forget()
        if self._opened is not None:
            self._opened(self._policy.cool_down_s)

    def _note(self, *, failed: bool) -> None:
        now = self._monotonic()
        self._outcomes.append((now, failed))
        self._failed += failed
        while self._outcomes[0][0] <= now - self._policy.window_s:
            self._failed -= self._outcomes.popleft()[1]

    def _forget(self) -> None:
        self._outcomes.clear()
        self._failed = 0

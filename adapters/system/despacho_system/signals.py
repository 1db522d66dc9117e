"""Waiting for signals without polling, from a process that has no event loop."""

from __future__ import annotations

import select
import signal
import socket
from contextlib import suppress
from types import FrameType
from typing import Self

_ENDING = ("SIGTERM", "SIGINT", "SIGHUP")
_NOTED = (*_ENDING, "SIGCHLD")


class EndingSignals:
    """While the block runs, SIGTERM, SIGINT and SIGHUP are counted instead of obeyed, and a child's end ends a wait.

    For the main thread only, as Python has it.

    Attributes:
        asked: How often somebody asked to end.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._ending = {getattr(signal, name) for name in _ENDING if hasattr(signal, name)}
        self._before: dict[int, object] = {}

    def __enter__(self) -> Self:
        self._woken, self._waker = socket.socketpair()
        self._woken.setblocking(False)
        self._waker.setblocking(False)
        self._old_waker = signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)
        for name in _NOTED:
            if hasattr(signal, name):
                number = getattr(signal, name)
                self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(self, *_error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what `signal.signal` itself gave
        signal.set_wakeup_fd(self._old_waker)
        self._woken.close()
        self._waker.close()

    def wait(self, seconds: float | None) -> None:
        """Until a signal comes, or for so many seconds; None waits as long as it takes."""
        select.select([self._woken], [], [], seconds)
        with suppress(BlockingIOError):
            while self._woken.recv(4096):
                pass

    def _note(self, number: int, _frame: FrameType | None) -> None:
        if number in self._ending:
            self.asked += 1

"""Keeps child processes alive, and ends them in order. It waits for nothing itself: whoever uses it does."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from despacho_system.processes import start_child

WRONG_USAGE = 2
"""Exit code of a command that is wrong: trying again cannot help."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """One process to keep.

    ``outlives`` means that it is ended only when all others have ended, since they use it.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] | None = None
    outlives: bool = False


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How the supervisor waits; seconds."""

    first_restart: float = 0.1
    longest_restart: float = 10.0
    settled_after: float = 5.0
    """A process that lived this long has come up; its next death is restarted as promptly as its first."""
    attempts: int = 8
    """So many failed starts in a row mean that it cannot come up. Being killed is no failed start."""
    grace: float = 390.0
    """From SIGTERM to SIGKILL. A process with nothing in hand ends at once; one in the middle of a carrier's close-out may take six minutes
    to hear the answer, and killing it would make doubt of it."""


class Process(Protocol):
    """What is needed of a ``subprocess.Popen``."""

    pid: int

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        ...

    def send_signal(self, sig: int) -> None:
        """Send a signal; nothing happens if it has ended."""
        ...


class Supervisor:
    """Starts children, restarts those that die, and ends all.

    Args:
        children: In the order of their start.
        run_dir: Folder for ``<name>.pid`` files; must exist.
        patience: How long to wait for what.
        start: Starts a child.
        monotonic: Seconds, never backwards.

    Attributes:
        outcome: Exit code once the children cannot be kept any longer; None as long as all is well.
    """

    def __init__(
        self,
        children: Sequence[Child],
        run_dir: Path,
        *,
        patience: Patience | None = None,
        start: Callable[[Child], Process] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.outcome: int | None = None
        self._patience = patience or Patience()
        self._start = start or (lambda child: start_child(child.argv, env=child.env))
        self._monotonic = monotonic
        self._kept = [_Kept(child, run_dir / f"{child.name}.pid") for child in children]

    def start(self) -> None:
        """Start all. Raises ``OSError`` where a program cannot be started at all."""
        for kept in self._kept:
            kept.started(self._start(kept.child), self._monotonic())

    def pids(self) -> dict[str, int]:
        """The processes that run, by name."""
        return {kept.child.name: kept.process.pid for kept in self._kept if kept.process}

    def tend(self) -> float | None:
        """Look after the dead: note them, and start again those whose time has come.

        Returns:
            Seconds until the next start is due; None if nothing is.
        """
        now = self._monotonic()
        for kept in self._kept:
            code = kept.ended()
            if code is not None:
                self._note_death(kept, code, now)
            if kept.process is None and kept.due_at <= now and self.outcome is None:
                kept.started(self._start(kept.child), now)
        dues = [max(0.0, kept.due_at - now) for kept in self._kept if kept.process is None]
        return min(dues, default=None)

    def ending(self) -> Iterator[float]:
        """End all: first those that use others, then the rest; by force after the grace. Yields how long to wait before the next look."""
        for wave in (False, True):
            members = [kept for kept in self._kept if kept.child.outlives is wave]
            for kept in members:
                kept.send(signal.SIGTERM)
            end_by = self._monotonic() + self._patience.grace
            # A list, since `any` would look no further than the first that lives.
            while [kept for kept in members if kept.ended() is None and kept.process]:
                left = end_by - self._monotonic()
                if left <= 0:
                    for kept in members:
                        kept.send(signal.SIGKILL)
                yield left if left > 0 else 1.0

    def kill(self) -> None:
        """End all by force."""
        for kept in self._kept:
            kept.send(signal.SIGKILL)

    def _note_death(self, kept: _Kept, code: int, now: float) -> None:
        patience = self._patience
        settled = now - kept.started_at >= patience.settled_after
        kept.deaths = 1 if settled else kept.deaths + 1
        kept.failed_starts = 0 if settled or code <= 0 else kept.failed_starts + 1
        wait_s = min(patience.longest_restart, patience.first_restart * 2.0 ** min(kept.deaths - 1, 30))
        kept.due_at = now + wait_s
        if code == WRONG_USAGE:
            self.outcome = WRONG_USAGE
        elif kept.failed_starts >= patience.attempts:
            self.outcome = 1
        doing = "giving up" if self.outcome else f"starting it again in {wait_s:.1f} s"
        how = f"was ended by signal {-code}" if code < 0 else f"ended with code {code}"
        print(f"despacho: {kept.child.name} {how}; {doing}", file=sys.stderr, flush=True)  # noqa: T201 - logging is not set up here


class _Kept:
    """One child with what is known about its process."""

    def __init__(self, child: Child, pid_file: Path) -> None:
        self.child = child
        self.process: Process | None = None
        self.started_at = 0.0
        self.due_at = 0.0
        self.deaths = 0
        self.failed_starts = 0
        self._pid_file = pid_file

    def started(self, process: Process, now: float) -> None:
        self.process = process
        self.started_at = now
        draft = self._pid_file.with_suffix(".new")
        draft.write_text(f"{process.pid}\n", "ascii")
        draft.replace(self._pid_file)

    def ended(self) -> int | None:
        """The exit code, once, when the process has just been found dead."""
        code = self.process.poll() if self.process else None
        if code is not None:
            self.process = None
            self._pid_file.unlink(missing_ok=True)
        return code

    def send(self, number: int) -> None:
        if self.process:
            self.process.send_signal(number)

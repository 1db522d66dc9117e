"""What is told while the demo runs: progress bars on a terminal, a line for each finished act elsewhere."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Act:
    """One part of the story, and how far it is."""

    def __init__(self, title: str, total: int, progress: Progress | None) -> None:
        self._progress = progress
        self._task = progress.add_task(title, total=total) if progress is not None else None
        self.total = total
        self.done = 0

    def advance(self, count: int = 1) -> None:
        """So much more is done."""
        self.reached(self.done + count)

    def reached(self, done: int) -> None:
        """So much is done by now."""
        self.done = done
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done)


class Narrator:
    """Tells the story.

    Args:
        console: Where to.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress: Progress | None = None

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Show progress while the block runs."""
        if not self.console.is_terminal:
            yield
            return
        columns = (
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description:<44}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=self.console) as self._progress:
            yield
        self._progress = None

    @contextmanager
    def act(self, title: str, total: int) -> Iterator[Act]:
        """One part of the story; off a terminal it is told when it is over."""
        started = time.monotonic()
        act = Act(title, total, self._progress)
        yield act
        if self._progress is None:
            self.say(f"{title}: {act.done} of {total}, {time.monotonic() - started:.1f} s")

    def say(self, text: str) -> None:
        """A line."""
        self.console.print(text, soft_wrap=True, highlight=False, markup=False)

"""Small driven ports: the clock, secrets, locks, and what wakes the workers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from despacho_core.ledgers import Lane


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class Secrets(Protocol):
    """Encrypts what lies in the database. ``context`` binds a secret to its place: moved elsewhere it does not open."""

    def seal(self, plain: bytes, *, context: str) -> str:
        """Ciphertext as text."""
        ...

    def open(self, sealed: str, *, context: str) -> bytes:
        """Plain bytes. Raises ``ValueError`` for a wrong key, place or damaged text."""
        ...


class Locks(Protocol):
    """Locks that hold across processes, and end by themselves when their holder dies."""

    def hold(self, name: str, *, seconds: float = 30.0) -> AbstractAsyncContextManager[None]:
        """Wait for the lock, then hold it for at most ``seconds``."""
        ...


class JobQueue(Protocol):
    """Wakes workers. A hint only: losing every wake-up loses no work, since a sweeper looks for what is due."""

    async def wake(self, lane: Lane) -> None:
        """Say that the lane has work. Never raises."""
        ...

    async def wake_inbox(self) -> None:
        """Say that the inbox has work. Never raises."""
        ...

"""The queue where nobody is woken: a command beside no running hub."""

from __future__ import annotations

from despacho_core.ledgers import Lane


class Silence:
    """Implements :class:`despacho_ports.system.JobQueue` by doing nothing; the next sweep finds the work."""

    async def wake(self, lane: Lane) -> None:
        """Nobody listens."""

    async def wake_inbox(self) -> None:
        """Nobody listens."""

"""What a worker process does when it is woken or when its time has come. Every method is safe to call at any time, in any process."""

from __future__ import annotations

from typing import Protocol

from despacho_core.ledgers import Lane


class Work(Protocol):
    """The hub's work, as the job runner sees it. Nothing here raises: errors are kept in the ledgers and logged."""

    async def drain(self, lane: Lane) -> int:
        """Run what is due in a lane until nothing is; returns how many effects were run.

        Called again while it runs, it notes that there is more and returns 0 at once.
        """
        ...

    async def drain_inbox(self) -> int:
        """Work off messages until none is due; the same rule for a second call."""
        ...

    async def sweep(self) -> None:
        """Expire the leases of processes that died, and look for uncertain effects.

        What is due and woke nobody is found by the drains, which the caller starts beside every sweep.
        """
        ...

    async def track_due(self) -> None:
        """Ask the carriers about shipments whose next check is due."""
        ...

    async def reconcile(self) -> None:
        """Take in orders that no webhook announced, and owe documents that are missing."""
        ...

    async def housekeep(self) -> None:
        """Remove what is past its retention, in bounded batches."""
        ...

"""What following parcels brought."""

from __future__ import annotations

from dataclasses import dataclass

MOST_PROBLEMS = 50


@dataclass(frozen=True)
class SyncResult:
    """What a round of asking brought: shipments asked about, events that were new, shipments whose status moved.

    ``problems`` are the first fifty, each once. ``unknown_numbers`` are tracking numbers that no label has.
    """

    asked: int = 0
    new_events: int = 0
    changed: int = 0
    problems: tuple[str, ...] = ()
    unknown_numbers: int = 0

    def __add__(self, other: SyncResult) -> SyncResult:
        return SyncResult(
            self.asked + other.asked,
            self.new_events + other.new_events,
            self.changed + other.changed,
            tuple(dict.fromkeys(self.problems + other.problems))[:MOST_PROBLEMS],
            self.unknown_numbers + other.unknown_numbers,
        )

"""The worker's schedule: what it does by the clock, and how that reads as cron."""

from __future__ import annotations

import msgspec

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """How often each round is made, in seconds: whole parts of a minute, of an hour or of a day, as cron can say them."""

    sweep_s: int = 5
    track_due_s: int = MINUTE
    reconcile_s: int = 10 * MINUTE
    housekeep_s: int = HOUR

    def rounds(self) -> dict[str, int]:
        """Interval by the name of the method of :class:`despacho_ports.work.Work`."""
        return {field.removesuffix("_s"): getattr(self, field) for field in self.__struct_fields__}


def times_of(seconds: int) -> dict[str, set[int]]:
    """Cron fields that come round every so many seconds, evenly, also over the end of the day.

    Raises:
        ValueError: Cron cannot say it.
    """
    if 0 < seconds <= MINUTE and MINUTE % seconds == 0:
        return {"second": set(range(0, MINUTE, seconds))}
    if seconds % MINUTE == 0 and 0 < seconds <= HOUR and HOUR % seconds == 0:
        return {"second": {0}, "minute": set(range(0, 60, seconds // MINUTE))}
    if seconds % HOUR == 0 and 0 < seconds <= DAY and DAY % seconds == 0:
        return {"second": {0}, "minute": {0}, "hour": set(range(0, 24, seconds // HOUR))}
    raise ValueError(f"every {seconds} s is no whole part of a minute, an hour or a day")

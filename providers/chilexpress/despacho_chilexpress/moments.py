"""The carrier's dates, in every form in which they are seen, as aware UTC (contract/carriers.md 1.6)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import cache

_DAY_FIRST = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})(?:[ T](.*))?")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]*)?)?")


def moment(whole: str, date: str = "", hour: str = "") -> datetime | None:
    """A point in time, from the whole one or else from date and hour apart.

    Args:
        whole: ISO 8601, or ``dd/mm/yyyy hh:mm``.
        date: ``dd/mm/yyyy`` or ISO.
        hour: ``hh:mm`` or ``hh:mm:ss``; midnight where there is none.

    Returns:
        Aware UTC; times without a zone are Santiago's. None for what is no date, and for years such as 0001 that stand for "none".
    """
    for text in (whole.strip(), f"{date.strip()} {hour.strip()}".strip(), date.strip()):
        found = _read(text) if text else None
        if found is not None and 2000 <= found.year <= 2200:
            zoned = found if found.tzinfo is not None else found.replace(tzinfo=santiago())
            return zoned.astimezone(UTC)
    return None


def _read(text: str) -> datetime | None:
    day_first = _DAY_FIRST.fullmatch(text)
    try:
        if day_first is None:
            return datetime.fromisoformat(text)
        day, month, year, rest = day_first.groups()
        hours, minutes, seconds = _clock(rest or "")
        return datetime(int(year), int(month), int(day), hours, minutes, seconds)  # noqa: DTZ001 - the zone is added above
    except ValueError:
        return None


def _clock(text: str) -> tuple[int, int, int]:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return 0, 0, 0
    hours, minutes, seconds = found.groups()
    return int(hours), int(minutes), int(seconds or 0)


@cache
def santiago() -> tzinfo:
    """The carrier's own time."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a script that only imports the provider does not pay for the zones

    return ZoneInfo("America/Santiago")

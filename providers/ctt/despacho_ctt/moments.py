"""The carrier's times: ``dd-MM-yyyy HH:mm:ss`` in Lisbon, as aware UTC (contract/carriers.md 2.5)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from functools import cache

_DAY_FIRST = re.compile(
    r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]*)?)?)?"
)


def moment(text: str) -> datetime | None:
    """A point in time; ISO 8601 is understood too. None for what is no date, and for years that stand for "none"."""
    text = text.strip()
    day_first = _DAY_FIRST.fullmatch(text)
    try:
        if day_first is None:
            read = datetime.fromisoformat(text)
        else:
            day, month, year, hour, minute, second = (int(part or 0) for part in day_first.groups())
            read = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the zone is added below
    except ValueError:
        return None
    if not 2000 <= read.year <= 2200:
        return None
    return (read if read.tzinfo is not None else read.replace(tzinfo=_lisbon())).astimezone(UTC)


@cache
def _lisbon() -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a script that only imports the provider does not pay for the zones

    return ZoneInfo("Europe/Lisbon")

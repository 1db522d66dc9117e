"""The carrier's dates, in every form in which they are seen or likely, as aware UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache

_DAY_FIRST = re.compile(
    r"([0-9]{1,2})[-/]([0-9]{1,2})[-/]([0-9]{4})(?:[ T]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]*)?)?)?"
)
_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(r"[0-9]{12,13}")


def moment(text: str) -> datetime | None:
    """A point in time: ISO 8601, ``dd/mm/yyyy hh:mm:ss``, or the milliseconds since 1970 of pushes (contract/carriers.md 3A).

    Returns:
        Aware UTC; times without a zone are Santiago's. None for what is no date, and for years that stand for "none".
    """
    text = text.strip()
    if _MILLISECONDS.fullmatch(text):
        return _BEGIN + timedelta(milliseconds=int(text))
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
    return (read if read.tzinfo is not None else read.replace(tzinfo=_santiago())).astimezone(UTC)


@cache
def _santiago() -> tzinfo:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a script that only imports the provider does not pay for the zones

    return ZoneInfo("America/Santiago")

"""Lists that are looked through a page at a time, the newest first: how long a page is, and where the next one begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlencode

from litestar.params import QueryParameter

LINES = 50
Before = Annotated[datetime | None, QueryParameter()]
"""Only what is older than this, as an address says it."""


def aware(moment: datetime | None) -> datetime | None:
    """A time of an address; one without a zone is meant in UTC."""
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def older(path: str, rows: Sequence[object], last: datetime | int | None, asked: Mapping[str, object]) -> str | None:
    """The address of the next page, asking for the same; None where this one is the last.

    ``last`` is what the last of the rows is sorted by.
    """
    if len(rows) < LINES or last is None:
        return None
    before = last.isoformat() if isinstance(last, datetime) else last
    return f"{path}?{urlencode({**asked, 'before': before})}"

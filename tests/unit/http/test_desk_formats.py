"""Moments on pages: written as Babel writes them, though put together from parts."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from babel import Locale
from babel.dates import format_datetime
from hypothesis import given
from hypothesis import strategies as st

from despacho_http.desk.formats import Formats
from tests.integration.database.samples import store

_MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("country", "language", "zone", "locale"),
    [
        ("CL", "es", "America/Santiago", "es_CL"),
        ("CL", "en", "America/Santiago", "en_GB"),
        ("PT", "pt", "Europe/Lisbon", "pt_PT"),
    ],
)
@given(at=_MOMENTS)
def test_a_moment_is_written_as_the_library_writes_it(
    country: str, language: str, zone: str, locale: str, at: datetime
) -> None:
    mine = msgspec.structs.replace(store(), country=country, timezone=zone)
    written = format_datetime(at, "short", tzinfo=ZoneInfo(zone), locale=Locale.parse(locale))
    assert Formats(mine, language).moment(at) == written

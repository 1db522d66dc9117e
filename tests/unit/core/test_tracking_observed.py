"""States that come without a time: seen again they are no news, and they never stand in for a real event."""

from datetime import UTC, datetime, timedelta

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import TrackingEvent, TrackingStatus

SEEN = TrackingEvent(
    tracking_number="T1",
    occurred_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    description="EN TRANSITO",
    code="5",
    status=TrackingStatus.IN_TRANSIT,
    observed=True,
)


@given(st.timedeltas(min_value=timedelta(seconds=-(10**8)), max_value=timedelta(seconds=10**8)))
def test_a_state_seen_again_at_another_time_is_the_same_report(later: timedelta) -> None:
    again = msgspec.structs.replace(SEEN, occurred_at=SEEN.occurred_at + later)
    assert again.fingerprint == SEEN.fingerprint
    told = msgspec.structs.replace(SEEN, observed=False)
    again = msgspec.structs.replace(told, occurred_at=told.occurred_at + later)
    assert (again.fingerprint == told.fingerprint) == (not later)


def test_a_state_is_told_apart_by_parcel_code_and_words_and_from_an_event() -> None:
    others = [
        msgspec.structs.replace(SEEN, tracking_number="T2"),
        msgspec.structs.replace(SEEN, code="6"),
        msgspec.structs.replace(SEEN, description="EN REPARTO"),
        msgspec.structs.replace(SEEN, observed=False),
    ]
    assert SEEN.fingerprint not in {other.fingerprint for other in others}

"""The machine's clock, as the ports ask for it."""

from datetime import UTC, datetime

from despacho_system.clock import SystemClock


def test_it_is_now_in_aware_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert before <= now <= datetime.now(UTC)

"""Quotas: so many in any window, each key for itself."""

from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.kit.quota import Quota, seconds_to_wait


class Ticks:
    """Real seconds, moved by hand."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@given(st.lists(st.floats(0, 0.5), max_size=60))
def test_no_window_ever_holds_more_than_allowed(pauses: list[float]) -> None:
    ticks, passed = Ticks(), []
    quota = Quota(3, 1, monotonic=ticks)
    for pause in pauses:
        ticks.seconds += pause
        if not seconds_to_wait((quota,), "key"):
            passed.append(ticks.seconds)
    assert all(later - earlier >= 1 for earlier, later in zip(passed, passed[3:], strict=False))


def test_whoever_waits_as_told_is_let_through() -> None:
    ticks = Ticks()
    quotas = (Quota(3, 1, monotonic=ticks), Quota(5, 60, monotonic=ticks))
    assert [seconds_to_wait(quotas, "key") for _ in range(3)] == [0, 0, 0]
    ticks.seconds += seconds_to_wait(quotas, "key")
    assert ticks.seconds == 1
    assert [seconds_to_wait(quotas, "key") for _ in range(2)] == [0, 0]
    assert seconds_to_wait(quotas, "key") == 59
    assert seconds_to_wait(quotas, "other") == 0


def test_a_refused_request_does_not_count() -> None:
    ticks = Ticks()
    quota = Quota(1, 1, monotonic=ticks)
    assert not seconds_to_wait((quota,), "key")
    for _ in range(10):
        assert seconds_to_wait((quota,), "key")
    ticks.seconds = 1
    assert not seconds_to_wait((quota,), "key")

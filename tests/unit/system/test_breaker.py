"""The circuit breaker: when it opens, when it lets one call find out, when it closes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.errors import Unavailable
from despacho_system.breaker import Breaker, BreakerPolicy

POLICY = BreakerPolicy(failures=3, ratio=0.5, window_s=30, cool_down_s=10, patience_s=2)


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def breaker(time: Time) -> Breaker:
    return Breaker("account 1", POLICY, monotonic=time)


def fail(one: Breaker, times: int = 1) -> None:
    for _ in range(times):
        one.admit()
        one.failed()


@pytest.mark.parametrize(
    ("story", "opens"),
    [
        ("xxx", True),
        ("xx", False),
        ("x.x.x", True),
        ("x..x..x..", False),
        ("." * 40 + "xxx", False),
        ("...xxx", True),
    ],
)
def test_it_opens_on_enough_failures_that_are_a_large_enough_part(story: str, opens: bool) -> None:
    one = breaker(Time())
    for call in story:
        one.admit()
        one.failed() if call == "x" else one.answered()
    assert one.is_open == opens


def test_failures_spread_over_a_long_time_do_not_add_up() -> None:
    time = Time()
    one = breaker(time)
    for _ in range(20):
        fail(one)
        time.now += 20
    assert not one.is_open


def test_while_open_every_call_is_refused_and_told_for_how_long() -> None:
    time = Time()
    one = breaker(time)
    fail(one, 3)
    time.now += 4
    with pytest.raises(Unavailable, match="in 6 s"):
        one.admit()


def test_after_the_cool_down_exactly_one_call_finds_out() -> None:
    time = Time()
    one = breaker(time)
    fail(one, 3)
    time.now += 10
    one.check()
    one.admit()
    with pytest.raises(Unavailable, match="one call is finding out"):
        one.admit()


def test_an_answer_to_the_probe_closes_it_and_forgets_the_past() -> None:
    time = Time()
    one = breaker(time)
    fail(one, 3)
    time.now += 10
    one.admit()
    one.answered()
    fail(one, 2)
    assert not one.is_open


def test_a_failed_probe_opens_it_for_another_cool_down() -> None:
    time = Time()
    one = breaker(time)
    fail(one, 3)
    time.now += 10
    one.admit()
    one.failed()
    time.now += 9
    with pytest.raises(Unavailable):
        one.admit()
    time.now += 1
    one.admit()


def test_a_probe_that_is_withdrawn_leaves_room_for_the_next() -> None:
    time = Time()
    one = breaker(time)
    fail(one, 3)
    time.now += 10
    one.admit()
    one.withdrawn()
    one.admit()


@pytest.mark.parametrize(("after_s", "opens"), [(0.0, False), (1.9, False), (2.0, True), (25.0, True)])
def test_a_caller_who_gave_up_after_a_while_has_seen_a_failure(after_s: float, opens: bool) -> None:
    one = breaker(Time())
    for _ in range(3):
        one.admit()
        one.given_up(after_s)
    assert one.is_open == opens


def test_late_failures_of_calls_from_before_do_not_prolong_the_cool_down() -> None:
    time = Time()
    one = breaker(time)
    for _ in range(5):
        one.admit()
    for _ in range(3):
        one.failed()
    time.now += 9
    one.failed()
    time.now += 1
    one.admit()


@given(
    steps=st.lists(st.tuples(st.sampled_from(["answered", "failed", "withdrawn"]), st.sampled_from([0.0, 1.0, 11.0])))
)
def test_it_never_shuts_a_provider_out_for_longer_than_the_cool_down(steps: list[tuple[str, float]]) -> None:
    time = Time()
    one = breaker(time)
    refused_since: float | None = None
    for outcome, gap in steps:
        try:
            one.admit()
        except Unavailable:
            refused_since = time.now if refused_since is None else refused_since
            assert time.now - refused_since < POLICY.cool_down_s
        else:
            refused_since = None
            getattr(one, outcome)()
        time.now += gap

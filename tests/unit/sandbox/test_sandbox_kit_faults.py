"""Fault rules: where they hit, how often, and the same way again for the same seed."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.kit.faults import Fault, FaultBook, FaultKind


def book(seed: int = 1) -> FaultBook:
    return FaultBook(Random(seed), ["buy", "track"])


def hits(faults: FaultBook, endpoint: str, requests: int) -> list[bool]:
    return [bool(faults.take(endpoint)) for _ in range(requests)]


def test_a_rule_hits_its_endpoint_and_no_other() -> None:
    faults = book()
    faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="buy"))
    assert hits(faults, "track", 3) == [False] * 3
    assert hits(faults, "buy", 3) == [True] * 3


def test_a_star_hits_every_named_endpoint() -> None:
    faults = book()
    faults.add(Fault(kind=FaultKind.CUT_AFTER))
    assert faults.take("buy")
    assert faults.take("track")


@given(after=st.integers(0, 20), times=st.one_of(st.none(), st.integers(0, 20)), requests=st.integers(0, 50))
def test_the_first_n_pass_then_exactly_so_many_are_hit(after: int, times: int | None, requests: int) -> None:
    faults = book()
    faults.add(Fault(kind=FaultKind.FAIL_AFTER, endpoint="buy", after=after, times=times))
    outcome = hits(faults, "buy", requests)
    left = max(requests - after, 0)
    expected = left if times is None else min(left, times)
    assert sum(outcome) == expected
    assert outcome == [after <= n < after + expected for n in range(requests)]
    assert faults.rules[0].hits == expected


def test_one_seed_tells_one_story() -> None:
    def story(seed: int) -> list[bool]:
        faults = book(seed)
        faults.add(Fault(kind=FaultKind.FAIL_AFTER, probability=0.05))
        return hits(faults, "buy", 2000)

    assert story(7) == story(7)
    assert story(7) != story(8)
    assert 50 < sum(story(7)) < 150


def test_a_latency_comes_on_top_of_one_other_fault_and_the_second_waits_its_turn() -> None:
    faults = book()
    faults.add(Fault(kind=FaultKind.FAIL_BEFORE, times=1))
    faults.add(Fault(kind=FaultKind.CUT_BEFORE, times=1))
    faults.add(Fault(kind=FaultKind.LATENCY, latency_ms=5))
    assert [rule.kind for rule in faults.take("buy")] == [FaultKind.FAIL_BEFORE, FaultKind.LATENCY]
    assert [rule.kind for rule in faults.take("buy")] == [FaultKind.CUT_BEFORE, FaultKind.LATENCY]
    assert [rule.kind for rule in faults.take("buy")] == [FaultKind.LATENCY]


def test_a_rule_for_an_endpoint_that_does_not_exist_is_refused_because_it_would_never_hit() -> None:
    with pytest.raises(ValueError, match="known: buy, track"):
        book().add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="by"))


def test_a_latency_of_no_length_is_refused() -> None:
    with pytest.raises(ValueError, match="latency_ms"):
        book().add(Fault(kind=FaultKind.LATENCY))


def test_rules_are_removed_one_by_one_or_all_at_once() -> None:
    faults = book()
    first = faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="buy"))
    faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="track"))
    assert faults.remove(first.id)
    assert not faults.remove(first.id)
    assert not faults.take("buy")
    faults.clear()
    assert not faults.take("track")


@pytest.mark.parametrize(
    "text",
    [
        b'{"kind":"explode"}',
        b"{}",
        b'{"kind":"latency","probability":1.5}',
        b'{"kind":"latency","times":-1}',
        b'{"kind":"fail_after","tims":1}',
    ],
)
def test_a_rule_with_a_slip_in_it_is_refused_rather_than_guessed(text: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text, type=Fault)

"""The ledgers: what is owed is done once, put off, looked for or given up, and nothing in between."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import WrongState
from despacho_core.ledgers import Effect, EffectState, Lane, backoff

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
CLAIMED = {EffectState.RUNNING, EffectState.UNCERTAIN}
SETTLED = {EffectState.DONE, EffectState.REJECTED, EffectState.DEAD}


def effect(state: EffectState = EffectState.RUNNING, **changes: object) -> Effect:
    facts: dict[str, object] = {
        "id": "e1",
        "store_id": "s1",
        "key": "buy:sh1",
        "kind": "buy",
        "subject": "sh1",
        "lane": Lane.INTERACTIVE,
        "created_at": NOW,
        "due_at": NOW,
        "state": state,
        "attempts": 3,
        "lookups": 2,
        "claim": "c1" if state is EffectState.RUNNING else None,
        "lease_until": LATER if state is EffectState.RUNNING else None,
    }
    return Effect(**{**facts, **changes})  # type: ignore[arg-type]  # the tests name the fields


OUTCOMES: dict[str, tuple[Callable[[Effect], Effect], EffectState]] = {
    "done": (lambda one: one.done(LATER), EffectState.DONE),
    "rejected": (lambda one: one.rejected(LATER, "no"), EffectState.REJECTED),
    "dead": (lambda one: one.dead(LATER, "broke"), EffectState.DEAD),
    "later": (lambda one: one.later(LATER, "busy"), EffectState.PENDING),
    "uncertain": (lambda one: one.uncertain(LATER, "cut off"), EffectState.UNCERTAIN),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("state", list(EffectState))
def test_only_what_is_claimed_or_looked_for_can_get_an_outcome(state: EffectState, outcome: str) -> None:
    act, expected = OUTCOMES[outcome]
    before = effect(state)
    if state in CLAIMED:
        after = act(before)
        assert after.state is expected
        assert (after.claim, after.lease_until) == (None, None), "nobody holds it any more"
        assert (after.settled_at is not None) == (after.state in SETTLED) == after.state.is_settled
        assert after.key == before.key
    else:
        with pytest.raises(WrongState, match="buy:sh1"):
            act(before)


def test_what_was_put_off_or_is_uncertain_is_due_again_when_it_was_said() -> None:
    assert effect().later(LATER, "busy").due_at == LATER
    assert effect().uncertain(LATER, "cut off").due_at == LATER


@pytest.mark.parametrize("state", sorted(CLAIMED))
def test_what_was_not_found_before_an_attempt_says_nothing_about_that_attempt(state: EffectState) -> None:
    assert effect(state).later(LATER, "certainly not done").lookups == 0
    assert effect(EffectState.RUNNING).uncertain(LATER, "cut off again").lookups == 0
    assert effect(EffectState.UNCERTAIN).uncertain(LATER, "not found yet").lookups == 2
    assert effect(EffectState.UNCERTAIN).resolved(LATER, happened=False, message="nothing there").lookups == 0


@pytest.mark.parametrize("state", list(EffectState))
def test_a_new_wish_takes_up_what_was_refused_or_given_up_and_nothing_else(state: EffectState) -> None:
    before = effect(state, settled_at=NOW, message="no")
    wish = effect(EffectState.PENDING, id="e2", subject="sh2", lane=Lane.BULK, due_at=LATER, payload={"button": True})
    if state not in {EffectState.REJECTED, EffectState.DEAD}:
        with pytest.raises(WrongState, match="owed again"):
            before.owed_again(wish)
        return
    after = before.owed_again(wish)
    assert (after.id, after.key, after.created_at) == (before.id, before.key, before.created_at)
    assert (after.subject, after.lane, after.due_at, after.payload) == ("sh2", Lane.BULK, LATER, {"button": True})
    assert (after.state, after.attempts, after.lookups) == (EffectState.PENDING, 0, 0)
    assert (after.settled_at, after.message) == (None, None)


def test_the_providers_words_are_kept() -> None:
    assert effect().rejected(LATER, "comuna sin cobertura").message == "comuna sin cobertura"
    assert effect().dead(LATER, "KeyError").message == "KeyError"


def test_a_try_that_was_none_does_not_count() -> None:
    assert effect().later(LATER, "busy").attempts == 3
    assert effect().later(LATER, "asleep", counted=False).attempts == 2
    assert effect(attempts=0).later(LATER, "asleep", counted=False).attempts == 0


@pytest.mark.parametrize("state", list(EffectState))
@pytest.mark.parametrize("repeatable", [True, False])
def test_a_person_may_retry_what_was_refused_or_given_up_and_nothing_else(state: EffectState, repeatable: bool) -> None:
    before = effect(state, settled_at=NOW)
    if state not in {EffectState.REJECTED, EffectState.DEAD}:
        with pytest.raises(WrongState):
            before.retried(LATER, repeatable=repeatable)
        return
    after = before.retried(LATER, repeatable=repeatable)
    assert (after.attempts, after.lookups, after.settled_at, after.due_at) == (0, 0, None, LATER)
    certain = repeatable or state is EffectState.REJECTED
    assert after.state is (EffectState.PENDING if certain else EffectState.UNCERTAIN), "never blindly repeated"


@pytest.mark.parametrize("state", list(EffectState))
@pytest.mark.parametrize("happened", [True, False])
def test_a_person_settles_what_is_uncertain_and_nothing_else(state: EffectState, happened: bool) -> None:
    before = effect(state)
    if state is not EffectState.UNCERTAIN:
        with pytest.raises(WrongState):
            before.resolved(LATER, happened=happened, message="asked by telephone")
        return
    after = before.resolved(LATER, happened=happened, message="asked by telephone")
    assert after.state is (EffectState.DONE if happened else EffectState.PENDING)
    assert after.settled_at == (LATER if happened else None)
    assert after.message == "asked by telephone"


@given(st.integers(-5, 10_000), st.floats(0, 1), st.integers(1, 100), st.integers(1, 10_000))
def test_waiting_stays_within_its_bounds(attempts: int, jitter: float, first: int, most: int) -> None:
    wait = backoff(attempts, jitter, first=timedelta(seconds=first), most=timedelta(seconds=most))
    assert timedelta(seconds=min(first, most)) / 2 <= wait <= timedelta(seconds=most)


@given(st.integers(1, 60), st.floats(0, 1))
def test_waiting_never_gets_shorter_with_more_attempts(attempts: int, jitter: float) -> None:
    assert backoff(attempts, jitter) <= backoff(attempts + 1, jitter)


def test_waiting_doubles_from_five_seconds_up_to_an_hour() -> None:
    waits = [backoff(attempts, 0).total_seconds() for attempts in range(1, 13)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


def test_an_effect_comes_back_from_the_database_as_it_was() -> None:
    before = effect(payload={"labels": ["l1", "l2"]}, account_id="a1")
    assert msgspec.json.decode(msgspec.json.encode(before), type=Effect) == before

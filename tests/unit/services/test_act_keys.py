"""Asking again under a key never hurries what has to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_services.act_keys import NO_KEY, ActKey, form_key, not_put_off

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def effect(state: EffectState, due_at: datetime) -> Effect:
    return Effect(
        id="effect", store_id="store", key="buy:s", kind="buy", subject="s", lane=Lane.INTERACTIVE, created_at=NOON,
        due_at=due_at, state=state,
    )  # fmt: skip


@pytest.mark.parametrize("state", list(EffectState))
def test_only_what_waits_for_a_later_time_is_left_alone(state: EffectState) -> None:
    later, due = effect(state, NOON + timedelta(seconds=1)), effect(state, NOON)
    assert not_put_off(due, NOON) is due
    assert (not_put_off(later, NOON) is None) == (state is EffectState.PENDING)


def test_nothing_is_owed_of_what_is_settled_for_good() -> None:
    assert not_put_off(None, NOON) is None


def test_forms_without_a_key_have_none_and_those_with_one_share_none_with_programs() -> None:
    assert form_key("store", "label 1001", "") is NO_KEY
    key = form_key("store", "label 1001", "x" * 300)
    assert key == ActKey("store", f"form label 1001 {'x' * 100}")
    assert " " in key.key, "no Idempotency-Key has a space"

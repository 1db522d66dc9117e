"""Tracking: whatever order carriers report in, a parcel never travels backwards."""

import itertools
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.tracking import (
    FUTURE_FROM,
    Standstill,
    TrackingEvent,
    TrackingStatus,
    forward,
    status_after,
    status_of_pieces,
    told,
    weighed,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WAY = list(TrackingStatus)
statuses = st.sampled_from(WAY)
reports = st.one_of(st.none(), statuses)
events = st.lists(
    st.builds(
        TrackingEvent,
        tracking_number=st.just("996801234567"),
        occurred_at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants naive bounds
        description=st.text(max_size=10),
        code=st.text(max_size=4),
        status=reports,
    ),
    max_size=12,
)


@given(statuses, reports)
def test_a_status_moves_forward_or_stays(current: TrackingStatus, reported: TrackingStatus | None) -> None:
    after = forward(current, reported)
    assert after in {current, reported}
    assert WAY.index(after) >= WAY.index(current)
    assert forward(after, reported) == after


@given(statuses, events, st.randoms(use_true_random=False))
def test_order_and_repetition_of_reports_change_nothing(
    current: TrackingStatus, reported: list[TrackingEvent], chance: st.DrawFn
) -> None:
    again = reported * 2
    chance.shuffle(again)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not say
    assert status_after(current, reported) == status_after(current, again)


@given(events, st.randoms(use_true_random=False))
def test_a_story_goes_forward_in_time_and_within_one_instant_towards_the_door(
    reported: list[TrackingEvent], chance: st.DrawFn
) -> None:
    minutes = [
        msgspec.structs.replace(
            one,
            occurred_at=one.occurred_at.replace(
                month=1, day=1, hour=8, minute=one.occurred_at.minute % 2, second=0, microsecond=0
            ),
        )
        for one in reported
    ]
    chance.shuffle(minutes)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not say
    story = told(minutes)
    assert sorted(one.fingerprint for one in story) == sorted(one.fingerprint for one in minutes)
    for before, after in itertools.pairwise(story):
        assert before.occurred_at <= after.occurred_at
        if before.occurred_at == after.occurred_at and before.status and after.status:
            assert forward(before.status, after.status) is after.status


@given(statuses, events, events)
def test_reports_may_come_in_any_number_of_batches(
    current: TrackingStatus, early: list[TrackingEvent], late: list[TrackingEvent]
) -> None:
    assert status_after(status_after(current, early), late) == status_after(current, early + late)


def test_a_code_that_nobody_knows_moves_nothing() -> None:
    event = TrackingEvent(tracking_number="1", occurred_at=NOW, description="¿?", code="99")
    assert status_after(TrackingStatus.IN_TRANSIT, [event]) is TrackingStatus.IN_TRANSIT


def test_what_was_delivered_stays_delivered() -> None:
    for reported in WAY:
        assert forward(TrackingStatus.DELIVERED, reported) is TrackingStatus.DELIVERED


def test_a_failed_delivery_may_still_come_back_or_arrive_after_all() -> None:
    assert forward(TrackingStatus.FAILED, TrackingStatus.RETURNED) is TrackingStatus.RETURNED
    assert forward(TrackingStatus.FAILED, TrackingStatus.DELIVERED) is TrackingStatus.DELIVERED


@given(events)
def test_the_same_report_has_the_same_fingerprint_and_another_has_another(reported: list[TrackingEvent]) -> None:
    said = {(one.occurred_at, one.code, one.description) for one in reported}
    assert len({one.fingerprint for one in reported}) == len(said)


def test_the_reading_of_a_code_is_no_part_of_its_fingerprint() -> None:
    facts = {"tracking_number": "1", "occurred_at": NOW, "description": "Entregado", "code": "7"}
    read, unread = (TrackingEvent(**facts, status=status) for status in (TrackingStatus.DELIVERED, None))  # type: ignore[arg-type]  # mixed facts
    assert read.fingerprint == unread.fingerprint


@given(st.lists(statuses, min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_a_shipment_is_one_of_its_pieces_whatever_their_order(pieces: list[TrackingStatus], chance: st.DrawFn) -> None:
    status = status_of_pieces(pieces)
    assert status in pieces
    chance.shuffle(pieces)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not say
    assert status_of_pieces(pieces) == status


@given(st.lists(statuses, min_size=1, max_size=8))
def test_a_shipment_has_ended_when_all_its_pieces_have(pieces: list[TrackingStatus]) -> None:
    assert status_of_pieces(pieces).has_ended == all(piece.has_ended for piece in pieces)
    assert (status_of_pieces(pieces) is TrackingStatus.DELIVERED) == (set(pieces) == {TrackingStatus.DELIVERED})


@given(st.lists(statuses, min_size=1, max_size=6), st.data())
def test_a_piece_that_moves_on_never_sets_a_moving_shipment_back(
    pieces: list[TrackingStatus], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(pieces) - 1))
    further = pieces.copy()
    further[at] = forward(pieces[at], data.draw(statuses))
    before, after = status_of_pieces(pieces), status_of_pieces(further)
    assert WAY.index(after) >= WAY.index(before) or after.has_ended


def test_a_shipment_without_pieces_is_only_requested() -> None:
    assert status_of_pieces([]) is TrackingStatus.REQUESTED


@given(statuses, events)
def test_what_stands_still_moves_nothing(current: TrackingStatus, reported: list[TrackingEvent]) -> None:
    still = [weighed(event, now=event.occurred_at, voided=True) for event in reported]
    assert {event.standstill for event in still} <= {Standstill.VOIDED}
    assert status_after(current, still) is current


@given(events)
def test_being_weighed_changes_nothing_that_was_reported(reported: list[TrackingEvent]) -> None:
    for event in reported:
        for corrected_at in (None, NOW):
            kept = weighed(event, now=NOW, corrected_at=corrected_at)
            assert kept.fingerprint == event.fingerprint
            assert msgspec.structs.replace(kept, standstill=None) == event


def test_an_event_from_the_future_is_kept_and_moves_nothing_one_of_a_wrong_zone_counts() -> None:
    at = {"tracking_number": "1", "description": "Entregado", "status": TrackingStatus.DELIVERED}
    soon = TrackingEvent(occurred_at=NOW + FUTURE_FROM, **at)  # type: ignore[arg-type]  # mixed facts
    far = TrackingEvent(occurred_at=NOW + FUTURE_FROM + timedelta(seconds=1), **at)  # type: ignore[arg-type]  # as above
    assert weighed(soon, now=NOW).standstill is None
    assert weighed(far, now=NOW).standstill is Standstill.FUTURE
    assert status_after(TrackingStatus.REQUESTED, [weighed(far, now=NOW)]) is TrackingStatus.REQUESTED


def test_after_a_correction_only_what_happened_later_counts() -> None:
    at = {"tracking_number": "1", "description": "Entregado", "status": TrackingStatus.DELIVERED}
    for seconds, standstill in ((-1, Standstill.CORRECTED), (0, Standstill.CORRECTED), (1, None)):
        event = TrackingEvent(occurred_at=NOW + timedelta(seconds=seconds), **at)  # type: ignore[arg-type]  # mixed facts
        assert weighed(event, now=NOW, corrected_at=NOW).standstill is standstill


def test_two_people_who_say_different_things_at_once_said_two_things() -> None:
    said = {"tracking_number": "1", "occurred_at": NOW, "description": ""}
    marks = {
        TrackingEvent(**said, **more).fingerprint  # type: ignore[arg-type]  # mixed facts
        for more in (
            {},
            {"author": "Ana"},
            {"author": "Rui"},
            {"author": "Ana", "status": TrackingStatus.FAILED},
            {"author": "Ana", "note": "seen"},
        )
    }
    assert len(marks) == 5


@pytest.mark.parametrize(
    ("status", "word"),
    [
        (TrackingStatus.OUT_FOR_DELIVERY, "in_transit"),
        (TrackingStatus.RETURNED, "failed"),
        (TrackingStatus.DELIVERED, "delivered"),
        (TrackingStatus.PICKUP_AVAILABLE, "pickup_available"),
        (TrackingStatus.REQUESTED, "requested"),
    ],
)
def test_the_store_is_told_in_its_own_words(status: TrackingStatus, word: str) -> None:
    assert status.for_store == word


def test_the_store_knows_every_word_that_it_is_told() -> None:
    known = {"requested", "in_transit", "pickup_available", "failed", "delivered"}
    assert {status.for_store for status in WAY} <= known

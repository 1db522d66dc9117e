"""Shipments and labels: what may happen to a purchase, and what never may, in any order of events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from despacho_core.addresses import Address
from despacho_core.errors import LabelNotFree, WrongState
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState, live_shipment, next_ordinal
from tests.examples import examples

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SOON = NOW + timedelta(hours=3)
BOX = Parcel(weight_g=1250, length_mm=200, width_mm=150, height_mm=100)
S = ShipmentState

# The drawing in the module, as a table: what may happen in which state, and where it leads.
ALLOWED: dict[str, dict[ShipmentState, ShipmentState]] = {
    "bought": {S.REQUESTED: S.BOUGHT, S.UNCERTAIN: S.BOUGHT},
    "rejected": {S.REQUESTED: S.REJECTED, S.UNCERTAIN: S.REJECTED},
    "uncertain": {S.REQUESTED: S.UNCERTAIN, S.UNCERTAIN: S.UNCERTAIN},
    "retried": {S.REQUESTED: S.REQUESTED, S.UNCERTAIN: S.REQUESTED, S.REJECTED: S.REQUESTED},
    "void_requested": {S.BOUGHT: S.VOIDING},
    "void_refused": {S.VOIDING: S.BOUGHT},
    "voided": {S.VOIDING: S.VOIDED, S.REQUESTED: S.VOIDED},
}
ACTIONS: dict[str, Callable[[Shipment], Shipment]] = {
    "bought": lambda one: one.bought(NOW, next_check_at=SOON),
    "rejected": lambda one: one.rejected("comuna sin cobertura"),
    "uncertain": lambda one: one.uncertain("cut off"),
    "retried": lambda one: one.retried(),
    "void_requested": lambda one: one.void_requested(),
    "void_refused": lambda one: one.void_refused("already handed over"),
    "voided": lambda one: one.voided(),
}


def shipment(ordinal: int = 1, state: ShipmentState = S.REQUESTED) -> Shipment:
    return Shipment(
        id=f"sh{ordinal}",
        store_id="s1",
        order_number=1001,
        ordinal=ordinal,
        account_id="a1",
        service_code="3",
        service_name="Día hábil siguiente",
        reference="D-7Q4K2M",
        parcels=(BOX, BOX),
        origin=Address(country="CL"),
        destination=Address(country="CL"),
        declared_value=Money(Decimal(9990), "CLP"),
        created_at=NOW,
        state=state,
    )


def label(**changes: object) -> Label:
    facts: dict[str, object] = {
        "id": "l1",
        "store_id": "s1",
        "account_id": "a1",
        "shipment_id": "sh1",
        "order_number": 1001,
        "piece": 1,
        "pieces": 2,
        "tracking_number": "996801234567",
        "barcode": "996801234567",
        "created_at": NOW,
    }
    return Label(**{**facts, **changes})  # type: ignore[arg-type]  # the tests name the fields


class PurchaseMachine(RuleBasedStateMachine):
    """Anything that could happen to a purchase, happening at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.shipment = shipment()
        self.void = False

    @rule(action=st.sampled_from(sorted(ACTIONS)))
    def something_happens(self, action: str) -> None:
        before = self.shipment
        if before.state in ALLOWED[action]:
            self.shipment = ACTIONS[action](before)
            assert self.shipment.state is ALLOWED[action][before.state]
        else:
            with pytest.raises(WrongState, match="sh1"):
                ACTIONS[action](before)
            assert self.shipment is before

    @invariant()
    def what_is_void_stays_void(self) -> None:
        assert not self.void or self.shipment.state is S.VOIDED
        self.void = self.shipment.state is S.VOIDED

    @invariant()
    def only_what_the_carrier_has_is_followed(self) -> None:
        followed = self.shipment.next_check_at is not None
        assert followed == (self.shipment.state in {S.BOUGHT, S.VOIDING})
        if followed:
            assert self.shipment.bought_at is not None

    @invariant()
    def what_was_asked_for_never_changes(self) -> None:
        asked = ("id", "store_id", "order_number", "ordinal", "account_id", "reference", "parcels", "created_at")
        assert all(getattr(self.shipment, field) == getattr(shipment(), field) for field in asked)

    @invariant()
    def a_refusal_is_explained(self) -> None:
        if self.shipment.state in {S.REJECTED, S.UNCERTAIN}:
            assert self.shipment.problem


TestPurchases = PurchaseMachine.TestCase
TestPurchases.settings = examples(60, stateful_step_count=15)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("action", sorted(ACTIONS))
def test_every_transition_is_the_drawings_and_no_other(state: ShipmentState, action: str) -> None:
    before = shipment(state=state)
    if state in ALLOWED[action]:
        assert ACTIONS[action](before).state is ALLOWED[action][state]
    else:
        with pytest.raises(WrongState):
            ACTIONS[action](before)


def test_pieces_that_the_carrier_refused_are_told_beside_those_that_it_took() -> None:
    bought = shipment().bought(NOW, next_check_at=SOON, problem="bulto 2: excede el peso")
    assert (bought.state, bought.problem) == (S.BOUGHT, "bulto 2: excede el peso")
    assert shipment().bought(NOW, next_check_at=SOON).problem is None


def test_what_the_carrier_cannot_follow_is_never_asked_for() -> None:
    assert shipment().bought(NOW, next_check_at=None).next_check_at is None


def test_what_was_asked_for_again_has_no_old_refusal() -> None:
    assert shipment().rejected("comuna sin cobertura").retried().problem is None


def test_the_carriers_refusal_to_void_is_kept() -> None:
    kept = shipment(state=S.VOIDING).void_refused("ya fue retirado")
    assert (kept.state, kept.problem) == (S.BOUGHT, "ya fue retirado")


def test_a_piece_has_a_reference_of_its_own() -> None:
    assert [shipment().piece_reference(piece) for piece in (1, 2)] == ["D-7Q4K2M-1", "D-7Q4K2M-2"]


histories = st.lists(st.sampled_from(list(S)), max_size=6).map(
    lambda states: [shipment(ordinal, state) for ordinal, state in enumerate(states, start=1)]
)


@given(histories, st.randoms(use_true_random=False))
def test_a_further_shipment_never_takes_a_place_that_was_taken(existing: list[Shipment], chance: st.DrawFn) -> None:
    chance.shuffle(existing)  # type: ignore[attr-defined]  # a random.Random, which Hypothesis does not say
    ordinal = next_ordinal(existing)
    assert ordinal not in {one.ordinal for one in existing}
    assert ordinal == len(existing) + 1


@given(histories)
def test_an_order_is_shipped_by_its_newest_shipment_that_still_counts(existing: list[Shipment]) -> None:
    found = live_shipment(existing)
    live = [one.ordinal for one in existing if one.state not in {S.REJECTED, S.VOIDED}]
    assert (found.ordinal if found else None) == (max(live) if live else None)


def test_a_label_goes_on_one_manifest_and_putting_it_there_again_is_no_error() -> None:
    once = label().on_manifest("m1")
    assert once.manifest_id == "m1"
    assert once.on_manifest("m1") == once
    with pytest.raises(LabelNotFree, match="on another manifest"):
        once.on_manifest("m2")


def test_a_void_label_goes_on_no_manifest() -> None:
    void = label().voided()
    assert void.state is LabelState.VOIDED
    with pytest.raises(LabelNotFree, match="it is void"):
        void.on_manifest("m1")


def test_a_label_collects_documents_without_changing_its_other_copies() -> None:
    first = label()
    both = first.with_document("pdf", "d1").with_document("zpl", "d2")
    assert both.documents == {"pdf": "d1", "zpl": "d2"}
    assert first.documents == label().documents == {}


def test_a_shipment_comes_back_from_the_database_as_it_was() -> None:
    before = shipment().bought(NOW, next_check_at=SOON)
    assert msgspec.json.decode(msgspec.json.encode(before), type=Shipment) == before

"""Manifests: opened, closed, signed by both, and then as unchangeable as paper."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from despacho_core.addresses import Address
from despacho_core.errors import Conflict, DomainError, LabelsNotFree, ManifestClosed, ManifestEmpty, WrongState
from despacho_core.manifests import REASONS, LeftOut, Manifest, ManifestState, Party, Reason, Seal, Signature
from despacho_core.money import Money
from despacho_core.phrases import said
from despacho_core.shipments import Direction, Label, LabelState, Shipment, ShipmentState
from tests.examples import examples

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SEAL = Seal(document_id="d2", record_id="r1", digest="0" * 64, file_digest="f" * 64)
S = ManifestState


def manifest(state: ManifestState = S.OPEN) -> Manifest:
    return Manifest(id="m1", store_id="s1", account_id="a1", number=12, created_at=NOW, state=state)


def label(account_id: str = "a1", state: LabelState = LabelState.LIVE) -> Label:
    return Label(
        id="l1",
        store_id="s1",
        account_id=account_id,
        shipment_id="sh1",
        order_number=1001,
        piece=1,
        pieces=1,
        tracking_number="996801234567",
        barcode="",
        created_at=NOW,
        state=state,
    )


def signature(party: Party) -> Signature:
    return Signature(party=party, name="Ana Muñoz", role="Jefa de bodega", signed_at=NOW)


class HandOverMachine(RuleBasedStateMachine):
    """Two parties, a carrier that may refuse, and people who click at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.manifest = manifest()
        self.paper: Manifest | None = None

    @rule(live=st.integers(0, 2), void=st.integers(0, 2))
    def someone_closes_it(self, live: int, void: int) -> None:
        labels = [label()] * live + [label(state=LabelState.VOIDED)] * void
        if self.manifest.state is not S.OPEN:
            with pytest.raises(ManifestClosed, match=f"already {self.manifest.state}"):
                self.manifest.closing(labels)
        elif not live:
            with pytest.raises(ManifestEmpty):
                self.manifest.closing(labels)
        else:
            self.manifest = self.manifest.closing(labels)
            assert self.manifest.state is S.CLOSING

    @rule(references=st.lists(st.text(max_size=5), max_size=3))
    def the_carrier_closes_it(self, references: list[str]) -> None:
        if self._refused(S.CLOSING, lambda: self.manifest.closed(NOW, document_id="d1", carrier_references=references)):
            return
        self.manifest = self.manifest.closed(NOW, document_id="d1", carrier_references=references)
        assert self.manifest.carrier_references == tuple(references)
        self.paper = self.manifest

    @rule()
    def the_carrier_refuses(self) -> None:
        if not self._refused(S.CLOSING, lambda: self.manifest.reopened("sin cobertura")):
            self.manifest = self.manifest.reopened("sin cobertura")
            assert (self.manifest.state, self.manifest.problem) == (S.OPEN, "sin cobertura")

    @rule(party=st.sampled_from(Party))
    def someone_signs(self, party: Party) -> None:
        if self._refused(S.CLOSED, lambda: self.manifest.signed_by(signature(party))):
            return
        if party in {one.party for one in self.manifest.signatures}:
            with pytest.raises(WrongState, match=f"signed by the {party}"):
                self.manifest.signed_by(signature(party))
            return
        signed = self.manifest.signed_by(signature(party))
        if signed.unsigned:
            with pytest.raises(WrongState, match="unsigned"):
                signed.sealed(SEAL)
        self.manifest = signed if signed.unsigned else signed.sealed(SEAL)

    @rule()
    def someone_discards_it(self) -> None:
        if self.manifest.state is S.OPEN:
            self.manifest = self.manifest.discarded()
        else:
            with pytest.raises(ManifestClosed):
                self.manifest.discarded()

    def _refused(self, needed: ManifestState, act: object) -> bool:
        if self.manifest.state is needed:
            return False
        assert callable(act)
        with pytest.raises(WrongState, match="manifest 12"):
            act()
        return True

    @invariant()
    def it_is_signed_when_both_parties_have_and_not_before(self) -> None:
        parties = [one.party for one in self.manifest.signatures]
        assert len(parties) == len(set(parties))
        assert (self.manifest.state is S.SIGNED) == (set(parties) == set(Party))
        assert not parties or self.manifest.state in {S.CLOSED, S.SIGNED}

    @invariant()
    def the_document_stands_from_closing_on_and_never_changes(self) -> None:
        closed = self.manifest.state in {S.CLOSED, S.SIGNED}
        assert closed == (self.manifest.document_id is not None) == (self.manifest.closed_at is not None)
        if self.paper is not None:
            for field in ("number", "document_id", "closed_at", "carrier_references", "account_id"):
                assert getattr(self.manifest, field) == getattr(self.paper, field)

    @invariant()
    def only_an_open_one_takes_labels(self) -> None:
        if self.manifest.state is S.OPEN:
            self.manifest.check_open()
        else:
            with pytest.raises(ManifestClosed):
                self.manifest.check_open()


TestHandOvers = HandOverMachine.TestCase
TestHandOvers.settings = examples(80, stateful_step_count=15)


def shipment(state: ShipmentState) -> Shipment:
    there = Address(country="CL", municipality="Ñuñoa")
    return Shipment(
        id="sh1",
        store_id="s1",
        order_number=1001,
        ordinal=1,
        account_id="a1",
        service_code="3",
        service_name="Prioritario",
        reference="SH1",
        parcels=(),
        origin=there,
        destination=there,
        declared_value=Money(Decimal(1000), "CLP"),
        created_at=NOW,
        state=state,
    )


@pytest.mark.parametrize(
    ("one", "state", "reason"),
    [
        (label(), ShipmentState.BOUGHT, None),
        (label().on_manifest("m1"), ShipmentState.BOUGHT, None),
        (label(account_id="a2"), ShipmentState.BOUGHT, Reason.OTHER_ACCOUNT),
        (label(state=LabelState.VOIDED), ShipmentState.VOIDED, Reason.VOIDED),
        (msgspec.structs.replace(label(), direction=Direction.RETURN), ShipmentState.BOUGHT, Reason.RETURN),
        (label().on_manifest("m2"), ShipmentState.BOUGHT, Reason.OTHER_MANIFEST),
        (label(), ShipmentState.VOIDING, Reason.BEING_VOIDED),
    ],
)
def test_only_live_labels_of_the_account_that_are_on_no_other_manifest_go_on_it(
    one: Label, state: ShipmentState, reason: Reason | None
) -> None:
    assert manifest().objection(one, shipment(state)) is reason


def test_every_reason_can_be_said_in_every_language() -> None:
    assert set(REASONS) == set(Reason)
    for phrase in REASONS.values():
        assert phrase not in {said(phrase, "es"), said(phrase, "pt")}


def test_several_reasons_are_told_at_once_in_the_readers_language() -> None:
    refusal = LabelsNotFree(labels="9968: it is void; 9969: it is on another manifest")
    assert "9968: it is void; 9969: it is on another manifest" in refusal.text("en")
    assert "9968: está anulada; 9969: está en otro manifiesto" in refusal.text("es")
    assert "9968: está anulada; 9969: está noutro manifesto" in refusal.text("pt")


def test_a_label_that_is_placed_after_all_is_reported_no_longer() -> None:
    void = LeftOut(label_id="l1", tracking_number="9968", reason=Reason.BEING_VOIDED)
    gone = LeftOut(label_id="l2", tracking_number="", reason=Reason.UNKNOWN)
    reporting = manifest().reporting([void, gone])
    assert [one.name for one in reporting.left_out] == ["9968", "l2"]
    assert reporting.reporting([], placed=["l1"]).left_out == (gone,)
    changed = msgspec.structs.replace(void, reason=Reason.VOIDED)
    assert reporting.reporting([changed]).left_out == (changed, gone)


def test_void_labels_do_not_hold_up_the_others() -> None:
    assert manifest().closing([label(state=LabelState.VOIDED), label()]).state is S.CLOSING


def test_closing_again_forgets_the_carriers_earlier_refusal() -> None:
    again = manifest().closing([label()]).reopened("sin cobertura").closing([label()])
    assert again.problem is None


def test_either_party_may_sign_first() -> None:
    for order in ((Party.MERCHANT, Party.CARRIER), (Party.CARRIER, Party.MERCHANT)):
        signed = manifest(S.CLOSED)
        for party in order:
            signed = signed.signed_by(signature(party))
        assert signed.sealed(SEAL).state is S.SIGNED
        assert [one.party for one in signed.signatures] == list(order)


def test_paper_may_carry_both_signatures_at_once() -> None:
    both = [msgspec.structs.replace(signature(party), on_paper=True) for party in Party]
    signed = manifest(S.CLOSED).signed_by(*both, scan_id="scan")
    assert (signed.unsigned, signed.scan_id) == ((), "scan")


@pytest.mark.parametrize("state", [S.OPEN, S.CLOSING, S.SIGNED, S.DISCARDED])
def test_only_a_closed_manifest_is_signed(state: ManifestState) -> None:
    with pytest.raises(WrongState) as refusal:
        manifest(state).signed_by(signature(Party.MERCHANT))
    assert isinstance(refusal.value, Conflict), "right wish, wrong moment"
    assert isinstance(refusal.value, DomainError)


def test_signing_leaves_the_time_of_closing_alone() -> None:
    closed = manifest(S.CLOSING).closed(NOW, document_id="d1", carrier_references=["8834021"])
    later = Signature(party=Party.CARRIER, name="Eva Paz", role="", signed_at=NOW + timedelta(hours=2))
    assert closed.signed_by(later).closed_at == NOW

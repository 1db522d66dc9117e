"""Manifests: labels of one account, closed together and signed by merchant and carrier.

open ──► closing ──► closed ──► signed
open ──► discarded (nothing was handed over: its labels are free again)
closing ──► open (the carrier refused)

What is signed is as unchangeable as paper: no transition leads away from it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from despacho_core.errors import ManifestClosed, ManifestEmpty, WrongState
from despacho_core.shipments import Direction, Label, LabelState, Shipment, ShipmentState


class ManifestState(enum.StrEnum):
    """Where the hand-over stands."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    SIGNED = "signed"
    DISCARDED = "discarded"

    @property
    def is_on_paper(self) -> bool:
        """Whether there is a document that somebody may hold in their hands."""
        return self in {ManifestState.CLOSED, ManifestState.SIGNED}


class Party(enum.StrEnum):
    """Who signs."""

    MERCHANT = "merchant"
    CARRIER = "carrier"


class Reason(enum.StrEnum):
    """Why a label is not on a manifest. The values are for programs, :data:`REASONS` for people."""

    UNKNOWN = "unknown"
    OTHER_ACCOUNT = "other_account"
    VOIDED = "voided"
    BEING_VOIDED = "being_voided"
    RETURN = "return"
    OTHER_MANIFEST = "other_manifest"
    NO_ROOM = "no_room"
    BOUGHT_LATER = "bought_later"
    NOT_CHOSEN = "not_chosen"


REASONS: dict[Reason, str] = {
    Reason.UNKNOWN: "there is no such label",
    Reason.OTHER_ACCOUNT: "it belongs to another account",
    Reason.VOIDED: "it is void",
    Reason.BEING_VOIDED: "it is being voided",
    Reason.RETURN: "the buyer hands it over",
    Reason.OTHER_MANIFEST: "it is on another manifest",
    Reason.NO_ROOM: "the manifest is full",
    Reason.BOUGHT_LATER: "it was bought after the manifest was opened",
    Reason.NOT_CHOSEN: "it was not chosen",
}
"""The reasons as phrases; :mod:`despacho_core.phrases` says them in the other languages."""


class LeftOut(msgspec.Struct, frozen=True, kw_only=True):
    """A label that is not on the manifest, and why. ``tracking_number`` is empty where there is no such label."""

    label_id: str
    tracking_number: str
    reason: Reason

    @property
    def name(self) -> str:
        """What people call it."""
        return self.tracking_number or self.label_id


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature. ``image`` is the id of the stored drawing; ``on_paper`` ones are on the manifest's scan."""

    party: Party
    name: str
    role: str
    signed_at: datetime
    image: str | None = None
    on_paper: bool = False


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What holds a signed manifest together.

    ``digest`` is the SHA-256 of its record (:mod:`despacho_core.manifest_records`), printed on the document; ``file_digest`` that of
    the document itself. Both are hexadecimal.
    """

    document_id: str
    record_id: str
    digest: str
    file_digest: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The binding hand-over document. ``carrier_references`` are the carrier's own numbers (Chilexpress: certificates).

    ``token`` is the unguessable part of the address that confirms it. ``document_id`` is the document to be signed, ``record_id`` what
    stands in it, ``carrier_document_id`` the carrier's own pages, ``scan_id`` the signed paper. ``left_out`` are labels that somebody
    may expect on it.
    """

    id: str
    store_id: str
    account_id: str
    number: int
    created_at: datetime
    state: ManifestState = ManifestState.OPEN
    token: str = ""
    closed_at: datetime | None = None
    carrier_references: tuple[str, ...] = ()
    document_id: str | None = None
    record_id: str | None = None
    carrier_document_id: str | None = None
    signatures: tuple[Signature, ...] = ()
    scan_id: str | None = None
    seal: Seal | None = None
    left_out: tuple[LeftOut, ...] = ()
    problem: str | None = None

    @property
    def unsigned(self) -> tuple[Party, ...]:
        """The parties that have not signed yet."""
        signed = {one.party for one in self.signatures}
        return tuple(party for party in Party if party not in signed)

    @property
    def signed_at(self) -> datetime | None:
        """When the last party signed; None before."""
        return max(one.signed_at for one in self.signatures) if self.seal else None

    def check_open(self) -> None:
        """Refuse changes of what is closed.

        Raises:
            ManifestClosed: The manifest is closing, closed, signed or discarded.
        """
        if self.state is not ManifestState.OPEN:
            raise ManifestClosed(manifest=self.number, state=self.state.value)

    def objection(self, label: Label, shipment: Shipment | None) -> Reason | None:
        """Why a label cannot stand on this manifest; None where it can."""
        if label.account_id != self.account_id:
            return Reason.OTHER_ACCOUNT
        if label.state is LabelState.VOIDED:
            return Reason.VOIDED
        if label.direction is Direction.RETURN:
            return Reason.RETURN
        if label.manifest_id not in {None, self.id}:
            return Reason.OTHER_MANIFEST
        being_voided = shipment is not None and shipment.state is not ShipmentState.BOUGHT
        return Reason.BEING_VOIDED if being_voided else None

    def reporting(self, left_out: Iterable[LeftOut], *, placed: Iterable[str] = ()) -> Manifest:
        """With these labels reported beside those of before; what is placed now is reported no longer."""
        there = set(placed)
        together = {one.label_id: one for one in (*self.left_out, *left_out) if one.label_id not in there}
        return msgspec.structs.replace(self, left_out=tuple(together.values()))

    def closing(self, labels: Sequence[Label]) -> Manifest:
        """The manifest, being closed over the live ones among these labels.

        Raises:
            ManifestClosed: It is not open.
            ManifestEmpty: No live label is on it.
        """
        self.check_open()
        if not any(label.state is LabelState.LIVE for label in labels):
            raise ManifestEmpty
        return msgspec.structs.replace(self, state=ManifestState.CLOSING, problem=None)

    def closed(
        self,
        at: datetime,
        *,
        document_id: str,
        carrier_references: Sequence[str],
        record_id: str | None = None,
        carrier_document_id: str | None = None,
        problem: str | None = None,
    ) -> Manifest:
        """Closed: the document stands, only signatures are added to it."""
        self._from("closed", ManifestState.CLOSING)
        return msgspec.structs.replace(
            self,
            state=ManifestState.CLOSED,
            closed_at=at,
            document_id=document_id,
            record_id=record_id,
            carrier_document_id=carrier_document_id,
            carrier_references=tuple(carrier_references),
            problem=problem,
        )

    def reopened(self, problem: str) -> Manifest:
        """The carrier refused to close it; its words are kept."""
        self._from("reopened", ManifestState.CLOSING)
        return msgspec.structs.replace(self, state=ManifestState.OPEN, problem=problem)

    def discarded(self) -> Manifest:
        """Given up before anything was closed; its number is not used again.

        Raises:
            ManifestClosed: It is not open.
        """
        self.check_open()
        return msgspec.structs.replace(self, state=ManifestState.DISCARDED, left_out=())

    def signed_by(self, *signatures: Signature, scan_id: str | None = None) -> Manifest:
        """With more signatures. Once all parties have signed it is only to be :meth:`sealed`.

        Raises:
            WrongState: It is not closed, or the party has signed.
        """
        self._from("signed", ManifestState.CLOSED)
        for signature in signatures:
            if signature.party not in self.unsigned:
                state = f"signed by the {signature.party.value}"
                raise WrongState(what="manifest", id=self.number, state=state, action="be signed")
        together = (*self.signatures, *signatures)
        return msgspec.structs.replace(self, signatures=together, scan_id=scan_id or self.scan_id)

    def sealed(self, seal: Seal) -> Manifest:
        """Signed by all, for good.

        Raises:
            WrongState: It is not closed, or a signature is missing.
        """
        self._from("sealed", ManifestState.CLOSED)
        if self.unsigned:
            raise WrongState(what="manifest", id=self.number, state="unsigned", action="be sealed")
        return msgspec.structs.replace(self, state=ManifestState.SIGNED, seal=seal)

    def _from(self, action: str, *states: ManifestState) -> None:
        if self.state not in states:
            raise WrongState(what="manifest", id=self.number, state=self.state.value, action=f"be {action}")

"""Manifests: labels of one account, closed together and signed by merchant and carrier."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.errors import LabelNotFree, ManifestClosed, ManifestEmpty, WrongState
from despacho_core.shipments import Label, LabelState


class ManifestState(enum.StrEnum):
    """open → closing → closed → signed; closing again after the carrier's refusal leads back to open."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    SIGNED = "signed"


class Party(enum.StrEnum):
    """Who signs."""

    MERCHANT = "merchant"
    CARRIER = "carrier"


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """One party's signature. ``image`` is the id of the stored drawing or scan, where there is one."""

    party: Party
    name: str
    role: str
    signed_at: datetime
    image: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The binding hand-over document. ``carrier_references`` are the carrier's own numbers (Chilexpress: certificates)."""

    id: str
    store_id: str
    account_id: str
    number: int
    created_at: datetime
    state: ManifestState = ManifestState.OPEN
    closed_at: datetime | None = None
    carrier_references: tuple[str, ...] = ()
    document_id: str | None = None
    signatures: tuple[Signature, ...] = ()
    problem: str | None = None

    def check_open(self) -> None:
        """Refuse changes of what is closed.

        Raises:
            ManifestClosed: The manifest is closing, closed or signed.
        """
        if self.state is not ManifestState.OPEN:
            raise ManifestClosed(manifest=self.number, state=self.state.value)

    def closing(self, labels: Sequence[Label]) -> Manifest:
        """The manifest, being closed over these labels.

        Raises:
            ManifestClosed: It is not open.
            ManifestEmpty: No live label is on it.
            LabelNotFree: A label belongs to another account.
        """
        self.check_open()
        if not any(label.state is LabelState.LIVE for label in labels):
            raise ManifestEmpty
        for label in labels:
            if label.account_id != self.account_id:
                raise LabelNotFree(label=label.tracking_number, reason="it belongs to another account")
        return msgspec.structs.replace(self, state=ManifestState.CLOSING, problem=None)

    def closed(self, at: datetime, *, document_id: str, carrier_references: Sequence[str]) -> Manifest:
        """Closed: the document stands and no longer changes."""
        self._from("closed", ManifestState.CLOSING)
        return msgspec.structs.replace(
            self,
            state=ManifestState.CLOSED,
            closed_at=at,
            document_id=document_id,
            carrier_references=tuple(carrier_references),
        )

    def reopened(self, problem: str) -> Manifest:
        """The carrier refused to close it; its words are kept."""
        self._from("reopened", ManifestState.CLOSING)
        return msgspec.structs.replace(self, state=ManifestState.OPEN, problem=problem)

    def signed_by(self, signature: Signature) -> Manifest:
        """With one more signature; signed once both parties have."""
        self._from("signed", ManifestState.CLOSED)
        if any(one.party is signature.party for one in self.signatures):
            raise WrongState(
                what="manifest", id=self.number, state=f"signed by the {signature.party.value}", action="be signed"
            )
        signatures = (*self.signatures, signature)
        complete = {one.party for one in signatures} == set(Party)
        state = ManifestState.SIGNED if complete else ManifestState.CLOSED
        return msgspec.structs.replace(self, signatures=signatures, state=state)

    def _from(self, action: str, *states: ManifestState) -> None:
        if self.state not in states:
            raise WrongState(what="manifest", id=self.number, state=self.state.value, action=f"be {action}")

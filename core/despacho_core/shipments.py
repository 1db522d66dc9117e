"""Shipments and labels: what was asked of a carrier, what it gave, and which changes are possible.

requested ──► bought | rejected | uncertain | voided (before anybody was asked)
uncertain ──► bought | rejected | requested (certainly not there: asked once more)
rejected  ──► requested (a person has mended what the carrier refused)
bought    ──► voiding ──► voided | bought (the carrier keeps it)
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import LabelNotFree, WrongState
from despacho_core.labels import Matrix, PrintFormat
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.tracking import TrackingStatus


class ShipmentState(enum.StrEnum):
    """Where the purchase stands; how far the parcels are is the tracking status."""

    REQUESTED = "requested"
    UNCERTAIN = "uncertain"
    BOUGHT = "bought"
    REJECTED = "rejected"
    VOIDING = "voiding"
    VOIDED = "voided"

    @property
    def is_live(self) -> bool:
        """Whether the shipment occupies its place on the order: bought, or perhaps about to be."""
        return self not in {ShipmentState.REJECTED, ShipmentState.VOIDED}


class LabelState(enum.StrEnum):
    """A label is live until it is voided."""

    LIVE = "live"
    VOIDED = "voided"


class Direction(enum.StrEnum):
    """Which way the parcels go. A return is the buyer's to hand over: it is on no manifest, and tells the store nothing."""

    OUTBOUND = "outbound"
    RETURN = "return"


class ShipmentWish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a person, a rule or the API asks for. All may be left out: the rate chosen at checkout then decides.

    ``additional`` allows a further shipment for an order that has one already.
    """

    account_id: str | None = None
    service_code: str | None = None
    quote_id: str | None = None
    parcels: tuple[Parcel, ...] = ()
    additional: bool = False


class Shipment(msgspec.Struct, frozen=True, kw_only=True):
    """Parcels of one order handed to one account under one service.

    ``ordinal`` is its place on the order, unique, so that two people cannot buy the same label. ``reference`` is what we
    send to the carrier and find it by. ``fulfillment_id`` is the store's id once the store was told. ``problem`` holds
    the carrier's words or ours. ``corrections`` counts how often a person said that it is elsewhere than was reported. ``label_format``
    is what the account's printer took when it was asked for; labels can be had in any.
    """

    id: str
    store_id: str
    order_number: int
    ordinal: int
    account_id: str
    service_code: str
    service_name: str
    reference: str
    parcels: tuple[Parcel, ...]
    origin: Address
    destination: Address
    declared_value: Money
    created_at: datetime
    state: ShipmentState = ShipmentState.REQUESTED
    price: Money | None = None
    tracking_status: TrackingStatus = TrackingStatus.REQUESTED
    tracking_moved_at: datetime | None = None
    next_check_at: datetime | None = None
    bought_at: datetime | None = None
    fulfillment_id: str | None = None
    problem: str | None = None
    track_token: str = ""
    corrections: int = 0
    direction: Direction = Direction.OUTBOUND
    label_format: PrintFormat = PrintFormat.PDF

    @property
    def is_return(self) -> bool:
        """Whether the parcels go from the buyer to the merchant."""
        return self.direction is Direction.RETURN

    def piece_reference(self, piece: int) -> str:
        """Our reference of one piece, from 1: ``<reference>-<piece>``."""
        return f"{self.reference}-{piece}"

    def bought(self, at: datetime, *, next_check_at: datetime | None, problem: str | None = None) -> Shipment:
        """The carrier has it; ``problem`` tells of pieces that it refused."""
        self._from("bought", ShipmentState.REQUESTED, ShipmentState.UNCERTAIN)
        return msgspec.structs.replace(
            self,
            state=ShipmentState.BOUGHT,
            bought_at=at,
            tracking_moved_at=at,
            next_check_at=next_check_at,
            problem=problem,
        )

    def rejected(self, message: str) -> Shipment:
        """The carrier said no."""
        self._from("rejected", ShipmentState.REQUESTED, ShipmentState.UNCERTAIN)
        return msgspec.structs.replace(self, state=ShipmentState.REJECTED, problem=message)

    def uncertain(self, message: str) -> Shipment:
        """Nobody knows whether the carrier acted."""
        self._from("uncertain", ShipmentState.REQUESTED, ShipmentState.UNCERTAIN)
        return msgspec.structs.replace(self, state=ShipmentState.UNCERTAIN, problem=message)

    def retried(self) -> Shipment:
        """The carrier certainly has nothing of it, or refused it before: it is asked once more."""
        self._from("retried", ShipmentState.REQUESTED, ShipmentState.UNCERTAIN, ShipmentState.REJECTED)
        return msgspec.structs.replace(self, state=ShipmentState.REQUESTED, problem=None)

    def void_requested(self) -> Shipment:
        """The merchant wants the labels void."""
        self._from("voided", ShipmentState.BOUGHT)
        return msgspec.structs.replace(self, state=ShipmentState.VOIDING)

    def void_refused(self, message: str) -> Shipment:
        """The carrier keeps the shipment."""
        self._from("kept", ShipmentState.VOIDING)
        return msgspec.structs.replace(self, state=ShipmentState.BOUGHT, problem=message)

    def voided(self) -> Shipment:
        """The labels are void; nothing is tracked any more."""
        self._from("voided", ShipmentState.VOIDING, ShipmentState.REQUESTED)
        return msgspec.structs.replace(self, state=ShipmentState.VOIDED, next_check_at=None, problem=None)

    def _from(self, action: str, *states: ShipmentState) -> None:
        if self.state not in states:
            raise WrongState(what="shipment", id=self.id, state=self.state.value, action=f"be {action}")


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """The printable document of one parcel, with its tracking number.

    ``barcode`` is the text in the carrier's barcode (the tracking number where the carrier has no other); ``group`` is
    the carrier's own hand-over group (Chilexpress: certificate number). ``routing`` lines are what the carrier prints for
    its sorters, ``matrix`` its two-dimensional code. ``corrected_at`` is the time of which a person last said how far it is.
    ``scan_token`` is the unguessable part of the address behind which the driver says how far it is. ``documents`` maps a format
    (``pdf``, ``zpl``, ``jpeg``, ``epl``) to the id of the carrier's stored document, or to nothing where the carrier has none and we
    draw it. ``problem`` tells why a carrier's document was not usable, so that ours was printed instead.
    """

    id: str
    store_id: str
    account_id: str
    shipment_id: str
    order_number: int
    piece: int
    pieces: int
    tracking_number: str
    barcode: str
    created_at: datetime
    group: str | None = None
    routing: tuple[str, ...] = ()
    state: LabelState = LabelState.LIVE
    manifest_id: str | None = None
    tracking_status: TrackingStatus = TrackingStatus.REQUESTED
    corrected_at: datetime | None = None
    scan_token: str = ""
    documents: dict[str, str] = {}
    direction: Direction = Direction.OUTBOUND
    matrix: Matrix | None = None
    problem: str | None = None

    def on_manifest(self, manifest_id: str) -> Label:
        """The label, put on a manifest.

        Raises:
            LabelNotFree: It is void, a return, or on another manifest.
        """
        if self.state is LabelState.VOIDED:
            raise LabelNotFree(label=self.tracking_number, reason="it is void")
        if self.direction is Direction.RETURN:
            raise LabelNotFree(label=self.tracking_number, reason="the buyer hands it over")
        if self.manifest_id not in {None, manifest_id}:
            raise LabelNotFree(label=self.tracking_number, reason="it is on another manifest")
        return msgspec.structs.replace(self, manifest_id=manifest_id)

    def voided(self) -> Label:
        """The label, void."""
        return msgspec.structs.replace(self, state=LabelState.VOIDED)

    def with_document(self, kind: str, document_id: str) -> Label:
        """The label with a stored document in one more format."""
        return msgspec.structs.replace(self, documents={**self.documents, kind: document_id})

    def drawn_instead(self, kind: str, problem: str | None = None) -> Label:
        """The label, to be drawn by ourselves in this format from now on."""
        return msgspec.structs.replace(self, documents={**self.documents, kind: ""}, problem=problem or self.problem)


def next_ordinal(existing: Sequence[Shipment]) -> int:
    """The place of a further shipment on the order, from 1."""
    return 1 + max((shipment.ordinal for shipment in existing), default=0)


def live_shipment(existing: Sequence[Shipment], *, direction: Direction = Direction.OUTBOUND) -> Shipment | None:
    """The newest shipment in this direction that still counts, if any."""
    live = (one for one in existing if one.state.is_live and one.direction is direction)
    return max(live, key=lambda one: one.ordinal, default=None)

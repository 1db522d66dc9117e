"""What a carrier can offer, one small Protocol each. The hub asks with ``isinstance``; nothing raises "not supported"."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import msgspec

from despacho_core.addresses import Address
from despacho_core.labels import Matrix
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_core.tracking import TrackingEvent, TrackingStatus


class LabelFormat(enum.StrEnum):
    """What a label document is made of."""

    PDF = "pdf"
    ZPL = "zpl"
    JPEG = "jpeg"
    EPL = "epl"

    @property
    def media_type(self) -> str:
        """The MIME type it is served with."""
        return {"pdf": "application/pdf", "jpeg": "image/jpeg"}.get(self.value, "text/plain; charset=utf-8")


class LabelDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A label, ready to print. ZPL and EPL are UTF-8 text."""

    format: LabelFormat
    content: bytes


class ShipmentRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment to buy. ``reference`` is ours and must reach the carrier: piece n is sent as ``<reference>-<n>``."""

    reference: str
    service_code: str
    origin: Address
    destination: Address
    parcels: tuple[Parcel, ...]
    declared_value: Money
    order_number: int
    label_format: LabelFormat = LabelFormat.PDF

    def piece_references(self) -> list[str]:
        """Our references of the pieces, in order."""
        return [f"{self.reference}-{piece}" for piece in range(1, len(self.parcels) + 1)]


class BoughtLabel(msgspec.Struct, frozen=True, kw_only=True):
    """One piece as the carrier took it. ``piece`` counts from 1; ``group`` is the carrier's own hand-over group.

    ``barcode`` is the text of the carrier's barcode, empty where it is the tracking number. ``documents`` may be empty: the
    hub then asks :class:`ReprintsLabels`, or draws the label itself, with ``matrix`` where the carrier's sorters want one.
    """

    piece: int
    tracking_number: str
    barcode: str = ""
    group: str | None = None
    routing: tuple[str, ...] = ()
    documents: tuple[LabelDocument, ...] = ()
    matrix: Matrix | None = None


class BoughtShipment(msgspec.Struct, frozen=True, kw_only=True):
    """What was bought. ``refusals`` tells of pieces that the carrier refused while it took others."""

    labels: tuple[BoughtLabel, ...]
    price: Money | None = None
    refusals: tuple[str, ...] = ()


class LabelHandle(msgspec.Struct, frozen=True, kw_only=True):
    """A label as its carrier knows it. ``service_code`` is what it was bought under, given where labels are closed."""

    tracking_number: str
    reference: str
    group: str | None = None
    service_code: str = ""


class ManifestRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Labels to hand over together, all of one account."""

    reference: str
    labels: tuple[LabelHandle, ...]


class ClosedManifest(msgspec.Struct, frozen=True, kw_only=True):
    """The carrier's close-out: its numbers and its own documents (PDF), if it gives any."""

    references: tuple[str, ...]
    documents: tuple[bytes, ...] = ()


class TrackingReport(msgspec.Struct, frozen=True, kw_only=True):
    """What the carrier knows of one tracking number now; ``problem`` where it would not say."""

    tracking_number: str
    events: tuple[TrackingEvent, ...] = ()
    problem: str | None = None


class PickupPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A place where the buyer can collect."""

    code: str
    name: str
    address: Address
    opening_hours: str = ""


class AccountTrouble(enum.StrEnum):
    """Why a test of the credentials failed, as far as the hub can tell."""

    CREDENTIALS = "credentials"
    SETTINGS = "settings"
    NOT_INSTALLED = "not-installed"
    UNREACHABLE = "unreachable"
    BUSY = "busy"
    REFUSED = "refused"
    ADDRESS = "address"
    """Nobody was called: the hub does not call such an address."""


class AccountReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a test of the credentials found. The hub adds ``trouble`` itself; ``said`` are the provider's own words alone."""

    ok: bool
    message: str
    trouble: AccountTrouble | None = None
    said: str = ""


@runtime_checkable
class ChecksAccount(Protocol):
    """Can test its credentials without buying anything."""

    async def check_account(self) -> AccountReport:
        """Ask the provider something harmless. Raises the five errors."""
        ...


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """A service that an account may offer at checkout."""

    code: str
    name: str


@runtime_checkable
class ListsServices(Protocol):
    """Knows its services by heart, so that the store can list them before any cart exists."""

    def list_services(self) -> Sequence[Service]:
        """All services that a quote may name. No call is made."""
        ...


@runtime_checkable
class QuotesRates(Protocol):
    """Names prices."""

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        """Rates for the request; an empty list where the carrier does not go.

        Origin and destination name the place alone, without street and person: the answer is kept for the next cart that goes there.
        ``Rejected`` and domain errors are the carrier's no, which nothing contradicts; the other errors let an older answer or the
        merchant's tariff stand in.
        """
        ...


@runtime_checkable
class BuysShipments(Protocol):
    """Takes shipments and gives tracking numbers."""

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        """Buy once. Raises ``Uncertain`` whenever the carrier may have acted."""
        ...


@runtime_checkable
class BuysReturns(Protocol):
    """Takes parcels back from the buyer to the merchant.

    A method of its own, and not a direction in the request: a provider that overlooked it would send the parcel the wrong way.
    """

    def return_services(self) -> Sequence[Service]:
        """The services for returns, the usual one first. No call is made."""
        ...

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        """Buy once, from the buyer (``origin``) to the merchant (``destination``). Found, voided and tracked as any shipment."""
        ...


@runtime_checkable
class VoidsShipments(Protocol):
    """Takes shipments back before hand-over."""

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        """Void all pieces; voiding what is void already is no error."""
        ...


@runtime_checkable
class FindsShipments(Protocol):
    """Can be asked for our reference, so that an uncertain purchase is settled by a question."""

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        """What the carrier holds under the request's references; None if certainly nothing (``Unavailable`` if it cannot tell).

        Some pieces without the others are believed as late as None is: when several answers in a row say so.
        """
        ...


@runtime_checkable
class ReprintsLabels(Protocol):
    """Gives a label's document again, in a chosen format."""

    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        """The document. ``Rejected`` where the carrier has it in no such format."""
        ...


@runtime_checkable
class ClosesManifests(Protocol):
    """Has a close-out of its own. Closing what is closed already returns the same close-out, so that it is safe to repeat."""

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        """Close and fetch the carrier's documents."""
        ...


@runtime_checkable
class TracksShipments(Protocol):
    """Answers where parcels are, many at a time."""

    batch_size: int
    """How many tracking numbers one call takes."""

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        """All that is known of each, in any order; at most ``batch_size`` labels a call."""
        ...


@runtime_checkable
class ReceivesTracking(Protocol):
    """Reads what the carrier pushes to us: who sent it at the door, what it says in a job later. Both are pure.

    ``headers`` have lower-case names. A carrier that signs nothing is given a secret of the account's own settings to send along.
    """

    push_headers: tuple[str, ...]
    """Lower-case names of the headers that decoding needs, often none. Nothing else is kept; a credential is never among them."""

    def check_push(self, headers: Mapping[str, str], body: bytes) -> None:
        """Return if the push carries the carrier's own authentication (compared in constant time), before anything is kept.

        Raises:
            Unauthorized: It is forged, or there is nothing to check it by. No other error.
        """
        ...

    def decode_tracking(self, headers: Mapping[str, str], body: bytes) -> Sequence[TrackingEvent]:
        """The events of a push that was found genuine, given those of its headers that ``push_headers`` names.

        Raises:
            Rejected: It cannot be read.
        """
        ...


@runtime_checkable
class ReportsByScan(Protocol):
    """Has nobody to ask and nobody who calls: whoever carries the parcel says how far it is, by a link on the hub's own label.

    The hub gives each label an unguessable address; behind it is a page for the driver. Nothing is called.
    """

    scan_statuses: tuple[TrackingStatus, ...]
    """What may be said there."""


@runtime_checkable
class CoversPlaces(Protocol):
    """Knows by heart where it goes, whichever account asks: of the connector's class, without opening one. No call is made."""

    @staticmethod
    def coverage_of(address: Address) -> str | None:
        """The carrier's own code of the place; None where it does not go, and where it does not know the place."""
        ...


@runtime_checkable
class ListsPickupPoints(Protocol):
    """Knows the places where buyers can collect."""

    async def list_pickup_points(self, near: Address) -> Sequence[PickupPoint]:
        """Points near an address, nearest first."""
        ...

"""Two model providers, as small as a provider with every port can be; the deliberately bad ones differ from them in one thing each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, TypeVar

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.quotes import Rate, RateRequest
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_ports.carriers import (
    AccountReport,
    BoughtLabel,
    BoughtShipment,
    ClosedManifest,
    LabelDocument,
    LabelFormat,
    LabelHandle,
    ManifestRequest,
    PickupPoint,
    Service,
    ShipmentRequest,
    TrackingReport,
)
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Secret, Toolbox

T = TypeVar("T")


class ModelSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One key."""

    api_key: Annotated[Secret, msgspec.Meta(title="API key", description="From the model's portal.")]
    depot: Annotated[str, msgspec.Meta(title="Depot", description="Where parcels are brought to.")] = "north"

    def __repr__(self) -> str:
        return f"ModelSettings(depot={self.depot!r})"


class Numbers(msgspec.Struct):
    numbers: list[str]
    found: bool = True


class Text(msgspec.Struct):
    text: str


class Name(msgspec.Struct):
    name: str


class Price(msgspec.Struct):
    code: str
    cents: int


class Prices(msgspec.Struct):
    rates: list[Price]


class Event(msgspec.Struct):
    at: str
    text: str


class Tracked(msgspec.Struct):
    number: str
    events: list[Event]


class Parcels(msgspec.Struct):
    parcels: list[Tracked]


class Point(msgspec.Struct):
    code: str
    name: str
    city: str


class Points(msgspec.Struct):
    points: list[Point]


class Entry(msgspec.Struct):
    found: bool
    number: int


class Model:
    """What both have in common: one way to ask, with the five errors."""

    def __init__(self, settings: ModelSettings, toolbox: Toolbox) -> None:
        self.settings, self.http = settings, toolbox.http

    async def ask(self, what: str, told: object, kind: type[T], *, acting: bool = False) -> T:
        try:
            answer = await self.http.post(
                f"https://model.example/{what}", json=told, headers={"x-key": self.settings.api_key}
            )
        except httpx.RequestError as error:
            raise self.broken(error, acting=acting) from error
        self.check(answer, acting=acting)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise self.doubt("unreadable", acting=acting) from None

    def broken(self, error: httpx.RequestError, *, acting: bool) -> ProviderError:
        return Unavailable("not sent") if isinstance(error, httpx.ConnectError) else self.doubt("lost", acting=acting)

    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        if answer.status_code in {401, 403}:
            raise Unauthorized("the key is refused")
        if answer.status_code == 429:
            raise RateLimited("slowly", retry_after=5)
        if answer.status_code == 422:
            raise Rejected(answer.text)
        if answer.status_code != 200:
            raise self.doubt(f"HTTP {answer.status_code}", acting=acting)

    def doubt(self, words: str, *, acting: bool) -> ProviderError:
        return Uncertain(words) if acting else Unavailable(words)

    async def check_account(self) -> AccountReport:
        return AccountReport(ok=True, message=(await self.ask("me", {}, Name)).name)


class ModelCarrier(Model):
    """Every port of a carrier."""

    batch_size = 10
    push_headers: tuple[str, ...] = ("x-kind",)
    scan_statuses: tuple[TrackingStatus, ...] = (TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.DELIVERED)

    @staticmethod
    def coverage_of(address: Address) -> str | None:
        return address.place[:3].upper() or None

    def list_services(self) -> Sequence[Service]:
        return [Service(code="day", name="Same day")]

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        told = {"grams": sum(parcel.weight_g for parcel in request.parcels)}
        read = await self.ask("rates", told, Prices)
        known = {one.code: Money(Decimal(abs(one.cents)) / 100, "EUR") for one in read.rates}
        return [Rate(service_code=code, service_name=code, price=price) for code, price in known.items()]

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        told = {"reference": request.reference, "pieces": len(request.parcels), "name": request.destination.name}
        return self.bought(await self.ask("buy", told, Numbers, acting=True))

    def return_services(self) -> Sequence[Service]:
        return [Service(code="back", name="Easy return")]

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        return await self.buy_shipment(request)

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        read = await self.ask("find", {"reference": request.reference}, Numbers)
        return self.bought(read) if read.found else None

    def bought(self, read: Numbers) -> BoughtShipment:
        labels = (BoughtLabel(piece=piece, tracking_number=one) for piece, one in enumerate(read.numbers, start=1))
        return BoughtShipment(labels=tuple(labels))

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        try:
            await self.ask("cancel", {"numbers": [one.tracking_number for one in labels]}, dict[str, bool], acting=True)
        except Rejected as refusal:
            if "void already" not in refusal.message:
                raise

    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        if wanted is not LabelFormat.PDF:
            raise Rejected("only PDF")
        read = await self.ask("label", {"number": label.tracking_number}, Text)
        return LabelDocument(format=wanted, content=read.text.encode(errors="replace"))

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        numbers = [one.tracking_number for one in request.labels]
        try:
            closed = await self.ask("close", {"numbers": numbers}, Name, acting=True)
        except Rejected:
            closed = await self.ask("close_of", {"number": numbers[0]}, Name)
        return ClosedManifest(references=(closed.name,))

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        read = await self.ask("track", {"numbers": [one.tracking_number for one in labels]}, Parcels)
        return [
            TrackingReport(
                tracking_number=one.number, events=tuple(self.event(one.number, event) for event in one.events)
            )
            for one in read.parcels
        ]

    def event(self, number: str, event: Event) -> TrackingEvent:
        try:
            at = datetime.fromisoformat(event.at).replace(tzinfo=UTC)
        except ValueError:
            raise Unavailable("unreadable") from None
        return TrackingEvent(tracking_number=number, occurred_at=at, description=event.text)

    def check_push(self, headers: Mapping[str, str], body: bytes) -> None:
        if headers.get("x-key") != self.settings.api_key:
            raise Unauthorized("forged")

    def decode_tracking(self, headers: Mapping[str, str], body: bytes) -> Sequence[TrackingEvent]:
        if headers.get("x-kind") != "tracking":
            raise Rejected("of another kind")
        try:
            read = msgspec.json.decode(body, type=Tracked)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise Rejected("unreadable") from None
        return [self.event(read.number, one) for one in read.events]

    async def list_pickup_points(self, near: Address) -> Sequence[PickupPoint]:
        read = await self.ask("points", {"city": near.place}, Points)
        return [PickupPoint(code=one.code, name=one.name, address=Address(city=one.city)) for one in read.points]


class ModelInvoicing(Model):
    """Every port of an invoicing system; it looks before it issues, since the system itself would issue twice."""

    check_account = None  # type: ignore[assignment]  # a capability given up

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        found = await self.find_document(request)
        if found is not None:
            return found
        told = {"reference": request.reference, "buyer": request.document.buyer.name}
        return self.issued(await self.ask("issue", told, Entry, acting=True))

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        return await self.issue_document(request)

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        read = await self.ask("find", {"reference": request.reference}, Entry)
        return self.issued(read) if read.found else None

    def issued(self, read: Entry) -> IssuedDocument:
        return IssuedDocument(external_id=str(read.number), public_id=f"M-{read.number}", folio=str(read.number))

    async def fetch_pdf(self, external_id: str) -> bytes:
        return (await self.ask("pdf", {"number": external_id}, Text)).text.encode(errors="replace")

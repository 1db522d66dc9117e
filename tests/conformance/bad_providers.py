"""Connectors that are deliberately bad, each in the one thing that its name says."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from despacho_core.addresses import Address
from despacho_core.money import money
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
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox
from tests.conformance.model_providers import Entry, Event, ModelCarrier, ModelInvoicing, ModelSettings, Numbers

SOLD = Decimal(10)
"""What the sample sale comes to."""


class CallsAtOnce(ModelCarrier):
    def __init__(self, settings: ModelSettings, toolbox: Toolbox) -> None:
        super().__init__(settings, toolbox)
        self.ping = asyncio.ensure_future(asyncio.gather(self.check_account(), return_exceptions=True))


class OwnParameterName(ModelCarrier):
    async def list_pickup_points(self, address: Address) -> Sequence[PickupPoint]:
        return await super().list_pickup_points(address)


class PlainMethod(ModelCarrier):
    def check_account(self) -> Coroutine[Any, Any, AccountReport]:
        return super().check_account()


class HalfATracker(ModelCarrier):
    batch_size = None  # type: ignore[assignment]  # the defect


class FindsItselfBroken(ModelCarrier):
    async def check_account(self) -> AccountReport:
        return msgspec.structs.replace(await super().check_account(), ok=False)


class QuotesDollars(ModelCarrier):
    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        return [msgspec.structs.replace(one, price=money(1, "USD")) for one in await super().quote_rates(request)]


class NamelessService(ModelCarrier):
    def list_services(self) -> Sequence[Service]:
        return [msgspec.structs.replace(one, name="") for one in super().list_services()]


class CountsFromZero(ModelCarrier):
    def bought(self, read: Numbers) -> BoughtShipment:
        labels = (BoughtLabel(piece=piece, tracking_number=one) for piece, one in enumerate(read.numbers))
        return BoughtShipment(labels=tuple(labels))


class PrintsPages(ModelCarrier):
    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        printed = await super().reprint_label(label, wanted)
        return msgspec.structs.replace(printed, content=b"<html>")


class VoidsOnce(ModelCarrier):
    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        told = {"numbers": [one.tracking_number for one in labels]}
        await self.ask("cancel", told, dict[str, bool], acting=True)


class LocalTime(ModelCarrier):
    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        def local(one: TrackingEvent) -> TrackingEvent:
            return msgspec.structs.replace(one, occurred_at=one.occurred_at.replace(tzinfo=None))

        reports = await super().track_shipments(labels)
        return [msgspec.structs.replace(one, events=tuple(map(local, one.events))) for one in reports]


class BelievesAnybody(ModelCarrier):
    def check_push(self, headers: Mapping[str, str], body: bytes) -> None:
        return super().check_push({**headers, "x-key": self.settings.api_key}, body)


class ReadsWhatIsNotKept(ModelCarrier):
    push_headers = ()


class KeepsTheKey(ModelCarrier):
    push_headers = ("x-kind", "x-key")


class NeverArrives(ModelCarrier):
    scan_statuses = (TrackingStatus.OUT_FOR_DELIVERY, TrackingStatus.FAILED)


class NamelessPoints(ModelCarrier):
    async def list_pickup_points(self, near: Address) -> Sequence[PickupPoint]:
        return [msgspec.structs.replace(one, code="") for one in await super().list_pickup_points(near)]


class FindsNothingAsSomething(ModelCarrier):
    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        return await super().find_shipment(request) or BoughtShipment(labels=())


class ClosesAnew(ModelCarrier):
    def __init__(self, settings: ModelSettings, toolbox: Toolbox) -> None:
        super().__init__(settings, toolbox)
        self.closes = 0

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        self.closes += 1
        closed = await super().close_manifest(request)
        return closed if self.closes == 1 else ClosedManifest(references=(*closed.references, "again"))


class RemembersItsCloses(ModelCarrier):
    def __init__(self, settings: ModelSettings, toolbox: Toolbox) -> None:
        super().__init__(settings, toolbox)
        self.known: dict[str, ClosedManifest] = {}

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        first = request.labels[0].tracking_number
        if first not in self.known:
            read = await self.ask("close", {"numbers": [first]}, dict[str, str], acting=True)
            self.known[first] = ClosedManifest(references=tuple(read.values()))
        return self.known[first]


class KeyIsARefusal(ModelCarrier):
    status = 401

    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        if answer.status_code == self.status:
            raise Rejected("no")
        super().check(answer, acting=acting)


class WordsAreARefusal(KeyIsARefusal):
    status = 403


class TooManyIsUnavailable(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        try:
            super().check(answer, acting=acting)
        except RateLimited:
            raise Unavailable("busy") from None


class ComesBackAtOnce(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        try:
            super().check(answer, acting=acting)
        except RateLimited as error:
            raise RateLimited(error.message, retry_after=0) from None


class DoubtsEverything(ModelCarrier):
    def broken(self, error: httpx.RequestError, *, acting: bool) -> ProviderError:
        return self.doubt("no answer", acting=acting)


class KnowsNoTeapots(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        if answer.status_code == 418:
            answer.raise_for_status()
        super().check(answer, acting=acting)


class OwnError(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        if answer.status_code == 418:
            raise ProviderError("a sixth kind")
        super().check(answer, acting=acting)


class TakesFailureForNothing(ModelCarrier):
    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        try:
            return await super().find_shipment(request)
        except Unavailable as error:
            if "503" in error.message:
                return None
            raise


class DoubtsQuestions(ModelCarrier):
    def doubt(self, words: str, *, acting: bool) -> ProviderError:
        return Uncertain(words) if "503" in words else super().doubt(words, acting=acting)


class LostIsUnavailable(ModelCarrier):
    def broken(self, error: httpx.RequestError, *, acting: bool) -> ProviderError:
        return Unavailable("no answer")


class FailedIsUnavailable(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        super().check(answer, acting=acting and answer.status_code != 500)


class RepeatsBlindly(ModelCarrier):
    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        try:
            return await super().buy_shipment(request)
        except Uncertain:
            return await super().buy_shipment(request)


class FindsWhatItRemembers(ModelCarrier):
    def __init__(self, settings: ModelSettings, toolbox: Toolbox) -> None:
        super().__init__(settings, toolbox)
        self.known: dict[str, BoughtShipment] = {}

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self.known[request.reference] = bought = await super().buy_shipment(request)
        return bought

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        await super().find_shipment(request)
        return self.known.get(request.reference)


class KeepsTheRequest(ModelCarrier):
    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self.request = request
        await asyncio.sleep(0)
        return await super().buy_shipment(self.request)


class KeepsTheCart(ModelCarrier):
    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        self.cart = request
        await asyncio.sleep(0)
        return await super().quote_rates(self.cart)


class LogsTheKey(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        logging.getLogger("model").debug("asked with %s", answer.request.headers)
        super().check(answer, acting=acting)


class TellsTheKey(ModelCarrier):
    def check(self, answer: httpx.Response, *, acting: bool) -> None:
        if answer.status_code == 500:
            cause = ValueError(f"{self.settings.api_key} does not work")
            raise self.doubt("failed", acting=acting) from cause
        super().check(answer, acting=acting)


class WritesAscii(ModelCarrier):
    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        (request.destination.name or "").encode("ascii")
        return await super().buy_shipment(request)


class TrustsTimes(ModelCarrier):
    def event(self, number: str, event: Event) -> TrackingEvent:
        datetime.fromisoformat(event.at)
        return super().event(number, event)


class IssuesWithoutLooking(ModelInvoicing):
    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        return self.issued(await self.ask("issue", {"reference": request.reference}, Entry, acting=True))


class CreditsOnceForEach(ModelInvoicing):
    """One note for each document, whatever part of it is asked for."""

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        return await super().issue_document(self.under_the_original(request))

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        return await super().find_document(self.under_the_original(request))

    def under_the_original(self, request: IssueRequest) -> IssueRequest:
        credited = request.document.credits
        if credited is None or credited.whole:
            return request
        return msgspec.structs.replace(request, reference=f"note-{credited.external_id}")


class CreditsEverything(ModelInvoicing):
    """Every note takes back all of it."""

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        return msgspec.structs.replace(await super().credit_document(request), total=SOLD)


class FetchesPages(ModelInvoicing):
    async def fetch_pdf(self, external_id: str) -> bytes:
        return b"<html>" + await super().fetch_pdf(external_id)


class SlashedNumber(ModelInvoicing):
    def issued(self, read: Entry) -> IssuedDocument:
        return msgspec.structs.replace(super().issued(read), public_id=f"M/{read.number}")


class LosesDocuments(ModelInvoicing):
    def doubt(self, words: str, *, acting: bool) -> ProviderError:
        return Unavailable(words)


class ListsAReturnTwice(ModelCarrier):
    def return_services(self) -> Sequence[Service]:
        return [Service(code="back", name="Easy return"), Service(code="back", name="Easier return")]

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        return await self.buy_shipment(request)


class ForgetsTheReference(ModelCarrier):
    def return_services(self) -> Sequence[Service]:
        return [Service(code="back", name="Easy return")]

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        return await self.buy_shipment(msgspec.structs.replace(request, reference=f"R{request.reference}"))

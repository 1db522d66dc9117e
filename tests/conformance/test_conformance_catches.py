"""The kit itself: two model providers pass every check, and for each check there is a provider that is bad in just that."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import httpx
import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.quotes import Rate, RateRequest
from despacho_core.tracking import TrackingEvent
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
from despacho_ports.conformance import ProviderConformance
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import PORTS, Provider, ProviderKind, RateLimit, Secret, Toolbox
from tests.conformance.model_cases import CARRIER, INVOICING, CarrierCase, InvoicingCase
from tests.conformance.model_providers import Entry, Event, ModelCarrier, ModelInvoicing, ModelSettings, Numbers


class TestModelCarrier(CarrierCase):
    """The carrier that the bad ones below differ from."""


class TestModelInvoicing(InvoicingCase):
    """The invoicing system that the bad ones below differ from."""


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
    def decode_tracking(self, headers: Mapping[str, str], body: bytes) -> Sequence[TrackingEvent]:
        return super().decode_tracking({**headers, "x-key": self.settings.api_key}, body)


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


class FetchesPages(ModelInvoicing):
    async def fetch_pdf(self, external_id: str) -> bytes:
        return b"<html>" + await super().fetch_pdf(external_id)


class SlashedNumber(ModelInvoicing):
    def issued(self, read: Entry) -> IssuedDocument:
        return msgspec.structs.replace(super().issued(read), public_id=f"M/{read.number}")


class LosesDocuments(ModelInvoicing):
    def doubt(self, words: str, *, acting: bool) -> ProviderError:
        return Unavailable(words)


class Talkative(msgspec.Struct, frozen=True, kw_only=True):
    """Settings that show their key."""

    api_key: Annotated[Secret, msgspec.Meta(title="API key", description="From the model's portal.")]


class Open(ModelSettings, frozen=True, kw_only=True):
    """Settings with a secret that is not marked."""

    admin_password: Annotated[str, msgspec.Meta(title="Password", description="The portal's.")] = ""


class Silent(ModelSettings, frozen=True, kw_only=True):
    """Settings that do not say what a field is for."""

    size: Annotated[str, msgspec.Meta(title="Size")] = "A6"


class Stumbling(ModelSettings, frozen=True, kw_only=True):
    """Settings whose own check breaks."""

    def __post_init__(self) -> None:
        {"north": 1}[self.depot]


class Repeating(ModelSettings, frozen=True, kw_only=True):
    """Settings whose own check repeats what is wrong."""

    def __post_init__(self) -> None:
        if "4711" in self.api_key:
            raise ValueError(f"{self.api_key} is no key")


METHODS = {name for port in PORTS.values() for name in (*vars(port), *port.__annotations__) if not name.startswith("_")}
ALWAYS = {"check_account", "buy_shipment", "find_shipment"}


def carrier(connector: type = ModelCarrier, **changes: object) -> Provider:
    """A bad carrier; of the ports that have nothing to do with what is bad it keeps few, so that all checks are quick."""
    own = set() if connector is ModelCarrier else set(vars(connector))
    if own & {"event", "batch_size", "track_shipments"}:
        own |= {"track_shipments", "batch_size"}
    given_up = dict.fromkeys(METHODS - ALWAYS - own)
    return msgspec.structs.replace(CARRIER, connector=type(connector.__name__, (connector,), given_up), **changes)


def invoicing(connector: type) -> Provider:
    return msgspec.structs.replace(INVOICING, connector=connector)


BAD = {
    "an id with spaces": (carrier(id="Model Carrier"), "the_declaration_is_sound"),
    "a country's name": (carrier(countries=("Portugal",)), "the_declaration_is_sound"),
    "a limit of no calls": (carrier(rate_limits=(RateLimit(0, 1.0),)), "the_declaration_is_sound"),
    "another kind": (carrier(kind=ProviderKind.INVOICING), "the_ports_fit_the_kind"),
    "an own parameter name": (carrier(OwnParameterName), "every_method_has_its_ports_signature"),
    "a plain method": (carrier(PlainMethod), "every_method_has_its_ports_signature"),
    "half a port": (carrier(HalfATracker), "every_method_has_its_ports_signature"),
    "an unmarked secret": (carrier(settings=Open), "the_settings_explain_themselves"),
    "a setting without help": (carrier(settings=Silent), "the_settings_explain_themselves"),
    "settings that break": (carrier(settings=Stumbling), "settings_are_checked"),
    "settings that repeat secrets": (carrier(settings=Repeating), "settings_are_checked"),
    "calls at once": (carrier(CallsAtOnce), "opening_an_account_asks_nobody"),
    "a good account found bad": (carrier(FindsItselfBroken), "the_account_can_be_tested"),
    "a foreign currency": (carrier(QuotesDollars), "rates_are_quoted"),
    "a service without a name": (carrier(NamelessService), "services_are_listed_without_a_call"),
    "pieces from 0": (carrier(CountsFromZero), "a_shipment_is_bought"),
    "a label that is none": (carrier(PrintsPages), "a_label_is_printed_again"),
    "voiding only once": (carrier(VoidsOnce), "labels_are_voided_and_may_be_voided_again"),
    "times without a zone": (carrier(LocalTime), "labels_are_tracked"),
    "forged pushes": (carrier(BelievesAnybody), "pushes_are_read_and_forged_ones_are_not"),
    "points without codes": (carrier(NamelessPoints), "pickup_points_are_listed"),
    "nothing found as something": (carrier(FindsNothingAsSomething), "what_was_made_is_found_and_nothing_else"),
    "a close that changes": (carrier(ClosesAnew), "closing_again_gives_the_same_close_out"),
    "a close that is lost": (carrier(RemembersItsCloses), "a_close_whose_answer_was_lost_can_be_repeated"),
    "401 as a refusal": (carrier(KeyIsARefusal), "refused_credentials_are_unauthorized"),
    "the world's refusal": (carrier(WordsAreARefusal), "refused_credentials_of_the_world_are_unauthorized"),
    "429 as unavailable": (carrier(TooManyIsUnavailable), "too_many_requests_are_rate_limited"),
    "429 without a wait": (carrier(ComesBackAtOnce), "too_many_requests_are_rate_limited"),
    "unsent as uncertain": (carrier(DoubtsEverything), "what_was_never_sent_is_unavailable"),
    "a foreign exception": (carrier(KnowsNoTeapots), "odd_answers_give_only_the_five_errors"),
    "a sixth error": (carrier(OwnError), "odd_answers_give_only_the_five_errors"),
    "a failure as nothing": (carrier(TakesFailureForNothing), "nonsense_is_never_taken_for_an_answer"),
    "doubt about questions": (carrier(DoubtsQuestions), "nonsense_is_never_taken_for_an_answer"),
    "a time-out as unavailable": (carrier(LostIsUnavailable), "a_lost_answer_is_uncertain"),
    "a 500 as unavailable": (carrier(FailedIsUnavailable), "a_lost_answer_is_uncertain"),
    "a blind repetition": (carrier(RepeatsBlindly), "a_lost_answer_is_uncertain"),
    "a lost document as unavailable": (invoicing(LosesDocuments), "a_lost_answer_is_uncertain"),
    "a find from memory": (carrier(FindsWhatItRemembers), "finding_settles_what_is_uncertain"),
    "a shared request": (carrier(KeepsTheRequest), "twenty_at_once_get_what_is_theirs"),
    "a shared cart": (carrier(KeepsTheCart), "twenty_quotes_at_once_are_those_of_their_carts"),
    "a key in representations": (carrier(settings=Talkative), "secrets_stay_out_of_representations"),
    "a key in the log": (carrier(LogsTheKey), "secrets_stay_out_of_logs"),
    "a key in an error's cause": (carrier(TellsTheKey), "secrets_stay_out_of_errors"),
    "only plain letters": (carrier(WritesAscii), "odd_names_and_addresses_are_survived"),
    "trust in times": (carrier(TrustsTimes), "odd_values_in_answers_are_survived"),
    "issuing without looking": (invoicing(IssuesWithoutLooking), "documents_are_issued_once"),
    "a number with a slash": (invoicing(SlashedNumber), "documents_are_issued_once"),
    "a page for a PDF": (invoicing(FetchesPages), "documents_are_fetched"),
}


def checks() -> list[str]:
    return [name for name, _ in inspect.getmembers(ProviderConformance, inspect.isfunction) if name.startswith("test_")]


def failing(bad: Provider) -> set[str]:
    """The checks that a provider does not pass."""
    base = CarrierCase if bad.name == CARRIER.name else InvoicingCase
    case = type("Case", (base,), {"provider": bad, "examples": 5})()
    failed = set()
    for name in checks():
        try:
            getattr(case, name)()
        except (AssertionError, ProviderError):
            failed.add(name.removeprefix("test_"))
        except pytest.skip.Exception:
            continue
    return failed


@pytest.mark.parametrize("name", BAD)
def test_what_is_bad_in_one_thing_fails_its_check_and_no_other(name: str) -> None:
    bad, check = BAD[name]
    assert failing(bad) == {check}


def test_each_check_is_known_to_fail_something() -> None:
    assert {f"test_{check}" for _, check in BAD.values()} == set(checks())

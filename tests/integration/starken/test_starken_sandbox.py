"""Every capability of Starken over real HTTP against the simulator, and what becomes of its faults."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.places import comunas_of
from despacho_core.quotes import RateRequest
from despacho_core.tracking import TrackingStatus, status_after
from despacho_ports.carriers import BoughtShipment, LabelFormat, LabelHandle, ShipmentRequest
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.providers import Toolbox
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.starken.accounts import basic, default_account
from despacho_sandbox.starken.controls import Advance
from despacho_sandbox.starken.pushing import push_body
from despacho_sandbox.starken.simulator import EMISSION, LABELS, REST, StarkenSimulator
from despacho_starken import Starken, StarkenSettings
from despacho_starken.comunas import NOT_LISTED, place_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOMER = default_account()
REQUEST = ShipmentRequest(
    reference="ABCDEFGHIJKLMNOP",
    service_code="2-0",
    origin=Address(
        country="CL",
        municipality="Castro",
        street="San Martín 681",
        company="Tejidos Chiloé Ltda",
        phone="+56 65 263 0000",
    ),
    destination=Address(
        country="CL",
        region="Región Metropolitana",
        municipality="Ñuñoa",
        street="Av. Irarrázaval 1234, torre B depto 502",
        name="José Peña",
        phone="+56 9 8765 4321",
        tax_id="12.531.909-2",
    ),
    parcels=(
        Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Chaleco"),
        Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
    ),
    declared_value=money(65001, "CLP"),
    order_number=1012,
)
CART = RateRequest(
    origin=REQUEST.origin, destination=REQUEST.destination, parcels=REQUEST.parcels, declared_value=REQUEST.declared_value
)  # fmt: skip


class Now:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.at


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(StarkenSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


@pytest.fixture
def carrier(sandbox: Sandbox) -> StarkenSimulator:
    """The simulator, empty and without faults."""
    sandbox.reset()
    return sandbox.starken


@pytest.fixture
def settings(carrier: StarkenSimulator) -> StarkenSettings:
    url = carrier.base_url
    return StarkenSettings(
        company_rut=CUSTOMER.company_rut,
        clave=CUSTOMER.clave,
        emission_url=f"{url}{EMISSION}",
        emission_user_rut=CUSTOMER.emission_user_rut,
        emission_clave=CUSTOMER.emission_clave,
        account_number=CUSTOMER.account_number,
        label_url=f"{url}{LABELS}",
        label_user=CUSTOMER.label_user,
        label_password=CUSTOMER.label_password,
        agencies="Ñuñoa=1467",
        push_token=CUSTOMER.push_token,
        base_url=f"{url}{REST}",
    )


@pytest.fixture
def clock(sandbox: Sandbox) -> Now:
    now = Now()
    now.at = sandbox.clock.now()
    return now


def opened(settings: StarkenSettings, http: httpx.AsyncClient, clock: Now | None = None) -> Starken:
    toolbox = Toolbox(http=http, clock=clock or Now(), renderer=None, account_id="a1")  # type: ignore[arg-type]  # draws nothing
    return Starken(settings, toolbox)


@pytest.fixture
def account(settings: StarkenSettings, http: httpx.AsyncClient, clock: Now) -> Starken:
    return opened(settings, http, clock)


def handles(bought: BoughtShipment) -> list[LabelHandle]:
    return [
        LabelHandle(tracking_number=one.tracking_number, reference=f"{REQUEST.reference}-{one.piece}")
        for one in bought.labels
    ]


def fails(carrier: StarkenSimulator, endpoint: str, kind: FaultKind, times: int = 1) -> None:
    carrier.faults.add(Fault(kind=kind, endpoint=endpoint, times=times, retry_after=7))


def barcodes(pdf: bytes) -> set[str]:
    """What a scanner reads from the printed page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=4).to_pil()
    finally:
        document.close()
    return {found.text for found in zxingcpp.read_barcodes(page)}


async def test_the_account_can_be_tested_without_buying(account: Starken, carrier: StarkenSimulator) -> None:
    report = await account.check_account()
    assert report.ok
    assert "first shipment" in report.message
    assert not carrier.ledger.orders


@pytest.mark.parametrize("in_envelope", [False, True])
async def test_each_service_notices_its_own_wrong_credentials(
    settings: StarkenSettings, http: httpx.AsyncClient, carrier: StarkenSimulator, in_envelope: bool
) -> None:
    carrier.options.change({"refuse_in_envelope": in_envelope})
    bought = await opened(settings, http).buy_shipment(REQUEST)
    stranger = opened(msgspec.structs.replace(settings, clave="wrong"), http)
    for asking in (stranger.check_account(), stranger.quote_rates(CART), stranger.track_shipments(handles(bought))):
        with pytest.raises(Unauthorized):
            await asking
    assert (await stranger.buy_shipment(REQUEST)).labels, "the emission has credentials of its own"
    with pytest.raises(Unauthorized, match="clave"):
        await opened(msgspec.structs.replace(settings, emission_clave="wrong"), http).buy_shipment(REQUEST)
    unlabelled = opened(msgspec.structs.replace(settings, label_password="wrong"), http)
    with pytest.raises(Unauthorized):
        await unlabelled.reprint_label(handles(bought)[0], LabelFormat.PDF)


async def test_a_hub_that_is_not_on_the_list_needs_attention(account: Starken, carrier: StarkenSimulator) -> None:
    carrier.options.change({"emission_open": False})
    with pytest.raises(Unauthorized, match="IP address"):
        await account.buy_shipment(REQUEST)


async def test_a_cart_is_priced_to_the_door_and_to_the_agency(
    account: Starken, settings: StarkenSettings, http: httpx.AsyncClient
) -> None:
    rates = {rate.service_code: rate for rate in await account.quote_rates(CART)}
    assert set(rates) == {"1-0", "2-0"}
    assert rates["2-0"].price.currency == "CLP"
    assert rates["1-0"].price < rates["2-0"].price
    assert rates["2-0"].days_max
    unknown = opened(msgspec.structs.replace(settings, agencies=""), http)
    assert {rate.service_code for rate in await unknown.quote_rates(CART)} == {"2-0"}
    listed = opened(msgspec.structs.replace(settings, account_number=""), http)
    assert await listed.quote_rates(CART)


async def test_what_is_too_heavy_has_no_price(account: Starken) -> None:
    heavy = msgspec.structs.replace(REQUEST.parcels[0], weight_g=900_000)
    assert await account.quote_rates(msgspec.structs.replace(CART, parcels=(heavy,))) == []


async def test_every_comuna_of_chile_has_a_price_or_is_on_the_list_of_those_that_have_none(
    account: Starken, carrier: StarkenSimulator
) -> None:
    without = set()
    for comuna in comunas_of("CL").values():
        to = Address(country="CL", municipality=comuna.name, region=comuna.region)
        if not await account.quote_rates(msgspec.structs.replace(CART, destination=to)):
            place = place_of(to)
            assert place is not None
            without.add(place.official)
    assert without == NOT_LISTED
    assert carrier.calls["destinations"] == 1


async def test_the_lists_may_come_empty_and_the_known_codes_serve(account: Starken, carrier: StarkenSimulator) -> None:
    carrier.options.change({"lists_empty": True})
    assert await account.quote_rates(CART)
    away = msgspec.structs.replace(CART, destination=Address(country="CL", municipality="Macul"))
    with pytest.raises(Unavailable, match="list of cities"):
        await account.quote_rates(away)


@pytest.mark.parametrize("written", ["scientific", "number", "plain"])
async def test_all_pieces_are_one_order_with_labels_that_a_scanner_reads(
    account: Starken, carrier: StarkenSimulator, written: str
) -> None:
    carrier.options.change({"order_number_as": written})
    bought = await account.buy_shipment(REQUEST)
    [made] = carrier.shipments_with(REQUEST.reference)
    assert [one.tracking_number for one in bought.labels] == [str(made.order), f"{made.order}-2"]
    assert bought.price == money(made.price, "CLP")
    assert (made.pieces, made.kilos, made.document, made.declared_value) == (2, "1.81", "1012", 65001)
    assert (made.comuna, made.receiver, made.receiver_rut) == ("NUNOA", "José Peña", "12531909")
    assert (made.street, made.number) == ("Av. Irarrázaval, torre B depto 502", "1234")
    for label, handle in zip(bought.labels, handles(bought), strict=True):
        document = await account.reprint_label(handle, LabelFormat.PDF)
        assert barcodes(document.content) == {label.barcode, str(made.order)}
    with pytest.raises(Rejected):
        await account.reprint_label(handles(bought)[0], LabelFormat.ZPL)


async def test_sheets_are_fetched_with_the_same_credentials(settings: StarkenSettings, http: httpx.AsyncClient) -> None:
    sheets = opened(msgspec.structs.replace(settings, label_size="letter"), http)
    bought = await sheets.buy_shipment(REQUEST)
    document = await sheets.reprint_label(handles(bought)[1], LabelFormat.PDF)
    assert bought.labels[1].barcode in barcodes(document.content)


@pytest.mark.parametrize(
    ("options", "barcode"),
    [({"packages_as_one": True}, "222746632001"), ({"answers_in_latin_1": True}, "222746632002")],
)
async def test_odd_ways_of_answering_cost_no_parcel(
    account: Starken, carrier: StarkenSimulator, options: dict[str, bool], barcode: str
) -> None:
    carrier.options.change(options)
    assert (await account.buy_shipment(REQUEST)).labels[1].barcode == barcode


@pytest.mark.parametrize("code", ["1-0", "1-0@1201"])
async def test_a_parcel_goes_to_an_agency(account: Starken, carrier: StarkenSimulator, code: str) -> None:
    bought = await account.buy_shipment(msgspec.structs.replace(REQUEST, service_code=code))
    [made] = carrier.shipments_with(REQUEST.reference)
    assert made.agency is not None
    assert made.agency.code == (1201 if "@" in code else 1467)
    carrier.by_hand.advance(Advance(to="pickup_available", all=True))
    [first, _] = await account.track_shipments(handles(bought))
    assert [event.status for event in first.events] == [TrackingStatus.PICKUP_AVAILABLE]
    assert first.events[0].location == made.agency.name


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"service_code": "1-0@9999"}, "service_code", "13"),
        ({"service_code": "2-1"}, "service_code", "35"),
        ({"service_code": "9-9"}, "service_code", "unknown-service"),
        ({"destination": msgspec.structs.replace(REQUEST.destination, municipality="Tirúa")}, "municipality", "address-not-covered"),
    ],
)  # fmt: skip
async def test_what_the_carrier_refuses_is_refused_in_its_words(
    account: Starken, carrier: StarkenSimulator, change: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(Rejected) as refused:
        await account.buy_shipment(msgspec.structs.replace(REQUEST, **change))
    assert (refused.value.field, refused.value.code) == (field, code)
    assert not carrier.ledger.orders


async def test_an_account_that_is_not_its_own_needs_attention(
    settings: StarkenSettings, http: httpx.AsyncClient, carrier: StarkenSimulator
) -> None:
    wrong = opened(msgspec.structs.replace(settings, account_number="1-9"), http)
    with pytest.raises(Unauthorized, match="uenta corriente"):
        await wrong.buy_shipment(REQUEST)
    with pytest.raises(Unauthorized):
        await wrong.quote_rates(CART)
    assert not carrier.ledger.orders


@pytest.mark.parametrize(
    "kind",
    [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED, FaultKind.FAIL_BEFORE, FaultKind.CUT_BEFORE],
)
async def test_a_purchase_without_a_readable_answer_is_uncertain(
    account: Starken, carrier: StarkenSimulator, kind: FaultKind
) -> None:
    fails(carrier, "emission", kind)
    with pytest.raises(Uncertain):
        await account.buy_shipment(REQUEST)
    assert len(carrier.ledger.orders) == (0 if kind.value.endswith("before") else 1)


async def test_a_purchase_that_nobody_waited_for_is_uncertain(
    carrier: StarkenSimulator, settings: StarkenSettings
) -> None:
    carrier.faults.add(Fault(kind=FaultKind.LATENCY, endpoint="emission", latency_ms=300, times=1))
    async with httpx.AsyncClient(timeout=0.1) as impatient:
        with pytest.raises(Uncertain):
            await opened(settings, impatient).buy_shipment(REQUEST)


async def test_a_purchase_that_reached_nobody_did_not_happen(
    settings: StarkenSettings, http: httpx.AsyncClient
) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    for url in (f"http://127.0.0.1:{port}", f"{settings.emission_url}-elsewhere"):
        nowhere = msgspec.structs.replace(settings, emission_url=url)
        with pytest.raises(Unavailable):
            await opened(nowhere, http).buy_shipment(REQUEST)


async def test_limits_and_refused_credentials_are_told_as_such_even_when_buying(
    account: Starken, carrier: StarkenSimulator
) -> None:
    fails(carrier, "emission", FaultKind.RATE_LIMITED)
    with pytest.raises(RateLimited) as limited:
        await account.buy_shipment(REQUEST)
    assert limited.value.retry_after == 7
    fails(carrier, "emission", FaultKind.UNAUTHORIZED)
    with pytest.raises(Unauthorized):
        await account.buy_shipment(REQUEST)
    assert not carrier.ledger.orders


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_questions_that_go_unanswered_leave_no_doubt(
    account: Starken, carrier: StarkenSimulator, kind: FaultKind
) -> None:
    bought = await account.buy_shipment(REQUEST)
    await account.quote_rates(CART)
    for endpoint in ("rates", "track", "labels"):
        fails(carrier, endpoint, kind)
    with pytest.raises(Unavailable):
        await account.quote_rates(CART)
    with pytest.raises(Unavailable):
        await account.track_shipments(handles(bought))
    with pytest.raises(Unavailable):
        await account.reprint_label(handles(bought)[0], LabelFormat.PDF)
    assert len(await account.track_shipments(handles(bought))) == 2


async def test_twenty_may_buy_at_once(account: Starken, carrier: StarkenSimulator) -> None:
    requests = [msgspec.structs.replace(REQUEST, reference=f"R{place}") for place in range(20)]
    bought = await asyncio.gather(*(account.buy_shipment(one) for one in requests))
    assert len({label.tracking_number for one in bought for label in one.labels}) == 40
    for request, one in zip(requests, bought, strict=True):
        [made] = carrier.shipments_with(request.reference)
        assert one.labels[0].tracking_number == str(made.order)


async def test_the_way_is_followed_state_by_state(
    account: Starken, sandbox: Sandbox, carrier: StarkenSimulator, clock: Now
) -> None:
    labels = handles(await account.buy_shipment(REQUEST))
    status = TrackingStatus.REQUESTED
    seen = []
    for hours in (0, 4, 6, 10, 4, 6):
        sandbox.clock.advance(hours * 3600)
        clock.at = sandbox.clock.now() + timedelta(seconds=1)
        first, second = await account.track_shipments(labels)
        assert [one.description for one in first.events] == [one.description for one in second.events]
        status = status_after(status, first.events)
        seen.append(status.value)
    assert seen == ["requested", "in_transit", "in_transit", "in_transit", "out_for_delivery", "delivered"]
    [delivered] = first.events
    assert not delivered.observed
    assert delivered.occurred_at <= clock.at
    assert carrier.calls["track"] == 6, "the pieces of one order are asked about once"


async def test_an_order_that_is_not_there_and_words_that_nobody_knows(
    account: Starken, carrier: StarkenSimulator
) -> None:
    [report] = await account.track_shipments([LabelHandle(tracking_number="999999999", reference="R-1")])
    assert (report.events, report.problem) == ((), None)
    bought = await account.buy_shipment(REQUEST)
    carrier.by_hand.advance(Advance(to="EN LA LUNA", all=True))
    [first, _] = await account.track_shipments(handles(bought))
    assert [(event.description, event.status) for event in first.events] == [("EN LA LUNA", None)]


async def test_the_carriers_pushes_are_genuine_and_tell_what_polling_tells(
    account: Starken, carrier: StarkenSimulator
) -> None:
    bought = await account.buy_shipment(REQUEST)
    carrier.by_hand.advance(Advance(to="delivered", all=True))
    [made] = carrier.shipments_with(REQUEST.reference)
    account.check_push({"authorization": basic("starken", CUSTOMER.push_token)}, b"")
    with pytest.raises(Unauthorized):
        account.check_push({"authorization": basic("starken", "forged")}, b"")
    pushed = [account.decode_tracking({}, msgspec.json.encode(push_body(made, event))) for event in made.events]
    assert [{event.tracking_number for event in events} for events in pushed] == [
        {label.tracking_number for label in bought.labels}
    ] * len(made.events)
    assert (
        status_after(TrackingStatus.REQUESTED, [event for events in pushed for event in events])
        is TrackingStatus.DELIVERED
    )
    [polled, _] = await account.track_shipments(handles(bought))
    assert polled.events[0].description == pushed[-1][0].description

"""Every capability of Chilexpress over real HTTP against the simulator, and what becomes of its faults."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_chilexpress import Chilexpress, ChilexpressSettings
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_core.tracking import TrackingStatus, status_after
from despacho_ports.carriers import BoughtShipment, LabelFormat, LabelHandle, ManifestRequest, ShipmentRequest
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.providers import Toolbox
from despacho_ports.system import Clock
from despacho_sandbox.chilexpress.accounts import default_account
from despacho_sandbox.chilexpress.simulator import ChilexpressSimulator
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from tests.town import TurnedClock

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOMER = default_account()
MAGIC = {
    LabelFormat.PDF: b"%PDF-",
    LabelFormat.ZPL: b"^XA",
    LabelFormat.JPEG: b"\xff\xd8\xff",
    LabelFormat.EPL: b"\nN\n",
}
REQUEST = ShipmentRequest(
    reference="DSP-7F3A",
    service_code="3",
    origin=Address(
        country="CL", municipality="Pudahuel", street="Av. San Pablo 8500", name="Bodega", phone="+56 2 2382 4861"
    ),
    destination=Address(
        country="CL",
        region="Región Metropolitana",
        municipality="Ñuñoa",
        street="Irarrázaval 1234, depto 5",
        name="Marcela Vera",
        phone="987654321",
    ),
    parcels=(
        Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100),
        Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
    ),
    declared_value=money(15001, "CLP"),
    order_number=1012,
)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(ChilexpressSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


@pytest.fixture
def carrier(sandbox: Sandbox) -> ChilexpressSimulator:
    """The simulator, empty and without faults."""
    simulator = sandbox.simulators["chilexpress"]
    assert isinstance(simulator, ChilexpressSimulator)
    simulator.faults.clear()
    simulator.reset()
    return simulator


@pytest.fixture
def settings(carrier: ChilexpressSimulator) -> ChilexpressSettings:
    return ChilexpressSettings(
        key_coverage=CUSTOMER.georeference_key,
        key_rating=CUSTOMER.rating_key,
        key_shipping=CUSTOMER.transport_orders_key,
        customer_card=CUSTOMER.tcc,
        company_rut=CUSTOMER.rut,
        base_url=f"{carrier.base_url}/",
    )


def opened(settings: ChilexpressSettings, http: httpx.AsyncClient, clock: Clock | None = None) -> Chilexpress:
    # The renderer is not used by this provider, the clock only where purchases share a certificate.
    return Chilexpress(settings, Toolbox(http=http, clock=clock, renderer=None, account_id="a1"))  # type: ignore[arg-type]


@pytest.fixture
def account(settings: ChilexpressSettings, http: httpx.AsyncClient) -> Chilexpress:
    return opened(settings, http)


def handles(bought: BoughtShipment) -> list[LabelHandle]:
    return [
        LabelHandle(tracking_number=one.tracking_number, reference=f"{REQUEST.reference}-{one.piece}", group=one.group)
        for one in bought.labels
    ]


def fails(carrier: ChilexpressSimulator, endpoint: str, kind: FaultKind, times: int = 1) -> None:
    carrier.faults.add(Fault(kind=kind, endpoint=endpoint, times=times, retry_after=7))


async def test_the_account_can_be_tested_without_buying(account: Chilexpress, carrier: ChilexpressSimulator) -> None:
    report = await account.check_account()
    assert report.ok
    assert carrier.counts()["transport_orders"] == 0


@pytest.mark.parametrize("key", ["key_coverage", "key_rating", "key_shipping"])
async def test_any_wrong_key_is_noticed(settings: ChilexpressSettings, http: httpx.AsyncClient, key: str) -> None:
    with pytest.raises(Unauthorized, match="subscription key"):
        await opened(msgspec.structs.replace(settings, **{key: "0" * 32}), http).check_account()


async def test_an_unknown_card_is_noticed(settings: ChilexpressSettings, http: httpx.AsyncClient) -> None:
    with pytest.raises(Unauthorized, match="TCC"):
        await opened(msgspec.structs.replace(settings, customer_card="99999999"), http).check_account()


async def test_contract_prices_are_lower_and_every_price_is_of_a_listed_service(
    account: Chilexpress, settings: ChilexpressSettings, http: httpx.AsyncClient
) -> None:
    cart = RateRequest(
        origin=REQUEST.origin,
        destination=REQUEST.destination,
        parcels=REQUEST.parcels,
        declared_value=REQUEST.declared_value,
    )
    contract = {rate.service_code: rate.price for rate in await account.quote_rates(cart)}
    listed = await opened(msgspec.structs.replace(settings, rates="courier"), http).quote_rates(cart)
    assert contract
    assert all(contract[rate.service_code] < rate.price for rate in listed)
    assert set(contract) <= {service.code for service in account.list_services()}


async def test_two_equal_parcels_cost_twice_as_much_as_one(account: Chilexpress, carrier: ChilexpressSimulator) -> None:
    one = REQUEST.parcels[:1]
    carts = [
        RateRequest(
            origin=REQUEST.origin, destination=REQUEST.destination, parcels=parcels, declared_value=money(2, "CLP")
        )
        for parcels in (one, one * 2)
    ]
    single, double = [{rate.service_code: rate.price for rate in await account.quote_rates(cart)} for cart in carts]
    assert double == {code: price + price for code, price in single.items()}


async def test_an_absurd_size_has_no_price(account: Chilexpress) -> None:
    huge = Parcel(weight_g=900_000, length_mm=5000, width_mm=5000, height_mm=5000)
    cart = RateRequest(
        origin=REQUEST.origin, destination=REQUEST.destination, parcels=(huge,), declared_value=money(1, "CLP")
    )
    assert await account.quote_rates(cart) == []


@pytest.mark.parametrize("wanted", list(LabelFormat))
async def test_a_shipment_is_bought_with_a_label_for_each_piece(
    account: Chilexpress, carrier: ChilexpressSimulator, wanted: LabelFormat
) -> None:
    bought = await account.buy_shipment(msgspec.structs.replace(REQUEST, label_format=wanted))
    assert [one.piece for one in bought.labels] == [1, 2]
    assert len({one.group for one in bought.labels}) == 1
    for label in bought.labels:
        (document,) = label.documents
        assert document.format is wanted
        assert document.content.startswith(MAGIC[wanted])
        assert label.tracking_number in label.barcode
    assert [len(carrier.shipments_with(reference)) for reference in REQUEST.piece_references()] == [1, 1]
    (order,) = carrier.shipments_with("DSP-7F3A-1")
    assert order.destination.code == "NUNO"
    assert str(order.weight_kg) == "1.51"


async def test_every_purchase_has_a_certificate_of_its_own(account: Chilexpress) -> None:
    first = await account.buy_shipment(REQUEST)
    second = await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="DSP-2"))
    assert first.labels[0].group != second.labels[0].group


async def test_where_the_account_wants_it_a_days_shipments_share_a_certificate_until_it_is_closed(
    settings: ChilexpressSettings, http: httpx.AsyncClient, carrier: ChilexpressSimulator
) -> None:
    together = msgspec.structs.replace(settings, certificates="together")
    clock = TurnedClock()
    here, elsewhere = opened(together, http, clock), opened(together, http, clock)

    async def bought(account: Chilexpress, number: int) -> BoughtShipment:
        return await account.buy_shipment(msgspec.structs.replace(REQUEST, reference=f"DSP-{number}"))

    first, second = await bought(here, 1), await bought(here, 2)
    assert {label.group for label in (*first.labels, *second.labels)} == {first.labels[0].group}
    closed = await here.close_manifest(ManifestRequest(reference="M", labels=(*handles(first), *handles(second))))
    assert (closed.references, len(closed.documents)) == ((first.labels[0].group,), 1)
    third = await bought(here, 3)
    assert third.labels[0].group != first.labels[0].group
    await elsewhere.close_manifest(ManifestRequest(reference="M", labels=tuple(handles(third))))
    fourth = await bought(here, 4)
    assert fourth.labels[0].group != third.labels[0].group, "what was closed by another process is not joined"
    clock.turn(24 * 3600)
    fifth = await bought(here, 5)
    assert fifth.labels[0].group != fourth.labels[0].group, "a new day has a certificate of its own"
    for number in range(1, 6):
        assert len(carrier.shipments_with(f"DSP-{number}-1")) == 1


async def test_a_purchase_that_is_refused_for_itself_is_not_tried_again(
    settings: ChilexpressSettings, http: httpx.AsyncClient, carrier: ChilexpressSimulator
) -> None:
    account = opened(msgspec.structs.replace(settings, certificates="together"), http, TurnedClock())
    await account.buy_shipment(REQUEST)
    asked = carrier.counts()["transport_orders"]
    with pytest.raises(Rejected):
        await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="DSP-2", service_code="99"))
    assert carrier.counts()["transport_orders"] == asked


@pytest.mark.parametrize("wanted", list(LabelFormat))
@pytest.mark.parametrize("shape", ["detail-array", "detail-object", "data-label"])
async def test_a_label_is_reprinted_in_each_format(
    account: Chilexpress, carrier: ChilexpressSimulator, wanted: LabelFormat, shape: str
) -> None:
    bought = await account.buy_shipment(REQUEST)
    carrier.options.change({"label_shape": shape})
    document = await account.reprint_label(handles(bought)[1], wanted)
    assert document.format is wanted
    assert document.content.startswith(MAGIC[wanted])


async def test_a_label_that_the_carrier_never_sold_is_not_reprinted(account: Chilexpress) -> None:
    with pytest.raises(Rejected):
        await account.reprint_label(LabelHandle(tracking_number="999999999999", reference=""), LabelFormat.PDF)


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_a_carrier_that_fails_after_it_acted_is_asked_and_not_bought_from_again(
    account: Chilexpress, carrier: ChilexpressSimulator, kind: FaultKind
) -> None:
    fails(carrier, "create-shipment", kind)
    with pytest.raises(Uncertain):
        await account.buy_shipment(REQUEST)
    found = await account.find_shipment(REQUEST)
    assert found is not None
    orders = [order for reference in REQUEST.piece_references() for order in carrier.shipments_with(reference)]
    assert [one.tracking_number for one in found.labels] == [str(order.number) for order in orders]
    assert {one.group for one in found.labels} == {str(order.certificate) for order in orders}
    document = await account.reprint_label(handles(found)[0], LabelFormat.PDF)
    assert document.content.startswith(b"%PDF-")
    assert (await account.close_manifest(ManifestRequest(reference="M", labels=tuple(handles(found))))).documents


@pytest.mark.parametrize("kind", [FaultKind.FAIL_BEFORE, FaultKind.CUT_BEFORE])
async def test_a_carrier_that_fails_before_acting_is_found_to_have_nothing(
    account: Chilexpress, carrier: ChilexpressSimulator, kind: FaultKind
) -> None:
    fails(carrier, "create-shipment", kind)
    with pytest.raises(Uncertain):
        await account.buy_shipment(REQUEST)
    assert await account.find_shipment(REQUEST) is None
    assert (await account.buy_shipment(REQUEST)).labels


async def test_right_after_the_purchase_the_carrier_may_not_know_it_yet(
    account: Chilexpress, carrier: ChilexpressSimulator, sandbox: Sandbox
) -> None:
    """Why the hub does not believe the first None."""
    carrier.options.change({"tracking_lag": 120})
    fails(carrier, "create-shipment", FaultKind.FAIL_AFTER)
    with pytest.raises(Uncertain):
        await account.buy_shipment(REQUEST)
    assert await account.find_shipment(REQUEST) is None
    sandbox.clock.advance(121)
    assert await account.find_shipment(REQUEST) is not None


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED, FaultKind.CUT_BEFORE])
async def test_a_question_that_failed_proves_nothing(
    account: Chilexpress, carrier: ChilexpressSimulator, kind: FaultKind
) -> None:
    fails(carrier, "track", kind, times=2)
    with pytest.raises(Unavailable):
        await account.find_shipment(REQUEST)


async def test_a_purchase_that_nobody_waited_for_is_settled_by_asking(
    account: Chilexpress, carrier: ChilexpressSimulator, settings: ChilexpressSettings
) -> None:
    carrier.faults.add(Fault(kind=FaultKind.LATENCY, endpoint="create-shipment", latency_ms=300, times=2))
    async with httpx.AsyncClient(timeout=0.1) as impatient:
        with pytest.raises(Uncertain):
            await opened(settings, impatient).buy_shipment(REQUEST)
    # As slow as the first and sent after it: once this one is answered, the first has been worked off.
    await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="DSP-2"))
    found = await account.find_shipment(REQUEST)
    assert (found is not None) == bool(carrier.shipments_with("DSP-7F3A-1"))


async def test_a_purchase_that_reached_nobody_did_not_happen(
    settings: ChilexpressSettings, http: httpx.AsyncClient
) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    nowhere = msgspec.structs.replace(settings, base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable):
        await opened(nowhere, http).buy_shipment(REQUEST)


async def test_limits_and_refused_keys_are_told_as_such_even_when_buying(
    account: Chilexpress, carrier: ChilexpressSimulator
) -> None:
    fails(carrier, "create-shipment", FaultKind.RATE_LIMITED)
    with pytest.raises(RateLimited) as limited:
        await account.buy_shipment(REQUEST)
    assert limited.value.retry_after == 7
    fails(carrier, "create-shipment", FaultKind.UNAUTHORIZED)
    with pytest.raises(Unauthorized):
        await account.buy_shipment(REQUEST)
    assert await account.find_shipment(REQUEST) is None


async def test_what_the_carrier_refuses_is_refused_in_its_words(
    account: Chilexpress, carrier: ChilexpressSimulator
) -> None:
    unknown_service = msgspec.structs.replace(REQUEST, service_code="99")
    with pytest.raises(Rejected, match="No existe servicio de entrega") as refused:
        await account.buy_shipment(unknown_service)
    assert (refused.value.code, refused.value.field) == ("address-not-covered", "municipality")
    too_long = msgspec.structs.replace(REQUEST.destination, street_number="1234567890123")
    with pytest.raises(Rejected, match="numeración") as refused:
        await account.buy_shipment(msgspec.structs.replace(REQUEST, destination=too_long))
    assert refused.value.field == "street_number"
    carrier.accounts.add(msgspec.structs.replace(CUSTOMER, current=False))
    with pytest.raises(Unauthorized, match="vigente"):
        await account.buy_shipment(REQUEST)
    assert carrier.counts()["transport_orders"] == 0


async def test_a_piece_that_is_too_heavy_for_its_service_is_refused_alone(account: Chilexpress) -> None:
    heavy = msgspec.structs.replace(REQUEST.parcels[0], weight_g=45_000)
    bought = await account.buy_shipment(msgspec.structs.replace(REQUEST, parcels=(heavy, REQUEST.parcels[1])))
    assert [one.piece for one in bought.labels] == [2]
    (refusal,) = bought.refusals
    assert refusal.startswith("DSP-7F3A-1: No existe servicio")


async def test_a_manifest_closes_the_certificates_of_its_labels_and_may_be_closed_twice(
    account: Chilexpress, carrier: ChilexpressSimulator
) -> None:
    first = await account.buy_shipment(REQUEST)
    second = await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="DSP-2"))
    manifest = ManifestRequest(reference="M-1", labels=(*handles(first), *handles(second)))
    closed = await account.close_manifest(manifest)
    assert closed.references == (first.labels[0].group, second.labels[0].group)
    assert all(document.startswith(b"%PDF-") for document in closed.documents)
    assert carrier.counts()["open_certificates"] == 0
    again = await account.close_manifest(manifest)
    assert again.references == closed.references
    assert len(again.documents) == 2


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_a_close_whose_answer_is_lost_is_closed(
    account: Chilexpress, carrier: ChilexpressSimulator, kind: FaultKind
) -> None:
    bought = await account.buy_shipment(REQUEST)
    fails(carrier, "close-certificate", kind)
    closed = await account.close_manifest(ManifestRequest(reference="M-1", labels=tuple(handles(bought))))
    assert closed.references == (bought.labels[0].group,)
    assert len(closed.documents) == 1


async def test_a_close_that_never_happened_can_simply_be_repeated(
    account: Chilexpress, carrier: ChilexpressSimulator
) -> None:
    manifest = ManifestRequest(reference="M-1", labels=tuple(handles(await account.buy_shipment(REQUEST))))
    fails(carrier, "close-certificate", FaultKind.FAIL_BEFORE)
    with pytest.raises(Unavailable, match="not closed"):
        await account.close_manifest(manifest)
    assert (await account.close_manifest(manifest)).documents


async def test_a_parcel_is_followed_from_the_counter_to_the_door(account: Chilexpress, sandbox: Sandbox) -> None:
    bought = await account.buy_shipment(REQUEST)
    labels = handles(bought)
    reached = []
    for hours in (0, 5, 6, 22, 5):
        sandbox.clock.advance(timedelta(hours=hours).total_seconds())
        reports = await account.track_shipments(labels)
        assert [one.tracking_number for one in reports] == [one.tracking_number for one in labels]
        statuses = {status_after(TrackingStatus.REQUESTED, one.events) for one in reports}
        reached.append(statuses.pop().value)
        assert not statuses
    assert reached == ["requested", "in_transit", "in_transit", "out_for_delivery", "delivered"]
    (alone,) = await account.track_shipments(labels[:1])
    assert [event.status for event in alone.events] == [
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERED,
    ]
    assert all(event.occurred_at <= sandbox.clock.now() for event in alone.events)
    assert sandbox.clock.now() - alone.events[-1].occurred_at < timedelta(hours=3)


async def test_parcels_that_the_carrier_does_not_know_spoil_no_batch(account: Chilexpress) -> None:
    known = handles(await account.buy_shipment(REQUEST))
    unknown = LabelHandle(tracking_number="999999999999", reference="X-1")
    reports = await account.track_shipments([*known, unknown])
    assert [(one.tracking_number, one.problem) for one in reports] == [
        (one.tracking_number, None) for one in (*known, unknown)
    ]
    (alone,) = await account.track_shipments([unknown])
    assert (alone.events, alone.problem) == ((), None)


async def test_a_foreign_parcel_has_a_problem_and_no_events(
    account: Chilexpress, settings: ChilexpressSettings, http: httpx.AsyncClient
) -> None:
    label = handles(await account.buy_shipment(REQUEST))[0]
    stranger = opened(msgspec.structs.replace(settings, company_rut="76086428-5"), http)
    (report,) = await stranger.track_shipments([label])
    assert report.events == ()
    assert report.problem is not None
    assert "RUT" in report.problem

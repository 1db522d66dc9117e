"""Every capability of CTT Expresso over real HTTP against the simulator, and what becomes of its faults."""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import msgspec
import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp
from pypdf import PdfReader

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.tracking import TrackingStatus, status_after
from despacho_ctt import Ctt, CttSettings
from despacho_ctt.s10 import is_object_number
from despacho_ports.carriers import BoughtShipment, LabelFormat, LabelHandle, ManifestRequest, ShipmentRequest
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.providers import Toolbox
from despacho_sandbox.ctt.accounts import default_account
from despacho_sandbox.ctt.controls import Advance
from despacho_sandbox.ctt.simulator import CttSimulator
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUSTOMER = default_account()
REQUEST = ShipmentRequest(
    reference="ABCDEFGHIJKLMNOP",
    service_code="EMSF056.01",
    origin=Address(
        country="PT",
        city="Lisboa",
        postal_code="1100-001",
        street="Rua da Conceição 12",
        company="Loja Exemplo, Lda",
        name="Armazém",
        phone="+351 210 000 000",
    ),
    destination=Address(
        country="PT",
        municipality="Vila Nova de Gaia",
        postal_code="4400-123",
        street="Avenida da República",
        street_number="1200",
        complement="2.º Esq.",
        name="João Gonçalves & Irmão",
        phone="912 345 678",
        email="joao@example.pt",
    ),
    parcels=(
        Parcel(weight_g=1501, length_mm=305, width_mm=200, height_mm=100, contents="Calçado"),
        Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100),
    ),
    declared_value=money("59.90", "EUR"),
    order_number=1012,
)


class Now:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(CttSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as client:
        yield client


@pytest.fixture
def carrier(sandbox: Sandbox) -> CttSimulator:
    """The simulator, empty and without faults."""
    sandbox.reset()
    return sandbox.ctt


@pytest.fixture
def settings(carrier: CttSimulator) -> CttSettings:
    return CttSettings(
        authentication_id=CUSTOMER.authentication_id,
        user_id=CUSTOMER.user_id,
        client_id=CUSTOMER.client_id,
        contract_id=CUSTOMER.contract_id,
        base_url=f"{carrier.base_url}/CTTEWSPool/",
    )


@pytest.fixture
def clock() -> Now:
    return Now()


def opened(settings: CttSettings, http: httpx.AsyncClient, clock: Now | None = None) -> Ctt:
    toolbox = Toolbox(http=http, clock=clock or Now(), renderer=None, account_id="a1")  # type: ignore[arg-type]
    return Ctt(settings, toolbox)


@pytest.fixture
def account(settings: CttSettings, http: httpx.AsyncClient, clock: Now) -> Ctt:
    return opened(settings, http, clock)


def handles(bought: BoughtShipment, service_code: str = REQUEST.service_code) -> tuple[LabelHandle, ...]:
    return tuple(
        LabelHandle(
            tracking_number=one.tracking_number,
            reference=f"{REQUEST.reference}-{one.piece}",
            group=one.group,
            service_code=service_code,
        )
        for one in bought.labels
    )


def manifest(*bought: BoughtShipment) -> ManifestRequest:
    return ManifestRequest(reference="M-1", labels=tuple(label for one in bought for label in handles(one)))


def fails(carrier: CttSimulator, endpoint: str, kind: FaultKind, times: int = 1) -> None:
    carrier.faults.add(Fault(kind=kind, endpoint=endpoint, times=times, retry_after=7))


def use_labels(carrier: CttSimulator, labels: str) -> None:
    carrier.accounts.add(msgspec.structs.replace(CUSTOMER, labels=labels))


def barcodes(pdf: bytes) -> list[str]:
    """What a scanner reads from the printed pages."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[place].render(scale=4).to_pil() for place in range(len(document))]
    finally:
        document.close()
    return [found.text for page in pages for found in zxingcpp.read_barcodes(page)]


async def test_the_account_can_be_tested_without_buying(account: Ctt, carrier: CttSimulator) -> None:
    report = await account.check_account()
    assert report.ok
    assert "first label" in report.message
    assert carrier.counts() == {"open_parcels": 0, "closed_parcels": 0}


@pytest.mark.parametrize("service", ["EMSF053.01", "EMSF054.01"])
async def test_a_parcel_comes_back_under_a_return_service(account: Ctt, carrier: CttSimulator, service: str) -> None:
    assert service in [one.code for one in account.return_services()]
    assert service not in [one.code for one in account.list_services()], "no buyer chooses it at a checkout"
    request = msgspec.structs.replace(
        REQUEST,
        reference="DSP-RETURN",
        service_code=service,
        origin=REQUEST.destination,
        destination=REQUEST.origin,
        parcels=REQUEST.parcels[:1],
    )
    [label] = (await account.buy_return(request)).labels
    assert label.tracking_number.startswith("RH")
    assert carrier.counts()["open_parcels"] == 1


async def test_a_wrong_id_is_noticed(settings: CttSettings, http: httpx.AsyncClient) -> None:
    stranger = msgspec.structs.replace(settings, authentication_id="00000000-0000-4000-8000-000000000000")
    with pytest.raises(Unauthorized, match="Autentica"):
        await opened(stranger, http).check_account()
    with pytest.raises(Unauthorized):
        await opened(stranger, http).buy_shipment(REQUEST)
    with pytest.raises(Unauthorized):
        await opened(stranger, http).list_pickup_points(REQUEST.destination)


@pytest.mark.parametrize(
    ("field", "value"),
    [("user_id", "00000000-0000-4000-8000-000000000000"), ("client_id", "900000009"), ("contract_id", "300000009")],
)
async def test_the_other_credentials_show_when_buying(
    settings: CttSettings, http: httpx.AsyncClient, carrier: CttSimulator, field: str, value: str
) -> None:
    wrong = opened(msgspec.structs.replace(settings, **{field: value}), http)
    assert (await wrong.check_account()).ok
    with pytest.raises(Unauthorized):
        await wrong.buy_shipment(REQUEST)
    assert not carrier.ledger.parcels


async def test_each_piece_is_a_shipment_with_a_label_that_a_scanner_reads(account: Ctt, carrier: CttSimulator) -> None:
    bought = await account.buy_shipment(REQUEST)
    assert [one.piece for one in bought.labels] == [1, 2]
    assert len({one.group for one in bought.labels}) == 1
    for label in bought.labels:
        (document,) = label.documents
        assert document.format is LabelFormat.PDF
        assert barcodes(document.content) == [label.tracking_number]
        assert label.tracking_number.startswith("DD")
        assert is_object_number(label.tracking_number)
    (first,) = carrier.shipments_with("ABCDEFGHIJKLMNOP-1")
    (second,) = carrier.shipments_with("ABCDEFGHIJKLMNOP-2")
    assert (first.weight_g, second.weight_g) == (1501, 300)
    assert (first.receiver, first.postcode, first.town) == ("Joao Goncalves & Irmao", "4400-123", "Vila Nova de Gaia")
    assert first.sender == "Loja Exemplo, Lda"


async def test_sticker_labels_come_as_zpl(account: Ctt, carrier: CttSimulator) -> None:
    use_labels(carrier, "zpl")
    bought = await account.buy_shipment(REQUEST)
    for label in bought.labels:
        (document,) = label.documents
        assert document.format is LabelFormat.ZPL
        assert document.content.count(b"^XA") == document.content.count(b"^XZ") == 1
        assert f"^FD{label.tracking_number}^FS".encode() in document.content
        assert b"\r^" in document.content


@pytest.mark.parametrize(("labels", "wanted"), [("pdf", LabelFormat.PDF), ("zpl", LabelFormat.ZPL)])
async def test_a_service_for_several_pieces_numbers_them_in_a_row(
    account: Ctt, carrier: CttSimulator, labels: str, wanted: LabelFormat
) -> None:
    use_labels(carrier, labels)
    many = msgspec.structs.replace(REQUEST, service_code="EMSF010.01", parcels=REQUEST.parcels * 6)
    bought = await account.buy_shipment(many)
    parcels = carrier.shipments_with(REQUEST.reference)
    assert [one.tracking_number for one in bought.labels] == [parcel.number for parcel in parcels]
    assert len(parcels) == 12
    assert parcels[0].weight_g == 6 * 1801
    for label in bought.labels:
        (document,) = label.documents
        assert document.format is wanted
        if wanted is LabelFormat.PDF:
            assert barcodes(document.content) == [label.tracking_number]
        else:
            assert document.content.count(b"^XA") == 1
            assert label.tracking_number.encode() in document.content


async def test_a_parcel_to_spain_goes_as_one_from_the_union(account: Ctt, carrier: CttSimulator) -> None:
    spain = Address(
        country="ES", city="Madrid", postal_code="28001", street="Calle Mayor 1", name="Ana", phone="600000000"
    )
    bought = await account.buy_shipment(
        msgspec.structs.replace(REQUEST, service_code="EMSF021.02", destination=spain, parcels=REQUEST.parcels[:1])
    )
    assert carrier.ledger.parcels[bought.labels[0].tracking_number].postcode == "28001"


@pytest.mark.parametrize("numeric", [False, True])
async def test_a_status_may_be_a_number(account: Ctt, carrier: CttSimulator, numeric: bool) -> None:
    carrier.options.change({"numeric_status": numeric})
    assert (await account.close_manifest(manifest(await account.buy_shipment(REQUEST)))).documents
    with pytest.raises(Rejected):
        await account.buy_shipment(msgspec.structs.replace(REQUEST, service_code="EMSF999.01"))


@pytest.mark.parametrize(
    "kind",
    [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED, FaultKind.FAIL_BEFORE, FaultKind.CUT_BEFORE],
)
async def test_a_purchase_without_a_readable_answer_is_uncertain(
    account: Ctt, carrier: CttSimulator, kind: FaultKind
) -> None:
    fails(carrier, "create-shipment", kind)
    with pytest.raises(Uncertain):
        await account.buy_shipment(REQUEST)
    assert len(carrier.ledger.parcels) == (0 if kind.value.endswith("before") else 2)


async def test_a_purchase_that_nobody_waited_for_is_uncertain(carrier: CttSimulator, settings: CttSettings) -> None:
    carrier.faults.add(Fault(kind=FaultKind.LATENCY, endpoint="create-shipment", latency_ms=300, times=1))
    async with httpx.AsyncClient(timeout=0.1) as impatient:
        with pytest.raises(Uncertain):
            await opened(settings, impatient).buy_shipment(REQUEST)


async def test_a_purchase_that_reached_nobody_did_not_happen(settings: CttSettings, http: httpx.AsyncClient) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    nowhere = msgspec.structs.replace(settings, base_url=f"http://127.0.0.1:{port}")
    with pytest.raises(Unavailable):
        await opened(nowhere, http).buy_shipment(REQUEST)
    elsewhere = msgspec.structs.replace(settings, base_url=f"{settings.base_url}Elsewhere")
    with pytest.raises(Unavailable):
        await opened(elsewhere, http).buy_shipment(REQUEST)


async def test_limits_and_refused_credentials_are_told_as_such_even_when_buying(
    account: Ctt, carrier: CttSimulator
) -> None:
    fails(carrier, "create-shipment", FaultKind.RATE_LIMITED)
    with pytest.raises(RateLimited) as limited:
        await account.buy_shipment(REQUEST)
    assert limited.value.retry_after == 7
    fails(carrier, "create-shipment", FaultKind.UNAUTHORIZED)
    with pytest.raises(Unauthorized):
        await account.buy_shipment(REQUEST)
    assert not carrier.ledger.parcels


async def test_what_the_carrier_refuses_is_refused_in_its_words(account: Ctt, carrier: CttSimulator) -> None:
    with pytest.raises(Rejected, match=r"SubProductId EMSF999\.01") as refused:
        await account.buy_shipment(msgspec.structs.replace(REQUEST, service_code="EMSF999.01"))
    assert (refused.value.code, refused.value.field) == ("EW9010", "service_code")
    heavy = msgspec.structs.replace(REQUEST.parcels[0], weight_g=30_001)
    with pytest.raises(Rejected, match="30001 g") as refused:
        await account.buy_shipment(msgspec.structs.replace(REQUEST, parcels=(heavy,)))
    assert refused.value.field == "weight_g"
    carrier.options.change({"range_size": 1})
    with pytest.raises(Rejected, match="esgotado"):
        await account.buy_shipment(REQUEST)
    assert not carrier.ledger.parcels


async def test_kilograms_are_what_the_contract_says_they_are(
    settings: CttSettings, http: httpx.AsyncClient, carrier: CttSimulator
) -> None:
    await opened(msgspec.structs.replace(settings, weight_unit="kg"), http).buy_shipment(REQUEST)
    assert [one.weight_g for one in carrier.ledger.parcels.values()] == [2, 1]


async def test_two_may_buy_at_once(account: Ctt, carrier: CttSimulator) -> None:
    requests = [msgspec.structs.replace(REQUEST, reference=f"R{place}") for place in range(20)]
    bought = await asyncio.gather(*(account.buy_shipment(one) for one in requests))
    numbers = [label.tracking_number for one in bought for label in one.labels]
    assert len(set(numbers)) == 40
    for place, one in enumerate(bought):
        assert [carrier.ledger.parcels[label.tracking_number].reference for label in one.labels] == [
            f"R{place}-1",
            f"R{place}-2",
        ]


async def test_a_manifest_closes_its_labels_and_brings_the_certificates(account: Ctt, carrier: CttSimulator) -> None:
    first = await account.buy_shipment(REQUEST)
    second = await account.buy_shipment(
        msgspec.structs.replace(REQUEST, reference="R2", service_code="ENCF008.01", parcels=REQUEST.parcels[:1])
    )
    left_open = await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="R3"))
    labels = (*handles(first), *handles(second, "ENCF008.01"))
    closed = await account.close_manifest(ManifestRequest(reference="M-1", labels=labels))
    assert closed.references == (first.labels[0].group, second.labels[0].group)
    texts = ["".join(page.extract_text() for page in PdfReader(io.BytesIO(one)).pages) for one in closed.documents]
    assert len(texts) == 4, "original and duplicate of each product"
    assert all("CERTIFICADO DE ACEITA" in text for text in texts)
    assert sum(label.tracking_number in text for label in labels for text in texts) == 6
    assert carrier.counts() == {"open_parcels": len(left_open.labels), "closed_parcels": 3}


@pytest.mark.parametrize("named", [True, False])
async def test_what_is_closed_already_stays_closed_and_the_rest_is_closed(
    account: Ctt, carrier: CttSimulator, named: bool
) -> None:
    carrier.options.change({"closed_names_objects": named})
    first = await account.buy_shipment(REQUEST)
    second = await account.buy_shipment(msgspec.structs.replace(REQUEST, reference="R2"))
    assert (await account.close_manifest(manifest(first))).documents
    closed = await account.close_manifest(manifest(first, second))
    assert closed.documents
    assert carrier.counts() == {"open_parcels": 0, "closed_parcels": 4}
    again = await account.close_manifest(manifest(first, second))
    assert (again.references, again.documents) == (closed.references, ())


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_a_close_whose_answer_is_lost_can_be_repeated(
    account: Ctt, carrier: CttSimulator, kind: FaultKind
) -> None:
    wanted = manifest(await account.buy_shipment(REQUEST))
    fails(carrier, "close-shipment", kind)
    with pytest.raises(Uncertain):
        await account.close_manifest(wanted)
    assert carrier.counts() == {"open_parcels": 0, "closed_parcels": 2}
    assert (await account.close_manifest(wanted)).references == (wanted.labels[0].group,)


async def test_a_close_of_what_is_not_there_is_refused(account: Ctt, carrier: CttSimulator) -> None:
    bought = await account.buy_shipment(REQUEST)
    foreign = msgspec.structs.replace(handles(bought)[0], tracking_number="EQ418727568PT")
    with pytest.raises(Rejected, match="does not exist"):
        await account.close_manifest(ManifestRequest(reference="M-1", labels=(*handles(bought), foreign)))
    wrong_service = handles(bought, "ENCF008.01")
    with pytest.raises(Rejected, match="SubProduct"):
        await account.close_manifest(ManifestRequest(reference="M-1", labels=wrong_service))
    assert carrier.counts()["closed_parcels"] == 0


@pytest.mark.parametrize("nested", [False, True])
async def test_a_parcel_is_followed_from_the_counter_to_the_door(
    account: Ctt, carrier: CttSimulator, sandbox: Sandbox, nested: bool
) -> None:
    carrier.options.change({"spanish_last_mile": nested})
    bought = await account.buy_shipment(REQUEST)
    labels = handles(bought)
    sandbox.clock.advance(3600)
    assert [len(one.events) for one in await account.track_shipments(labels)] == [1, 1], (
        "nothing moves before the close-out"
    )
    await account.close_manifest(manifest(bought))
    reached = []
    for hours in (0, 3, 6, 11, 5):
        sandbox.clock.advance(timedelta(hours=hours).total_seconds())
        reports = await account.track_shipments(labels)
        assert [one.tracking_number for one in reports] == [one.tracking_number for one in labels]
        statuses = {status_after(TrackingStatus.REQUESTED, one.events) for one in reports}
        reached.append(statuses.pop().value)
        assert not statuses
    assert reached == ["requested", "in_transit", "in_transit", "out_for_delivery", "delivered"]
    (alone,) = await account.track_shipments(labels[:1])
    assert [event.code for event in alone.events] == ["EMO", "EMP", "EMA", "EMF", "EMG", "EMZ", "EMI"]
    assert all(event.occurred_at <= sandbox.clock.now() for event in alone.events)
    assert sandbox.clock.now() - alone.events[-1].occurred_at < timedelta(hours=3)


async def test_a_failed_delivery_may_wait_at_the_counter_and_an_unknown_code_moves_nothing(
    account: Ctt, carrier: CttSimulator
) -> None:
    bought = await account.buy_shipment(REQUEST)
    labels = handles(bought)

    async def reached() -> list[TrackingStatus]:
        return [status_after(TrackingStatus.REQUESTED, one.events) for one in await account.track_shipments(labels)]

    carrier.by_hand.advance(Advance(to="EMH", all=True, reason="11"))
    assert set(await reached()) == {TrackingStatus.OUT_FOR_DELIVERY}
    carrier.by_hand.advance(Advance(to="QQQ", all=True, text="Algo novo"))
    reports = await account.track_shipments(labels)
    assert [(event.code, event.status, event.description) for event in reports[0].events][-1] == (
        "QQQ",
        None,
        "Algo novo",
    )
    carrier.by_hand.advance(Advance(to="EMH", number=labels[0].tracking_number, situation="D"))
    carrier.by_hand.advance(Advance(to="returned", number=labels[1].tracking_number))
    assert await reached() == [TrackingStatus.PICKUP_AVAILABLE, TrackingStatus.RETURNED]


@pytest.mark.parametrize("told", [False, True])
async def test_parcels_that_the_carrier_does_not_know_spoil_no_batch(
    account: Ctt, carrier: CttSimulator, told: bool
) -> None:
    carrier.options.change({"unknown_as_error": told})
    known = handles(await account.buy_shipment(REQUEST))
    unknown = LabelHandle(tracking_number="EQ418727568PT", reference="X-1")
    reports = await account.track_shipments([*known, unknown])
    assert [(len(one.events), one.problem is not None) for one in reports] == [(1, False), (1, False), (0, told)]


@pytest.mark.parametrize("kind", [FaultKind.FAIL_BEFORE, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_a_question_that_failed_is_asked_again_later(
    account: Ctt, carrier: CttSimulator, kind: FaultKind
) -> None:
    for endpoint in ("track", "points"):
        fails(carrier, endpoint, kind)
    with pytest.raises(Unavailable):
        await account.check_account()
    with pytest.raises(Unavailable):
        await account.list_pickup_points(REQUEST.destination)


async def test_delivery_points_come_nearest_first_and_are_asked_for_twice_a_day_at_most(
    account: Ctt, carrier: CttSimulator, clock: Now
) -> None:
    points = await account.list_pickup_points(REQUEST.destination)
    assert [point.address.city for point in points[:3]] == ["VILA NOVA DE GAIA", "PORTO", "COIMBRA"]
    assert points[-1].address.city == "FUNCHAL"
    assert points[0].opening_hours.startswith("Monday 09:00-13:00, 14:00-18:00; Tuesday")
    await account.list_pickup_points(REQUEST.origin)
    assert carrier.calls["points"] == 1
    clock.at += timedelta(hours=13)
    await account.list_pickup_points(REQUEST.origin)
    assert carrier.calls["points"] == 2
    (spanish,) = await account.list_pickup_points(Address(country="ES", city="Madrid"))
    assert spanish.code == "ES0001"

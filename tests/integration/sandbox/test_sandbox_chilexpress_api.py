"""Chilexpress over HTTP: what a client meets, with every quirk of the contract sheet."""

import asyncio
import io
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pypdf import PdfReader

from despacho_sandbox.chilexpress.accounts import default_account
from despacho_sandbox.kit.server import Sandbox, running_sandbox

ACCOUNT = default_account()
Json = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Client:
    """The calls of the tests, with the right key for each product."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def call(self, method: str, product: str, path: str, key: str | None = None, **more: Any) -> httpx.Response:
        keys = {
            "georeference": ACCOUNT.georeference_key,
            "rating": ACCOUNT.rating_key,
            "transport-orders": ACCOUNT.transport_orders_key,
        }
        sent = keys[product] if key is None else key
        headers = {"Ocp-Apim-Subscription-Key": sent} if sent else {}
        return await self.http.request(method, f"/chilexpress/{product}/api/v1.0/{path}", headers=headers, **more)

    async def geo(self, path: str, **more: Any) -> httpx.Response:
        return await self.call("GET", "georeference", path, **more)

    async def rate(self, kind: str = "courier", **changes: Any) -> httpx.Response:
        return await self.call("POST", "rating", f"rates/{kind}", json=RATE | changes)

    async def create(self, body: Json) -> httpx.Response:
        return await self.call("POST", "transport-orders", "transport-orders", json=body)

    async def ship(self, reference: str = "S-1024-1", **header: Any) -> Json:
        answer = await self.create(shipment(detail(reference), **header))
        assert answer.status_code == 200, answer.text
        row: Json = answer.json()["data"]["detail"][0]
        return row

    async def track(self, **asked: Any) -> httpx.Response:
        body = {"rut": ACCOUNT.rut, "showTrackingEvents": 1} | asked
        return await self.call("POST", "transport-orders", "tracking", json=body)

    async def certificate(self, method: str, **more: Any) -> httpx.Response:
        return await self.call(method, "transport-orders", "transport-order-certificates", **more)

    async def control(self, path: str, method: str = "POST", **body: Any) -> httpx.Response:
        answer = await self.http.request(method, f"/chilexpress/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer

    async def state(self) -> Json:
        shown: Json = (await self.http.get("/chilexpress/_sandbox/state")).json()
        return shown


RATE: Json = {
    "originCountyCode": "PROV",
    "destinationCountyCode": "LCON",
    "package": {"weight": "1.5", "height": "10", "width": "10", "length": "10"},
    "productType": 3,
    "contentType": 1,
    "declaredWorth": "15000",
    "deliveryTime": 0,
    "customerCardNumber": "18578680",
}


def address(kind: str, county: str) -> Json:
    return {
        "addressId": 0, "countyCoverageCode": county, "streetName": "AVENIDA MANUEL MONTT", "streetNumber": "427",
        "supplement": "LOCAL 2", "addressType": kind, "deliveryOnCommercialOffice": False, "commercialOfficeId": "",
        "observation": "DEFAULT",
    }  # fmt: skip


def package(reference: str = "S-1024-1", **changes: Any) -> Json:
    return {
        "weight": "1", "height": "10", "width": "10", "length": "10", "serviceDeliveryCode": "3", "productCode": "3",
        "deliveryReference": reference, "groupReference": "GRUPO", "declaredValue": "15000", "declaredContent": "5",
        "descriptionContent": "Polera", "extendedCoverageAreaIndicator": False, "receivableAmountInDelivery": 0,
    } | changes  # fmt: skip


def detail(reference: str = "S-1024-1", **changes: Any) -> Json:
    return {
        "addresses": [address("DEST", "PROV"), address("DEV", "PUDA")],
        "contacts": [
            {"name": "Remitente", "phoneNumber": "223824861", "mail": "a@example.cl", "contactType": "R"},
            {"name": "Marcela Vera", "phoneNumber": "227665433", "mail": "c@example.cl", "contactType": "D"},
        ],
        "packages": [package(reference)],
    } | changes


def shipment(*details: Json, **header: Any) -> Json:
    head = {
        "certificateNumber": 0, "customerCardNumber": "18578680", "countyOfOriginCoverageCode": "PUDA", "labelType": 2,
        "marketplaceRut": 96756430, "sellerRut": "DEFAULT", "sourceChannel": 5,
    }  # fmt: skip
    return {"header": head | header, "details": list(details)}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Sandbox]:
    async with running_sandbox(seed=1, speed=0) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    return running


@pytest_asyncio.fixture(loop_scope="module")
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=10, verify=False) as http:
        yield Client(http)


def refused(answer: httpx.Response, *, words: str) -> bool:
    body = answer.json()
    return answer.status_code == 400 and body["statusCode"] == -1 and words.lower() in body["statusDescription"].lower()


# The gateway


@pytest.mark.parametrize(
    ("product", "path", "method"),
    [("georeference", "regions", "GET"), ("rating", "rates/courier", "POST"), ("transport-orders", "tracking", "POST")],
)
async def test_each_product_wants_its_own_key_and_refuses_without_an_envelope(
    client: Client, product: str, path: str, method: str
) -> None:
    missing = await client.call(method, product, path, key="", json={})
    assert (missing.status_code, missing.json()["statusCode"]) == (401, 401)
    assert "missing subscription key" in missing.json()["message"]
    other = ACCOUNT.rating_key if product != "rating" else ACCOUNT.georeference_key
    invalid = await client.call(method, product, path, key=other, json={})
    assert "invalid subscription key" in invalid.json()["message"]
    assert set(invalid.json()) == {"statusCode", "message"}


async def test_the_gateway_counts_requests_when_a_quota_is_set(client: Client) -> None:
    await client.control("options", "PATCH", requests_per_minute=2)
    assert [(await client.geo("regions")).status_code for _ in range(3)] == [200, 200, 429]
    answer = await client.geo("regions")
    assert answer.json()["statusCode"] == 429
    assert answer.json()["message"].startswith("Rate limit is exceeded. Try again in ")
    assert 0 < int(answer.headers["retry-after"]) <= 60
    assert (await client.rate()).status_code == 200, "another product is another key"


async def test_older_clients_may_read_coverage_without_a_key_if_so_switched(client: Client) -> None:
    await client.control("options", "PATCH", georeference_needs_key=False)
    assert (await client.geo("regions", key="")).status_code == 200
    assert (await client.geo("regions", key="f" * 32)).status_code == 401


@pytest.mark.parametrize(
    ("kind", "status", "words"), [("rate_limited", 429, "Rate limit is exceeded"), ("unauthorized", 401, "invalid")]
)
async def test_faults_speak_like_the_gateway(client: Client, kind: str, status: int, words: str) -> None:
    await client.control("faults", kind=kind, endpoint="rates.courier")
    answer = await client.rate()
    assert (answer.status_code, answer.json()["statusCode"]) == (status, status)
    assert words in answer.json()["message"]


# Coverage


async def test_coverage_answers_are_flat(client: Client) -> None:
    body = (await client.geo("regions")).json()
    assert body["statusCode"] == 0
    assert len(body["regions"]) == 16
    assert {"regionId": "RM", "regionName": "METROPOLITANA DE SANTIAGO", "ineRegionCode": 13} in body["regions"]


async def test_coverage_areas_come_by_region_and_type(client: Client) -> None:
    async def codes(kind: int) -> set[str]:
        body = (await client.geo("coverage-areas", params={"RegionCode": "RM", "type": kind})).json()
        return {area["countyCode"] for area in body["coverageAreas"]}

    everything, comunas, sectors = await codes(0), await codes(1), await codes(2)
    assert comunas | sectors == everything
    assert not comunas & sectors
    assert {"PROV", "STGO", "PUDA", "LCON"} <= comunas
    assert sectors == {"FARE"}


async def test_the_newer_paths_of_the_official_plugin_work_too(client: Client) -> None:
    headers = {"Ocp-Apim-Subscription-Key": ACCOUNT.georeference_key}
    path = "/chilexpress/georeference/v2/api/V1.0/coverage-areas?regioncode=R16&type=1"
    assert len((await client.http.get(path, headers=headers)).json()["coverageAreas"]) == 13


@pytest.mark.parametrize("query", ["RegionCode=R13&type=0", "RegionCode=RM&type=3", ""])
async def test_unknown_regions_and_types_are_refused(client: Client, query: str) -> None:
    assert refused(await client.geo(f"coverage-areas?{query}"), words="existe")


async def test_offices_of_a_comuna_and_a_comuna_without_any(client: Client) -> None:
    found = (await client.geo("offices?Type=0&RegionCode=RM&CountyName=PROVIDENCIA")).json()
    assert [office["officeCode"] for office in found["offices"]] == ["101"]
    none = await client.geo("offices?Type=0&RegionCode=RM&CountyName=BUIN")
    assert refused(none, words="No existe una oficina asociada a esta comuna")


# Quotes


async def test_a_quote_lists_services_with_whole_pesos_as_text(client: Client) -> None:
    body = (await client.rate()).json()
    assert body["statusCode"] == 0
    services = {option["serviceTypeCode"]: option for option in body["data"]["courierServiceOptions"]}
    assert {code: services[code]["serviceDescription"] for code in (2, 3)} == {2: "PRIORITARIO", 3: "EXPRESS"}
    assert all(option["serviceValue"].isdigit() for option in services.values())
    assert all("serviceValueDiscount" not in option for option in services.values())
    assert services[3]["finalWeight"] == "1.50"


async def test_the_contract_price_comes_only_from_business(client: Client) -> None:
    body = (await client.rate("business")).json()
    for option in body["data"]["courierServiceOptions"]:
        assert int(option["serviceValueDiscount"]) < int(option["serviceValue"])


async def test_text_and_numbers_mean_the_same(client: Client) -> None:
    numbers = {"weight": 1.5, "height": 10, "width": 10, "length": 10}
    assert (await client.rate(package=numbers)).json() == (await client.rate()).json()


async def test_a_big_light_box_is_charged_by_volume(client: Client) -> None:
    body = (await client.rate(package={"weight": "1", "height": "40", "width": "40", "length": "40"})).json()
    option = body["data"]["courierServiceOptions"][0]
    assert (option["didUseVolumetricWeight"], option["finalWeight"]) == (True, "16.00")


async def test_heavy_parcels_travel_as_large_ones(client: Client) -> None:
    body = (await client.rate(package={"weight": "31", "height": "10", "width": "10", "length": "10"})).json()
    assert [option["serviceTypeCode"] for option in body["data"]["courierServiceOptions"]] == [41]


@pytest.mark.parametrize(("delivery_time", "codes"), [(1, {2, 8}), (2, {3})])
async def test_delivery_time_narrows_the_services(client: Client, delivery_time: int, codes: set[int]) -> None:
    body = (await client.rate(deliveryTime=delivery_time)).json()
    assert {option["serviceTypeCode"] for option in body["data"]["courierServiceOptions"]} == codes


async def test_a_rural_sector_costs_a_required_extra(client: Client) -> None:
    body = (await client.rate(destinationCountyCode="FARE")).json()
    (extra,) = body["data"]["courierServiceOptions"][0]["additionalServices"]
    assert (extra["serviceTypeCode"], extra["required"]) == (417, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"destinationCountyCode": "XXXX"},
        {"originCountyCode": "SCOB"},
        {"package": {"weight": "501", "height": "1", "width": "1", "length": "1"}},
    ],
)
async def test_where_nothing_runs_the_answer_is_400_and_minus_one(client: Client, changes: Json) -> None:
    answer = await client.rate(**changes)
    assert refused(answer, words="No existe servicio de entrega")
    assert answer.json()["data"] == {"courierServiceOptions": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"package": None},
        {"package": {"weight": "heavy", "height": "1", "width": "1", "length": "1"}},
        {"package": {"weight": "NaN", "height": "1", "width": "1", "length": "1"}},
        {"package": {"weight": "-1", "height": "1", "width": "1", "length": "1"}},
        {"package": {"weight": "1", "height": "0", "width": "1", "length": "1"}},
        {"package": {"weight": "1", "height": "1.5", "width": "1", "length": "1"}},
        {"productType": 2},
    ],
)
async def test_a_senseless_question_is_no_valid_json_to_them(client: Client, changes: Json) -> None:
    assert refused(await client.rate(**changes), words="El JSON de entrada no es válido")


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"[" * 100_000])
async def test_broken_bodies_are_refused(client: Client, body: bytes) -> None:
    answer = await client.call("POST", "rating", "rates/courier", content=body)
    assert refused(answer, words="El JSON de entrada no es válido")


async def test_weights_have_two_decimals_at_most(client: Client) -> None:
    package = {"weight": "1.005", "height": "1", "width": "1", "length": "1"}
    assert refused(await client.rate(package=package), words="dos decimales")


async def test_contract_prices_need_a_card_that_exists(client: Client) -> None:
    assert refused(await client.rate("business", customerCardNumber="1"), words="No existe Tarjeta Chilexpress (TCC)")


# Transport orders


async def test_a_sold_label_carries_everything_the_sheet_names(client: Client) -> None:
    body = (await client.create(shipment(detail()))).json()
    assert body["statusCode"] == 0
    assert body["data"]["header"]["countOfGeneratedOrders"] == 1
    (row,) = body["data"]["detail"]
    number = row["transportOrderNumber"]
    assert isinstance(number, int)
    assert len(str(number)) == 12
    assert (row["barcode"][10:22], len(row["barcode"])) == (str(number), 23)
    assert (row["classificationData"], len(row["classificationData"])) == (row["barcode"][:10], 10)
    assert (row["serviceDescription"], row["destinationCoverageAreaName"]) == ("CHEX", "(RM)PROVIDENCIA")
    assert (row["reference"], row["statusCode"], row["label"]["labelType"]) == ("S-1024-1", 0, "Binary")
    assert row["label"]["labelData"].startswith("/9j/")


async def test_numbers_instead_of_text_are_tolerated(client: Client) -> None:
    numbers = package(weight=1.5, height=10, serviceDeliveryCode=3, productCode=3, declaredValue=15000)
    answer = await client.create(shipment(detail(packages=[numbers]), customerCardNumber=18578680))
    assert answer.json()["data"]["header"]["countOfGeneratedOrders"] == 1


async def test_one_order_for_each_package_of_each_detail_on_one_certificate(client: Client) -> None:
    two = detail(packages=[package("S-1-1"), package("S-1-2")])
    body = (await client.create(shipment(two, detail("S-2")))).json()
    assert [row["reference"] for row in body["data"]["detail"]] == ["S-1-1", "S-1-2", "S-2"]
    assert body["data"]["header"]["countOfGeneratedOrders"] == 3
    assert len({row["transportOrderNumber"] for row in body["data"]["detail"]}) == 3
    assert len((await client.state())["certificates"]) == 1


async def test_one_bad_piece_fails_alone(client: Client) -> None:
    bad = detail("S-2", packages=[package("S-2", serviceDeliveryCode="5")])
    body = (await client.create(shipment(detail("S-1"), bad))).json()
    good_row, bad_row = body["data"]["detail"]
    assert (body["statusCode"], body["data"]["header"]["countOfGeneratedOrders"]) == (0, 1)
    assert good_row["statusCode"] == 0
    assert bad_row["statusCode"] != 0
    assert "No existe servicio de entrega" in bad_row["statusDescription"]


def to(**changes: Any) -> list[Json]:
    return [address("DEST", "PROV") | changes, address("DEV", "PUDA")]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"addresses": to(countyCoverageCode="XXXX")}, "no existe"),
        ({"addresses": to(countyCoverageCode="SCOB")}, "no existe"),
        ({"addresses": to(streetNumber="12345678901")}, "El largo de la numeración excede"),
        ({"addresses": to(streetName="")}, "calle"),
        ({"addresses": to(deliveryOnCommercialOffice=True, commercialOfficeId="999")}, "oficina"),
        ({"contacts": detail()["contacts"][:1]}, "contacto D"),
        ({"contacts": [one | {"phoneNumber": None} for one in detail()["contacts"]]}, "contacto R"),
        ({"packages": [package(serviceDeliveryCode="4")]}, "No existe servicio"),
        ({"packages": [package(weight="0")]}, "mayores que cero"),
        ({"packages": [package(weight="NaN")]}, "mayores que cero"),
        ({"packages": [package(deliveryReference="")]}, "referencia"),
        ({"packages": [package(productCode="2")]}, "producto"),
        ({"packages": [package(declaredContent="99")]}, "contenido"),
        ({"packages": [package(declaredValue="-1")]}, "valor"),
    ],
)
async def test_if_nothing_is_sold_the_answer_is_a_200_with_99_and_no_header(
    client: Client, changes: Json, words: str
) -> None:
    answer = await client.create(shipment(detail(**changes)))
    body = answer.json()
    assert (answer.status_code, body["statusCode"], body["data"]["header"]) == (200, 99, None)
    assert "ninguno fue exitoso" in body["statusDescription"]
    (row,) = body["data"]["detail"]
    assert row["statusCode"] != 0
    assert words in row["statusDescription"]
    assert not (await client.state())["transport_orders"]


@pytest.mark.parametrize("kind", ["Dest", "dest", "DEST"])
async def test_address_types_are_read_in_any_letter_case(client: Client, kind: str) -> None:
    answer = await client.create(shipment(detail(addresses=to(addressType=kind))))
    assert answer.json()["statusCode"] == 0


@pytest.mark.parametrize("addresses", [[address("DEST", "PROV")], to(addressType="HOME"), []])
async def test_both_address_types_are_needed(client: Client, addresses: list[Json]) -> None:
    answer = await client.create(shipment(detail(addresses=addresses)))
    assert refused(answer, words="ingrese el tipo de dirección correctamente como Dev o Dest")


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ({"customerCardNumber": "999999"}, "No existe Tarjeta Chilexpress (TCC)"),
        ({"countyOfOriginCoverageCode": "XXXX"}, "origen"),
        ({"labelType": 9}, "El JSON de entrada no es válido"),
        ({"marketplaceRut": "96756430-K"}, "El JSON de entrada no es válido"),
        ({"certificateNumber": 5}, "certificado"),
    ],
)
async def test_a_wrong_header_refuses_the_whole_request(client: Client, header: Json, words: str) -> None:
    assert refused(await client.create(shipment(detail(), **header)), words=words)


async def test_a_suspended_card_and_a_service_it_may_not_use(client: Client) -> None:
    fake = {
        name: "d" * 31 + str(n) for n, name in enumerate(("georeference_key", "rating_key", "transport_orders_key"))
    }
    other: Json = {"tcc": "22222222", "rut": 76399932, "name": "OTRA", "disabled_services": [2]} | fake
    await client.control("accounts", **other)
    limited = await client.create(
        shipment(detail(packages=[package(serviceDeliveryCode=2)]), customerCardNumber="22222222")
    )
    assert "no se encuentra habilitada" in limited.json()["data"]["detail"][0]["statusDescription"]
    await client.control("accounts", **other, current=False)
    answer = await client.create(shipment(detail(), customerCardNumber="22222222"))
    assert refused(answer, words="La tarjeta no se encuentra vigente")


@pytest.mark.parametrize(
    ("label_type", "answered", "begins"),
    [(1, "EPL", "<CXP_DATA>"), (2, "Binary", "/9j/"), (3, "ZPL", "^XA"), (4, "PDF", "JVBERi0")],
)
async def test_a_label_is_printed_again_in_any_form(
    client: Client, label_type: int, answered: str, begins: str
) -> None:
    number = (await client.ship())["transportOrderNumber"]
    body = {"transportOrderNumber": number, "labelType": label_type}
    answer = await client.call("POST", "transport-orders", "transport-orders-labels", json=body)
    (row,) = answer.json()["data"]["detail"]
    assert row["label"]["labelType"] == answered
    assert row["label"]["labelData"].startswith(begins)
    assert len((await client.state())["transport_orders"]) == 1


async def test_a_reprint_answers_in_each_known_shape(client: Client) -> None:
    body = {"transportOrderNumber": (await client.ship())["transportOrderNumber"], "labelType": 3}

    async def data(shape: str) -> Any:
        await client.control("options", "PATCH", label_shape=shape)
        return (await client.call("POST", "transport-orders", "transport-orders-labels", json=body)).json()["data"]

    first = (await data("detail-array"))["detail"][0]["label"]
    assert (await data("detail-object"))["detail"]["label"] == first
    assert (await data("data-label"))["label"] == first


async def test_an_unknown_label_is_refused(client: Client) -> None:
    body = {"transportOrderNumber": 1, "labelType": 4}
    answer = await client.call("POST", "transport-orders", "transport-orders-labels", json=body)
    assert refused(answer, words="no existe")


# Nothing twice


async def test_the_carrier_itself_does_not_notice_a_repeated_purchase_and_the_state_shows_it(
    client: Client, sandbox: Sandbox
) -> None:
    await client.ship("S-7")
    await client.ship("S-7")
    assert (await client.state())["shipments_per_reference"] == {"18578680": {"S-7": 2}}
    assert len(sandbox.chilexpress.shipments_with("S-7")) == 2


@pytest.mark.parametrize("kind", ["cut_after", "fail_after", "malformed"])
async def test_a_purchase_whose_answer_is_lost_is_found_by_its_reference(client: Client, kind: str) -> None:
    await client.control("faults", kind=kind, endpoint="create-shipment", times=1)
    try:
        answer = await client.create(shipment(detail("S-9")))
    except httpx.RemoteProtocolError:
        assert kind == "cut_after"
    else:
        assert answer.status_code == (500 if kind == "fail_after" else 200)
    found = (await client.track(reference="S-9", transportOrderNumber=0)).json()["data"]
    (order,) = (await client.state())["transport_orders"]
    assert found["transportOrderData"]["transportOrderNumber"] == str(order["number"])


async def test_a_parcel_may_wait_at_an_office(client: Client, sandbox: Sandbox) -> None:
    at_office = to(deliveryOnCommercialOffice=True, commercialOfficeId="101", streetName="", streetNumber="")
    (row,) = (await client.create(shipment(detail(addresses=at_office)))).json()["data"]["detail"]
    assert (row["statusCode"], row["deliveryTypeCode"]) == (0, "OF")
    sandbox.clock.advance(33 * 3600)
    data = (await client.track(transportOrderNumber=row["transportOrderNumber"])).json()["data"]
    assert "RETIRO EN SUCURSAL" in data["trackingEvents"][0]["description"]


async def test_a_rural_sector_does_not_pay_on_delivery(client: Client) -> None:
    def cash(amount: int) -> Json:
        piece = package(serviceDeliveryCode="4", receivableAmountInDelivery=amount)
        return shipment(detail(addresses=to(countyCoverageCode="FARE"), packages=[piece]))

    (row,) = (await client.create(cash(5000))).json()["data"]["detail"]
    assert "pago contra entrega" in row["statusDescription"]
    assert (await client.create(cash(0))).json()["statusCode"] == 0


@pytest.mark.parametrize("details", [[], [detail(packages=[])]])
async def test_a_request_for_nothing_is_no_valid_json_to_them(client: Client, details: list[Json]) -> None:
    assert refused(await client.create(shipment(*details)), words="El JSON de entrada no es válido")


# Certificates


async def test_a_certificate_is_opened_filled_closed_and_read_again(client: Client) -> None:
    opened = (await client.certificate("POST", params={"customerCardNumber": "18578680"})).json()
    number = opened["certificateNumber"]
    for reference in ("S-1", "S-2"):
        await client.ship(reference, certificateNumber=number)
    close = {"certificateNumber": number, "certificateType": 1, "dropNumber": 0}
    closed = (await client.certificate("PUT", json=close)).json()["closedCertificate"]
    assert (closed["certificateNumber"], closed["amountOfPieces"]) == (str(number), 2)
    assert closed["detail"] == [{"product": "ENCOMIENDA", "service": "EXPRESS", "amount": 2}]
    text = PdfReader(io.BytesIO(b64decode(closed["imagePdf"]))).pages[0].extract_text()
    assert all(words in text for words in (str(number), "S-1", "S-2", "Firma cliente", "Firma Chilexpress"))
    path = f"transport-order-certificates/{number}"
    again = (await client.call("GET", "transport-orders", path)).json()["data"]
    assert again["amountOfPieces"] == 2
    assert again["imagePdf"]


async def test_a_long_certificate_has_as_many_pages_as_it_needs(client: Client) -> None:
    body = (await client.create(shipment(*(detail(f"S-{n}") for n in range(81)), labelType=0))).json()
    close = {"certificateNumber": body["data"]["header"]["certificateNumber"], "certificateType": 1}
    closed = (await client.certificate("PUT", json=close)).json()["closedCertificate"]
    assert len(PdfReader(io.BytesIO(b64decode(closed["imagePdf"]))).pages) == 3


async def test_what_is_closed_stays_closed(client: Client) -> None:
    body = (await client.create(shipment(detail()))).json()
    number = body["data"]["header"]["certificateNumber"]
    close = {"certificateNumber": number, "certificateType": 2, "dropNumber": 0}
    assert (await client.certificate("PUT", json=close)).json()["closedCertificate"]["imagePdf"] is None
    assert refused(await client.certificate("PUT", json=close), words="cerrado")
    assert refused(await client.certificate("PUT", json=close | {"certificateType": 3}), words="tipo")
    assert refused(await client.create(shipment(detail(), certificateNumber=number)), words="cerrado")


async def test_an_empty_or_unknown_certificate_cannot_be_closed(client: Client) -> None:
    await client.control("options", "PATCH", certificate_nested=True)
    opened = (await client.certificate("POST", json={"customerCardNumber": "18578680"})).json()
    number = opened["data"]["certificateNumber"]
    assert refused(await client.certificate("PUT", json={"certificateNumber": number}), words="no tiene")
    assert refused(await client.certificate("PUT", json={"certificateNumber": 1}), words="no existe")
    answer = await client.call("GET", "transport-orders", "transport-order-certificates/none")
    assert refused(answer, words="no existe")


async def test_a_card_cannot_put_parcels_on_the_certificate_of_another(client: Client) -> None:
    keys = {
        name: "e" * 31 + str(n) for n, name in enumerate(("georeference_key", "rating_key", "transport_orders_key"))
    }
    await client.control("accounts", tcc="22222222", rut=76399932, name="OTRA", **keys)
    opened = (await client.certificate("POST", params={"customerCardNumber": "22222222"})).json()
    answer = await client.create(shipment(detail(), certificateNumber=opened["certificateNumber"]))
    assert refused(answer, words="no existe")


# Tracking


async def test_a_new_parcel_has_no_events_and_its_number_is_text(client: Client) -> None:
    number = (await client.ship())["transportOrderNumber"]
    data = (await client.track(transportOrderNumber=number)).json()["data"]
    assert data["transportOrderData"]["transportOrderNumber"] == str(number)
    assert data["trackingEvents"] is None
    await client.control("options", "PATCH", no_events="list")
    assert (await client.track(transportOrderNumber=number)).json()["data"]["trackingEvents"] == []


async def test_the_clock_brings_the_parcel_to_its_recipient(client: Client, sandbox: Sandbox) -> None:
    number = (await client.ship())["transportOrderNumber"]
    sandbox.clock.advance(40 * 3600)
    data = (await client.track(transportOrderNumber=number)).json()["data"]
    assert [event["description"] for event in data["trackingEvents"]] == [
        "PIEZA ENTREGADA A DESTINATARIO",
        "Pieza en ruta al DESTINATARIO",
        "Pieza en tránsito al destino PROVIDENCIA",
        "Pieza recibida en Chilexpress",
    ]
    assert data["transportOrderData"]["status"] == "ENTREGADO"
    assert data["deliveryData"]["receptorName"] == "Marcela Vera"
    hidden = (await client.track(transportOrderNumber=number, showTrackingEvents=0)).json()["data"]
    assert hidden["trackingEvents"] is None


@pytest.mark.parametrize(
    ("to", "text"),
    [
        ("in_transit", "Pieza en tránsito al destino PROVIDENCIA"),
        ("pickup_available", "PIEZA DISPONIBLE PARA RETIRO EN SUCURSAL"),
        ("delivered", "PIEZA ENTREGADA A DESTINATARIO"),
        ("failed", "PIEZA EN DEVOLUCION AL REMITENTE"),
    ],
)
async def test_a_parcel_is_moved_by_hand(client: Client, to: str, text: str) -> None:
    number = (await client.ship())["transportOrderNumber"]
    await client.control("advance", transportOrderNumber=number, to=to)
    data = (await client.track(transportOrderNumber=number)).json()["data"]
    assert data["trackingEvents"][0]["description"] == text


async def test_a_hand_may_say_it_in_other_words(client: Client) -> None:
    await client.ship("S-5")
    await client.control("advance", reference="S-5", to="delivered", text="Pieza ENTREGADA a conserje")
    data = (await client.track(reference="S-5")).json()["data"]
    assert data["trackingEvents"][0]["description"] == "Pieza ENTREGADA a conserje"


async def test_moving_a_parcel_that_does_not_exist_is_a_mistake(client: Client) -> None:
    body = {"reference": "nobody", "to": "delivered"}
    assert (await client.http.post("/chilexpress/_sandbox/advance", json=body)).status_code == 400
    await client.control("advance", all=True, to="delivered")


async def test_the_newest_of_several_under_one_reference_is_found(client: Client) -> None:
    await client.ship("S-8")
    newest = (await client.ship("S-8"))["transportOrderNumber"]
    found = (await client.track(reference="S-8")).json()["data"]
    assert found["transportOrderData"]["transportOrderNumber"] == str(newest)


async def test_unknown_parcels_and_foreign_companies_are_refused(client: Client) -> None:
    number = (await client.ship("S-1"))["transportOrderNumber"]
    assert refused(await client.track(transportOrderNumber=5), words="No existe")
    assert refused(await client.track(reference="S-2"), words="No existe")
    assert refused(await client.track(), words="No existe")
    assert refused(await client.track(transportOrderNumber=number, rut=76399932), words="RUT")
    assert refused(await client.track(reference="S-1", rut=76399932), words="No existe")


async def test_right_after_a_sale_tracking_may_lag(client: Client, sandbox: Sandbox) -> None:
    await client.control("options", "PATCH", tracking_lag=600)
    number = (await client.ship("S-1"))["transportOrderNumber"]
    assert refused(await client.track(transportOrderNumber=number), words="No existe")
    assert refused(await client.track(reference="S-1"), words="No existe")
    sandbox.clock.advance(600)
    assert (await client.track(reference="S-1")).status_code == 200


async def test_many_parcels_are_followed_with_one_call(client: Client) -> None:
    numbers = [(await client.ship(f"S-{n}"))["transportOrderNumber"] for n in range(3)]
    await client.control("advance", transportOrderNumber=numbers[1], to="delivered")
    wanted = [{"transportOrderNumber": number, "reference": ""} for number in (*numbers, 7)]
    body = {"rut": ACCOUNT.rut, "showTrackingEvents": True, "trackingInput": wanted}
    rows = (await client.call("POST", "transport-orders", "tracking/bulk", json=body)).json()["data"]
    assert [row["transportOrderData"]["transportOrderNumber"] for row in rows] == [str(number) for number in numbers]
    assert [row["transportOrderData"]["status"] for row in rows] == ["OT emitida", "ENTREGADO", "OT emitida"]


# The sandbox around it


async def test_a_reset_leaves_a_fresh_carrier(client: Client) -> None:
    await client.ship()
    await client.control("options", "PATCH", tracking_lag=5)
    await client.control("reset")
    state = await client.state()
    assert (state["transport_orders"], state["certificates"], state["options"]["tracking_lag"]) == ([], [], 0)
    assert [account["tcc"] for account in state["accounts"]] == ["18578680"]


async def test_the_index_counts_what_there_is(client: Client) -> None:
    body = (await client.create(shipment(detail("S-1"), detail("S-2")))).json()
    await client.ship("S-3")
    await client.certificate("PUT", json={"certificateNumber": body["data"]["header"]["certificateNumber"]})
    index = (await client.http.get("/_sandbox/")).json()["simulators"]
    (shown,) = [one for one in index if one["name"] == "chilexpress"]
    assert shown["counts"] == {"transport_orders": 3, "open_certificates": 1, "closed_certificates": 1}
    assert shown["calls"] == {"create-shipment": 2, "close-certificate": 1}


async def test_an_option_that_does_not_exist_is_refused(client: Client) -> None:
    answer = await client.http.patch("/chilexpress/_sandbox/options", json={"label_shap": "data-label"})
    assert answer.status_code == 400


async def test_a_hundred_labels_at_once_are_a_hundred_labels(client: Client) -> None:
    rows = await asyncio.gather(*(client.ship(f"S-{n}") for n in range(100)))
    assert len({row["transportOrderNumber"] for row in rows}) == 100
    assert set((await client.state())["shipments_per_reference"]["18578680"].values()) == {1}

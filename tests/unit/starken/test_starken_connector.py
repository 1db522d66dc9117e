"""The account at work with a carrier played by hand: lists that come and go, questions asked once, and what a broken exchange proves."""

import asyncio
from collections.abc import Callable

import httpx
import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.carriers import LabelHandle, ShipmentRequest
from despacho_ports.errors import ProviderError, Unauthorized, Unavailable, Uncertain
from despacho_starken import StarkenSettings
from tests.unit.starken.conftest import Noon, Opener

BOX = Parcel(weight_g=1000, length_mm=100, width_mm=150, height_mm=200)


def cart(municipality: str = "Ñuñoa") -> RateRequest:
    return RateRequest(
        origin=Address(country="CL", municipality="Castro"),
        destination=Address(country="CL", municipality=municipality),
        parcels=(BOX,),
        declared_value=money(15000, "CLP"),
    )


class Carrier:
    """Answers by the last part of the path, and counts what it was asked."""

    def __init__(self, **answers: Callable[[], httpx.Response]) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Callable[[], httpx.Response]] = {
            "listarCiudadesOrigen": lambda: listed("Origen", (388, 10, "CASTRO")),
            "listarCiudadesDestino": lambda: listed("Destino", (1, 13, "NUNOA"), (77, 13, "MACUL")),
            "consultarTarifas": tariffs,
            **answers,
        }

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.rpartition("/")[2]
        self.asked.append(name)
        return self.answers[name]()


def listed(which: str, *cities: tuple[int, int, str]) -> httpx.Response:
    rows = [{"codigoCiudad": code, "codigoRegion": region, "nombreCiudad": name} for code, region, name in cities]
    return httpx.Response(200, json={"codigoRespuesta": 1, f"listaCiudades{which}": rows})


def tariffs() -> httpx.Response:
    row = {
        "costoTotal": 9520.0,
        "diasEntrega": 3,
        "tipoEntrega": {"codigoTipoEntrega": 2},
        "tipoServicio": {"codigoTipoServicio": 0},
    }
    return httpx.Response(200, json={"codigoRespuesta": 1, "listaTarifas": [row]})


def down() -> httpx.Response:
    return httpx.Response(503)


async def test_lists_are_asked_for_once_in_half_a_day(open_account: Opener, clock: Noon) -> None:
    carrier = Carrier()
    account = open_account(carrier)
    for _ in range(3):
        assert len(await account.quote_rates(cart())) == 1
    assert carrier.asked == ["listarCiudadesOrigen", "listarCiudadesDestino", *["consultarTarifas"] * 3]
    clock.turn(hours=12)
    await account.quote_rates(cart())
    assert carrier.asked[5:] == ["listarCiudadesOrigen", "listarCiudadesDestino", "consultarTarifas"]


async def test_thirty_carts_at_once_ask_for_each_list_once(open_account: Opener) -> None:
    carrier = Carrier()
    account = open_account(carrier)
    await asyncio.gather(*(account.quote_rates(cart()) for _ in range(30)))
    assert carrier.asked.count("listarCiudadesOrigen") == carrier.asked.count("listarCiudadesDestino") == 1


async def test_a_checkout_that_gave_up_waiting_for_a_list_did_not_ask_in_vain(open_account: Opener) -> None:
    arrived, free = asyncio.Event(), asyncio.Event()
    carrier = Carrier()

    async def slow(request: httpx.Request) -> httpx.Response:
        answer = carrier(request)
        if "listar" in request.url.path:
            arrived.set()
            await free.wait()
        return answer

    account = open_account(slow)
    quoting = asyncio.create_task(account.quote_rates(cart()))
    await arrived.wait()
    quoting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await quoting
    free.set()
    assert len(await account.quote_rates(cart())) == 1
    assert sorted(carrier.asked) == ["consultarTarifas", "listarCiudadesDestino", "listarCiudadesOrigen"]


async def test_where_the_list_has_no_such_place_there_is_no_price(open_account: Opener) -> None:
    carrier = Carrier()
    assert await open_account(carrier).quote_rates(cart("Arica")) == []
    assert "consultarTarifas" not in carrier.asked


@pytest.mark.parametrize(
    "change",
    [
        {"destination": Address(country="PT", municipality="Lisboa")},
        {"destination": Address(country="CL", municipality="Atlántida")},
        {"origin": Address()},
    ],
)
async def test_what_is_no_place_of_chile_costs_no_question(open_account: Opener, change: dict[str, object]) -> None:
    carrier = Carrier()
    assert await open_account(carrier).quote_rates(msgspec.structs.replace(cart(), **change)) == []
    assert carrier.asked == []


async def test_without_the_lists_the_known_codes_serve_and_the_rest_cannot_be_told(
    open_account: Opener, clock: Noon
) -> None:
    carrier = Carrier(listarCiudadesOrigen=down, listarCiudadesDestino=down)
    account = open_account(carrier)
    assert len(await account.quote_rates(cart())) == 1
    with pytest.raises(Unavailable, match="list of cities"):
        await account.quote_rates(cart("Macul"))
    assert carrier.asked.count("listarCiudadesDestino") == 1, "not asked for again at once"
    clock.turn(minutes=1)
    carrier.answers["listarCiudadesDestino"] = lambda: listed("Destino", (77, 13, "MACUL"))
    assert len(await account.quote_rates(cart("Macul"))) == 1


async def test_lists_that_come_empty_do_not_wipe_out_what_was_known(open_account: Opener, clock: Noon) -> None:
    carrier = Carrier()
    account = open_account(carrier)
    assert len(await account.quote_rates(cart("Macul"))) == 1
    clock.turn(hours=13)
    carrier.answers["listarCiudadesDestino"] = lambda: listed("Destino")
    assert len(await account.quote_rates(cart("Macul"))) == 1


async def test_refused_credentials_are_no_reason_to_guess(open_account: Opener) -> None:
    account = open_account(Carrier(listarCiudadesOrigen=lambda: httpx.Response(401)))
    for _ in range(2):
        with pytest.raises(Unauthorized):
            await account.quote_rates(cart())


async def test_the_account_is_tested_with_a_quote(open_account: Opener) -> None:
    carrier = Carrier(listarCiudadesDestino=lambda: listed("Destino", (388, 10, "CASTRO")))
    carrier.answers["listarCiudadesOrigen"] = lambda: listed("Origen", (1, 13, "SANTIAGO"))
    report = await open_account(carrier).check_account()
    assert report.ok
    assert "first shipment" in report.message
    carrier.answers["consultarTarifas"] = lambda: httpx.Response(200, json={"codigoRespuesta": 0})
    assert not (await open_account(carrier).check_account()).ok


async def test_the_rest_services_get_their_own_credentials_and_no_others(
    open_account: Opener, settings: StarkenSettings
) -> None:
    seen: list[httpx.Request] = []
    carrier = Carrier()

    def heard(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return carrier(request)

    await open_account(heard).quote_rates(cart())
    assert {(one.headers["rut"], one.headers["clave"]) for one in seen} == {("76543210", "clave-rest")}
    assert all("authorization" not in one.headers for one in seen)
    assert {one.url.path for one in seen} >= {"/rest/consultarTarifas"}
    assert settings.emission_clave.encode() not in b"".join(one.content for one in seen)


@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (httpx.ConnectError("refused"), Unavailable),
        (httpx.ConnectTimeout("slow"), Unavailable),
        (httpx.PoolTimeout("busy"), Unavailable),
        (httpx.ReadTimeout("slow"), Uncertain),
        (httpx.WriteError("cut"), Uncertain),
        (httpx.RemoteProtocolError("cut"), Uncertain),
    ],
)
async def test_only_what_was_never_sent_certainly_did_not_happen(
    open_account: Opener, request_to_buy: ShipmentRequest, trouble: Exception, error: type[ProviderError]
) -> None:
    def carrier(_: httpx.Request) -> httpx.Response:
        raise trouble

    account = open_account(carrier)
    with pytest.raises(error):
        await account.buy_shipment(request_to_buy)
    with pytest.raises(Unavailable):
        await account.track_shipments([LabelHandle(tracking_number="222746632", reference="R-1")])


async def test_the_emission_gets_its_credentials_in_the_body_alone(
    open_account: Opener, request_to_buy: ShipmentRequest
) -> None:
    seen: list[httpx.Request] = []

    def carrier(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"codigoError": 0, "nroOrdenFlete": "2.22746632E8"})

    bought = await open_account(carrier).buy_shipment(request_to_buy)
    assert [one.tracking_number for one in bought.labels] == ["222746632", "222746632-2"]
    [request] = seen
    assert str(request.url) == "https://carrier.test/emision"
    assert not {"rut", "clave", "authorization"} & set(request.headers)


async def test_the_packages_of_one_order_are_asked_about_once(open_account: Opener) -> None:
    asked: list[int] = []

    def carrier(request: httpx.Request) -> httpx.Response:
        number = msgspec.json.decode(request.content)["ordenFlete"]
        asked.append(number)
        return httpx.Response(200, json={"ordenFlete": number, "estadoFlete": "EN ORIGEN"})

    numbers = ["7", "7-2", "8", "CTT1"]
    labels = [LabelHandle(tracking_number=one, reference="R") for one in numbers]
    reports = await open_account(carrier).track_shipments(labels)
    assert sorted(asked) == [7, 8]
    assert [one.tracking_number for one in reports] == numbers
    assert [len(one.events) for one in reports] == [1, 1, 1, 0]
    assert reports[3].problem
    assert await open_account(carrier).track_shipments([]) == []

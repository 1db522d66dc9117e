"""Starken over HTTP, with requests written by hand: what a client meets, with every quirk of the contract sheet."""

import asyncio
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pypdfium2
import pytest
import pytest_asyncio
import zxingcpp

from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.starken.accounts import basic, default_account
from despacho_sandbox.starken.simulator import EMISSION, LABELS, REST, StarkenSimulator
from tests.integration.sandbox.conftest import FakeHub, Received

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACCOUNT = default_account()
LET_IN = {"Rut": ACCOUNT.company_rut, "Clave": ACCOUNT.clave}
PRINTS = {"Authorization": basic(ACCOUNT.label_user, ACCOUNT.label_password)}
NUMBER, DIGIT = ACCOUNT.account_number.split("-")
QUESTION: dict[str, object] = {
    "codigoCiudadOrigen": 388, "codigoCiudadDestino": 1, "codigoAgenciaOrigen": 0, "codigoAgenciaDestino": 0, "alto": 20.0,
    "ancho": 15.0, "largo": 10.0, "kilos": 1.0, "cuentaCorriente": "", "cuentaCorrienteDV": "", "rutCliente": "1",
}  # fmt: skip
SHIPMENT: dict[str, object] = {
    "rutEmpresaEmisora": ACCOUNT.company_rut, "rutUsuarioEmisor": ACCOUNT.emission_user_rut,
    "claveUsuarioEmisor": ACCOUNT.emission_clave, "comunaRemitente": "CASTRO", "nombreRazonSocialDestinatario": "Ana",
    "apellidoPaternoDestinatario": ".", "apellidoMaternoDestinatario": ".", "direccionDestinatario": "IRARRAZAVAL",
    "numeracionDireccionDestinatario": "1234", "comunaDestino": "NUNOA", "telefonoDestinatario": "987654321",
    "tipoEntrega": "2", "tipoPago": "2", "numeroCtaCte": NUMBER, "dvNumeroCtaCte": DIGIT, "centroCostoCtaCte": "0",
    "valorDeclarado": "1000", "contenido": "LIBROS", "kilosTotal": "1", "alto": "20", "ancho": "15", "largo": "10",
    "tipoServicio": "0", "tipoEncargo1": "29", "cantidadEncargo1": "1", "observacion": "R-1 PEDIDO 7",
}  # fmt: skip


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(StarkenSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def carrier(sandbox: Sandbox) -> StarkenSimulator:
    sandbox.reset()
    return sandbox.starken


@pytest_asyncio.fixture(loop_scope="module")
async def http(carrier: StarkenSimulator) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=carrier.base_url, timeout=5, verify=trusted()) as client:
        yield client


async def emitted(http: httpx.AsyncClient, **change: object) -> dict[str, object]:
    answer = await http.post(EMISSION, json={**SHIPMENT, **change})
    assert answer.status_code == 200
    read: dict[str, object] = answer.json()
    return read


async def order(http: httpx.AsyncClient, **change: object) -> int:
    return int(float(str((await emitted(http, **change))["nroOrdenFlete"])))


def barcodes(pdf: bytes) -> set[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0].render(scale=4).to_pil()
    finally:
        document.close()
    return {found.text for found in zxingcpp.read_barcodes(page)}


@pytest.mark.parametrize("which", ["Origen", "Destino"])
async def test_cities_are_listed_with_their_comunas(http: httpx.AsyncClient, which: str) -> None:
    answer = (await http.get(f"{REST}/listarCiudades{which}", headers=LET_IN)).json()
    assert answer["codigoRespuesta"] == 1
    santiago = next(city for city in answer[f"listaCiudades{which}"] if city["codigoCiudad"] == 1)
    assert (santiago["nombreCiudad"], santiago["codigoRegion"]) == ("SANTIAGO", 13)
    assert "NUNOA" in {comuna["nombreComuna"] for comuna in santiago["listaComunas"]}


async def test_the_lists_can_come_empty(http: httpx.AsyncClient, carrier: StarkenSimulator) -> None:
    carrier.options.change({"lists_empty": True})
    answer = (await http.get(f"{REST}/listarCiudadesOrigen", headers=LET_IN)).json()
    assert (answer["codigoRespuesta"], answer["listaCiudadesOrigen"]) == (1, [])


@pytest.mark.parametrize("headers", [{}, {"Rut": "1", "Clave": ACCOUNT.clave}, {**LET_IN, "Clave": "x"}])
async def test_without_rut_and_clave_nobody_is_let_in(
    http: httpx.AsyncClient, carrier: StarkenSimulator, headers: dict[str, str]
) -> None:
    assert (await http.post(f"{REST}/consultarTarifas", headers=headers, json=QUESTION)).status_code == 401
    carrier.options.change({"refuse_in_envelope": True})
    answer = await http.post(f"{REST}/consultarTarifas", headers=headers, json=QUESTION)
    assert (answer.status_code, answer.json()["codigoRespuesta"]) == (200, 2)


async def test_prices_come_as_floats_with_both_kinds_of_delivery(http: httpx.AsyncClient) -> None:
    answer = (await http.post(f"{REST}/consultarTarifas", headers=LET_IN, json=QUESTION)).json()
    assert (answer["type"], answer["codigoRespuesta"]) == ("consultarCoberturaRespuesta", 1)
    for tariff in answer["listaTarifas"]:
        assert isinstance(tariff["costoTotal"], float)
    kinds = {one["tipoEntrega"]["descripcionTipoEntrega"] for one in answer["listaTarifas"]}
    assert kinds == {"AGENCIA", "DOMICILIO"}


@pytest.mark.parametrize(
    "change",
    [
        {"cuentaCorriente": NUMBER, "cuentaCorrienteDV": DIGIT},
        {"rutCliente": ""},
        {"cuentaCorriente": "1", "cuentaCorrienteDV": "9", "rutCliente": ""},
        {"codigoAgenciaDestino": 1467},
        {"codigoCiudadDestino": 99999},
        {"kilos": 0},
        {"kilos": "NaN"},
        {"alto": None},
        {"surprise": 1},
    ],
)
async def test_a_question_that_cannot_be_is_refused_with_http_200(
    http: httpx.AsyncClient, change: dict[str, object]
) -> None:
    answer = await http.post(f"{REST}/consultarTarifas", headers=LET_IN, json={**QUESTION, **change})
    assert (answer.status_code, answer.json()["codigoRespuesta"] not in {0, 1}) == (200, True)
    assert answer.json()["mensajeRespuesta"]


async def test_what_nobody_carries_has_no_price_and_no_message(http: httpx.AsyncClient) -> None:
    answer = (await http.post(f"{REST}/consultarTarifas", headers=LET_IN, json={**QUESTION, "kilos": 900})).json()
    assert (answer["codigoRespuesta"], answer["mensajeRespuesta"]) == (0, "")


@pytest.mark.parametrize(
    ("written", "shown"), [("scientific", '"2.22746632E8"'), ("number", "2.22746632E8"), ("plain", "222746632")]
)
async def test_the_number_of_the_order_is_written_in_one_of_three_ways(
    http: httpx.AsyncClient, carrier: StarkenSimulator, written: str, shown: str
) -> None:
    carrier.options.change({"order_number_as": written})
    answer = await http.post(EMISSION, json=SHIPMENT)
    assert f'"nroOrdenFlete":{shown}' in answer.text
    assert answer.json()["codigoError"] == 0
    [made] = carrier.shipments_with("R-1")
    assert (made.order, made.comuna, made.price) == (222746632, "NUNOA", answer.json()["totalOF"])


async def test_several_packages_are_one_order(http: httpx.AsyncClient, carrier: StarkenSimulator) -> None:
    answer = await emitted(http, cantidadEncargo1="3")
    codes = [one["codigoBarraEncargo"] for one in answer["Encargos"]]  # type: ignore[attr-defined]  # a list, as just asked for
    assert codes == ["222746632001", "222746632002", "222746632003"]
    carrier.options.change({"packages_as_one": True})
    assert isinstance((await emitted(http, cantidadEncargo1=3))["Encargos"], dict)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"claveUsuarioEmisor": "x"}, 1),
        ({"comunaDestino": "ÑUÑOA"}, 12),
        ({"comunaDestino": ""}, 12),
        ({"comunaRemitente": "ATLANTIDA"}, 12),
        ({"comunaDestino": "@1467"}, 13),
        ({"tipoEntrega": "1"}, 13),
        ({"tipoEntrega": "1", "comunaDestino": "@9"}, 13),
        ({"tipoEntrega": "3"}, 20),
        ({"tipoServicio": "9"}, 21),
        ({"nombreRazonSocialDestinatario": ""}, 22),
        ({"rutDestinatario": "12531909"}, 23),
        ({"rutDestinatario": "12531909", "dvRutDestinatario": "3"}, 24),
        ({"telefonoDestinatario": ""}, 25),
        ({"direccionDestinatario": ""}, 25),
        ({"tipoPago": "1"}, 26),
        ({"numeroCtaCte": "1"}, 27),
        ({"centroCostoCtaCte": "7"}, 28),
        ({"alto": "0"}, 29),
        ({"kilosTotal": "1,5"}, 29),
        ({"contenido": ""}, 30),
        ({"cantidadEncargo1": ""}, 31),
        ({"tipoEncargo1": "1"}, 31),
        ({"valorDeclarado": "10.5"}, 32),
        ({"tipoDocumento1": "28"}, 33),
        ({"valorDeclarado": "50001"}, 34),
        ({"tipoServicio": "1"}, 35),
        ({"direccionDestinatario": "x" * 81}, 99),
        ({"departamentoDireccionDestinatario": "depto 12345"}, 99),
        ({"surprise": "1"}, 99),
    ],
)
async def test_what_cannot_be_made_is_refused_and_not_made(
    http: httpx.AsyncClient, carrier: StarkenSimulator, change: dict[str, object], number: int
) -> None:
    answer = await emitted(http, **change)
    assert (answer["codigoError"], bool(answer["DescripcionError"])) == (number, True)
    assert not carrier.ledger.orders
    carrier.options.change({"lower_case_error": True})
    assert (await emitted(http, **change))["descripcionError"] == answer["DescripcionError"]


async def test_above_fifty_thousand_a_document_is_enough(http: httpx.AsyncClient) -> None:
    document = {"tipoDocumento1": "28", "numeroDocumento1": "7", "generaEtiquetaDocumento1": "N"}
    answer = await emitted(http, valorDeclarado=50001, **document)
    assert (answer["codigoError"], answer["numeroDocumentoReferencia"]) == (0, "7")
    assert (await emitted(http, valorDeclarado="50000"))["codigoError"] == 0


async def test_an_address_that_is_not_on_the_list_is_kept_out(
    http: httpx.AsyncClient, carrier: StarkenSimulator
) -> None:
    carrier.options.change({"emission_open": False})
    assert (await http.post(EMISSION, json=SHIPMENT)).status_code == 403
    assert (await http.post(EMISSION, content=b"{")).status_code == 403
    carrier.options.change({"emission_open": True})
    assert (await http.post(EMISSION, content=b"{")).json()["codigoError"] == 99


async def test_labels_come_in_two_ways_and_a_scanner_reads_them(http: httpx.AsyncClient) -> None:
    number = await order(http, cantidadEncargo1="2")
    square = (await http.post(LABELS, params={"ordenFlete": number, "tipoSalida": 6}, headers=PRINTS)).json()
    assert square["status"] == 200
    for piece, entry in enumerate(square["data"], start=1):
        assert barcodes(b64decode(entry)) == {f"{number}{piece:03d}", str(number)}
    sheets = (await http.post(LABELS, params={"ordenFlete": number, "tipoSalida": 3}, headers=PRINTS)).json()
    assert (await http.get(sheets["data"][1])).status_code == 401
    assert (await http.get(sheets["data"][1][:-1] + "x", headers=PRINTS)).status_code == 403
    sheet = await http.get(sheets["data"][1], headers=PRINTS)
    assert barcodes(sheet.content) == {f"{number}002", str(number)}


@pytest.mark.parametrize(("query", "status"), [({"ordenFlete": 1, "tipoSalida": 6}, 404), ({"tipoSalida": 6}, 404)])
async def test_a_label_that_is_not_there_is_told_in_the_envelope(
    http: httpx.AsyncClient, query: dict[str, int], status: int
) -> None:
    answer = await http.post(LABELS, params=query, headers=PRINTS)
    assert (answer.status_code, answer.json()["status"], answer.json()["data"]) == (200, status, [])
    assert (await http.post(LABELS, params=query)).status_code == 401


async def test_other_kinds_of_output_are_not_known(http: httpx.AsyncClient) -> None:
    answer = await http.post(LABELS, params={"ordenFlete": await order(http), "tipoSalida": 1}, headers=PRINTS)
    assert answer.json()["status"] == 400


async def test_tracking_tells_the_current_state_alone(
    http: httpx.AsyncClient, sandbox: Sandbox, carrier: StarkenSimulator
) -> None:
    number = await order(http)

    async def state() -> dict[str, object]:
        answer = await http.post(f"{REST}/getDetalleSeguimientoNuevo", headers=LET_IN, json={"ordenFlete": number})
        read: dict[str, object] = answer.json()
        return read

    first = await state()
    assert (first["estadoFlete"], first["fechaEntrega"]) == ("EN BODEGA CLIENTE", None)
    sandbox.clock.advance(5 * 3600)
    assert (await state())["estadoFlete"] == "RECIBIDO EN STARKEN"
    sandbox.clock.advance(30 * 3600)
    last = await state()
    assert (last["estadoFlete"], bool(last["fechaEntrega"])) == ("ENTREGADO", True)
    assert "history" not in last


async def test_an_order_that_is_nobodys_or_somebody_elses_is_not_found(
    http: httpx.AsyncClient, carrier: StarkenSimulator
) -> None:
    await order(http)
    other = msgspec.structs.replace(ACCOUNT, company_rut="7", emission_user_rut="8")
    carrier.accounts.add(other)
    for number, headers in ((1, LET_IN), (222746632, {"Rut": "7", "Clave": other.clave})):
        body = {"ordenFlete": number}
        answer = (await http.post(f"{REST}/getDetalleSeguimientoNuevo", headers=headers, json=body)).json()
        assert (answer["codigoRespuesta"], answer["mensajeRespuesta"]) == (0, "")


async def test_orders_are_moved_by_hand(http: httpx.AsyncClient, carrier: StarkenSimulator) -> None:
    number = await order(http)
    moved = await http.post("/_sandbox/advance", json={"to": "delivered", "order": number})
    assert moved.json() == {"moved": [{"order": number, "at": "ENTREGADO"}]}
    assert [event.state for event in carrier.ledger.orders[number].events][1:3] == [
        "RECIBIDO EN STARKEN",
        "EN TRANSITO A DESTINO",
    ]
    assert (await http.post("/_sandbox/advance", json={"to": "EN LA LUNA", "reference": "R-1"})).status_code == 200
    assert (await http.post("/_sandbox/advance", json={"to": "delivered", "order": 1})).status_code == 400
    assert (await http.post("/_sandbox/advance", json={"to": " ", "all": True})).status_code == 400


async def test_the_state_shows_everything_but_nothing_twice(http: httpx.AsyncClient) -> None:
    await order(http)
    await order(http)
    state = (await http.get("/_sandbox/state")).json()
    assert state["shipments_per_reference"] == {ACCOUNT.company_rut: {"R-1": 2}}
    assert {one["at"] for one in state["orders"]} == {"EN BODEGA CLIENTE"}


@pytest_asyncio.fixture(loop_scope="module")
async def told(carrier: StarkenSimulator, hub: FakeHub) -> AsyncIterator[asyncio.Queue[dict[str, Any]]]:
    """What the customer's address is told, push by push."""
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def answer(received: Received) -> tuple[int, bytes]:
        queue.put_nowait(received.json())
        return 200, b"{}"

    hub.answerer = answer
    carrier.accounts.add(msgspec.structs.replace(ACCOUNT, push_url=f"{hub.url}/events"))
    yield queue
    carrier.accounts.reset()


async def test_every_event_is_pushed_as_the_clock_goes(
    http: httpx.AsyncClient,
    sandbox: Sandbox,
    hub: FakeHub,
    told: asyncio.Queue[dict[str, Any]],
) -> None:
    number = await order(http, cantidadEncargo1="2")
    async with asyncio.timeout(10):
        first = await told.get()
        sandbox.clock.advance(4 * 3600)
        second = await told.get()
    assert [one["nombreEstadoHomologado"] for one in (first, second)] == ["EN BODEGA CLIENTE", "RECIBIDO EN STARKEN"]
    assert (second["numeroOrdenFlete"], second["estadoMicro"], second["encargosTotales"]) == (number, 3, 2)
    assert second["fechaHoraEvento"] - first["fechaHoraEvento"] == 4 * 3600 * 1000
    assert {one.headers["authorization"] for one in hub.posts} == {basic("starken", ACCOUNT.push_token)}


async def test_a_push_that_is_not_taken_comes_again_and_then_no_more(
    http: httpx.AsyncClient,
    sandbox: Sandbox,
    carrier: StarkenSimulator,
    hub: FakeHub,
    told: asyncio.Queue[dict[str, Any]],
) -> None:
    await carrier.pusher.stop()
    try:
        await order(http)
        await order(http)
        hub.answers(500)
        await carrier.pusher.deliver()
        await carrier.pusher.deliver()
        assert len(hub.posts) == 2, "not before its time"
        sandbox.clock.advance(60)
        hub.answers(204, b"")
        await carrier.pusher.deliver()
        first, second = carrier.pusher.pushes
        assert (first.answers, first.taken) == (second.answers, second.taken) == ([500, 204], True)
        await order(http)
        lost = carrier.pusher.pushes[-1]
        lost.url = "http://127.0.0.1:1/"
        for _ in range(6):
            await carrier.pusher.deliver()
            sandbox.clock.advance(3600)
        assert (lost.answers, lost.given_up) == ([0, 0, 0, 0], True)
        assert carrier.counts() == {"orders": 3, "pushes_taken": 2, "pushes_open": 1}
    finally:
        await carrier.pusher.start()


async def test_without_an_address_nobody_is_told(http: httpx.AsyncClient, carrier: StarkenSimulator) -> None:
    await order(http)
    assert carrier.pusher.pushes == []

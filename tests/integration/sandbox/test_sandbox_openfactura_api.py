"""OpenFactura over HTTP: issuing once, reading back, annulling, and every refusal of the contract sheet."""

import asyncio
import io
from base64 import b64decode
from collections.abc import AsyncIterator
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest
import pytest_asyncio
from PIL import Image
from pypdf import PdfReader

from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.openfactura.companies import default_companies

HAULMER, HOSTY = default_companies()
Json = dict[str, Any]

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Client:
    """The calls of the tests, with a company's key."""

    def __init__(self, http: httpx.AsyncClient, key: str = HAULMER.api_key) -> None:
        self.http = http
        self.key = key

    def of(self, key: str) -> "Client":
        return Client(self.http, key)

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.http.post(f"/openfactura/v2/dte/{path}", json=body, headers={"apikey": self.key, **headers})

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"/openfactura/v2/dte/{path}", headers={"apikey": self.key})

    async def issue(
        self, dte: Json, *, key: str | None = None, response: tuple[str, ...] = ("FOLIO",)
    ) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key is not None else {}
        return await self.post("document", {"response": list(response), "dte": dte}, **headers)

    async def issued(self, dte: Json, **more: Any) -> Json:
        answer = await self.issue(dte, **more)
        assert answer.status_code == 200, answer.text
        body: Json = answer.json()
        return body

    async def control(self, path: str, method: str = "POST", **body: Any) -> httpx.Response:
        answer = await self.http.request(method, f"/openfactura/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text
        return answer

    async def state(self) -> Json:
        shown: Json = (await self.http.get("/openfactura/_sandbox/state")).json()
        return shown


def order_reference(order: str) -> Json:
    return {
        "NroLinRef": 1,
        "TpoDocRef": "801",
        "FolioRef": order,
        "FchRef": "2026-11-20",
        "RazonRef": f"Pedido {order}",
    }


def boleta(gross: int = 1000, net: int = 840, order: str = "1024") -> Json:
    return {
        "Encabezado": {
            "IdDoc": {"TipoDTE": 39, "Folio": 0, "FchEmis": "2026-11-20", "IndServicio": "3"},
            "Emisor": {
                "RUTEmisor": HAULMER.rut, "RznSocEmisor": HAULMER.name, "GiroEmisor": HAULMER.activity,
                "CdgSIISucur": HAULMER.branch_code, "DirOrigen": HAULMER.address, "CmnaOrigen": HAULMER.commune,
            },
            "Receptor": {"RUTRecep": "66666666-6"},
            "Totales": {
                "MntNeto": net, "IVA": gross - net, "MntTotal": gross, "TotalPeriodo": gross, "VlrPagar": gross,
            },
        },
        "Detalle": [{"NroLinDet": 1, "NmbItem": "Polera ñandú", "QtyItem": 1, "PrcItem": gross, "MontoItem": gross}],
        "Referencia": [order_reference(order)],
    }  # fmt: skip


def factura(net: int = 2000, vat: int = 380, order: str = "1024") -> Json:
    return {
        "Encabezado": {
            "IdDoc": {
                "TipoDTE": 33, "Folio": 0, "FchEmis": "2026-11-20", "TpoTranCompra": "1", "TpoTranVenta": "1",
                "FmaPago": "1",
            },
            "Emisor": {
                "RUTEmisor": HAULMER.rut, "RznSoc": HAULMER.name, "GiroEmis": HAULMER.activity,
                "Acteco": HAULMER.activity_code, "DirOrigen": HAULMER.address, "CmnaOrigen": HAULMER.commune,
                "CdgSIISucur": HAULMER.branch_code,
            },
            "Receptor": {
                "RUTRecep": HOSTY.rut, "RznSocRecep": HOSTY.name, "GiroRecep": HOSTY.activity,
                "DirRecep": HOSTY.address, "CmnaRecep": HOSTY.commune,
            },
            "Totales": {
                "MntNeto": net, "TasaIVA": "19", "IVA": vat, "MntTotal": net + vat, "MontoPeriodo": net + vat,
                "VlrPagar": net + vat,
            },
        },
        "Detalle": [{"NroLinDet": 1, "NmbItem": "Polera", "QtyItem": 1, "PrcItem": net, "MontoItem": net}],
        "Referencia": [order_reference(order)],
    }  # fmt: skip


def credit_note(of_type: int, folio: int, code: str = "1", net: int = 2000, vat: int = 380) -> Json:
    made = factura(net, vat)
    made["Encabezado"]["IdDoc"] = {"TipoDTE": 61, "Folio": 0, "FchEmis": "2026-11-21"}
    if of_type == 39:
        made["Encabezado"]["Receptor"] = {"RUTRecep": "66666666-6", "RznSocRecep": "Anonimo"}
    made["Referencia"] = [
        {
            "NroLinRef": 1, "TpoDocRef": str(of_type), "FolioRef": str(folio), "FchRef": "2026-11-20", "CodRef": code,
            "RazonRef": "Pedido anulado",
        }
    ]  # fmt: skip
    return made


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
    """A client whom no limit stops; the tests about limits set their own."""
    sandbox.openfactura.options.change({"requests_per_second": None, "requests_per_minute": None})
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=10, verify=False) as http:
        yield Client(http)


def refused(answer: httpx.Response, code: str, *fields: str) -> bool:
    error = answer.json()["error"]
    named = tuple(detail["field"] for detail in error.get("details", []))
    return (
        answer.status_code == 400
        and error["code"] == code
        and bool(error["message"])
        and named[: len(fields)] == fields
    )


# The gate


async def test_a_wrong_key_is_a_403_where_documents_are_issued_and_a_401_elsewhere(client: Client) -> None:
    stranger = client.of("nobody")
    answer = await stranger.issue(boleta())
    assert (answer.status_code, answer.json()) == (403, {"message": "Invalid authentication credentials"})
    answer = await stranger.get("organization")
    assert (answer.status_code, answer.json()["statusCode"]) == (401, 401)
    assert "invalid subscription key" in answer.json()["message"]


async def test_three_requests_a_second_and_no_more(client: Client) -> None:
    await client.control("options", "PATCH", requests_per_second=3)
    answers = [await client.get("organization") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].json() == {"statusCode": 429, "message": "Rate limit is exceeded. Try again in 1 seconds."}
    assert (await client.of(HOSTY.api_key).get("organization")).status_code == 200


async def test_a_hundred_requests_a_minute_in_the_other_documented_words(client: Client) -> None:
    await client.control("options", "PATCH", requests_per_minute=100, limit_words="short")
    answers = [await client.get("organization") for _ in range(101)]
    assert [answer.status_code for answer in answers] == [200] * 100 + [429]
    assert answers[100].json() == {"message": "API rate limit exceeded"}


async def test_the_documented_limits_are_on_unless_switched_off(sandbox: Sandbox) -> None:
    options = sandbox.openfactura.options.current
    assert (options.requests_per_second, options.requests_per_minute) == (3, 100)


# Issuing


async def test_only_what_was_asked_for_comes_back_beside_the_token(client: Client) -> None:
    assert set(await client.issued(boleta(), response=())) == {"TOKEN"}
    body = await client.issued(boleta(), response=("FOLIO", "RESOLUCION", "TIMBRE", "LOGO", "XML", "PDF"))
    assert set(body) == {"TOKEN", "FOLIO", "RESOLUCION", "TIMBRE", "LOGO", "XML", "PDF"}
    assert len(body["TOKEN"]) == 64
    assert int(body["TOKEN"], 16)
    assert body["FOLIO"] == 2
    assert body["RESOLUCION"] == {"fecha": "2018-03-26", "numero": 0}
    assert all(Image.open(io.BytesIO(b64decode(body[part]))).format == "PNG" for part in ("TIMBRE", "LOGO"))
    assert len(PdfReader(io.BytesIO(b64decode(body["PDF"]))).pages) == 1


async def test_the_xml_is_latin_1_with_the_authoritys_tags(client: Client) -> None:
    body = await client.issued(boleta(), response=("XML",))
    data = b64decode(body["XML"])
    assert data.startswith(b"<?xml version='1.0' encoding='ISO-8859-1'?>")
    assert "ñandú".encode("latin-1") in data
    root = ET.fromstring(data)
    assert root.findtext("Documento/Encabezado/IdDoc/Folio") == "1"
    assert root.findtext("Documento/Detalle/MontoItem") == "1000"


async def test_folios_run_apart_for_each_company_and_type(client: Client) -> None:
    assert [(await client.issued(boleta()))["FOLIO"] for _ in range(2)] == [1, 2]
    assert (await client.issued(factura()))["FOLIO"] == 1
    other = boleta()
    issuer = {"RUTEmisor": HOSTY.rut, "RznSocEmisor": HOSTY.name, "CdgSIISucur": HOSTY.branch_code}
    other["Encabezado"]["Emisor"] |= issuer
    assert (await client.of(HOSTY.api_key).issued(other))["FOLIO"] == 1


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        ("text", "OF-20", "body"),
        ([], "OF-20", "body"),
        ({"dte": boleta(), "response": ["folio"]}, "OF-20", "response"),
        ({}, "OF-01", "dte"),
        ({"dte": {"Encabezado": {}}}, "OF-02", "Detalle"),
        ({"dte": {"Detalle": [{}]}}, "OF-02", "Encabezado"),
        ({"dte": {"Encabezado": {}, "Detalle": []}}, "OF-02", "Detalle"),
        ({"dte": {"Encabezado": {"IdDoc": {"TipoDTE": 110}}, "Detalle": [{}]}}, "OF-05", "TipoDTE"),
        ({"dte": {"Encabezado": {"IdDoc": {"TipoDTE": "39"}}, "Detalle": [{}]}}, "OF-05", "TipoDTE"),
        ({"dte": {"Encabezado": {"IdDoc": {"TipoDTE": 39}}, "Detalle": [{}]}}, "OF-08", "Folio"),
    ],
)
async def test_requests_are_checked_from_the_outside_in(client: Client, body: Any, code: str, field: str) -> None:
    assert refused(await client.post("document", body), code, field)


async def test_broken_json_is_refused(client: Client) -> None:
    url = "/openfactura/v2/dte/document"
    for content in (b"{", b"", b"[" * 100_000):
        answer = await client.http.post(url, content=content, headers={"apikey": client.key})
        assert refused(answer, "OF-20", "body")


async def test_a_sum_that_is_off_is_refused_field_by_field(client: Client) -> None:
    made = factura()
    made["Encabezado"]["Totales"] |= {"MntNeto": 1000, "IVA": 190, "MntTotal": 119000}
    answer = await client.issue(made)
    assert refused(answer, "OF-10", "MntNeto", "IVA", "MntTotal")
    assert answer.json()["error"]["message"] == "Validación de Campos"
    assert answer.json()["error"]["details"][0] == {"field": "MntNeto", "issue": "Monto erróneo : 1000"}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"RUTEmisor": HOSTY.rut}, "OF-03", "RUTEmisor"),
        ({"CdgSIISucur": "1"}, "OF-09", "CdgSIISucur"),
        ({"Acteco": 111111}, "OF-09", "Acteco"),
        ({"RznSoc": ""}, "OF-08", "RznSoc"),
    ],
)
async def test_the_issuer_must_be_the_company_of_the_key(client: Client, changes: Json, code: str, field: str) -> None:
    made = factura()
    made["Encabezado"]["Emisor"] |= changes
    assert refused(await client.issue(made), code, field)


async def test_a_boleta_above_135_uf_names_buyer_and_means_of_payment(client: Client) -> None:
    await client.control("options", "PATCH", uf=7)
    made = boleta()
    assert refused(await client.issue(made), "OF-10", "MedioPago", "RznSocRecep")
    made["Encabezado"]["IdDoc"]["MedioPago"] = 1
    made["Encabezado"]["Receptor"] = {"RUTRecep": "12531909-2", "RznSocRecep": "Marcela Vera"}
    assert (await client.issue(made)).status_code == 200


async def test_when_folios_run_out_issuing_stops(client: Client) -> None:
    await client.control("folios", rut=HAULMER.rut, kind=39, left=1)
    await client.issued(boleta())
    assert refused(await client.issue(boleta()), "OF-07")
    left = (await client.get("organization/document")).json()["documentos"]
    assert next(one["disponibles"] for one in left if one["dte"] == 39) == 0
    assert (await client.issue(factura())).status_code == 200


@pytest.mark.parametrize(("code", "factura_status"), [("OF-21", 400), ("OF-23", 200)])
async def test_the_service_has_problems_of_its_own(client: Client, code: str, factura_status: int) -> None:
    await client.control("options", "PATCH", emission_error=code)
    assert refused(await client.issue(boleta()), code)
    assert (await client.issue(factura())).status_code == factura_status


async def test_a_boleta_with_an_order_reference_may_be_switched_to_a_refusal(client: Client) -> None:
    await client.control("options", "PATCH", boleta_order_reference=False)
    assert refused(await client.issue(boleta()), "OF-08", "TpoDocRef")
    made = boleta()
    del made["Referencia"]
    assert (await client.issue(made)).status_code == 200
    assert (await client.issue(factura())).status_code == 200


async def test_a_dispatch_guide_without_transport_comes_with_a_warning(client: Client) -> None:
    made = factura()
    made["Encabezado"]["IdDoc"] |= {"TipoDTE": 52, "TipoDespacho": "2", "IndTraslado": "3"}
    assert "WARNING" in await client.issued(made)


# Nothing twice


async def test_a_key_issues_once_and_then_names_the_document(client: Client) -> None:
    first = await client.issued(boleta(), key="js-store-1024-39")
    again = await client.issue(boleta(), key="js-store-1024-39")
    assert refused(again, "OF-06")
    error = again.json()["error"]
    assert error["token"] == first["TOKEN"]
    assert error["message"] == "Este DTE ya fue emitido (Idempotency-Key)"
    state = await client.state()
    assert state["documents_per_idempotency_key"] == {HAULMER.rut: {"js-store-1024-39": 1}}
    assert state["documents_per_order"] == {HAULMER.rut: {"1024": {"39": 1}}}


async def test_after_a_day_a_key_protects_no_more(client: Client, sandbox: Sandbox) -> None:
    await client.issued(boleta(), key="k")
    sandbox.clock.advance(24 * 3600 - 1)
    assert refused(await client.issue(boleta(), key="k"), "OF-06")
    sandbox.clock.advance(1)
    assert (await client.issue(boleta(), key="k")).status_code == 200
    assert (await client.state())["documents_per_idempotency_key"][HAULMER.rut]["k"] == 2
    assert len(sandbox.openfactura.documents_for("1024")) == 2


async def test_a_refusal_does_not_burn_the_key(client: Client) -> None:
    wrong = boleta(gross=1000, net=839)
    assert refused(await client.issue(wrong, key="k"), "OF-10")
    assert (await client.issue(boleta(), key="k")).status_code == 200


async def test_a_key_belongs_to_its_company(client: Client) -> None:
    await client.issued(boleta(), key="k")
    other = boleta()
    issuer = {"RUTEmisor": HOSTY.rut, "CdgSIISucur": HOSTY.branch_code}
    other["Encabezado"]["Emisor"] |= issuer
    assert (await client.of(HOSTY.api_key).issue(other, key="k")).status_code == 200


async def test_of_many_at_once_under_one_key_one_is_issued(client: Client) -> None:
    answers = await asyncio.gather(*(client.issue(boleta(), key="k") for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
    assert len((await client.state())["documents"]) == 1


@pytest.mark.parametrize("kind", ["cut_after", "fail_after", "malformed"])
async def test_an_answer_that_was_lost_is_recovered_by_asking_again_under_the_key(client: Client, kind: str) -> None:
    await client.control("faults", kind=kind, endpoint="issue", times=1)
    try:
        lost = await client.issue(boleta(), key="k")
    except httpx.RemoteProtocolError:
        assert kind == "cut_after"
    else:
        assert lost.status_code == (500 if kind == "fail_after" else 200)
    again = await client.issue(boleta(), key="k")
    token = again.json()["error"]["token"]
    read = (await client.get(f"document/{token}/json")).json()
    assert read["json"]["Encabezado"]["IdDoc"]["Folio"] == "1"


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [("rate_limited", 429, "Try again in 5 seconds"), ("unauthorized", 403, "Invalid authentication credentials")],
)
async def test_faults_speak_like_the_service(client: Client, kind: str, status: int, words: str) -> None:
    await client.control("faults", kind=kind, endpoint="issue", retry_after=5)
    answer = await client.issue(boleta())
    assert answer.status_code == status
    assert words in answer.json()["message"]


# Credit notes


async def test_a_factura_is_annulled_by_a_credit_note(client: Client) -> None:
    folio = (await client.issued(factura()))["FOLIO"]
    note = (await client.issued(credit_note(33, folio)))["FOLIO"]
    documents = (await client.state())["documents"]
    assert next(one["annulled_by"] for one in documents if one["kind"] == 33) == note


async def test_a_boleta_is_annulled_by_a_note_with_net_lines(client: Client) -> None:
    folio = (await client.issued(boleta(1000, 840)))["FOLIO"]
    await client.issued(credit_note(39, folio, net=840, vat=160))


async def test_a_document_is_annulled_once_unless_switched_otherwise(client: Client) -> None:
    folio = (await client.issued(factura()))["FOLIO"]
    await client.issued(credit_note(33, folio))
    assert refused(await client.issue(credit_note(33, folio)), "OF-09", "FolioRef")
    await client.control("options", "PATCH", annul_twice="accept")
    assert (await client.issue(credit_note(33, folio))).status_code == 200


async def test_amounts_may_be_corrected_more_than_once(client: Client) -> None:
    folio = (await client.issued(factura()))["FOLIO"]
    for _ in range(2):
        await client.issued(credit_note(33, folio, code="3", net=500, vat=95))


async def test_a_note_speaks_of_a_document_that_exists_and_of_its_buyer(client: Client) -> None:
    folio = (await client.issued(factura()))["FOLIO"]
    assert refused(await client.issue(credit_note(33, folio + 1)), "OF-09", "FolioRef")
    assert refused(await client.issue(credit_note(34, folio)), "OF-09", "FolioRef")
    nothing = credit_note(33, folio)
    del nothing["Referencia"]
    assert refused(await client.issue(nothing), "OF-09", "Referencia")
    only_order = nothing | {"Referencia": [order_reference("1024-A") | {"CodRef": "1"}]}
    assert refused(await client.issue(only_order), "OF-09", "Referencia")
    no_code = credit_note(33, folio)
    del no_code["Referencia"][0]["CodRef"]
    assert refused(await client.issue(no_code), "OF-09", "CodRef")
    other_buyer = credit_note(33, folio)
    other_buyer["Encabezado"]["Receptor"]["RUTRecep"] = "12531909-2"
    assert refused(await client.issue(other_buyer), "OF-09", "RUTRecep")


async def test_a_note_may_name_the_order_too(client: Client) -> None:
    folio = (await client.issued(factura()))["FOLIO"]
    note = credit_note(33, folio)
    note["Referencia"].append(order_reference("1024-A") | {"NroLinRef": 2})
    await client.issued(note)
    assert (await client.state())["documents_per_order"][HAULMER.rut] == {"1024": {"33": 1}, "1024-A": {"61": 1}}


async def test_what_the_authority_rejected_cannot_be_annulled(client: Client) -> None:
    made = await client.issued(factura())
    await client.control("verdict", token=made["TOKEN"], estado="Rechazado")
    assert refused(await client.issue(credit_note(33, made["FOLIO"])), "OF-09", "FolioRef")


# Reading


async def test_a_document_waits_and_is_then_accepted(client: Client, sandbox: Sandbox) -> None:
    token = (await client.issued(boleta()))["TOKEN"]
    assert (await client.get(f"document/{token}/status")).json() == {"estado": "Pendiente", "token": token}
    assert (await client.get(f"document/{token}/json")).json()["FchRecepSII"] == ""
    sandbox.clock.advance(120)
    assert (await client.get(f"document/{token}/status")).json()["estado"] == "Aceptado"
    assert len((await client.get(f"document/{token}/json")).json()["FchRecepSII"]) == len("2026-11-20 10:00:00")


async def test_the_authority_may_think_otherwise(client: Client, sandbox: Sandbox) -> None:
    await client.control("options", "PATCH", verdict="Aceptado con Reparo", judged_after=5)
    token = (await client.issued(boleta()))["TOKEN"]
    sandbox.clock.advance(5)
    assert (await client.get(f"document/{token}/status")).json()["estado"] == "Aceptado con Reparo"
    await client.issued(boleta())
    assert len((await client.control("verdict", all=True, estado="Rechazado")).json()["judged"]) == 1


async def test_numbers_are_text_by_token_and_numbers_by_folio(client: Client) -> None:
    made = await client.issued(factura())
    by_token = (await client.get(f"document/{made['TOKEN']}/json")).json()
    assert by_token["json"]["Encabezado"]["Totales"]["MntTotal"] == "2380"
    assert by_token["json"]["Encabezado"]["Emisor"]["Acteco"] == "479100"
    assert by_token["token"] == made["TOKEN"]
    by_folio = (await client.get(f"document/{HAULMER.rut}/33/{made['FOLIO']}/json")).json()
    assert by_folio["json"]["Encabezado"]["Totales"]["MntTotal"] == 2380
    assert by_folio["json"]["Encabezado"]["Emisor"]["Acteco"] == [479100]
    assert by_folio["folio"] == made["FOLIO"]
    assert "token" not in by_folio


async def test_decimals_keep_their_digits_on_the_way(client: Client) -> None:
    made = boleta()
    made["Detalle"][0] |= {"QtyItem": 2.5, "PrcItem": 400.000001}
    folio = (await client.issued(made))["FOLIO"]
    line = (await client.get(f"document/{HAULMER.rut}/39/{folio}/json")).json()["json"]["Detalle"][0]
    assert (line["QtyItem"], line["PrcItem"]) == (2.5, 400.000001)


@pytest.mark.parametrize("value", ["pdf", "cedible"])
async def test_the_pdf_is_one_page_that_says_what_it_is(client: Client, value: str) -> None:
    made = await client.issued(factura())
    body = (await client.get(f"document/{made['TOKEN']}/{value}")).json()
    assert body["folio"] == made["FOLIO"]
    (page,) = PdfReader(io.BytesIO(b64decode(body[value]))).pages
    text = page.extract_text()
    assert all(words in text for words in ("FACTURA ELECTRONICA", "N° 1", HAULMER.rut, HOSTY.name, "2380"))
    assert ("CEDIBLE" in text) == (value == "cedible")


async def test_the_page_follows_what_was_asked_at_issue(client: Client) -> None:
    token = (await client.issued(boleta(), response=("80MM",)))["TOKEN"]
    body = (await client.get(f"document/{token}/pdf")).json()
    (page,) = PdfReader(io.BytesIO(b64decode(body["pdf"]))).pages
    assert round(float(page.mediabox.width) / 72 * 25.4) == 80


async def test_sixty_lines_still_make_one_page(client: Client) -> None:
    made = boleta(60_000, 50_420)
    made["Detalle"] = [
        {"NroLinDet": n, "NmbItem": "Polera", "QtyItem": 1, "PrcItem": 1000, "MontoItem": 1000} for n in range(1, 61)
    ]
    token = (await client.issued(made))["TOKEN"]
    body = (await client.get(f"document/{token}/pdf")).json()
    assert len(PdfReader(io.BytesIO(b64decode(body["pdf"]))).pages) == 1


async def test_the_xml_can_be_read_again(client: Client) -> None:
    token = (await client.issued(boleta()))["TOKEN"]
    body = (await client.get(f"document/{token}/xml")).json()
    assert body["token"] == token
    assert b64decode(body["xml"]).startswith(b"<?xml")


async def test_nobody_reads_the_documents_of_another_company(client: Client) -> None:
    made = await client.issued(boleta())
    other = client.of(HOSTY.api_key)
    for path in (f"document/{made['TOKEN']}/pdf", f"document/{HAULMER.rut}/39/1/pdf"):
        assert (await client.get(path)).status_code == 200
        assert (await other.get(path)).status_code == 404
    assert (await other.post("document/issued", {"Page": "1"})).json()["total"] == 0


@pytest.mark.parametrize(
    ("path", "status"),
    [("document/unknown/json", 404), (f"document/{HAULMER.rut}/39/9/json", 404), ("document/x/39/1/json", 400),
     (f"document/{HAULMER.rut}/x/1/json", 400), ("document/unknown/picture", 404)],
)  # fmt: skip
async def test_what_does_not_exist_cannot_be_read(client: Client, path: str, status: int) -> None:
    assert (await client.get(path)).status_code == status


# The list


async def test_the_list_of_issued_documents_is_filtered_and_paged(client: Client) -> None:
    for n in range(35):
        await client.issued(boleta(order=str(n)))
    await client.issued(factura())
    first = (await client.post("document/issued", {"Page": "1", "TipoDTE": {"eq": "39"}})).json()
    assert (first["current_page"], first["last_page"], first["total"], len(first["data"])) == (1, 2, 35, 30)
    second = (await client.post("document/issued", {"Page": 2, "TipoDTE": {"eq": 39}})).json()
    folios = [row["Folio"] for row in first["data"] + second["data"]]
    assert folios == list(range(35, 0, -1))


async def test_a_row_of_the_list_tells_enough_to_recognise_a_document(client: Client) -> None:
    made = await client.issued(factura())
    wanted = {"Page": "1", "FchEmis": {"gte": "2026-11-01", "lte": "2026-11-20"}, "RUTRecep": {"eq": 76430498}}
    (row,) = (await client.post("document/issued", wanted)).json()["data"]
    received = row.pop("FechaRecibido")
    assert len(received) == len("2026-11-20 10:00:00")
    assert row == {
        "RUTRecep": 76430498, "DV": "5", "RznSocRecep": HOSTY.name, "TipoDTE": 33, "Folio": 1, "FchEmis": "2026-11-20",
        "MntExe": 0, "MntNeto": 2000, "IVA": 380, "MntTotal": 2380, "FmaPago": "1", "token": made["TOKEN"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"FchEmis": {"lt": "2026-11-20"}}, 0),
        ({"FchEmis": {"ne": "2026-11-19"}}, 2),
        ({"Folio": {"gt": 1}}, 0),
        ({"TipoDTE": {"ne": 33}}, 1),
        ({"TipoDTE": {"gt": 33, "lte": 39}}, 1),
    ],
)
async def test_every_operator_works(client: Client, filters: Json, found: int) -> None:
    await client.issued(boleta())
    await client.issued(factura())
    assert (await client.post("document/issued", {"Page": "1"} | filters)).json()["total"] == found


@pytest.mark.parametrize(
    "body",
    [{"Page": "0"}, {"Page": "x"}, {"Colour": {"eq": 1}}, {"TipoDTE": {"like": 1}}, {"TipoDTE": 39},
     {"TipoDTE": {"eq": "x"}}, []],
)  # fmt: skip
async def test_a_senseless_filter_is_refused(client: Client, body: Any) -> None:
    await client.issued(boleta())
    assert refused(await client.post("document/issued", body), "OF-20")


# Companies


async def test_the_company_of_a_key_can_fill_in_its_own_data(client: Client) -> None:
    body = (await client.get("organization")).json()
    assert (body["rut"], body["razonSocial"], body["cdgSIISucur"]) == (HAULMER.rut, HAULMER.name, HAULMER.branch_code)
    assert body["resolucion"] == {"fecha": "2018-03-26", "numero": 0}
    assert body["actividades"][0]["codigoActividadEconomica"] == "479100"


async def test_a_buyer_can_be_looked_up_by_rut(client: Client) -> None:
    body = (await client.get("taxpayer/76.430.498-5")).json()
    assert (body["rut"], body["razonSocial"], body["comuna"]) == (HOSTY.rut, HOSTY.name, HOSTY.commune)
    assert body["actividades"][0]["giro"] == HOSTY.activity
    assert (await client.get("taxpayer/12531909-2")).status_code == 404
    assert (await client.get("taxpayer/12531909-3")).status_code == 400


async def test_a_company_can_be_added_and_issues_at_once(client: Client) -> None:
    company: Json = {
        "rut": "76.086.428-5", "name": "TIENDA SPA", "activity": "VENTA", "activity_code": 471990,
        "address": "CALLE 1", "commune": "Santiago", "api_key": "another-fake-key", "branch_code": "1",
    }  # fmt: skip
    await client.control("companies", **company)
    body = (await client.of("another-fake-key").get("organization")).json()
    assert body["rut"] == "76086428-5"


async def test_what_came_with_a_document_is_kept_for_the_tests(client: Client) -> None:
    mail = {"to": "buyer@example.cl"}
    await client.post("document", {"dte": boleta(), "sendEmail": mail, "custom": {"informationNote": "Gracias"}})
    (document,) = (await client.state())["documents"]
    assert (document["send_email"], document["custom"], document["estado"]) == (
        mail, {"informationNote": "Gracias"}, "Pendiente",
    )  # fmt: skip


async def test_the_index_counts_documents_by_type(client: Client) -> None:
    for made in (boleta(), boleta(), factura()):
        await client.issued(made)
    index = (await client.http.get("/_sandbox/")).json()["simulators"]
    (shown,) = [one for one in index if one["name"] == "openfactura"]
    assert shown["counts"] == {"documents": 3, "type_39": 2, "type_33": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("verdict", {"estado": "Aceptado", "token": "nobody"}),
        ("verdict", {"estado": "Perhaps", "all": True}),
        ("folios", {"rut": "76086428-5", "kind": 39, "left": 5}),
        ("companies", {"rut": "1-1"}),
    ],
)
async def test_a_slip_at_the_controls_is_a_400(client: Client, path: str, body: Json) -> None:
    answer = await client.http.post(f"/openfactura/_sandbox/{path}", json=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_options_can_be_read(client: Client) -> None:
    options = (await client.http.get("/openfactura/_sandbox/options")).json()
    assert (options["verdict"], options["judged_after"]) == ("Aceptado", 120)


async def test_a_reset_starts_folios_again(client: Client) -> None:
    await client.issued(boleta())
    await client.control("reset")
    assert (await client.issued(boleta()))["FOLIO"] == 1
    assert len((await client.state())["companies"]) == 2

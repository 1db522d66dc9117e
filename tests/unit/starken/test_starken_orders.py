"""A shipment as the carrier's emission: every field of the dictionary, its lengths, and what is refused before anything is sent."""

from contextlib import suppress

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Rejected
from despacho_starken import StarkenSettings
from despacho_starken.orders import emission_request
from despacho_starken.streets import Street, phone_of, street_of

LENGTHS = {
    "nombreRazonSocialRemitente": 60, "direccionRemitente": 50, "numeracionDireccionRemitente": 10, "departamentoRemitente": 10,
    "emailRemitente": 50, "telefonoRemitente": 20, "comunaRemitente": 30, "nombreRazonSocialDestinatario": 40,
    "apellidoPaternoDestinatario": 20, "apellidoMaternoDestinatario": 20, "direccionDestinatario": 80,
    "numeracionDireccionDestinatario": 10, "departamentoDireccionDestinatario": 10, "comunaDestino": 30,
    "telefonoDestinatario": 20, "emailDestinatario": 50, "nombreContactoDestinatario": 40, "contenido": 50,
}  # fmt: skip
"""The H2H dictionary (contract/carriers.md 3A)."""


def emitted(settings: StarkenSettings, request: ShipmentRequest, **change: object) -> dict[str, str]:
    body = emission_request(settings, msgspec.structs.replace(request, **change))
    return msgspec.json.decode(body, type=dict[str, str])


def towards(request: ShipmentRequest, **change: object) -> Address:
    return msgspec.structs.replace(request.destination, **change)


def test_a_shipment_is_sent_whole(settings: StarkenSettings, request_to_buy: ShipmentRequest) -> None:
    sent = emitted(settings, request_to_buy)
    blank = {name for name, value in sent.items() if value == ""}
    assert blank == {
        "departamentoRemitente",
        *(f"{name}{place}" for place in range(1, 6) for name in ("tipoDocumento", "numeroDocumento", "generaEtiquetaDocumento")),
        *(f"{name}{place}" for place in range(2, 6) for name in ("tipoEncargo", "cantidadEncargo")),
    }  # fmt: skip
    assert {name: value for name, value in sent.items() if value} == {
        "rutEmpresaEmisora": "76543210", "rutUsuarioEmisor": "11111111", "claveUsuarioEmisor": "clave-emision",
        "rutRemitente": "76543210", "dvRemitente": "3", "nombreRazonSocialRemitente": "Tejidos Chiloé Ltda",
        "apellidoPaternoRemitente": ".", "apellidoMaternoRemitente": ".", "direccionRemitente": "San Martín",
        "numeracionDireccionRemitente": "681", "emailRemitente": "ventas@chiloe.example", "telefonoRemitente": "652630000",
        "comunaRemitente": "CASTRO", "rutDestinatario": "12531909", "dvRutDestinatario": "2",
        "nombreRazonSocialDestinatario": "José Peña", "apellidoPaternoDestinatario": ".", "apellidoMaternoDestinatario": ".",
        "direccionDestinatario": "Av. Irarrázaval", "numeracionDireccionDestinatario": "1234",
        "departamentoDireccionDestinatario": "depto 502", "telefonoDestinatario": "987654321",
        "emailDestinatario": "jose@example.cl", "nombreContactoDestinatario": "José Peña", "comunaDestino": "NUNOA",
        "tipoEntrega": "2", "tipoServicio": "0", "tipoPago": "2", "numeroCtaCte": "41966", "dvNumeroCtaCte": "6",
        "centroCostoCtaCte": "12", "valorDeclarado": "45000", "contenido": "Chaleco de lana, Gorro", "kilosTotal": "1.81",
        "alto": "10", "ancho": "20", "largo": "41", "tipoEncargo1": "29", "cantidadEncargo1": "2",
        "observacion": "ABCDEFGHIJKLMNOP PEDIDO 1012",
    }  # fmt: skip


@pytest.mark.parametrize(("value", "has_document"), [(50_000, False), (50_001, True)])
def test_above_fifty_thousand_the_order_is_the_document(
    settings: StarkenSettings, request_to_buy: ShipmentRequest, value: int, has_document: bool
) -> None:
    sent = emitted(settings, request_to_buy, declared_value=money(value, "CLP"))
    told = (sent["tipoDocumento1"], sent["numeroDocumento1"], sent["generaEtiquetaDocumento1"])
    assert told == (("28", "1012", "N") if has_document else ("", "", ""))


def test_without_an_account_the_receiver_pays(settings: StarkenSettings, request_to_buy: ShipmentRequest) -> None:
    sent = emitted(msgspec.structs.replace(settings, account_number=""), request_to_buy)
    assert [sent[name] for name in ("tipoPago", "numeroCtaCte", "dvNumeroCtaCte", "centroCostoCtaCte")] == [
        "3",
        "",
        "",
        "",
    ]


@pytest.mark.parametrize(("code", "target"), [("1-0", "@1467"), ("1-1@99", "@99"), ("2-1", "NUNOA")])
def test_an_agency_is_named_in_place_of_the_comuna(
    settings: StarkenSettings, request_to_buy: ShipmentRequest, code: str, target: str
) -> None:
    sent = emitted(settings, request_to_buy, service_code=code)
    assert (sent["comunaDestino"], sent["tipoEntrega"], sent["tipoServicio"]) == (target, code[0], code[2])


def test_an_agency_that_the_carrier_calls_otherwise_is_found_by_the_official_name(
    settings: StarkenSettings, request_to_buy: ShipmentRequest
) -> None:
    to = towards(request_to_buy, municipality="Paihuano", region="Coquimbo")
    assert emitted(settings, request_to_buy, service_code="1-0", destination=to)["comunaDestino"] == "@22"
    with pytest.raises(Rejected) as refused:
        emitted(settings, request_to_buy, service_code="1-0", destination=towards(request_to_buy, municipality="Macul"))
    assert (refused.value.field, refused.value.code) == ("service_code", "no-agency")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"municipality": "Atlántida"}, "municipality"),
        ({"municipality": None}, "municipality"),
        ({"country": "PT", "municipality": "Lisboa"}, "municipality"),
        ({"name": None, "company": " "}, "name"),
        ({"street": ""}, "street"),
    ],
)
def test_an_address_that_cannot_be_reached_is_refused_before_anything_is_sent(
    settings: StarkenSettings, request_to_buy: ShipmentRequest, change: dict[str, str | None], field: str
) -> None:
    with pytest.raises(Rejected) as refused:
        emitted(settings, request_to_buy, destination=towards(request_to_buy, **change))
    assert refused.value.field == field


def test_the_shops_phone_stands_in_for_that_of_a_buyer_who_left_none(
    settings: StarkenSettings, request_to_buy: ShipmentRequest
) -> None:
    to = towards(request_to_buy, phone="no tengo")
    assert emitted(settings, request_to_buy, destination=to)["telefonoDestinatario"] == "652630000"
    silent = msgspec.structs.replace(request_to_buy.origin, phone=None)
    with pytest.raises(Rejected) as refused:
        emitted(settings, request_to_buy, destination=to, origin=silent)
    assert refused.value.field == "phone"
    assert (
        emitted(settings, request_to_buy, destination=to, origin=silent, service_code="1-0")["telefonoDestinatario"]
        == ""
    )


@pytest.mark.parametrize("tax_id", [None, "", "12.531.909-3", "CF", "PT501964843"])
def test_a_rut_that_is_none_is_not_sent(
    settings: StarkenSettings, request_to_buy: ShipmentRequest, tax_id: str | None
) -> None:
    sent = emitted(settings, request_to_buy, destination=towards(request_to_buy, tax_id=tax_id))
    assert (sent["rutDestinatario"], sent["dvRutDestinatario"]) == ("", "")


def test_an_email_goes_whole_or_not_at_all(settings: StarkenSettings, request_to_buy: ShipmentRequest) -> None:
    long = f"{'x' * 45}@example.cl"
    assert emitted(settings, request_to_buy, destination=towards(request_to_buy, email=long))["emailDestinatario"] == ""


def test_without_contents_the_accounts_own_words_are_sent(
    settings: StarkenSettings, request_to_buy: ShipmentRequest
) -> None:
    box = Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1)
    assert emitted(settings, request_to_buy, parcels=(box,))["contenido"] == "PRODUCTOS"


@given(data=st.data())
def test_nothing_is_longer_than_the_dictionary_allows(data: st.DataObject) -> None:
    text = st.text(max_size=120) | st.just("Ñandú " * 30) | st.just("Los Aromos 1234567890123 torre poniente depto 12")
    fields = ("name", "company", "street", "street_number", "complement", "phone", "email", "tax_id")
    made = {name: data.draw(text) for name in fields}
    settings = StarkenSettings(
        company_rut="76543210", clave="clave", emission_url="https://x.test", emission_user_rut="11111111", emission_clave="c"
    )  # fmt: skip
    somewhere = Address(country="CL", municipality="Cabo de Hornos", **made)
    request = ShipmentRequest(
        reference="R", service_code="2-0", origin=somewhere, destination=somewhere, declared_value=money(1, "CLP"), order_number=1,
        parcels=(Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1, contents=data.draw(text)),),
    )  # fmt: skip
    with suppress(Rejected):
        sent = emitted(settings, request)
        _within_the_dictionary(sent)


def _within_the_dictionary(sent: dict[str, str]) -> None:
    assert all(len(sent[name]) <= most for name, most in LENGTHS.items())
    assert all(value.isprintable() for value in sent.values())
    assert sent["comunaDestino"] == "PUERTO WILLIAMS"


@pytest.mark.parametrize(
    ("written", "parts"),
    [
        ({"street": "Los Carrera 1234"}, ("Los Carrera", "1234", "")),
        ({"street": "Los Carrera 1234", "complement": "depto 5"}, ("Los Carrera", "1234", "depto 5")),
        ({"street": "Los Carrera", "street_number": "1234, depto 5"}, ("Los Carrera", "1234", "depto 5")),
        ({"street": "Los Carrera 1234", "street_number": "1234"}, ("Los Carrera", "1234", "")),
        ({"street": "Pasaje 3 N° 45-b, casa 2"}, ("Pasaje 3", "45-b", "casa 2")),
        ({"street": "Camino a Rilán s/n"}, ("Camino a Rilán", "S/N", "")),
        ({"street": "Ruta 5 Sur"}, ("Ruta 5 Sur", "S/N", "")),
        ({"street": "Los Carrera 12", "complement": "Torre B, depto 1203"}, ("Los Carrera, Torre B, depto 1203", "12", "")),
        ({"street": "Ruta 68", "street_number": "kilometro_12500"}, ("Ruta 68, kilometro_12500", "S/N", "")),
    ],
)  # fmt: skip
def test_streets_are_taken_apart_and_nothing_of_them_is_lost(
    written: dict[str, str], parts: tuple[str, str, str]
) -> None:
    assert street_of(Address(**written), most=80) == Street(*parts)


@pytest.mark.parametrize(
    ("phones", "sent"),
    [(("+56 9 8765 4321",), "987654321"), ((None, "", "65 2630000"), "652630000"), (("abc",), ""), (("1" * 30,), "1" * 20)],
)  # fmt: skip
def test_phones_are_digits_without_the_country(phones: tuple[str | None, ...], sent: str) -> None:
    assert phone_of(*phones) == sent

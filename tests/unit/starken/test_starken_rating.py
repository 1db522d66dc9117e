"""Cities, prices, and what becomes of both when the lists cannot be had."""

import msgspec
import pytest

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_core.places import comunas_of
from despacho_core.quotes import RateRequest
from despacho_ports.calls import Answer
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable
from despacho_starken import StarkenSettings
from despacho_starken.amounts import packed
from despacho_starken.cities import KNOWN, read_cities
from despacho_starken.comunas import NOT_LISTED, OTHER_NAMES, Place, listed_name, place_of
from despacho_starken.rating import rate_request, read_rates

BOX = Parcel(weight_g=1000, length_mm=100, width_mm=150, height_mm=200)
CART = RateRequest(
    origin=Address(country="CL", municipality="Castro"),
    destination=Address(country="CL", region="Región Metropolitana", municipality="ñuñoa"),
    parcels=(BOX,),
    declared_value=money(15000, "CLP"),
)
TARIFF: dict[str, object] = {
    "costoTotal": 6650.0, "diasEntrega": 2, "tipoEntrega": {"codigoTipoEntrega": 2, "descripcionTipoEntrega": "DOMICILIO"},
    "tipoServicio": {"codigoTipoServicio": 0, "descripcionTipoServicio": "NORMAL"},
}  # fmt: skip


def place(municipality: str, region: str = "") -> Place:
    found = place_of(Address(country="CL", municipality=municipality, region=region))
    assert found is not None
    return found


def cities(*listed: tuple[int, int, str, tuple[str, ...]]) -> msgspec.Raw:
    rows = [
        {
            "codigoCiudad": code,
            "codigoRegion": region,
            "nombreCiudad": name,
            "listaComunas": [{"nombreComuna": one} for one in comunas],
        }
        for code, region, name, comunas in listed
    ]
    return msgspec.Raw(msgspec.json.encode(rows))


def answered(*tariffs: object, code: object = 1, text: object = "Busqueda exitosa.") -> Answer:
    return Answer(
        200,
        msgspec.json.encode(
            {"type": "x", "codigoRespuesta": code, "mensajeRespuesta": text, "listaTarifas": list(tariffs)}
        ),
    )


def test_every_comuna_of_chile_has_a_name_at_the_carrier() -> None:
    named = {
        comuna.name: place_of(Address(country="CL", municipality=comuna.name, region=comuna.region))
        for comuna in comunas_of("CL").values()
    }
    assert len(named) == 346
    assert all(found is not None and found.name.isascii() and found.name.isupper() for found in named.values())
    assert len({found.name for found in named.values() if found}) == 346
    officials = {found.official for found in named.values() if found}
    assert set(OTHER_NAMES) | NOT_LISTED <= officials


@pytest.mark.parametrize(
    ("official", "listed"),
    [
        ("Paiguano", "PAIHUANO"),
        ("O'Higgins", "VILLA OHIGGINS"),
        ("Aysén", "PUERTO AYSEN"),
        ("Natales", "PUERTO NATALES"),
        ("Ñuñoa", "NUNOA"),
        ("Tirúa", None),
        ("Juan Fernández", None),
    ],
)
def test_some_comunas_go_by_another_name_and_some_are_not_served(official: str, listed: str | None) -> None:
    assert listed_name(Address(country="CL", municipality=official)) == listed


@pytest.mark.parametrize("written", ["Ñuñoa", "NUNOA", " ñuñoa ", "Nuñoa, Región Metropolitana"])
def test_however_a_comuna_is_written_it_is_found(written: str) -> None:
    assert place(written) == Place("NUNOA", 13, "NUNOA")


def test_a_comuna_leads_to_the_code_of_its_city() -> None:
    found = read_cities(cities((1, 13, "SANTIAGO", ("SANTIAGO", "NUNOA")), (7, 4, "VICUNA", ("VICUNA", "PAIHUANO"))))
    assert found.code_of(place("Ñuñoa")) == 1
    assert found.code_of(place("Paiguano")) == 7
    assert found.code_of(place("Macul")) is None


def test_of_several_places_with_one_name_the_region_decides_and_then_the_city_that_is_called_so() -> None:
    several = (
        (1, 6, "PALMILLA", ("PALMILLA",)), (2, 7, "LINARES", ("PALMILLA",)), (3, 16, "CHILLAN", ("EL CARMEN",)),
        (4, 16, "EL CARMEN", ("EL CARMEN",)), (5, 6, "A", ("PLACILLA",)), (6, 6, "B", ("PLACILLA",)),
    )  # fmt: skip
    found = read_cities(cities(*several))
    assert found.code_of(place("Palmilla")) == 1
    assert found.code_of(place("El Carmen")) == 4
    assert found.code_of(place("Placilla")) is None, "a wrong price would be worse than none"


def test_odd_cities_are_left_out_and_a_list_of_none_is_no_list() -> None:
    odd = b'[17, {"codigoCiudad": "x", "nombreCiudad": "A"}, {"codigoCiudad": 5}, {"codigoCiudad": "388", "nombreCiudad": "CASTRO"}]'
    assert read_cities(msgspec.Raw(odd)).code_of(place("Castro")) == 388
    for empty in (b"[]", b"null", b"{}", b'"x"'):
        with pytest.raises(Unavailable):
            read_cities(msgspec.Raw(empty))


def test_a_few_codes_are_known_without_asking() -> None:
    assert [KNOWN.code_of(place(one)) for one in ("Ñuñoa", "Arica", "Pucón", "Quellón", "Macul")] == [
        1,
        39,
        73,
        1063,
        None,
    ]


def test_the_accounts_own_tariff_or_the_list_price_is_asked_for_never_both(settings: StarkenSettings) -> None:
    body = rate_request(settings, 388, 1, packed([BOX]))
    assert msgspec.json.decode(body) == {
        "codigoCiudadOrigen": 388, "codigoCiudadDestino": 1, "codigoAgenciaOrigen": 0, "codigoAgenciaDestino": 0, "alto": 20,
        "ancho": 15, "largo": 10, "kilos": 1.0, "cuentaCorriente": "41966", "cuentaCorrienteDV": "6", "rutCliente": "",
    }  # fmt: skip
    listed = rate_request(msgspec.structs.replace(settings, account_number=""), 388, 1, packed([BOX]))
    asked = msgspec.json.decode(listed)
    assert (asked["cuentaCorriente"], asked["cuentaCorrienteDV"], asked["rutCliente"]) == ("", "", "76543210")


def test_weights_are_written_exactly(settings: StarkenSettings) -> None:
    body = rate_request(settings, 1, 1, packed([msgspec.structs.replace(BOX, weight_g=1805)]))
    assert b'"kilos":1.81,' in body


def test_prices_are_read_each_alone() -> None:
    to_agency = {**TARIFF, "tipoEntrega": {"codigoTipoEntrega": 1}, "costoTotal": "5990"}
    odd = [
        17,
        {},
        {**TARIFF, "costoTotal": 0},
        {**TARIFF, "tipoServicio": {"codigoTipoServicio": 7}},
        {**TARIFF, "costoTotal": "gratis"},
    ]
    rates = read_rates(answered(*odd, TARIFF, {**TARIFF, "costoTotal": 1}, to_agency), with_agency=True)
    assert [(one.service_code, one.price, one.days_max) for one in rates] == [
        ("2-0", money(6650, "CLP"), 2),
        ("1-0", money(5990, "CLP"), 2),
    ]
    assert [one.service_code for one in read_rates(answered(TARIFF, to_agency), with_agency=False)] == ["2-0"]


@pytest.mark.parametrize("days", [None, -1, 999, "pronto", 1.5])
def test_days_that_cannot_be_are_not_told(days: object) -> None:
    [rate] = read_rates(answered({**TARIFF, "diasEntrega": days}), with_agency=False)
    assert (rate.days_min, rate.days_max) == (None, None)


@pytest.mark.parametrize(
    ("code", "text"), [(0, ""), (0, None), (1, "Busqueda exitosa."), (5, "No existe cobertura para la ciudad")]
)
def test_where_the_carrier_does_not_go_there_is_no_price(code: int, text: str | None) -> None:
    assert read_rates(answered(code=code, text=text), with_agency=True) == []


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (answered(code=2, text="Rut o Clave incorrectos"), Unauthorized),
        (answered(code=6, text="La cuenta corriente no existe"), Unauthorized),
        (answered(code=3, text="Los kilos deben ser mayores que cero"), Rejected),
        (answered(code=-1, text="Error interno"), Unavailable),
        (answered(code=None), Unavailable),
        (Answer(200, b"<html>"), Unavailable),
        (Answer(500, b""), Unavailable),
        (Answer(429, b"", {"retry-after": "7"}), RateLimited),
    ],
)
def test_refusals_of_a_question_are_told_apart(answer: Answer, error: type[ProviderError]) -> None:
    with pytest.raises(error) as refused:
        read_rates(answer, with_agency=True)
    if isinstance(refused.value, RateLimited):
        assert refused.value.retry_after == 7

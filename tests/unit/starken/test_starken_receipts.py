"""What the carrier says to an emission: sold, refused, or nobody knows."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ports.calls import Answer
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_starken.receipts import read_purchase

SOLD: dict[str, object] = {
    "codigoError": 0, "DescripcionError": "OK", "nroOrdenFlete": "2.22746632E8", "totalOF": 9520.0, "codigoAgenciaDestino": 1467,
    "nombreAgenciaDestino": "NUNOA", "comunaDestino": "NUNOA", "ciudadDestino": "SANTIAGO", "regionDestino": "REGION 13",
    "Encargos": [{"codigoBarraEncargo": "222746632001", "tipoCarga": "BULTO", "Rampa": "13"}, {"codigoBarraEncargo": "222746632002"}],
}  # fmt: skip


def answer(**change: object) -> Answer:
    return Answer(200, msgspec.json.encode({**SOLD, **change}))


def test_what_is_sold_has_a_label_for_each_package(request_to_buy: ShipmentRequest) -> None:
    bought = read_purchase(answer(), request_to_buy)
    assert [one.tracking_number for one in bought.labels] == ["222746632", "222746632-2"]
    assert [one.barcode for one in bought.labels] == ["222746632001", "222746632002"]
    assert bought.labels[0].routing == ("RAMPA 13", "1467 NUNOA", "NUNOA SANTIAGO", "REGION 13", "BULTO")
    assert bought.price == money(9520, "CLP")
    assert all(one.documents == () and one.group is None for one in bought.labels)


@pytest.mark.parametrize(
    ("encargos", "codes"),
    [
        ({"codigoBarraEncargo": "7", "numeroBultos": 2}, ["7", "7"]),
        ([{"codigoBarraEncargo": "7"}], ["7", "7"]),
        ([], ["222746632", "222746632"]),
        ([{"codigoBarraEncargo": str(place)} for place in range(3)], ["222746632", "222746632"]),
        ([{"codigoBarraEncargo": None}, 17], ["222746632", "222746632"]),
        ("x", ["222746632", "222746632"]),
    ],
)
def test_packages_that_are_not_told_apart_are_sold_all_the_same(
    request_to_buy: ShipmentRequest, encargos: object, codes: list[str]
) -> None:
    bought = read_purchase(answer(Encargos=encargos), request_to_buy)
    assert [one.barcode for one in bought.labels] == codes
    assert len({one.tracking_number for one in bought.labels}) == 2


@pytest.mark.parametrize("field", ["DescripcionError", "descripcionError"])
def test_a_refusal_is_told_in_the_carriers_words(request_to_buy: ShipmentRequest, field: str) -> None:
    body = msgspec.json.encode({"codigoError": 12, field: "Comuna invalida"})
    with pytest.raises(Rejected, match="Comuna invalida") as refused:
        read_purchase(Answer(200, body), request_to_buy)
    assert (refused.value.field, refused.value.code) == ("municipality", "address-not-covered")


@pytest.mark.parametrize(
    ("words", "error", "field"),
    [
        ("Usuario o clave incorrectos", Unauthorized, None),
        ("Empresa no autorizada", Unauthorized, None),
        ("Cuenta corriente invalida", Unauthorized, None),
        ("Centro de costo no existe", Unauthorized, None),
        ("Agencia de destino invalida", Rejected, "service_code"),
        ("Valor declarado mayor a 50.000 requiere documento de referencia", Rejected, "declared_value"),
        ("Telefono del destinatario es obligatorio", Rejected, "phone"),
        ("Rut del destinatario invalido", Rejected, "tax_id"),
        ("Kilos invalido", Rejected, "weight_g"),
        ("Algo nuevo", Rejected, None),
        ("", Rejected, None),
        ("Error interno, intente nuevamente", Uncertain, None),
        ("java.lang.NullPointerException", Uncertain, None),
        ("ORA-00942", Uncertain, None),
        ("Servicio no disponible", Uncertain, None),
        ("Tipo de servicio no disponible para el destino", Rejected, "service_code"),
    ],
)
def test_words_decide_what_a_refusal_is(
    request_to_buy: ShipmentRequest, words: str, error: type[ProviderError], field: str | None
) -> None:
    with pytest.raises(error) as refused:
        read_purchase(Answer(200, msgspec.json.encode({"codigoError": 7, "DescripcionError": words})), request_to_buy)
    assert getattr(refused.value, "field", None) == field
    assert refused.value.message


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"<html>",
        b"\xff\xfe",
        b'{"codigoError": null}',
        b'{"codigoError": "no", "nroOrdenFlete": 222746632}',
        b'{"codigoError": 0}',
        b'{"codigoError": 0, "nroOrdenFlete": 0}',
        b'{"codigoError": 0, "nroOrdenFlete": "2.227466321E1"}',
        b'{"codigoError": 12, "DescripcionError": "Comuna invalida", "nroOrdenFlete": 222746632}',
    ],
)
def test_an_answer_that_settles_nothing_is_uncertain(request_to_buy: ShipmentRequest, body: bytes) -> None:
    with pytest.raises(Uncertain):
        read_purchase(Answer(200, body), request_to_buy)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Unauthorized),
        (403, Unauthorized),
        (404, Unavailable),
        (405, Unavailable),
        (408, Uncertain),
        (429, RateLimited),
        (302, Uncertain),
        (500, Uncertain),
        (503, Uncertain),
        (204, Uncertain),
    ],
)
def test_what_stands_before_the_service_is_told_apart(
    request_to_buy: ShipmentRequest, status: int, error: type[ProviderError]
) -> None:
    with pytest.raises(error):
        read_purchase(Answer(status, b""), request_to_buy)


def test_letters_that_are_not_utf_8_do_not_cost_a_parcel(request_to_buy: ShipmentRequest) -> None:
    body = msgspec.json.encode({**SOLD, "comunaDestino": "ÑUÑOA"}).decode().encode("latin-1")
    bought = read_purchase(Answer(200, body), request_to_buy)
    assert "ÑUÑOA SANTIAGO" in bought.labels[0].routing
    assert read_purchase(Answer(200, b"\xef\xbb\xbf" + msgspec.json.encode(SOLD)), request_to_buy).labels


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(SOLD)), inner, max_size=4),
    max_leaves=8,
)


@given(st.sampled_from(sorted(SOLD)), JSON)
def test_no_odd_value_raises_anything_but_the_five_errors(name: str, value: object) -> None:
    request = _request()
    try:
        bought = read_purchase(answer(**{name: value}), request)
    except (Rejected, Unauthorized, Uncertain):
        assert name in {"codigoError", "nroOrdenFlete"}
    else:
        assert len({one.tracking_number for one in bought.labels}) == 2


def _request() -> ShipmentRequest:
    """As the fixture's: Hypothesis takes none that are made for each test."""
    box = Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1)
    return ShipmentRequest(
        reference="R", service_code="2-0", origin=Address(), destination=Address(), parcels=(box, box),
        declared_value=money(1, "CLP"), order_number=1,
    )  # fmt: skip

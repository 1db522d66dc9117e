"""What became of each piece of a purchase, and when nobody can know (contract/carriers.md 1.4)."""

from base64 import b64encode
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress.receipts import read_purchase
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_ports.calls import Answer
from despacho_ports.carriers import LabelFormat, ShipmentRequest
from despacho_ports.errors import ProviderError, Rejected, Unauthorized, Uncertain

JPEG = b"\xff\xd8\xff\xe0 label"
TWO_PIECES = ShipmentRequest(
    reference="DSP-1",
    service_code="3",
    origin=Address(),
    destination=Address(),
    parcels=(Parcel(weight_g=1, length_mm=1, width_mm=1, height_mm=1),) * 2,
    declared_value=money(0, "CLP"),
    order_number=1,
)


def sold(piece: int, **change: object) -> dict[str, object]:
    """A detail of the portal's sample."""
    return {
        "transportOrderNumber": 712100833404 + piece,
        "reference": f"DSP-1-{piece}",
        "groupReference": "DSP-1",
        "productDescription": "E",
        "serviceDescription": "CHEX",
        "destinationCoverageAreaName": "(RM)PROVIDENCIA",
        "additionalProductDescription": "",
        "classificationData": "6100303311",
        "distributionDescription": "C MIGUEL CLARO-1",
        "barcode": f"6100303311712100833{404 + piece}0",
        "genericString1": None,
        "label": {"labelData": b64encode(JPEG).decode(), "labelType": "Binary"},
        "statusCode": 0,
        "statusDescription": "Extraccion exitosa",
        **change,
    }


def refused(piece: int, text: str, **change: object) -> dict[str, object]:
    return sold(
        piece, transportOrderNumber=None, barcode=None, label=None, statusCode=-1, statusDescription=text, **change
    )


def receipt(*details: object, code: object = 0, status: int = 200, text: str = "OK", header: object = ...) -> Answer:
    header = {"certificateNumber": 712100832940, "countOfGeneratedOrders": 2} if header is ... else header
    body = {
        "data": {"header": header, "detail": details},
        "statusCode": code,
        "statusDescription": text,
        "errors": None,
    }
    return Answer(status, msgspec.json.encode(body))


def test_each_piece_has_its_number_barcode_certificate_and_label() -> None:
    bought = read_purchase(receipt(sold(1), sold(2)), TWO_PIECES)
    assert bought.refusals == ()
    first, second = bought.labels
    assert (first.piece, first.tracking_number, first.barcode) == (1, "712100833405", "61003033117121008334050")
    assert (first.group, second.group) == ("712100832940", "712100832940")
    assert first.routing == ("6100303311", "C MIGUEL CLARO-1", "(RM)PROVIDENCIA", "CHEX")
    (document,) = first.documents
    assert (document.format, document.content) == (LabelFormat.JPEG, JPEG)


def test_pieces_are_told_apart_by_our_reference_whatever_their_order() -> None:
    bought = read_purchase(receipt(sold(2), sold(1)), TWO_PIECES)
    assert [label.tracking_number for label in bought.labels] == ["712100833405", "712100833406"]


def test_pieces_without_reference_are_told_apart_by_their_place() -> None:
    bought = read_purchase(receipt(sold(1, reference=None), sold(2, reference="")), TWO_PIECES)
    assert [label.tracking_number for label in bought.labels] == ["712100833405", "712100833406"]


def test_numbers_may_be_text_and_labels_may_be_missing() -> None:
    answer = receipt(
        sold(1, transportOrderNumber="99726299584", label=None), sold(2), header={"certificateNumber": "5"}
    )
    bought = read_purchase(answer, TWO_PIECES)
    assert (bought.labels[0].tracking_number, bought.labels[0].documents, bought.labels[0].group) == (
        "99726299584",
        (),
        "5",
    )
    assert read_purchase(receipt(sold(1), sold(2), header=None), TWO_PIECES).labels[0].group is None


@pytest.mark.parametrize("fine", [0, "0", 0.0, None])
def test_fine_may_be_written_in_several_ways(fine: object) -> None:
    assert len(read_purchase(receipt(sold(1, statusCode=fine), sold(2), code=fine), TWO_PIECES).labels) == 2


@pytest.mark.parametrize(("code", "status"), [(0, 200), (99, 200), (-1, 400)])
def test_a_partial_success_keeps_what_was_sold_and_tells_the_rest(code: int, status: int) -> None:
    answer = receipt(sold(1), refused(2, "No existe servicio de entrega"), code=code, status=status)
    bought = read_purchase(answer, TWO_PIECES)
    assert [label.piece for label in bought.labels] == [1]
    assert bought.refusals == ("DSP-1-2: No existe servicio de entrega",)


@pytest.mark.parametrize(("code", "status"), [(99, 200), (0, 200), (-1, 400)])
def test_a_whole_failure_speaks_with_the_details_own_words(code: int, status: int) -> None:
    text = "El largo de la numeración excede el máximo"
    answer = receipt(
        refused(1, text), refused(2, text), code=code, status=status, text="ninguno fue exitoso", header=None
    )
    with pytest.raises(Rejected) as no:
        read_purchase(answer, TWO_PIECES)
    assert (no.value.message, no.value.code, no.value.field) == (text, "street-number-too-long", "street_number")


def test_different_reasons_are_all_told() -> None:
    with pytest.raises(Rejected, match="Uno; Otro"):
        read_purchase(receipt(refused(1, "Uno"), refused(2, "Otro"), code=99), TWO_PIECES)


def test_a_card_that_is_not_current_needs_attention() -> None:
    text = "La tarjeta no se encuentra vigente"
    with pytest.raises(Unauthorized, match="vigente"):
        read_purchase(receipt(refused(1, text), refused(2, text), code=99), TWO_PIECES)


def test_a_refused_request_without_details_is_refused() -> None:
    body = {"data": None, "statusCode": -1, "statusDescription": "El JSON de entrada no es válido"}
    with pytest.raises(Rejected, match="JSON"):
        read_purchase(Answer(400, msgspec.json.encode(body)), TWO_PIECES)


@pytest.mark.parametrize(
    "answer",
    [
        receipt(sold(1)),
        receipt(sold(1), sold(2, transportOrderNumber=None)),
        receipt(sold(1), sold(2, transportOrderNumber=0)),
        receipt(sold(1), None),
        receipt(sold(1), sold(2, reference="OTHER")),
        receipt(sold(1), sold(2, statusCode=1, statusDescription="contradictory")),
        receipt(sold(1), sold(2, transportOrderNumber=None, statusCode="?")),
        receipt(),
        receipt(sold(1), sold(2), status=500),
        Answer(200, b"{}"),
        Answer(200, b'{"data":{"header":{"certificateNumber":1},"detail":[{"transpor'),
        Answer(400, b"Bad Request"),
        Answer(200, b""),
    ],
)
def test_a_piece_that_is_unaccounted_for_makes_all_uncertain(answer: Answer) -> None:
    with pytest.raises(Uncertain):
        read_purchase(answer, TWO_PIECES)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=12), inner, max_size=2),
    max_leaves=4,
)
DETAILS = st.tuples(
    st.sampled_from([1, 2]), st.dictionaries(st.sampled_from([*sold(1), "unknown"]), ODD, max_size=4)
).map(lambda drawn: sold(drawn[0], **drawn[1]))


@given(st.lists(DETAILS | ODD, max_size=3), ODD | st.sampled_from([0, 99, -1]), st.sampled_from([200, 400]), ODD)
def test_any_receipt_is_a_purchase_or_one_of_the_five(
    details: list[Any], code: object, status: int, header: object
) -> None:
    try:
        bought = read_purchase(receipt(*details, code=code, status=status, header=header), TWO_PIECES)
    except ProviderError as error:
        kind = type(error)
    else:
        assert all(label.tracking_number.isdigit() for label in bought.labels)
        assert len(bought.labels) + len(bought.refusals) == 2
        return
    assert kind in {Rejected, Unauthorized, Uncertain}

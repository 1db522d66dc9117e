"""Quotes: the portal's own sample there and back, and prices that add up to the peso (contract/carriers.md 1.3)."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_chilexpress import ChilexpressSettings
from despacho_chilexpress.rating import Question, added_up, boxes, offered_services, questions, rate_path, read_rates
from despacho_core.addresses import Address
from despacho_core.money import Money, money
from despacho_core.parcels import Parcel
from despacho_core.quotes import RateRequest
from despacho_ports.calls import Answer
from despacho_ports.errors import ProviderError, Rejected, Unauthorized

SAMPLE = {
    "data": {
        "courierServiceOptions": [
            {
                "serviceTypeCode": 2,
                "serviceDescription": "PRIORITARIO",
                "didUseVolumetricWeight": False,
                "finalWeight": "16.00",
                "serviceValue": "9306",
                "serviceValueDiscount": "8569",
                "conditions": "",
                "deliveryType": 0,
                "additionalServices": [],
            },
            {
                "serviceTypeCode": 3,
                "serviceDescription": "EXPRESS",
                "didUseVolumetricWeight": False,
                "finalWeight": "16.00",
                "serviceValue": "6204",
                "conditions": "",
                "deliveryType": 0,
                "additionalServices": [
                    {
                        "serviceTypeCode": 417,
                        "serviceDescription": "COBERTURA EXTENDIDA",
                        "serviceValue": "1",
                        "required": True,
                    }
                ],
            },
        ]
    },
    "statusCode": 0,
    "statusDescription": "OK",
    "errors": None,
}


def answered(body: object, status: int = 200) -> Answer:
    return Answer(status, msgspec.json.encode(body))


def options(*found: object) -> Answer:
    return answered({"data": {"courierServiceOptions": found}, "statusCode": 0})


def prices(answer: Answer) -> dict[int, str]:
    return {code: rate.price.plain() for code, rate in read_rates(answer).items()}


def test_the_request_is_that_of_the_portal(settings: ChilexpressSettings, cart: RateRequest) -> None:
    (question,) = questions(settings, cart)
    assert msgspec.json.decode(question.body) == {
        "originCountyCode": "PUDA",
        "destinationCountyCode": "PROV",
        "package": {"weight": "1.51", "height": "10", "width": "20", "length": "31"},
        "productType": 3,
        "contentType": 1,
        "declaredWorth": "15001",
        "deliveryTime": 0,
        "customerCardNumber": "18578680",
    }
    assert rate_path(settings) == "/rates/business"


def test_list_prices_are_asked_for_without_the_card(settings: ChilexpressSettings, cart: RateRequest) -> None:
    settings = msgspec.structs.replace(settings, rates="courier")
    (question,) = questions(settings, cart)
    assert rate_path(settings) == "/rates/courier"
    assert b"customerCardNumber" not in question.body


def test_equal_parcels_are_one_question_and_the_value_is_shared(
    settings: ChilexpressSettings, cart: RateRequest
) -> None:
    (one,) = cart.parcels
    other = Parcel(weight_g=300, length_mm=100, width_mm=100, height_mm=100)
    almost = msgspec.structs.replace(one, weight_g=1509, contents="Otra cosa")
    asked = questions(settings, msgspec.structs.replace(cart, parcels=(one, other, almost)))
    assert [question.pieces for question in asked] == [2, 1]
    assert [msgspec.json.decode(question.body)["declaredWorth"] for question in asked] == ["5001", "5001"]


@pytest.mark.parametrize("place", ["Alhué", "8269999", "", None])
def test_where_the_carrier_does_not_go_nothing_is_asked(
    settings: ChilexpressSettings, cart: RateRequest, place: str | None
) -> None:
    away = msgspec.structs.replace(cart, destination=Address(country="CL", municipality=place))
    assert questions(settings, away) == []
    assert added_up([], []) == []


def test_impossible_carts_are_refused_as_the_ports_want_it(settings: ChilexpressSettings, cart: RateRequest) -> None:
    negative = Parcel(weight_g=-5, length_mm=10, width_mm=10, height_mm=10)
    changes: list[tuple[dict[str, Any], str]] = [
        ({"parcels": ()}, "nothing-to-ship"),
        ({"parcels": (negative,)}, "invalid-parcel"),
        ({"declared_value": money(1, "EUR")}, "currency-not-supported"),
    ]
    for change, code in changes:
        with pytest.raises(Rejected) as refused:
            questions(settings, msgspec.structs.replace(cart, **change))
        assert refused.value.code == code


def test_the_contract_price_comes_before_the_list_price() -> None:
    rates = read_rates(answered(SAMPLE))
    assert prices(answered(SAMPLE)) == {2: "8569", 3: "6204"}
    assert [rate.service_name for rate in rates.values()] == ["Chilexpress Prioritario", "Chilexpress Express"]
    assert (rates[2].days_max, rates[3].days_max) == (None, 1)
    assert {rate.price.currency for rate in rates.values()} == {"CLP"}


@pytest.mark.parametrize("discount", [None, "", "0", 0])
def test_an_empty_contract_price_is_none(discount: object) -> None:
    assert prices(options({"serviceTypeCode": 2, "serviceValue": "9306", "serviceValueDiscount": discount})) == {
        2: "9306"
    }


def test_an_odd_price_spoils_no_other() -> None:
    fine = {"serviceTypeCode": "3", "serviceValue": 6204}
    odd: list[object] = [
        None,
        7,
        "EXPRESS",
        [],
        {},
        {"serviceTypeCode": 2},
        {"serviceTypeCode": None, "serviceValue": "1"},
        {"serviceTypeCode": True, "serviceValue": "1"},
        {"serviceTypeCode": 999, "serviceValue": "1"},
        {"serviceTypeCode": 47, "serviceValue": "1"},
        {"serviceTypeCode": 2, "serviceValue": "9.306"},
        {"serviceTypeCode": 2, "serviceValue": "0"},
        {"serviceTypeCode": 2, "serviceValue": "-1"},
        {"serviceTypeCode": 2, "serviceValue": "100", "serviceValueDiscount": "gratis"},
        {"serviceTypeCode": 3, "serviceValue": "1"},
    ]
    assert prices(options(*odd[:7], fine, *odd[7:])) == {3: "6204"}


def test_a_single_option_may_come_without_its_array() -> None:
    assert prices(
        answered({"data": {"courierServiceOptions": {"serviceTypeCode": 3, "serviceValue": "5"}}, "statusCode": 0})
    ) == {3: "5"}


@pytest.mark.parametrize("data", [None, [], {}, {"courierServiceOptions": None}, {"courierServiceOptions": "x"}, "x"])
def test_no_options_are_no_prices(data: object) -> None:
    assert read_rates(answered({"data": data, "statusCode": 0})) == {}


def test_no_service_between_two_comunas_is_no_price_but_other_refusals_are_told() -> None:
    text = "No existe servicio de entrega entre las comunas"
    assert (
        read_rates(answered({"data": {"courierServiceOptions": []}, "statusCode": -1, "statusDescription": text}, 400))
        == {}
    )
    with pytest.raises(Unauthorized, match="TCC"):
        read_rates(
            answered({"data": None, "statusCode": -1, "statusDescription": "No existe Tarjeta Chilexpress (TCC)"}, 400)
        )
    with pytest.raises(Rejected, match="peso"):
        read_rates(answered({"data": None, "statusCode": -1, "statusDescription": "El peso no es válido"}, 400))


def test_every_price_is_of_a_service_that_is_listed() -> None:
    listed = {service.code: service.name for service in offered_services()}
    everything = options(*({"serviceTypeCode": code, "serviceValue": "1"} for code in range(-5, 2000)))
    assert {rate.service_code: rate.service_name for rate in read_rates(everything).values()} == listed
    assert {"2", "3", "4", "5", "8", "41", "42", "53", "54", "55", "56"} == set(listed)


PRICES = st.dictionaries(st.sampled_from([2, 3, 4, 5, 8]), st.integers(1, 10**7), max_size=5)


@given(st.lists(st.tuples(PRICES, st.integers(1, 9)), min_size=1, max_size=4))
def test_totals_are_exact_and_only_of_services_that_take_every_parcel(asked: list[tuple[dict[int, int], int]]) -> None:
    answers = [
        read_rates(options(*({"serviceTypeCode": code, "serviceValue": str(price)} for code, price in priced.items())))
        for priced, _ in asked
    ]
    total = added_up([Question(b"", pieces) for _, pieces in asked], answers)
    everywhere = set.intersection(*(set(priced) for priced, _ in asked))
    assert {int(rate.service_code): rate.price for rate in total} == {
        code: Money(Decimal(sum(priced[code] * pieces for priced, pieces in asked)), "CLP") for code in everywhere
    }


PARCELS = st.builds(
    Parcel,
    weight_g=st.integers(1, 50_000),
    length_mm=st.integers(1, 3_000),
    width_mm=st.integers(1, 3_000),
    height_mm=st.integers(1, 3_000),
)


@given(st.lists(PARCELS, min_size=1, max_size=20))
def test_no_parcel_is_forgotten(parcels: list[Parcel]) -> None:
    assert sum(boxes(parcels).values()) == len(parcels)


ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["serviceTypeCode", "serviceValue", "serviceValueDiscount", "conditions", "serviceDescription"]
)


@given(st.lists(st.dictionaries(FIELDS, ODD | st.sampled_from(["2", 3, "8569"]), max_size=5) | ODD, max_size=5))
def test_any_options_give_prices_of_whole_pesos_above_zero(found: list[object]) -> None:
    for rate in read_rates(options(*found)).values():
        assert rate.price.amount > 0
        assert rate.price == rate.price.rounded()


@given(ODD, ODD)
def test_any_answer_gives_prices_or_one_of_the_five(data: object, code: object) -> None:
    try:
        rates = read_rates(answered({"data": data, "statusCode": code}))
    except ProviderError:
        return
    assert isinstance(rates, dict)

"""The rates callback in every form that implementers have met."""

import json
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_jumpseller import JumpsellerMessages
from despacho_ports.storefront import Cart, CartLine, MessageInvalid

messages = JumpsellerMessages()

FORM = "application/x-www-form-urlencoded"


def place(**values: object) -> dict[str, object]:
    return {
        "country": "Chile", "region": "12", "region_name": "Metropolitana", "municipality": "8261414",
        "municipality_name": "Providencia", "city": "Santiago", "postal": None, "name": None, "address": None,
        "complement": None, "street_number": None, "email": None, "phone": None, "company": None, **values,
    }  # fmt: skip


def request(**values: object) -> dict[str, Any]:
    return {
        "from": place(name="John Smith", address="Avenida Nueva Providencia", street_number="4000", postal="3453"),
        "to": place(),
        "products": [
            {"name": "Product A", "sku": "PKUA", "quantity": 1, "price": 2323, "product_id": 64, "variant_id": None,
             "weight": 1, "shipping_required": True}
        ],
        "package": {"weight": 10, "height": 2, "width": 3, "length": 18},
        "unit_measurement": "cm", "weight_unit": "kg", "currency": "CLP", "locale": "es", **values,
    }  # fmt: skip


EXPECTED = Cart(
    origin=Address(
        country="CL", region="Metropolitana", region_code="12", municipality="Providencia", municipality_code="8261414",
        city="Santiago", postal_code="3453", street="Avenida Nueva Providencia", street_number="4000", name="John Smith",
    ),
    destination=Address(
        country="CL", region="Metropolitana", region_code="12", municipality="Providencia", municipality_code="8261414",
        city="Santiago",
    ),
    lines=(
        CartLine(
            name="Product A", sku="PKUA", quantity=1, unit_price=Decimal(2323), weight_g=1000, product_id="64"
        ),
    ),
    currency="CLP",
    package=Parcel(weight_g=10_000, length_mm=180, width_mm=30, height_mm=20),
)  # fmt: skip


def flattened(value: object, name: str = "request") -> list[tuple[str, str]]:
    """An object as a form's nested fields, as Rails and PHP clients send them."""
    if isinstance(value, dict):
        return [pair for key, inner in value.items() for pair in flattened(inner, f"{name}[{key}]")]
    if isinstance(value, list):
        return [pair for place, inner in enumerate(value) for pair in flattened(inner, f"{name}[{place}]")]
    return [(name, "" if value is None else str(value).lower() if isinstance(value, bool) else str(value))]


def multipart(pairs: list[tuple[str, str]], boundary: str = "xYz-123") -> tuple[bytes, str]:
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in pairs
    )
    return f"{parts}--{boundary}--\r\n".encode(), f'multipart/form-data; boundary="{boundary}"'


def encodings(cart: dict[str, Any]) -> dict[str, tuple[bytes, str]]:
    text = json.dumps({"request": cart})
    inner = json.dumps(cart)
    indexed = flattened(cart)
    rails = [(name.replace("[products][0]", "[products][]"), value) for name, value in indexed]
    return {
        "JSON": (text.encode(), "application/json"),
        "JSON with charset": (text.encode(), "application/json; charset=utf-8"),
        "JSON without content type": (text.encode(), ""),
        "JSON called a form": (text.encode(), FORM),
        "JSON without root": (inner.encode(), "application/json"),
        "form field with JSON": (urlencode({"request": inner}).encode(), FORM),
        "form field with wrapped JSON": (urlencode({"request": text}).encode(), FORM),
        "nested form": (urlencode(indexed).encode(), FORM),
        "nested form, anonymous list": (urlencode(rails).encode(), FORM),
        "nested form without content type": (urlencode(indexed).encode(), ""),
        "multipart with JSON": multipart([("request", inner)]),
        "multipart nested": multipart(indexed),
    }


@pytest.mark.parametrize("encoding", list(encodings({})))
def test_every_known_encoding_gives_the_same_cart(encoding: str) -> None:
    body, content_type = encodings(request())[encoding]
    assert messages.cart(body, content_type) == EXPECTED


def test_a_list_without_indices_begins_anew_when_a_field_comes_again() -> None:
    pairs = [("request[to][country]", "Chile")]
    for name, weight in (("A", "0.5"), ("B", "1.5")):
        pairs += [("request[products][][name]", name), ("request[products][][weight]", weight)]
    cart = messages.cart(urlencode(pairs).encode(), FORM)
    assert [(line.name, line.weight_g) for line in cart.lines] == [("A", 500), ("B", 1500)]


def asked(**values: object) -> Cart:
    return messages.cart(json.dumps({"request": request(**values)}).encode(), "application/json")


def test_the_older_form_gives_names_in_place_of_codes() -> None:
    old = {"country": "Chile", "region": "Metropolitana", "municipality": "Las Condes", "postal": "7550000"}
    assert asked(to=old).destination == Address(
        country="CL", region="Metropolitana", municipality="Las Condes", postal_code="7550000"
    )


def test_codes_without_names_are_codes() -> None:
    assert asked(to={"country": "CL", "region": "05", "municipality": "8261428"}).destination == Address(
        country="CL", region_code="05", municipality_code="8261428"
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Chile", "CL"), ("Portugal", "PT"), ("España", "ES"), ("Spain", "ES"), ("Peru", "PE"), ("Perú", "PE"),
        ("México", "MX"), ("Mexico", "MX"), ("Colombia", "CO"), ("Argentina", "AR"), ("Brasil", "BR"), ("Brazil", "BR"),
        ("cl", "CL"), (" PT ", "PT"), ("ESPANHA", "ES"), ("Atlantis", ""), (None, ""),
    ],
)  # fmt: skip
def test_countries_are_known_by_their_names(name: str | None, code: str) -> None:
    assert asked(to={"country": name, "city": "X"}).destination.country == code


def test_a_guests_cart_may_know_nothing_but_the_country() -> None:
    assert asked(to={"country": "Chile"}, products=None, package=None, **{"from": None}) == Cart(
        origin=Address(), destination=Address(country="CL"), lines=(), currency="CLP"
    )


@pytest.mark.parametrize(
    ("product", "read"),
    [
        ({"weight": "0.85", "price": "11990.0", "quantity": "2"}, (850, Decimal("11990.0"), 2, True)),
        ({"weight": None, "price": None, "quantity": None}, (None, Decimal(0), 1, True)),
        ({"weight": 0, "price": 0, "quantity": 0, "shipping_required": False}, (0, Decimal(0), 0, False)),
        ({"shipping_required": "false", "quantity": 3.0}, (None, Decimal(0), 3, False)),
    ],
)
def test_lines_are_read_in_every_type(product: dict[str, object], read: tuple[object, ...]) -> None:
    (line,) = asked(products=[{"name": "A", **product}]).lines
    assert (line.weight_g, line.unit_price, line.quantity, line.shipping_required) == read


@pytest.mark.parametrize(
    ("values", "grams", "length"),
    [
        ({"weight_unit": "lb", "unit_measurement": "in"}, 4536, 457),
        ({"weight_unit": "g", "unit_measurement": "mm"}, 10, 18),
        ({"weight_unit": "oz", "unit_measurement": "m"}, 283, 18_000),
        ({"weight_unit": None, "unit_measurement": "?"}, 10_000, 180),
    ],
)
def test_the_package_is_read_in_its_units(values: dict[str, object], grams: int, length: int) -> None:
    package = asked(**values, package={"weight": 10, "height": 50, "width": 50, "length": 18}).package
    assert package is not None
    assert (package.weight_g, package.length_mm) == (grams, length)


@pytest.mark.parametrize("side", ["weight", "height", "width", "length"])
@pytest.mark.parametrize("nothing", [None, 0, "0", ""])
def test_half_a_package_is_none(side: str, nothing: object) -> None:
    assert asked(package={"weight": 10, "height": 2, "width": 3, "length": 18, side: nothing}).package is None


@pytest.mark.parametrize("name", ["request_reference", "cart_id", "order_id"])
def test_a_reference_is_kept_for_the_answer(name: str) -> None:
    assert asked(**{name: 998}).reference == "998"


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"to": None}, "request.to: expected an object, found null"),
        ({"to": []}, "request.to: expected an object, found a list"),
        ({"to": "Santiago"}, "request.to: expected an object, found text"),
        ({"from": [1]}, "request.from: expected an object, found a list"),
        ({"products": {"name": "A"}}, "request.products: expected a list, found an object"),
        ({"products": ["A"]}, "request.products[0]: expected an object, found text"),
        ({"package": [1, 2]}, "request.package: expected an object, found a list"),
        ({"package": {"weight": -1}}, "request.package.weight: expected a number of zero or more, found a number"),
        (
            {"products": [{"name": "A"}, {"weight": -0.5}]},
            "request.products[1].weight: expected a number of zero or more, found a number",
        ),
        (
            {"products": [{"quantity": -2}]},
            "request.products[0].quantity: expected a whole number of zero or more, found a number",
        ),
        ({"products": [{"quantity": 1.5}]}, "request.products[0].quantity: expected a whole number, found a number"),
        ({"products": [{"price": "-1"}]}, "request.products[0].price: expected a number of zero or more, found text"),
        ({"products": [{"weight": "heavy"}]}, "request.products[0].weight: expected a number of zero or more, found text"),
        ({"products": [{"shipping_required": "?"}]}, "request.products[0].shipping_required: expected true or false, found text"),
        ({"currency": ["CLP"]}, "request.currency: expected text, found a list"),
    ],
)  # fmt: skip
def test_what_cannot_be_quoted_says_where_and_what_was_expected(values: dict[str, object], says: str) -> None:
    with pytest.raises(MessageInvalid) as raised:
        asked(**values)
    assert str(raised.value) == says


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b'{"request":', "application/json", "the body is not readable JSON"),
        (b"[1]", "application/json", "request: expected an object, found a list"),
        (b'{"request":[]}', "application/json", "request: expected an object, found a list"),
        (b"request=%7B", FORM, "the body is not readable JSON"),
        (b"request[to]=x&request[to][city]=y", FORM, "request.to: expected an object, found text"),
        (b"request[a][b][c][d][e][f][g][h][i]=1", FORM, "request: expected at most 8 levels"),
        (b"a=1&" * 6000, FORM, "the form is not readable"),
        (b"", "", "the body is not readable JSON"),
        (b"x", "multipart/form-data", "the form is not readable: its content type names no boundary"),
        (b"x", "multipart/form-data; boundary=b", "request.to: expected an object, found null"),
    ],
)
def test_a_body_that_cannot_be_read_says_so(body: bytes, content_type: str, says: str) -> None:
    with pytest.raises(MessageInvalid) as raised:
        messages.cart(body, content_type)
    assert str(raised.value).startswith(says)


CONTENT_TYPES = st.sampled_from(["application/json", FORM, "multipart/form-data; boundary=b", "", "text/plain"])
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


@given(body=st.binary(), content_type=CONTENT_TYPES)
def test_no_bytes_are_met_with_anything_but_a_cart_or_a_clear_word(body: bytes, content_type: str) -> None:
    _reads_or_refuses(lambda: messages.cart(body, content_type))


@given(
    values=st.dictionaries(st.sampled_from([*request(), "cart_id"]), JSON),
    line=st.dictionaries(st.sampled_from(["name", "quantity", "price", "weight", "sku"]), JSON),
)
def test_no_odd_values_are_met_with_anything_else(values: dict[str, object], line: dict[str, object]) -> None:
    cart = {**request(products=[line]), **values}
    _reads_or_refuses(lambda: messages.cart(json.dumps({"request": cart}).encode(), "application/json"))


@given(
    pairs=st.lists(
        st.tuples(st.from_regex(r"\A(request)?(\[(to|products|0|name)?\]){0,4}\Z"), st.text(max_size=5)), max_size=8
    ),
    parts=st.booleans(),
)
def test_no_form_is_met_with_anything_else(pairs: list[tuple[str, str]], *, parts: bool) -> None:
    body, content_type = multipart(pairs) if parts else (urlencode(pairs).encode(), FORM)
    _reads_or_refuses(lambda: messages.cart(body, content_type))


@given(
    grams=st.integers(0, 500_000),
    pesos=st.integers(0, 10**9),
    quantity=st.integers(0, 1000),
    encoding=st.integers(0, 11),
)
def test_weights_prices_and_quantities_survive_every_encoding(
    grams: int, pesos: int, quantity: int, encoding: int
) -> None:
    kilograms = f"{Decimal(grams) / 1000:f}"
    product = {"name": "A", "weight": kilograms, "price": pesos, "quantity": quantity}
    body, content_type = list(encodings(request(products=[product])).values())[encoding]
    (line,) = messages.cart(body, content_type).lines
    assert (line.weight_g, line.unit_price, line.quantity) == (grams, Decimal(pesos), quantity)


def _reads_or_refuses(read: Callable[[], Cart]) -> None:
    with suppress(MessageInvalid):
        cart = read()
        assert all(line.quantity >= 0 and (line.weight_g or 0) >= 0 for line in cart.lines)

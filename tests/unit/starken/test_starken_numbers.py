"""The carrier's numbers come in every notation, and are exact in each; weights, sides and prices are never floats."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.money import Money, money
from despacho_core.parcels import Parcel
from despacho_ports.errors import Rejected
from despacho_starken.amounts import kilograms, packed, pesos, price
from despacho_starken.numbers import exact, freight_order, package_number, package_of, whole

PARCELS = st.builds(
    Parcel,
    weight_g=st.integers(1, 1_000_000),
    length_mm=st.integers(1, 5_000),
    width_mm=st.integers(1, 5_000),
    height_mm=st.integers(1, 5_000),
)


def scientific(number: int) -> str:
    """As Java writes a double of it."""
    digits = str(number)
    return f"{digits[0]}.{digits[1:] or '0'}E{len(digits) - 1}"


def written(text: str, *, quoted: bool) -> msgspec.Raw:
    return msgspec.Raw((f'"{text}"' if quoted else text).encode())


@pytest.mark.parametrize(
    "raw", [b'"2.22746632E8"', b"2.22746632E8", b"222746632", b'"222746632"', b"222746632.0", b'" 2.22746632e+8 "']
)
def test_the_published_order_is_read_in_every_notation(raw: bytes) -> None:
    assert freight_order(msgspec.Raw(raw)) == "222746632"


@given(st.integers(1, 10**12 - 1), st.booleans(), st.booleans())
def test_no_digit_of_an_order_is_lost(number: int, quoted: bool, in_scientific: bool) -> None:
    text = scientific(number) if in_scientific else str(number)
    assert freight_order(written(text, quoted=quoted)) == str(number)


@pytest.mark.parametrize(
    "raw",
    [b"null", b"true", b'""', b"0", b"-5", b"1.5", b'"OF 7"', b"1e300", b"1e-9", b"[1]", b"{}", b'"NaN"', b'"\xd9\xa1"', b"1" * 41],
)  # fmt: skip
def test_what_is_no_order_is_none(raw: bytes) -> None:
    assert freight_order(msgspec.Raw(raw)) is None


@given(st.binary(max_size=60))
def test_any_bytes_are_a_number_or_none(raw: bytes) -> None:
    number = exact(msgspec.Raw(raw))
    assert number is None or number.is_finite()
    assert whole(msgspec.Raw(raw)) is None or isinstance(whole(msgspec.Raw(raw)), int)


@given(st.integers(1, 10**12 - 1), st.integers(1, 99))
def test_a_package_is_found_again_by_its_tracking_number(order: int, piece: int) -> None:
    number = package_number(str(order), piece)
    assert package_of(number) == (str(order), piece)
    assert (number == str(order)) == (piece == 1)


@pytest.mark.parametrize("number", ["", "0", "OF1", "1-0", "1-100", "1-", "-1", "1 ", "١", "9" * 13])
def test_what_is_no_tracking_number_belongs_to_nobody(number: str) -> None:
    assert package_of(number) is None


@pytest.mark.parametrize(("grams", "kilos"), [(1, "0.01"), (10, "0.01"), (11, "0.02"), (1501, "1.51"), (2000, "2.00")])
def test_weights_are_rounded_up(grams: int, kilos: str) -> None:
    assert str(kilograms(grams)) == kilos


def test_several_parcels_are_one_with_one_side_added_up() -> None:
    flat = Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=50)
    package = packed([flat, flat, flat])
    assert (package.height, package.width, package.length) == (15, 20, 30)
    assert (package.kilos, package.pieces) == (Decimal("4.50"), 3)


@given(st.lists(PARCELS, min_size=1, max_size=6))
def test_the_packed_whole_holds_every_parcel(parcels: list[Parcel]) -> None:
    package = packed(parcels)
    sides = (package.height, package.width, package.length)
    assert package.pieces == len(parcels)
    assert package.kilos * 1000 >= sum(parcel.weight_g for parcel in parcels)
    for parcel in parcels:
        mine = (parcel.height_mm, parcel.width_mm, parcel.length_mm)
        assert all(side * 10 >= own for side, own in zip(sides, mine, strict=True))
    volume = sides[0] * sides[1] * sides[2] * 1000
    assert volume >= sum(parcel.volume_mm3 for parcel in parcels)
    if len(parcels) == 1:
        assert sides == tuple(
            -(-side // 10) for side in (parcels[0].height_mm, parcels[0].width_mm, parcels[0].length_mm)
        )


@pytest.mark.parametrize("parcels", [[], [Parcel(weight_g=0, length_mm=1, width_mm=1, height_mm=1)]])
def test_impossible_parcels_are_refused(parcels: list[Parcel]) -> None:
    with pytest.raises(Rejected) as refused:
        packed(parcels)
    assert refused.value.field == "parcels"


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_a_declared_value_is_whole_pesos_or_refused(amount: Decimal) -> None:
    try:
        value = pesos(Money(amount, "CLP"))
    except Rejected:
        assert not (amount.is_finite() and 0 <= amount < 10**11)
    else:
        assert value >= 0
        assert abs(value - amount) <= Decimal("0.5")


def test_other_currencies_are_refused() -> None:
    with pytest.raises(Rejected, match="CLP only"):
        pesos(money(10, "EUR"))


@pytest.mark.parametrize(
    ("raw", "clp"),
    [
        (b"6650.0", 6650),
        (b'"9520"', 9520),
        (b"9040.5", 9041),
        (b"9.5E3", 9500),
        (b"0", None),
        (b"-1", None),
        (b'"x"', None),
        (b"1e15", None),
    ],
)
def test_prices_are_whole_pesos_above_nothing(raw: bytes, clp: int | None) -> None:
    assert price(exact(msgspec.Raw(raw)) or Decimal(0)) == (None if clp is None else money(clp, "CLP"))

"""The merchant's price list: zones, brackets, volumetric weight; and its way through a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import io
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.areas import Area, destination_of
from despacho_core.errors import PlanInvalid
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate
from despacho_core.tariff_sheets import read_sheet, rows_of, sheet_of
from despacho_core.tariffs import Bracket, TariffRow, chargeable_weight_g, tariff_rates

LISBON = destination_of(Address(country="PT", municipality="Lisboa", postal_code="1250-096"))
FUNCHAL = destination_of(Address(country="PT", municipality="Funchal", postal_code="9000-150"))
MADRID = destination_of(Address(country="ES", city="Madrid", postal_code="28001"))
UP_TO_2, UP_TO_5 = Bracket(up_to_g=2_000, price=Decimal("3.90")), Bracket(up_to_g=5_000, price=Decimal("5.50"))


def row(**changes: Any) -> TariffRow:
    usual = TariffRow(
        account="ctt",
        service_code="EMSF056.01",
        service_name="Para Amanhã",
        area=Area(countries=("PT",)),
        brackets=(UP_TO_2, UP_TO_5),
        currency="EUR",
    )
    return msgspec.structs.replace(usual, **changes)


def parcel(weight_g: int, side_mm: int = 100) -> Parcel:
    return Parcel(weight_g=weight_g, length_mm=side_mm, width_mm=side_mm, height_mm=side_mm)


def rates(
    *rows: TariffRow, to: Any = LISBON, parcels: tuple[Parcel, ...] = (parcel(1_000),), **more: Any
) -> list[Rate]:
    return list(tariff_rates(rows, "ctt", destination=to, parcels=parcels, currency="EUR", **more))


def prices(*rows: TariffRow, **more: Any) -> list[str]:
    return [rate.price.plain() for rate in rates(*rows, **more)]


@pytest.mark.parametrize(
    ("weight", "per_kg", "expected"),
    [
        (1, None, ["3.90"]),
        (2_000, None, ["3.90"]),
        (2_001, None, ["5.50"]),
        (5_000, None, ["5.50"]),
        (5_001, None, []),
        (5_001, Decimal("0.80"), ["6.30"]),
        (6_000, Decimal("0.80"), ["6.30"]),
        (6_001, Decimal("0.80"), ["7.10"]),
    ],
)
def test_each_weight_has_its_price(weight: int, per_kg: Decimal | None, expected: list[str]) -> None:
    assert prices(row(per_kg=per_kg), parcels=(parcel(weight),)) == expected


def test_no_row_means_no_rate() -> None:
    assert rates(row(), to=MADRID) == []
    assert rates(row(area=Area(regions=("Madeira",)))) == []
    assert rates() == []


def test_the_first_row_that_covers_a_place_counts() -> None:
    islands = row(
        area=Area(countries=("PT",), postcodes=("9000-9999",)), brackets=(Bracket(up_to_g=5_000, price=Decimal(12)),)
    )
    assert prices(islands, row(), to=FUNCHAL) == ["12.00"]
    assert prices(islands, row(), to=LISBON) == ["3.90"]


def test_what_the_first_row_cannot_carry_a_later_one_may() -> None:
    heavy = row(brackets=(Bracket(up_to_g=30_000, price=Decimal(20)),))
    assert prices(row(), heavy, parcels=(parcel(10_000),)) == ["20.00"]


def test_another_accounts_rows_and_another_currency_are_nothing_to_it() -> None:
    assert rates(row(account="van"), row(account=None), row(currency="CLP")) == []
    assert [
        rate.service_code
        for rate in tariff_rates([row(account=None)], None, destination=LISBON, parcels=(parcel(1),), currency="EUR")
    ] == ["EMSF056.01"]


def test_volume_counts_where_the_carrier_counts_it() -> None:
    light_and_large = (parcel(1_000, 300),)  # 27,000 cm³
    assert prices(row(), parcels=light_and_large) == ["3.90"]
    assert prices(row(), parcels=light_and_large, divisor=6_000) == ["5.50"]  # 4.5 kg
    assert prices(row(divisor=4_000), parcels=light_and_large, divisor=6_000) == []  # 6.75 kg: the row's own counts


@given(
    st.lists(st.builds(parcel, st.integers(1, 50_000), st.integers(1, 800)), min_size=1, max_size=5),
    st.integers(100, 9_000),
)
def test_chargeable_weight_is_never_below_the_real_one(parcels: list[Parcel], divisor: int) -> None:
    real = chargeable_weight_g(parcels, None)
    assert real == sum(one.weight_g for one in parcels)
    assert chargeable_weight_g(parcels, divisor) >= real
    assert chargeable_weight_g(parcels, divisor) == sum(chargeable_weight_g([one], divisor) for one in parcels)


@given(st.integers(1, 20_000), st.integers(1, 20_000))
def test_what_is_heavier_never_costs_less(one: int, other: int) -> None:
    priced = row(per_kg=Decimal(1))
    lighter, heavier = sorted([one, other])
    low, high = priced.price(lighter), priced.price(heavier)
    assert low is not None
    assert high is not None
    assert low <= high


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"area": {}}, "names no place"),
        ({"brackets": []}, "length >= 1"),
        ({"brackets": [{"up_to_g": 2, "price": 1}, {"up_to_g": 1, "price": 2}]}, "above the one before"),
        ({"brackets": [{"up_to_g": 1, "price": "NaN"}]}, "price"),
        ({"brackets": [{"up_to_g": 1, "price": -1}]}, "price"),
        ({"brackets": [{"up_to_g": 0, "price": 1}]}, "up_to_g"),
        ({"per_kg": "Infinity"}, "per_kg"),
        ({"days_min": 3, "days_max": 2}, "days_min"),
        ({"divisor": 1}, "divisor"),
        ({"area": {"countries": ["Chile"]}}, "countries"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_a_row_that_cannot_be_meant_so_is_refused_with_its_place(changes: dict[str, Any], says: str) -> None:
    fields = msgspec.to_builtins(row(), builtin_types=(Decimal,)) | changes
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.convert(fields, TariffRow)


FORMULAS = ["=1+1", "+56", "-2", "@x", "'=1", "''x", "'x", "'"]
names = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="|"), min_size=1, max_size=20
) | st.sampled_from(FORMULAS)


def rows_in(currency: str, amounts: st.SearchStrategy[Decimal]) -> st.SearchStrategy[TariffRow]:
    return st.builds(
        TariffRow,
        account=st.none() | st.sampled_from(["ctt", "own-fleet"]),
        service_code=st.sampled_from(["19", "48", "a;b", 'quo"te']),
        service_name=names,
        area=st.builds(
            Area,
            countries=st.just(("PT",)),
            regions=st.lists(names, max_size=2).map(tuple),
            comunas=st.lists(names, max_size=2).map(tuple),
            postcodes=st.lists(st.sampled_from(["1000-1999", "9*", "1250-096"]), max_size=2).map(tuple),
        ),
        brackets=st.lists(st.integers(1, 30_000), min_size=1, max_size=4, unique=True).flatmap(
            lambda ends: st.tuples(*(st.builds(Bracket, up_to_g=st.just(end), price=amounts) for end in sorted(ends)))
        ),
        per_kg=st.none() | amounts,
        currency=st.just(currency),
        days_min=st.none() | st.integers(0, 2),
        days_max=st.none() | st.integers(2, 9),
        divisor=st.none() | st.integers(1_000, 6_000),
    )


some_rows = st.lists(
    rows_in("EUR", st.decimals(0, 100_000, places=2)) | rows_in("CLP", st.integers(0, 10_000_000).map(Decimal)),
    max_size=5,
    unique_by=lambda one: (one.account, one.service_code, one.service_name),
)


@given(some_rows, st.sampled_from([".", ","]))
def test_no_cell_of_a_spreadsheet_is_a_formula(rows: list[TariffRow], mark: str) -> None:
    """Names of services come from outside; what begins like a formula would be run where the sheet is opened."""
    cells = csv.reader(io.StringIO(sheet_of(rows, mark), newline=""), delimiter=";" if mark == "," else ",")
    assert not [cell for line in cells for cell in line if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@given(some_rows, st.sampled_from([".", ","]))
def test_a_tariff_survives_its_way_through_a_spreadsheet(rows: list[TariffRow], mark: str) -> None:
    assert rows_of(sheet_of(rows, mark)) == tuple(rows)


SHEET = """\ufeffaccount;service_code;countries;up_to_g;price;currency;days_max
ctt;19;PT;5000;5,50;EUR;2
ctt;19;PT;2000;3,90;EUR;2
;;;;;;
own-fleet;van;PT;2000;2,5;EUR;1
"""


def test_a_spreadsheets_own_habits_are_read() -> None:
    first, second = rows_of(SHEET)
    assert (first.account, first.service_name, first.brackets, first.days_max) == ("ctt", "19", (UP_TO_2, UP_TO_5), 2)
    assert (second.account, second.brackets[0].price) == ("own-fleet", Decimal("2.5"))


def test_a_point_in_pesos_groups_thousands_and_so_it_does_in_grams() -> None:
    [row] = rows_of(
        "service_code;up_to_g;price;per_kg;currency;countries;divisor\n3;2.000;2.990;$ 1.000;clp;CL;4.000\n"
    )
    assert (row.brackets, row.per_kg, row.divisor) == (
        (Bracket(up_to_g=2000, price=Decimal(2990)),),
        Decimal(1000),
        4000,
    )


def test_all_mistakes_of_a_sheet_are_told_at_once_by_line_and_column() -> None:
    sheet = (
        "service_code;up_to_g;price;currency;countries;days_max\n"
        "3;2000;2990,5;CLP;CL;1\n"
        "3;5000;3990;CLP;CL;1\n"
        "4;x;;CLP;CL;soon\n"
        "5;1000;1.234;EUR;PT;\n"
        "6;1000;2;XQZ;;\n"
    )
    read = read_sheet(sheet)
    assert [(one.path, one.reason) for one in read.misfits] == [
        ("line 2, price", "amounts in CLP have no decimals"),
        ("line 4, price", "a line needs price"),
        ("line 4, up_to_g", "this is no number"),
        ("line 4, days_max", "this is no number"),
        ("line 5, price", "“1.234” can be read in two ways; write 1234 or 1.23"),
        ("line 6, currency", "this is no ISO 4217 currency code"),
        ("line 6, countries", "the area names no place; name at least a country"),
    ]
    assert read.lines[: len(read.rows)] == (2,), "a row is known by its first line"
    with pytest.raises(PlanInvalid) as refusal:
        rows_of(sheet)
    assert refusal.value.misfits == read.misfits


@pytest.mark.parametrize(
    ("sheet", "path"),
    [
        ("", "line 1, service_code"),
        ("service_code,up_to_g,price\n", "line 1, currency"),
        ("service_code,up_to_g,price,currency,colour\n", "line 1, colour"),
        ("service_code,up_to_g,price,currency,countries\n19,heavy,1,EUR,PT\n", "line 2, up_to_g"),
        ("service_code,up_to_g,price,currency,countries\n19,1.5,1,EUR,PT\n", "line 2, up_to_g"),
        ("service_code,up_to_g,price,currency,countries\n19,1,,EUR,PT\n", "line 2"),
        ("service_code,up_to_g,price,currency,countries\n19,1,1,EUR,PT\n19,0,1,EUR,PT\n", "line 3, up_to_g"),
        ("service_code,up_to_g,price,currency\n19,1,1,EUR\n", "line 2"),
        ("service_code,up_to_g,price,currency,countries\n19,1,1,EUR,Portugal\n", "line 2, countries"),
        ("service_code,up_to_g,price,currency,countries\n19,1,1,EUR,PT\n19,1,2,EUR,PT\n", "line 2"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named(sheet: str, path: str) -> None:
    with pytest.raises(PlanInvalid) as refusal:
        rows_of(sheet)
    assert str(refusal.value.facts["path"]).startswith(path)


@given(st.text(max_size=300))
def test_no_text_breaks_the_reading(text: str) -> None:
    with contextlib.suppress(PlanInvalid):
        rows_of("service_code,up_to_g,price,currency,countries\n" + text)

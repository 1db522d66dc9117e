"""A store's plan as a whole: what it refuses and where, how it packs, what handling time does; post-office boxes; odd rates."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.areas import Area, Destination, destination_of
from despacho_core.boxes import Box, PackedItem, Sides
from despacho_core.errors import PlanInvalid
from despacho_core.money import Money, money
from despacho_core.parcels import Parcel
from despacho_core.po_boxes import is_po_box
from despacho_core.quotes import Rate
from despacho_core.rate_checks import MOST_RATES, sound_rates
from despacho_core.shipping_plan_checks import checked_plan, plan_from_json, settled_plan
from despacho_core.shipping_plans import HANDLING, ShippingPlan, shown
from despacho_core.shipping_rules import CartFacts, Hide, MarkUp, Offered, Rule
from despacho_core.stores import Account

DEFAULT = Parcel(weight_g=500, length_mm=100, width_mm=80, height_mm=60)
NOWHERE = CartFacts(destination=Destination(), weight_g=1_000, value=money(10_000, "CLP"), now="15:00")
RATE = Rate(service_code="3", service_name="Express", price=money(3_990, "CLP"), days_min=1, days_max=2)
PLAN = b"""
{
  "boxes": [{"name": "S", "length_mm": 200, "width_mm": 150, "height_mm": 100}],
  "accounts": [{"account": "ctt", "divisor": 6000, "po_boxes": false}],
  "tariff": [{"account": "ctt", "service_code": "19", "service_name": "19", "area": {"countries": ["PT"]},
              "brackets": [{"up_to_g": 2000, "price": "3.90"}], "currency": "EUR"}],
  "rules": [{"action": {"do": "mark_up", "percent": 10}, "when": {"accounts": ["ctt"]}, "label": "handling"}],
  "preselections": [{"account": "ctt", "service_code": "19", "when": {"accounts": ["ctt"]}}],
  "handling_days": 1,
  "cut_off": "14:30"
}
"""


def account(name: str, provider: str = "ctt") -> Account:
    return Account(
        id=name, store_id="s", provider=provider, name=name, key=name, created_at=datetime(2026, 1, 1, tzinfo=UTC)
    )


def test_a_plan_names_its_accounts_by_provider_and_keeps_their_ids() -> None:
    plan = checked_plan(plan_from_json(PLAN), [account("one"), account("other", "chilexpress")])
    named = [plan.accounts[0].account, plan.tariff[0].account, plan.preselections[0].account]
    assert named == ["one"] * 3
    assert plan.rules[0].when.accounts == plan.preselections[0].when.accounts == ("one",)
    assert checked_plan(plan, [account("one")]) == plan
    assert plan_from_json(msgspec.json.encode(plan)) == plan
    assert plan.times_of_day() == ("14:30",)


@pytest.mark.parametrize(
    ("accounts", "reason"),
    [
        ([], "the store has no such account"),
        ([account("one"), account("two")], "several accounts are with this provider"),
    ],
)
def test_an_account_that_is_not_one_account_is_refused(accounts: list[Account], reason: str) -> None:
    with pytest.raises(PlanInvalid, match=reason) as refusal:
        checked_plan(plan_from_json(PLAN), accounts)
    assert refusal.value.facts["path"] == "$.accounts[0].account"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"accounts": [{"account": "one"}, {"account": "ctt"}]}, "$.accounts[1].account"),
        ({"boxes": [{"name": "S", "length_mm": 1, "width_mm": 1, "height_mm": 1}] * 2}, "$.boxes[1].name"),
        ({"boxes": [{"name": "S", "length_mm": 0, "width_mm": 1, "height_mm": 1}]}, "$.boxes[...].length_mm"),
        ({"boxes": [{"name": "S", "length_mm": 1, "width_mm": 1}]}, "$.boxes[0]"),
        ({"boxes": {}}, "$.boxes"),
        ({"currency": "PESOS"}, "$.currency"),
        ({"cut_off": "25:00"}, "$.cut_off"),
        ({"cut_off": "2 pm"}, "$.cut_off"),
        ({"handling_days": -1}, "$.handling_days"),
        ({"rules": [{"action": {"do": "sing"}}]}, "$.rules[0].action.do"),
        ({"rules": [{"action": {"do": "hide"}, "when": {"accounts": ["van"]}}]}, "$.rules[0].when.accounts[0]"),
        ({"rules": [{"action": {"do": "round", "to": 10, "ending": 10}}]}, "$.rules[0].action"),
        ({"rules": [{"action": {"do": "mark_up", "percent": "NaN"}}]}, "$.rules[0].action"),
        ({"rules": [{"action": {"do": "hide"}, "when": {"area": {"postcodes": ["9-1"]}}}]}, "$.rules[0].when.area"),
        ({"preselections": [{"account": "van", "service_code": "1"}]}, "$.preselections[0].account"),
        ({"nonsense": 1}, "$"),
    ],
)
def test_what_does_not_fit_is_named_with_its_place(change: dict[str, Any], path: str) -> None:
    with pytest.raises(PlanInvalid) as refusal:
        checked_plan(plan_from_json(msgspec.json.encode(change)), [account("one")])
    found = str(refusal.value.facts["path"])
    assert found.replace("[0]", "[...]") == path.replace("[0]", "[...]")


def test_everything_that_does_not_fit_is_found_at_once() -> None:
    plan = plan_from_json(
        msgspec.json.encode(
            {
                "tariff": [
                    {
                        "account": "van", "service_code": "1", "service_name": "x", "currency": "CLP", "per_kg": "0.5",
                        "area": {"countries": ["CL"], "comunas": ["Providensia"]}, "brackets": [{"up_to_g": 1, "price": "2.99"}],
                    }
                ],
                "rules": [{"action": {"do": "mark_up", "amount": "0.5"}, "when": {"value_from": "9.5", "area": {"regions": ["Atlantis"]}}}],
            }
        )
    )  # fmt: skip
    _, misfits = settled_plan(plan, [], currency="CLP")
    assert [one.path for one in misfits] == [
        "$.tariff[0].brackets[0].price", "$.tariff[0].per_kg", "$.tariff[0].account", "$.tariff[0].area.comunas[0]",
        "$.rules[0].action.amount", "$.rules[0].when.value_from", "$.rules[0].when.area.regions[0]",
    ]  # fmt: skip
    with pytest.raises(PlanInvalid, match="Providensia"):
        checked_plan(plan, [], currency="CLP")


def test_what_was_saved_before_keeps_nobody_from_changing_something_else() -> None:
    old = plan_from_json(PLAN)  # names accounts that are gone
    box = Box(name="new", length_mm=1, width_mm=1, height_mm=1)
    changed = msgspec.structs.replace(old, boxes=(*old.boxes, box))
    assert checked_plan(changed, [], currency="EUR", there=old) == changed
    again = msgspec.structs.replace(old.tariff[0], service_name="Changed")
    with pytest.raises(PlanInvalid, match="no such account"):
        checked_plan(msgspec.structs.replace(old, tariff=(again,)), [], currency="EUR", there=old)


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_what_is_no_plan_at_all_is_refused(text: bytes) -> None:
    with pytest.raises(PlanInvalid):
        plan_from_json(text)


def test_a_product_without_sides_takes_the_plans_default_then_the_stores() -> None:
    box = Box(name="S", length_mm=100, width_mm=100, height_mm=100)
    flat = ShippingPlan(boxes=(box,), default_sides=Sides(100, 100, 10))
    items = [PackedItem(100, 9)]
    assert len(flat.packed(items, package=None, default=DEFAULT)) == 1
    assert len(ShippingPlan(boxes=(box,)).packed(items, package=None, default=DEFAULT)) == 9


@pytest.mark.parametrize(("now", "days"), [("00:00", (2, 3)), ("14:29", (2, 3)), ("14:30", (3, 4)), ("23:59", (3, 4))])
def test_handling_time_and_cut_off_come_after_the_rules(now: str, days: tuple[int, int]) -> None:
    plan = ShippingPlan(rules=(Rule(action=MarkUp(amount=Decimal(10))),), handling_days=1, cut_off="14:30")
    facts = msgspec.structs.replace(NOWHERE, now=now)
    [judged] = plan.judged([Offered(account="a", rate=RATE)], facts, "CLP")
    assert judged.rate is not None
    assert (judged.rate.days_min, judged.rate.days_max) == days
    assert [step.rule for step in judged.steps] == [0, HANDLING]


def test_an_empty_plan_leaves_carriers_their_words_and_prices() -> None:
    [judged] = ShippingPlan().judged([Offered(account="a", rate=RATE)], NOWHERE, "CLP")
    assert (judged.rate, judged.steps) == (RATE, ())


def test_the_buyer_sees_the_cheapest_first_and_nothing_hidden() -> None:
    dear = msgspec.structs.replace(RATE, service_code="9", price=money(9_990, "CLP"))
    judged = ShippingPlan().judged([Offered(account="a", rate=dear), Offered(account=None, rate=RATE)], NOWHERE, "CLP")
    assert [(account, rate.service_code) for account, rate in shown(judged)] == [(None, "3"), ("a", "9")]
    assert (
        shown(ShippingPlan(rules=(Rule(action=Hide()),)).judged([Offered(account="a", rate=dear)], NOWHERE, "CLP"))
        == []
    )


@pytest.mark.parametrize(
    ("street", "expected"),
    [
        ("Casilla 12", True),
        ("CASILLA N° 1234, Correo Central", True),
        ("Casilla de Correo 7", True),
        ("casilla postal", True),
        ("Clasificador 30", True),
        ("Apartado 45", True),
        ("Apartado Postal 45", True),
        ("Apdo. 45", True),
        ("P.O. Box 9", True),
        ("PO Box", True),
        ("p o box 77", True),
        ("Post Office Box 3", True),
        ("Caixa Postal 99", True),
        ("Calle La Casilla", False),
        ("Apartamento 45", False),
        ("Av. Clasificadores 12", False),
        ("Avenida Providencia 1234", False),
        ("Rua do Apartado", False),
        ("", False),
    ],
)
def test_post_office_boxes_are_recognised(street: str, expected: bool) -> None:
    assert is_po_box(Address(street=street)) is expected
    assert is_po_box(Address(street="Calle Uno", complement=street)) is expected
    assert destination_of(Address(country="CL", street=street)).po_box is expected


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=20))
def test_any_address_has_a_destination(municipality: str, region: str, postcode: str) -> None:
    address = Address(country="CL", municipality=municipality, region=region, postal_code=postcode, street=municipality)
    somewhere = destination_of(address)
    assert isinstance(Area(countries=("CL",), comunas=("Ñuñoa",), postcodes=("7*",)).covers(somewhere), bool)
    assert Area().covers(somewhere)


def test_a_destination_that_nobody_knows_lies_in_no_named_place() -> None:
    unknown = destination_of(Address(country="CL", municipality="Atlantis"))
    assert not Area(comunas=("Ñuñoa",)).covers(unknown)
    assert not Area(regions=("RM",), postcodes=("7*",)).covers(unknown)
    assert Area(comunas=("ATLANTIS",)).covers(unknown)  # a name in no table is compared as it is written


def odd(**changes: Any) -> Rate:
    return msgspec.structs.replace(RATE, **{"service_code": "odd", **changes})


@pytest.mark.parametrize(
    "rate",
    [
        odd(price=Money(Decimal("NaN"), "CLP")),
        odd(price=Money(Decimal(-1), "CLP")),
        odd(price=Money(Decimal("Infinity"), "CLP")),
        odd(price=Money(Decimal("1e30"), "CLP")),
        odd(price=money(10, "EUR")),
        odd(price=None),
        odd(service_code=""),
        odd(service_code="  "),
        odd(service_code="x" * 65),
        odd(service_code=3),
        odd(service_name=None),
        odd(description=7),
        None,
        "a rate",
    ],
)
def test_an_odd_rate_never_spoils_the_others(rate: Any) -> None:
    sound, problems = sound_rates([rate, RATE], "CLP")
    assert sound == (RATE,)
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((1, 2), (1, 2)),
        ((0, 0), (0, 0)),
        ((-1, 2), (None, 2)),
        ((1, 100_000), (1, None)),
        ((5, 2), (None, None)),
        (("1", 2), (None, 2)),
        ((None, None), (None, None)),
    ],
)
def test_absurd_days_are_no_estimate(days: tuple[Any, Any], expected: tuple[int | None, int | None]) -> None:
    [rate], _ = sound_rates([odd(days_min=days[0], days_max=days[1])], "CLP")
    assert (rate.days_min, rate.days_max) == expected


def test_long_words_are_cut_and_the_first_of_two_counts() -> None:
    long = odd(service_name="x" * 1_000, description="y" * 1_000)
    [rate], problems = sound_rates([long, odd(price=money(1, "CLP"))], "CLP")
    assert (len(rate.service_name), len(rate.description), rate.price.plain()) == (120, 512, "3990")
    assert len(problems) == 2


def test_of_an_endless_answer_the_first_rates_are_taken() -> None:
    endless = (odd(service_code=str(number)) for number in itertools.count())
    sound, problems = sound_rates(endless, "CLP")
    assert [rate.service_code for rate in sound] == [str(number) for number in range(MOST_RATES)]
    assert problems == ("there are more than 100 rates; the others are left out",)


@pytest.mark.parametrize(("language", "says"), [("es", "ya está"), ("pt", "já existe"), ("en", "it is there already")])
def test_what_does_not_fit_is_said_in_the_readers_language(language: str, says: str) -> None:
    box = {"name": "S", "length_mm": 1, "width_mm": 1, "height_mm": 1}
    with pytest.raises(PlanInvalid) as refusal:
        checked_plan(plan_from_json(msgspec.json.encode({"boxes": [box, box]})), [])
    assert says in refusal.value.text(language)

"""The merchant's rules as a table: what each does to a rate, and when; and what no rules can ever do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.areas import Area, destination_of
from despacho_core.money import Money, money
from despacho_core.quotes import Rate
from despacho_core.shipping_rules import (
    AddDays,
    CartFacts,
    Conditions,
    Free,
    Hide,
    MarkUp,
    Offered,
    Preselection,
    Rename,
    Round,
    Rule,
    Towards,
    judge,
    preselect,
)

NUNOA = destination_of(Address(country="CL", municipality="Ñuñoa"))
PUNTA_ARENAS = destination_of(Address(country="CL", municipality="Punta Arenas", postal_code="6200000"))
FACTS = CartFacts(destination=NUNOA, weight_g=2_000, value=money(50_000, "CLP"), now="13:00")
RATE = Rate(service_code="3", service_name="Express", price=money(3_990, "CLP"), days_min=1, days_max=2)
EUROS = Rate(service_code="3", service_name="Express", price=money("12.40", "EUR"), days_min=1, days_max=2)


def when(**conditions: Any) -> Conditions:
    return Conditions(**conditions)


def ruled(rules: list[Rule], rate: Rate = RATE, facts: CartFacts = FACTS, account: str | None = "a") -> Rate | None:
    [judged] = judge(rules, [Offered(account=account, rate=rate)], facts, "CLP")
    return judged.rate


def price(*actions: Any, rate: Rate = RATE) -> str:
    result = ruled([Rule(action=action) for action in actions], rate)
    assert result is not None
    return result.price.plain()


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        # mark-up
        ([MarkUp(percent=Decimal(10))], "4389"),
        ([MarkUp(percent=Decimal("12.5"))], "4489"),
        ([MarkUp(amount=Decimal(500))], "4490"),
        ([MarkUp(percent=Decimal(10), amount=Decimal(500))], "4889"),
        ([MarkUp(percent=Decimal(-50))], "1995"),
        ([MarkUp(percent=Decimal(-100))], "0"),
        ([MarkUp(amount=Decimal(-5_000))], "0"),
        ([MarkUp()], "3990"),
        # rounding
        ([Round(to=Decimal(10))], "3990"),
        ([Round(to=Decimal(100))], "4000"),
        ([Round(to=Decimal(100), towards=Towards.DOWN)], "3900"),
        ([Round(to=Decimal(1000), towards=Towards.NEAREST)], "4000"),
        ([Round(to=Decimal(1000), ending=Decimal(990))], "3990"),
        ([Round(to=Decimal(1000), ending=Decimal(490))], "4490"),
        ([Round(to=Decimal(1000), ending=Decimal(490), towards=Towards.DOWN)], "3490"),
        ([Round(to=Decimal(10_000), ending=Decimal(9_990), towards=Towards.DOWN)], "9990"),  # nothing below it ends so
        # free
        ([Free()], "0"),
        ([Free(), Round(to=Decimal(1000), ending=Decimal(990))], "0"),  # what is free stays free
        # order matters where two rules touch one thing
        ([MarkUp(amount=Decimal(500)), MarkUp(percent=Decimal(10))], "4939"),
        ([MarkUp(percent=Decimal(10)), MarkUp(amount=Decimal(500))], "4889"),
        ([MarkUp(percent=Decimal(10)), Round(to=Decimal(100))], "4400"),
        ([Round(to=Decimal(100)), MarkUp(percent=Decimal(10))], "4400"),
        ([Free(), MarkUp(amount=Decimal(500))], "500"),
        ([MarkUp(amount=Decimal(500)), Free()], "0"),
    ],
)
def test_what_the_buyer_pays(actions: list[Any], expected: str) -> None:
    assert price(*actions) == expected


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ([MarkUp(percent=Decimal(10))], "13.64"),
        ([MarkUp(amount=Decimal(500))], "12.40"),  # pesos are not added to euros
        ([Round(to=Decimal(10))], "12.40"),
        ([Free()], "0.00"),
    ],
)
def test_amounts_of_the_plan_are_nothing_in_another_currency(actions: list[Any], expected: str) -> None:
    assert price(*actions, rate=EUROS) == expected


@pytest.mark.parametrize(
    ("conditions", "holds"),
    [
        ({}, True),
        ({"weight_from_g": 2_000}, True),
        ({"weight_from_g": 2_001}, False),
        ({"weight_to_g": 2_000}, True),
        ({"weight_to_g": 1_999}, False),
        ({"value_from": Decimal(50_000)}, True),
        ({"value_from": Decimal(50_001)}, False),
        ({"value_below": Decimal(50_000)}, False),
        ({"value_below": Decimal(50_001)}, True),
        ({"area": Area(regions=("RM",))}, True),
        ({"area": Area(regions=("Región Metropolitana",))}, True),
        ({"area": Area(regions=("12",))}, True),  # the store platform's code
        ({"area": Area(regions=("Magallanes",))}, False),
        ({"area": Area(comunas=("nunoa",))}, True),
        ({"area": Area(comunas=("13120",))}, True),
        ({"area": Area(comunas=("Providencia", "Ñuñoa"))}, True),
        ({"area": Area(comunas=("Providencia",))}, False),
        ({"area": Area(countries=("CL",))}, True),
        ({"area": Area(countries=("PT",))}, False),
        ({"area": Area(countries=("PT",), comunas=("Ñuñoa",))}, False),
        ({"area": Area(postcodes=("77*",))}, False),  # the cart has no postcode
        ({"po_box": True}, False),
        ({"po_box": False}, True),
        ({"accounts": ("a",)}, True),
        ({"accounts": ("b",)}, False),
        ({"services": ("3",)}, True),
        ({"services": ("4", "5")}, False),
        ({"accounts": ("a",), "services": ("3",), "weight_to_g": 5_000, "area": Area(regions=("RM",))}, True),
        ({"accounts": ("a",), "services": ("3",), "weight_to_g": 5_000, "area": Area(regions=("V",))}, False),
    ],
)
def test_when_a_rule_holds(conditions: dict[str, Any], holds: bool) -> None:
    assert (ruled([Rule(action=Hide(), when=when(**conditions))]) is None) is holds


@pytest.mark.parametrize(
    ("pattern", "holds"),
    [("6200000", True), ("62*", True), ("6000-6299", True), ("6000000..6199999", False), ("7*", False), ("62", False)],
)
def test_postcodes_are_one_some_or_a_range(pattern: str, holds: bool) -> None:
    facts = msgspec.structs.replace(FACTS, destination=PUNTA_ARENAS)
    assert (ruled([Rule(action=Hide(), when=when(area=Area(postcodes=(pattern,))))], facts=facts) is None) is holds


@pytest.mark.parametrize(
    ("pattern", "postcode", "holds"),
    [
        ("1000-1999", "1250-096", True),
        ("1250-096", "1250-096", True),
        ("1250-096", "1250 097", False),
        ("9000-9499", "9000-150", True),
        ("1000-001..1999-999", "1250-096", True),
        ("1250*", "1250-096", True),
    ],
)
def test_portuguese_postcodes_have_a_dash_that_is_no_range(pattern: str, postcode: str, holds: bool) -> None:
    there = destination_of(Address(country="PT", postal_code=postcode))
    assert Area(postcodes=(pattern,)).covers(there) is holds


@pytest.mark.parametrize("pattern", ["", "*", "9-1", "10-1", "2000..1999", "..."])
def test_a_postcode_that_is_none_is_refused(pattern: str) -> None:
    with pytest.raises((ValueError, msgspec.ValidationError)):
        msgspec.convert({"postcodes": [pattern]}, Area)


@pytest.mark.parametrize(
    ("action", "now", "days"),
    [
        (AddDays(days=2), "00:00", (3, 4)),
        (AddDays(days=1, after="14:00"), "13:59", (1, 2)),
        (AddDays(days=1, after="14:00"), "14:00", (2, 3)),
        (AddDays(days=1, after="14:00"), "23:59", (2, 3)),
    ],
)
def test_when_it_arrives(action: AddDays, now: str, days: tuple[int, int]) -> None:
    result = ruled([Rule(action=action)], facts=msgspec.structs.replace(FACTS, now=now))
    assert result is not None
    assert (result.days_min, result.days_max) == days


def test_a_rate_without_an_estimate_gets_none() -> None:
    result = ruled([Rule(action=AddDays(days=2))], msgspec.structs.replace(RATE, days_min=None, days_max=None))
    assert result is not None
    assert (result.days_min, result.days_max) == (None, None)


def test_a_service_is_said_in_the_shops_words() -> None:
    result = ruled([Rule(action=Rename(name="Rápido")), Rule(action=Rename(description="Llega mañana"))])
    assert result is not None
    assert (result.service_name, result.description, result.service_code) == ("Rápido", "Llega mañana", "3")


def test_each_step_says_which_rule_did_what() -> None:
    rules = [
        Rule(action=MarkUp(percent=Decimal(10)), label="IVA"),
        Rule(action=Hide(), when=when(services=("9",))),
        Rule(action=Round(to=Decimal(100)), label="round"),
        Rule(action=Hide(), label="gone"),
        Rule(action=Free()),
    ]
    [judged] = judge(rules, [Offered(account="a", rate=RATE)], FACTS, "CLP")
    assert [(step.rule, step.label, step.did) for step in judged.steps] == [
        (0, "IVA", "mark_up"),
        (2, "round", "round"),
        (3, "gone", "hide"),
    ]
    assert judged.steps[0].after == judged.steps[1].before
    assert judged.rate is None


def test_hiding_all_leaves_nothing_and_a_hidden_rate_stays_hidden() -> None:
    offered = [Offered(account=account, rate=RATE) for account in ("a", "b", None)]
    judged = judge([Rule(action=Hide()), Rule(action=Rename(name="x"))], offered, FACTS, "CLP")
    assert [one.rate for one in judged] == [None, None, None]


def test_a_cart_in_another_currency_fulfils_no_condition_on_value() -> None:
    facts = msgspec.structs.replace(FACTS, value=money(90_000, "EUR"))
    assert ruled([Rule(action=Free(), when=when(value_from=Decimal(1)))], facts=facts) == RATE


some_actions = st.one_of(
    st.builds(MarkUp, percent=st.decimals(-100, 1000, places=2), amount=st.decimals(-100_000, 100_000, places=2)),
    st.builds(
        Round,
        to=st.sampled_from([Decimal(1), Decimal(10), Decimal(1000), Decimal("0.05")]),
        towards=st.sampled_from(Towards),
    ),
    st.just(Free()),
    st.just(Hide()),
    st.builds(Rename, name=st.none() | st.text(min_size=1, max_size=20)),
    st.builds(AddDays, days=st.integers(1, 60), after=st.none() | st.just("12:00")),
)
some_rules = st.lists(st.builds(Rule, action=some_actions), max_size=8)
some_prices = st.one_of(
    st.decimals(0, 10**9, places=0).map(lambda amount: Money(amount, "CLP")),
    st.decimals(0, 10**6, places=2).map(lambda amount: Money(amount, "EUR")),
)


@given(some_rules, some_prices)
def test_no_rules_make_a_price_negative_or_change_its_currency(rules: list[Rule], before: Money) -> None:
    rate = msgspec.structs.replace(RATE, price=before)
    after = ruled(rules, rate)
    if after is not None:
        assert after.price.amount >= 0
        assert after.price.currency == before.currency
        assert after.price == after.price.rounded()
        assert after.service_code == rate.service_code


@given(some_rules, st.lists(st.sampled_from("abc"), max_size=4))
def test_rates_are_judged_one_by_one(rules: list[Rule], accounts: list[str]) -> None:
    offered = [Offered(account=account, rate=RATE) for account in accounts]
    together = judge(rules, offered, FACTS, "CLP")
    assert together == tuple(judge(rules, [one], FACTS, "CLP")[0] for one in offered)


@given(some_rules)
def test_rules_for_nobody_change_nothing(rules: list[Rule]) -> None:
    nobody = [msgspec.structs.replace(rule, when=when(accounts=("nobody",))) for rule in rules]
    assert ruled(nobody) == RATE


CHOICES = (
    Preselection(account="van", service_code="today", when=when(weight_to_g=5_000, area=Area(comunas=("Ñuñoa",)))),
    Preselection(account="post", service_code="economy", when=when(value_below=Decimal(30_000))),
    Preselection(account="post", service_code="express"),
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("van", "today")),
        ({"weight_g": 6_000}, ("post", "express")),
        ({"destination": PUNTA_ARENAS}, ("post", "express")),
        ({"destination": PUNTA_ARENAS, "value": money(20_000, "CLP")}, ("post", "economy")),
    ],
)
def test_which_service_takes_an_order_that_chose_none(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    facts = msgspec.structs.replace(FACTS, **changes)
    choice = preselect(CHOICES, facts, "CLP", usable=frozenset({"van", "post"}))
    assert choice is not None
    assert (choice.account, choice.service_code) == expected


def test_an_account_that_is_gone_takes_nothing() -> None:
    choice = preselect(CHOICES, FACTS, "CLP", usable=frozenset({"post"}))
    assert choice is not None
    assert choice.service_code == "express"
    assert preselect(CHOICES, FACTS, "CLP", usable=frozenset()) is None

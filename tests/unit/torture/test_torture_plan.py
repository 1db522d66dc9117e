"""The plan of a torture: the same for the same seed, and cruel enough to be worth it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.torture.plan import (
    SHORT,
    SUPERVISOR,
    WHOLE,
    Ask,
    Database,
    Size,
    buys_by_setting,
    issues_by_setting,
    make_plan,
    victims,
)

sizes = st.sampled_from([SHORT, WHOLE])
databases = st.sampled_from(Database)
seeds = st.integers(min_value=0, max_value=10**6)


@given(seeds, databases, sizes)
def test_a_seed_always_makes_the_same_plan(seed: int, database: Database, size: Size) -> None:
    assert make_plan(seed, database, size) == make_plan(seed, database, size)


@given(seeds, databases, sizes)
def test_everybody_dies_at_least_once_and_the_supervisor_exactly_once(
    seed: int, database: Database, size: Size
) -> None:
    killed = [kill.victim for kill in make_plan(seed, database, size).kills]
    assert set(victims(database, size)) <= set(killed)
    assert killed.count(SUPERVISOR) == (database is Database.SQLITE)


@given(seeds, sizes)
def test_both_databases_see_the_same_orders(seed: int, size: Size) -> None:
    on_one, on_the_other = (make_plan(seed, database, size) for database in Database)
    assert (on_one.orders, on_one.holds) == (on_the_other.orders, on_the_other.holds)
    assert len(on_one.orders) == size.orders


@given(seeds, sizes)
def test_each_order_has_somebody_who_asks_for_its_label_and_its_document(seed: int, size: Size) -> None:
    for order in make_plan(seed, Database.SQLITE, size).orders:
        assert (order.label is Ask.SETTING) == buys_by_setting(order.store)
        assert (Ask.SETTING in order.document) == issues_by_setting(order.store)
        assert order.document


def test_another_seed_kills_otherwise() -> None:
    plans = {make_plan(seed, Database.POSTGRESQL, WHOLE).kills for seed in range(20)}
    assert len(plans) == 20


@pytest.mark.parametrize("database", Database)
def test_the_whole_torture_is_two_thousand_webhooks_for_five_hundred_orders(database: Database) -> None:
    plan = make_plan(1, database, WHOLE)
    told = sum(not order.silent for order in plan.orders)
    # Placed and paid, each with `order_updated` beside it; what is done about the orders is told besides, three times for each.
    assert len(plan.orders) == 500
    assert told * (4 + 3) > 2_000

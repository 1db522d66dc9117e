"""Working out how some weeks went: days of the store's zone, medians, ages, and places by one name."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.stores import BasicCredentials, Store
from despacho_core.tracking import Reason, TrackingStatus
from despacho_ports.figures import FailedDelivery, PriceGroup, ShipmentGroup
from despacho_services.figures_glance import Age, Glance, Period, glance_of, quantile

FIRST = date(2026, 11, 15)


def _store(currency: str = "CLP", timezone: str = "America/Santiago") -> Store:
    return Store(
        id="s",
        code="s",
        key="k",
        name="Tienda",
        currency=currency,
        country="CL",
        timezone=timezone,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        hooks_token="",
        credentials=BasicCredentials(login="l", authtoken="a"),
    )


def _glance(
    store: Store | None = None,
    *,
    hours: dict[datetime, int] | None = None,
    shipments: list[ShipmentGroup] | None = None,
    prices: list[PriceGroup] | None = None,
    failures: list[FailedDelivery] | None = None,
) -> Glance:
    return glance_of(
        store or _store(),
        Period.WEEK,
        FIRST,
        names={"a": "Chilexpress", "b": "Own fleet"},
        hours=hours or {},
        shipments=shipments or [],
        prices=prices or [],
        failures=failures or [],
    )


def _group(
    count: int, status: TrackingStatus, *, account: str = "a", age: int | None = None, hours: int | None = None
) -> ShipmentGroup:
    return ShipmentGroup(account_id=account, status=status, age_days=age, hours=hours, count=count)


def test_an_order_of_the_late_evening_belongs_to_the_store_s_own_day() -> None:
    glance = _glance(hours={datetime(2026, 11, 17, 2, tzinfo=UTC): 3, datetime(2026, 11, 17, 3, tzinfo=UTC): 1})
    assert dict(glance.orders)[date(2026, 11, 16)] == 3
    assert dict(glance.orders)[date(2026, 11, 17)] == 1
    assert [day for day, _ in glance.orders] == [date(2026, 11, day) for day in range(15, 22)]


def test_what_is_on_its_way_is_told_by_how_long_it_stands_still() -> None:
    glance = _glance(
        shipments=[_group(1, TrackingStatus.IN_TRANSIT, age=age) for age in (0, 1, 3, 4, 7, 8, 90)]
        + [_group(2, TrackingStatus.DELIVERED, hours=24)]
    )
    assert glance.standing[TrackingStatus.IN_TRANSIT] == {Age.TODAY: 1, Age.DAYS: 2, Age.WEEK: 2, Age.LONGER: 2}
    assert TrackingStatus.DELIVERED not in glance.standing
    assert glance.ended == {TrackingStatus.DELIVERED: 2}


def test_the_most_used_carrier_comes_first_with_its_usual_and_its_slow_days() -> None:
    took = [_group(1, TrackingStatus.DELIVERED, hours=24 * days) for days in range(1, 11)]
    glance = _glance(shipments=[_group(1, TrackingStatus.FAILED, account="b"), *took])
    first, second = glance.carriers
    assert (first.name, first.shipments, first.days, first.slow_days) == ("Chilexpress", 10, Decimal(5), Decimal(9))
    assert first.failed_share == 0
    assert (second.name, second.failed_share, second.days) == ("Own fleet", 100, None)


def test_prices_are_in_the_store_s_currency() -> None:
    prices = [
        PriceGroup(account_id="a", quoted=499, paid=None, count=2),
        PriceGroup(account_id="a", quoted=999, paid=500, count=1),
    ]
    (one,) = _glance(_store("EUR"), shipments=[_group(3, TrackingStatus.REQUESTED, age=0)], prices=prices).carriers
    assert (one.quoted, one.quoted_in_all) == (Decimal("4.99"), Decimal("19.97"))
    assert (one.paid, one.paid_in_all) == (Decimal("5.00"), Decimal("5.00"))


def test_two_ways_of_writing_a_comuna_are_one_place() -> None:
    written = [("Ñuñoa", None), ("nunoa", None), ("ÑUÑOA", Reason.REFUSED), ("Atlántida", None)]
    failures = [
        FailedDelivery(
            shipment_id=str(number),
            account_id="a",
            destination=Address(country="CL", municipality=place),
            reason=reason,
        )
        for number, (place, reason) in enumerate(written)
    ]
    glance = _glance(failures=failures)
    assert glance.places == (("Ñuñoa", 3), ("Atlántida", 1))
    assert glance.reasons == ((None, 3), (Reason.REFUSED, 1))
    assert sum(count for _, count in glance.regions) == 4


@given(
    st.dictionaries(st.integers(0, 500), st.integers(1, 50), min_size=1), st.sampled_from(["0.1", "0.5", "0.9", "1"])
)
def test_a_quantile_is_the_nearest_rank_of_all_values_written_out(values: dict[int, int], share: str) -> None:
    written_out = sorted(value for value, count in values.items() for _ in range(count))
    rank = math.ceil(len(written_out) * Decimal(share))
    assert quantile(values, Decimal(share)) == written_out[rank - 1]


def test_nothing_has_no_quantile() -> None:
    assert quantile({}, Decimal("0.5")) is None

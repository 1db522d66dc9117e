"""How some weeks went, worked out from what the database has counted: days, ages, delivery times, prices, failures."""

from __future__ import annotations

import enum
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from despacho_core.errors import UnknownCurrency
from despacho_core.money import minor_digits
from despacho_core.places import comuna_of, region_of
from despacho_core.shipment_overview import NOT_DELIVERED
from despacho_core.stores import Store
from despacho_core.tracking import Reason, TrackingStatus
from despacho_ports.figures import MOST_FAILURES, MOST_SHIPMENTS, FailedDelivery, PriceGroup, ShipmentGroup
from despacho_services.shops import zone_of

MOST_PLACES = 10
"""So many places with failures are named."""


class Period(enum.IntEnum):
    """How many days are looked at."""

    WEEK = 7
    MONTH = 30
    QUARTER = 90


class Age(enum.StrEnum):
    """How long a parcel has stood still."""

    TODAY = "today"
    DAYS = "days"
    WEEK = "week"
    LONGER = "longer"


_AGES = ((1, Age.TODAY), (4, Age.DAYS), (8, Age.WEEK))
ON_ITS_WAY = tuple(status for status in TrackingStatus if not status.has_ended)


@dataclass(frozen=True)
class CarrierFigures:
    """How one account did.

    ``days`` and ``slow_days`` are the median and the ninth decile of the days from bought to delivered; ``quoted`` is the median of
    what it asked, ``paid`` of what buyers paid for the shipping of their orders. None where nothing is known.
    """

    account_id: str
    name: str
    shipments: int
    delivered: int
    failed: int
    days: Decimal | None
    slow_days: Decimal | None
    quoted: Decimal | None
    quoted_in_all: Decimal
    paid: Decimal | None
    paid_in_all: Decimal

    @property
    def failed_share(self) -> int | None:
        """How many of a hundred that have ended were not delivered."""
        ended = self.delivered + self.failed
        return round(100 * self.failed / ended) if ended else None


@dataclass(frozen=True)
class Glance:
    """How the last days went.

    Attributes:
        orders: Paid orders by the day (of the store's zone) on which they came.
        standing: Shipments on their way, by status and by how long they have not moved.
        ended: Shipments that have ended, by status.
        carriers: One for each account that was used, the most used first.
        reasons: Failures by the reason that was told; None for those of which none was.
        places: The comunas or concelhos with most failures.
        regions: Regions with failures, the most first.
        more_shipments: Whether there were more shipments than are looked at.
        more_failures: Whether there were more failures than are looked at.
    """

    period: Period
    orders: tuple[tuple[date, int], ...]
    standing: Mapping[TrackingStatus, Mapping[Age, int]]
    ended: Mapping[TrackingStatus, int]
    carriers: tuple[CarrierFigures, ...]
    reasons: tuple[tuple[Reason | None, int], ...]
    places: tuple[tuple[str, int], ...]
    regions: tuple[tuple[str, int], ...]
    more_shipments: bool
    more_failures: bool


def glance_of(
    store: Store,
    period: Period,
    first: date,
    *,
    names: Mapping[str, str],
    hours: Mapping[datetime, int],
    shipments: Sequence[ShipmentGroup],
    prices: Sequence[PriceGroup],
    failures: Sequence[FailedDelivery],
) -> Glance:
    """Put together what was counted since the day ``first``; ``names`` are the accounts' names for people."""
    accounts = Counter[str]()
    ended = Counter[TrackingStatus]()
    for group in shipments:
        accounts[group.account_id] += group.count
        if group.status.has_ended:
            ended[group.status] += group.count
    unit = _unit(store.currency)
    carriers = [
        _carrier(account_id, names.get(account_id, "–"), shipments, prices, unit)
        for account_id, _ in accounts.most_common()
    ]
    regions = (region.name if (region := region_of(one.destination)) else "" for one in failures)
    return Glance(
        period=period,
        orders=_days(hours, zone_of(store), first, period),
        standing=_standing(shipments),
        ended=dict(ended),
        carriers=tuple(carriers),
        reasons=tuple(Counter(one.reason for one in failures).most_common()),
        places=tuple(Counter(_place(one) for one in failures).most_common(MOST_PLACES)),
        regions=tuple(Counter(regions).most_common()),
        more_shipments=accounts.total() >= MOST_SHIPMENTS,
        more_failures=len(failures) >= MOST_FAILURES,
    )


def quantile(values: Mapping[int, int], share: Decimal) -> int | None:
    """The smallest value that at least this share of all do not exceed (nearest rank); ``values`` maps each to how often it is there."""
    total = sum(values.values())
    reached = 0
    for value, count in sorted(values.items()):
        reached += count
        if reached >= share * total:
            return value
    return None


def _days(hours: Mapping[datetime, int], zone: tzinfo, first: date, days: int) -> tuple[tuple[date, int], ...]:
    """Every day from ``first``, those without orders too. An hour belongs to the day in which it begins."""
    counted = Counter[date]()
    for hour, count in hours.items():
        counted[hour.astimezone(zone).date()] += count
    every = [first + timedelta(days=number) for number in range(days)]
    return tuple((day, counted[day]) for day in every)


def _standing(groups: Iterable[ShipmentGroup]) -> dict[TrackingStatus, dict[Age, int]]:
    found = {status: dict.fromkeys(Age, 0) for status in ON_ITS_WAY}
    for group in groups:
        if group.status in found:
            found[group.status][_age(group.age_days or 0)] += group.count
    return found


def _age(days: int) -> Age:
    return next((age for below, age in _AGES if days < below), Age.LONGER)


def _carrier(
    account_id: str, name: str, groups: Sequence[ShipmentGroup], prices: Sequence[PriceGroup], unit: Decimal
) -> CarrierFigures:
    mine = [one for one in groups if one.account_id == account_id]
    hours = _often((one.hours, one.count) for one in mine)
    quoted = _often((one.quoted, one.count) for one in prices if one.account_id == account_id)
    paid = _often((one.paid, one.count) for one in prices if one.account_id == account_id)
    return CarrierFigures(
        account_id=account_id,
        name=name,
        shipments=sum(one.count for one in mine),
        delivered=sum(one.count for one in mine if one.status is TrackingStatus.DELIVERED),
        failed=sum(one.count for one in mine if one.status in NOT_DELIVERED),
        days=_in_days(quantile(hours, Decimal("0.5"))),
        slow_days=_in_days(quantile(hours, Decimal("0.9"))),
        quoted=_money(quantile(quoted, Decimal("0.5")), unit),
        quoted_in_all=sum(value * count for value, count in quoted.items()) * unit,
        paid=_money(quantile(paid, Decimal("0.5")), unit),
        paid_in_all=sum(value * count for value, count in paid.items()) * unit,
    )


def _often(pairs: Iterable[tuple[int | None, int]]) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for value, count in pairs:
        if value is not None:
            found[value] += count
    return found


def _in_days(hours: int | None) -> Decimal | None:
    return None if hours is None else (Decimal(hours) / 24).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _money(value: int | None, unit: Decimal) -> Decimal | None:
    return None if value is None else value * unit


def _unit(currency: str) -> Decimal:
    """The currency's minor unit as an amount."""
    try:
        return Decimal(1).scaleb(-minor_digits(currency))
    except UnknownCurrency:
        return Decimal(1)


def _place(failure: FailedDelivery) -> str:
    """The comuna by its proper name, so that two ways of writing it are one; as written where it is not known."""
    comuna = comuna_of(failure.destination).comuna
    return comuna.name if comuna is not None else failure.destination.place

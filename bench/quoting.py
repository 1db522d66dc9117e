"""Quoting 24 accounts that each take 200 ms, as a checkout does it: read the accounts, ask all, keep the quotes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from bench.ground import DATABASES, Ground
from bench.results import Measure, median, spread
from despacho.bootstrap import Hub
from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_core.stores import Store
from tests.shop import open_shop, provider

ACCOUNTS = 24
TAKES_S = 0.2
ROUNDS = 15
REACH_MS = 230.0

_PLACE = Address(country="CL", municipality="Providencia")
_REQUEST = RateRequest(
    origin=_PLACE,
    destination=_PLACE,
    parcels=(Parcel(weight_g=1000, length_mm=200, width_mm=150, height_mm=100),),
    declared_value=Money(Decimal(19990), "CLP"),
)
_RATES = tuple(
    Rate(service_code=code, service_name=code, price=Money(Decimal(price), "CLP"))
    for code, price in (("day", 3990), ("express", 5990), ("point", 2990))
)


class SlowCarrier:
    """Takes its time over every quote."""

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:  # noqa: ARG002 - the port's signature
        """Three services."""
        await asyncio.sleep(TAKES_S)
        return _RATES


def measure(ground: Ground) -> Iterator[Measure]:
    """The median time of one quote on each database."""
    for kind in DATABASES:
        times = asyncio.run(_times(ground, ground.new_database(kind)))
        yield Measure(
            name=f"quote_24_accounts_{kind}",
            value=median(times) * 1000,
            unit="ms",
            reach=REACH_MS,
            note=f"{len(times)} quotes of {ACCOUNTS} accounts × {len(_RATES)} rates, kept in the database; ms: "
            + spread((one * 1000 for one in times), 4),
        )


async def _times(ground: Ground, url: str) -> list[float]:
    async with open_shop(url, ground.new_folder(), [provider("slow", SlowCarrier)]) as (hub, store):
        for number in range(1, ACCOUNTS):  # the shop has one already
            await hub.services.accounts.add(store.id, "slow", name=f"account {number}", settings={})
        await _timed(hub, store, 0)
        return [await _timed(hub, store, number) for number in range(1, ROUNDS + 1)]


async def _timed(hub: Hub, store: Store, number: int) -> float:
    """Every parcel has another weight: what was asked about before would be answered from what is remembered."""
    parcel = msgspec.structs.replace(_REQUEST.parcels[0], weight_g=1000 + number)
    request = msgspec.structs.replace(_REQUEST, parcels=(parcel,))
    begun = time.perf_counter()
    offer = await hub.services.quoting.quote(store, request)
    taken = time.perf_counter() - begun
    if taken < TAKES_S:
        raise RuntimeError(f"a quote took {taken:.3f} s: the carriers were not asked")
    if len(offer.quotes) != ACCOUNTS * len(_RATES):
        raise RuntimeError(f"{len(offer.quotes)} quotes instead of {ACCOUNTS * len(_RATES)}")
    return taken

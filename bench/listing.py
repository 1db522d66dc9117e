"""The list of orders through HTTP with 10,000 and with 1,000,000 orders in the database: the page must not notice."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from decimal import Decimal

import httpx
import msgspec
import sqlalchemy as sa

from bench.ground import Ground, bench_store
from bench.results import Measure, percentile
from despacho_core.addresses import Address
from despacho_core.orders import Order, OrderLine, OrderStatus
from despacho_database.engines import database_url, open_engines

FEW, MANY = 10_000, 1_000_000
ROUNDS = 150
REACH = 1.5
_NUMBER = 987654321
_STATUSES = ("paid", "paid", "paid", "paid", "paid", "pending_payment", "canceled", "paid", "paid", "abandoned")
_NUMBERS = {
    "sqlite": "(WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :many) SELECT n FROM counted)",
    "postgresql": "(SELECT generate_series(1, :many) AS n)",
}


def measure(ground: Ground) -> Iterator[Measure]:
    """For each database: first pages, pages far down, and pages of one status, asked of both sizes in turn."""
    for kind in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            asked = []
            for many in (FEW, MANY):
                url = ground.new_database(kind)
                token = asyncio.run(_furnish(ground, url, kind, many))
                asked.append((stack.enter_context(ground.web(url)).port, token, many))
            few, lots = asyncio.run(_times(asked))
        worst = max(percentile(lots[page], 95) / percentile(few[page], 95) for page in few)
        note = "; ".join(
            f"{page}: p95 {percentile(few[page], 95):.3g} ms and {percentile(lots[page], 95):.3g} ms" for page in few
        )
        yield Measure(
            name=f"order_list_{kind}_ratio",
            value=worst,
            unit="",
            reach=REACH,
            note=f"p95 with {MANY:,} orders / with {FEW:,}, the worst of three pages of 50 ({note})",
        )


async def _furnish(ground: Ground, url: str, kind: str, many: int) -> str:
    store = bench_store()
    async with ground.hub(url) as hub:
        async with hub.services.office.units.begin() as work:
            await work.stores.add(store)
            await work.commit()
        _, token = await hub.services.tokens.create(store.id)
    cases = " ".join(f"WHEN {place} THEN '{status}'" for place, status in enumerate(_STATUSES))
    status = f"CASE n % {len(_STATUSES)} {cases} END"
    rest = f"replace(replace(:rest, '{_NUMBER}', CAST(n AS TEXT)), '\"unknown\"', '\"' || {status} || '\"')"
    filling = sa.text(
        "INSERT INTO orders (store_id, number, status, read_at, first_seen_at, rest) "
        f"SELECT :store, n, {status}, :at, :at, {rest} FROM {_NUMBERS[kind]} AS numbers"
    )
    at = datetime(2026, 11, 1, tzinfo=UTC)
    moment: object = int(at.timestamp() * 1_000_000) if kind == "sqlite" else at
    engines = open_engines(database_url(url))
    try:
        async with engines.write.begin() as connection:
            values = {"store": store.id, "at": moment, "many": many, "rest": msgspec.json.encode(_order()).decode()}
            await connection.execute(filling, values)
            await connection.execute(sa.text("ANALYZE"))
    finally:
        await engines.close()
    return token


def _order() -> Order:
    """An order of usual size; its number and status are put in by the database."""
    line = OrderLine(product_id="1", sku="POLERA-M", name="Polera de algodón, talla M", unit_price=Decimal(12990))
    address = Address(
        country="CL", municipality="Ñuñoa", street="Av. Irarrázaval", street_number="2401", name="Ana Soto"
    )
    return Order(
        number=_NUMBER,
        status=OrderStatus.UNKNOWN,
        currency="CLP",
        total=Decimal(41970),
        customer_name="Ana Soto",
        customer_email="ana@example.com",
        shipping_address=address,
        billing_address=address,
        lines=(line, line, line),
    )


async def _times(asked: list[tuple[int, str, int]]) -> tuple[dict[str, list[float]], ...]:
    """Milliseconds of every page, by size; the sizes take turns, so that both meet the same machine."""
    chance = random.Random(1)
    taken: tuple[dict[str, list[float]], ...] = tuple({"first": [], "far down": [], "cancelled": []} for _ in asked)
    async with httpx.AsyncClient(timeout=60) as client:
        for round_number in range(-10, ROUNDS):
            for (port, token, many), page in itertools.product(asked, taken[0]):
                query = {
                    "first": "",
                    "far down": f"?before={chance.randrange(100, many)}",
                    "cancelled": f"?status=canceled&before={chance.randrange(1000, many)}",
                }[page]
                begun = time.perf_counter()
                answer = await client.get(
                    f"http://127.0.0.1:{port}/api/v1/orders{query}", headers={"authorization": f"Bearer {token}"}
                )
                seconds = time.perf_counter() - begun
                if len(answer.json()["items"]) != 50:
                    raise RuntimeError(f"not a full page: {answer.text[:200]}")
                if round_number >= 0:  # the first rounds warm up
                    taken[[one[0] for one in asked].index(port)][page].append(seconds * 1000)
    return taken

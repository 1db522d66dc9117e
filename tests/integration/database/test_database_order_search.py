"""Orders are found by words however many orders have them, page after page, and none is left out."""

from __future__ import annotations

import random

import msgspec
import pytest

from despacho_database import Database
from despacho_database.repositories import order_lists, order_search
from despacho_ports.order_lists import OrderFilter
from tests.integration.database.samples import NOON, add_stores, order

STORE = "store-one"
_FIRST = ("Ana", "Anabel", "Berta", "Carla")
_LAST = ("Soto", "Sotomayor", "Rojas")


_TEXTS = ("ana soto", "ana", "berta rojas", "soto carla", "so", "xx", "ana xx", "ro ca")


@pytest.mark.parametrize("spellings", [24, 1])
async def test_all_pages_together_hold_every_order_that_fits(
    database: Database, monkeypatch: pytest.MonkeyPatch, spellings: int
) -> None:
    for module in (order_lists, order_search):
        monkeypatch.setattr(module, "FOUND", 20)
    monkeypatch.setattr(order_search, "_SPELLINGS", spellings)
    names = await _filled(database, 150)
    for text in _TEXTS:
        fitting = [number for number, name in names.items() if _fits(name, text)]
        assert await _all_pages(database, OrderFilter(text=text)) == sorted(fitting, reverse=True), text


def _fits(name: str, text: str) -> bool:
    return all(any(word.startswith(one) for word in name.lower().split()) for one in text.split())


async def _filled(database: Database, many: int) -> dict[int, str]:
    await add_stores(database)
    chance = random.Random(7)
    names = {number: f"{chance.choice(_FIRST)} {chance.choice(_LAST)}" for number in range(1, many + 1)}
    async with database.units_of_work.begin() as unit:
        for number, name in names.items():
            plain = msgspec.structs.replace(
                order(number), customer_name=name, customer_email=None, shipping_address=None, billing_address=None
            )
            await unit.orders.save(STORE, plain, read_at=NOON)
        await unit.commit()
    return names


async def _all_pages(database: Database, wanted: OrderFilter) -> list[int]:
    found: list[int] = []
    before: int | None = None
    for _ in range(60):
        async with database.units_of_work.begin(write=False) as unit:
            page = await unit.order_lists.page(STORE, wanted, before=before, limit=7)
        found += [line.number for line in page.lines]
        before = page.next
        if before is None:
            return found
    raise AssertionError("the pages have no end")

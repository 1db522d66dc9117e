"""What was bought before anything was counted is counted too: nothing is lost on the way to the new columns and back."""

from __future__ import annotations

from decimal import Decimal

import sqlalchemy as sa
from alembic import command

from despacho_core.money import Money
from despacho_database import Database, migrations
from despacho_database.engines import database_url as parsed
from despacho_database.engines import open_engines
from despacho_ports.figures import PriceGroup
from tests.databases import PlainSecrets
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, order, shipment

STORE = "store-one"


async def _moved(url: str, *, to: str) -> None:
    """Bring the database to a revision, forwards or backwards."""

    def move(connection: sa.Connection) -> None:
        configured = migrations.config()
        configured.attributes["connection"] = connection
        (command.upgrade if to == "head" else command.downgrade)(configured, to)

    engines = open_engines(parsed(url))
    async with engines.write.begin() as connection:
        await connection.run_sync(move)
    await engines.close()


async def test_what_was_bought_before_is_counted_too(database_url: str) -> None:
    database = Database(database_url, PlainSecrets())
    bought = shipment(price=Money(Decimal(3990), "CLP")).bought(NOON - MINUTE, next_check_at=None)
    asked = shipment("later", ordinal=2)
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.orders.save(STORE, order(shipping=Decimal(4500), shipping_discount=Decimal(500)), read_at=NOON)
        await unit.shipments.add(bought)
        await unit.shipments.add(asked)
        await unit.commit()
    await database.close()
    await _moved(database_url, to="0010")
    await _moved(database_url, to="head")
    database = Database(database_url, PlainSecrets())
    async with database.units_of_work.begin(write=False) as unit:
        assert list(await unit.shipments.of_order(STORE, 1001)) == [bought, asked]
        prices = await unit.figures.prices(STORE, NOON - HOUR)
    await database.close()
    assert list(prices) == [PriceGroup(account_id="account-a", quoted=3990, paid=4000, count=1)]

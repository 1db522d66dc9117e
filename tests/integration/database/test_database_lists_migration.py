"""What lay in the JSON of shipments and documents goes into columns of its own, and back, without losing anything."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import command

from despacho_core.fiscal import InvoiceState
from despacho_core.shipments import ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_database import Database, migrations
from despacho_database.engines import database_url as parsed
from despacho_database.engines import open_engines
from tests.databases import PlainSecrets
from tests.integration.database.samples import NOON, account, add_stores, invoice, shipment

STORE = "store-one"
SHIPMENTS = [
    shipment(id="still", order_number=1, track_token="a"),
    shipment(
        id="moved",
        order_number=2,
        track_token="b",
        state=ShipmentState.BOUGHT,
        tracking_status=TrackingStatus.OUT_FOR_DELIVERY,
        tracking_moved_at=NOON - timedelta(microseconds=1),
    ),
]
INVOICES = [
    invoice(id="asked", order_number=1, token="c"),
    invoice(
        id="hung",
        order_number=2,
        token="d",
        state=InvoiceState.ISSUED,
        public_id="39-1020",
        folio="1020",
        attached_at=NOON,
    ),
]


async def test_going_back_and_forth_loses_nothing(database_url: str) -> None:
    database = Database(database_url, PlainSecrets())
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        await unit.accounts.add(account())
        for one in SHIPMENTS:
            await unit.shipments.add(one)
        for document in INVOICES:
            await unit.invoices.add(document)
        await unit.commit()
    await database.close()
    await _run(database_url, "0008", down=True)
    held = await _rests(database_url)
    assert held["moved"]["tracking_status"] == "out_for_delivery"
    assert msgspec.convert(held["moved"]["tracking_moved_at"], type=type(NOON)) == NOON - timedelta(microseconds=1)
    assert (held["still"]["tracking_moved_at"], held["asked"]["public_id"]) == (None, None)
    assert held["hung"]["folio"] == "1020"
    await _run(database_url, "head")
    database = Database(database_url, PlainSecrets())
    async with database.units_of_work.begin(write=False) as unit:
        assert [await unit.shipments.get(STORE, one.id) for one in SHIPMENTS] == SHIPMENTS
        assert [await unit.invoices.get(STORE, one.id) for one in INVOICES] == INVOICES
    await database.close()


async def _run(url: str, revision: str, *, down: bool = False) -> None:
    def work(connection: sa.Connection) -> None:
        configured = migrations.config()
        configured.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(configured, revision)

    engines = open_engines(parsed(url))
    async with engines.write.begin() as connection:
        await connection.run_sync(work)
    await engines.close()


async def _rests(url: str) -> dict[str, dict[str, Any]]:
    engines = open_engines(parsed(url))
    async with engines.write.begin() as connection:
        rows = [
            row
            for table in ("shipments", "invoices")
            for row in await connection.execute(sa.text(f"SELECT id, rest FROM {table}"))
        ]
    await engines.close()
    return {row.id: msgspec.json.decode(row.rest) for row in rows}

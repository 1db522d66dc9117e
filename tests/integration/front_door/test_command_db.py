"""Copies of the database, and a hub that grows out of SQLite: what a merchant had before is there afterwards, and the work goes on."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from despacho.bootstrap import open_hub
from despacho.supervision import RUN_FOLDER, only_one
from despacho_core.shipments import ShipmentWish
from despacho_database.moving import CopyDamaged, NotEmpty, back_up, move
from despacho_ports.carriers import LabelFormat
from despacho_services.services import Services
from tests.databases import create_postgresql, fresh_sqlite
from tests.integration.front_door.conftest import Desk
from tests.servers import Postgresql
from tests.town import IMPATIENT, Silence, Town, open_town, settings_for


@pytest.fixture
def elsewhere(postgresql_server: Postgresql) -> str:
    """The address of a PostgreSQL database with nothing in it at all."""
    return postgresql_server.url(create_postgresql(postgresql_server, migrated=False))


async def test_a_hub_goes_on_in_postgresql_where_it_stopped(tmp_path: Path, postgresql_server: Postgresql) -> None:
    there = postgresql_server.url(create_postgresql(postgresql_server))
    here = fresh_sqlite(tmp_path)
    async with open_town(here, tmp_path) as town:
        number = await _shipped(town)
        before = await _told(town.services, town.store.id, number)
        counts = await move(here, there, at_a_time=1)
        assert counts["orders"] == counts["stores"] == counts["shipments"] == counts["invoices"] == 1
        assert counts["inbox"] >= 1
        async with open_hub(
            settings_for(town.sandbox, there, tmp_path), Silence(), clock=town.clock, policy=IMPATIENT
        ) as hub:
            assert await _told(hub.services, town.store.id, number) == before
            moved = Town(
                town.sandbox, hub, town.clock, town.store, town.carrier, town.invoicing, triggered=town.triggered
            )
            await moved.take_in(town.sandbox.store.place_order(town.store.code))
            assert len(await hub.services.reading.orders(town.store.id)) == 2, (
                "what comes next is numbered after what came"
            )
        with pytest.raises(NotEmpty, match="stores"):
            await move(here, there)


async def _shipped(town: Town) -> int:
    """An order that was paid, invoiced and got its label."""
    order = town.sandbox.store.place_order(town.store.code)
    await town.take_in(order)
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3")
    await town.services.shipping.buy(town.store.id, order.id, wish, wait=10)
    await town.work()
    return int(order.id)


async def _told(services: Services, store_id: str, number: int) -> object:
    """All that is known of an order, the label's octets included."""
    file = await services.reading.order(store_id, number)
    [(shipment, _)] = file.shipments
    store = await services.office.store(store_id)
    label = await services.labels.of_shipment(store_id, shipment.id, LabelFormat.PDF)
    return file.record, file.shipments, file.invoices, store.credentials, label


def test_a_copy_is_made_of_a_database_that_is_being_written(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    copy = tmp_path / "copy.db"
    with closing(sqlite3.connect(tmp_path / "despacho.db", isolation_level=None)) as writer:
        writer.execute("INSERT INTO leases (name, holder, until) VALUES ('kept', 'me', 0)")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO leases (name, holder, until) VALUES ('unfinished', 'me', 0)")
        assert back_up(url, copy) == copy.stat().st_size
        writer.execute("ROLLBACK")
    with closing(sqlite3.connect(copy)) as reader:
        assert reader.execute("SELECT name FROM leases").fetchall() == [("kept",)]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600, "it holds buyers' addresses"
    assert sorted(one.name for one in tmp_path.glob("copy*")) == ["copy.db"]


def test_a_damaged_database_gives_no_copy(tmp_path: Path) -> None:
    url = fresh_sqlite(tmp_path)
    file = tmp_path / "despacho.db"
    with closing(sqlite3.connect(file)) as connection:
        page = int(connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'stores'").fetchone()[0])
        size = int(connection.execute("PRAGMA page_size").fetchone()[0])
    with file.open("r+b") as octets:
        octets.seek((page - 1) * size)
        octets.write(b"\xff" * 64)
    with pytest.raises((CopyDamaged, sqlite3.DatabaseError)):
        back_up(url, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy*")) == []


def test_a_copy_is_never_made_over_a_file(desk: Desk, tmp_path: Path) -> None:
    made = desk.gives("db", "backup", str(tmp_path / "monday.db"))
    assert made["octets"] > 0
    assert desk.fails("db", "backup", str(tmp_path / "monday.db"))["code"] == "file-exists"
    assert desk.fails("db", "backup", str(tmp_path / "no" / "such" / "folder.db"))["code"] == "copy-failed"


def test_moving_makes_the_tables_and_says_how_to_go_on(desk: Desk, elsewhere: str) -> None:
    desk.add_store()
    told = desk.does("db", "move", elsewhere)
    assert "of 1 stores" in told
    assert "DESPACHO_DATABASE_URL" in told
    assert desk.fails("db", "move", elsewhere)["code"] == "not-empty"


def test_a_running_hub_is_not_moved(desk: Desk, elsewhere: str, tmp_path: Path) -> None:
    run = tmp_path / RUN_FOLDER
    run.mkdir(exist_ok=True)
    with only_one(run):
        assert desk.fails("db", "move", elsewhere)["code"] == "hub-running"


def test_a_database_that_is_none_is_named(desk: Desk) -> None:
    assert "mysql" in desk.fails("db", "move", "mysql://root:geheim@localhost/x")["message"]

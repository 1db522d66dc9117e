"""The queries that run all day find their rows by an index, however many settled rows lie beside them."""

import sqlite3
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from despacho_core.fiscal import DocumentKind
from despacho_core.ledgers import EffectState, InboxState, Lane
from despacho_core.orders import OrderStatus
from despacho_database import Database
from despacho_ports.persistence import UnitOfWork
from tests.databases import PlainSecrets
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, effect

Call = Callable[[UnitOfWork], Awaitable[object]]

QUERIES: dict[str, tuple[Call, str]] = {
    "claiming effects": (
        lambda unit: unit.outbox.claim(Lane.BULK, limit=5, now=NOON, lease=MINUTE),
        "ix_outbox_pending (lane=? AND due_at<?)",
    ),
    "looking for uncertain effects": (
        lambda unit: unit.outbox.claim_uncertain(Lane.BULK, limit=5, now=NOON, lease=MINUTE),
        "ix_outbox_uncertain (lane=? AND due_at<?)",
    ),
    "expiring effects": (lambda unit: unit.outbox.expire(NOON, look_at=NOON), "ix_outbox_running (lease_until<?)"),
    "counting effects": (lambda unit: unit.outbox.counts(), "INDEX ix_outbox_open\n"),
    "paging effects": (lambda unit: unit.outbox.page(None, before=NOON), "ix_outbox_created_at_id (created_at"),
    "paging a store's effects": (lambda unit: unit.outbox.page("s"), "ix_outbox_store_id_created_at_id (store_id=?"),
    "paging dead effects": (
        lambda unit: unit.outbox.page(None, state=EffectState.DEAD),
        "ix_outbox_open (created_at>?)",
    ),
    "paging a store's dead effects": (
        lambda unit: unit.outbox.page("s", state=EffectState.DEAD),
        "ix_outbox_store_id_state_created_at_id (store_id=? AND state=?",
    ),
    "claiming messages": (
        lambda unit: unit.inbox.claim(limit=5, now=NOON, lease=MINUTE),
        "ix_inbox_pending (due_at<?)",
    ),
    "removing old messages": (lambda unit: unit.inbox.remove_older(NOON, 5), "ix_inbox_over (received_at<?)"),
    "counting messages": (lambda unit: unit.inbox.counts(), "ix_inbox_pending (due_at>?)"),
    "paging dead messages": (
        lambda unit: unit.inbox.page(None, state=InboxState.DEAD),
        "ix_inbox_dead\n",
    ),
    "paging a store's messages": (lambda unit: unit.inbox.page("s"), "ix_inbox_store_id_id (store_id=?)"),
    "accounts with shipments due": (
        lambda unit: unit.followed.due_accounts(NOON),
        "ix_shipments_followed (store_id=? AND account_id=? AND next_check_at>? AND next_check_at<?)",
    ),
    "shipments due for tracking": (
        lambda unit: unit.followed.claim("s", "a", due=NOON, until=NOON + HOUR, limit=5),
        "ix_shipments_followed (store_id=? AND account_id=? AND next_check_at>? AND next_check_at<?)",
    ),
    "shipments of a store to be hastened": (
        lambda unit: unit.followed.hasten("s", NOON),
        "ix_shipments_followed (store_id=? AND account_id=? AND next_check_at>?)",
    ),
    "a label by its scanned address": (lambda unit: unit.followed.by_scan_token("t"), "uq_labels_scan_token"),
    "a shipment by its public token": (lambda unit: unit.shipments.by_track_token("t"), "uq_shipments_track_token"),
    "paging shipments": (lambda unit: unit.shipments.page("s", before=NOON), "ix_shipments_store_id_created_at_id"),
    "free labels": (lambda unit: unit.labels.free("s", "a", 5), "ix_labels_free (store_id=? AND account_id=?)"),
    "labels of a manifest": (lambda unit: unit.labels.of_manifest("s", "m"), "ix_labels_listed (store_id=?"),
    "labels by their ids": (lambda unit: unit.labels.get_all("s", ["l", "m"]), "(store_id=? AND id=?)"),
    "labels put on a manifest": (lambda unit: unit.labels.assign("s", ["l", "m"], "x"), "(store_id=? AND id=?)"),
    "shipments by their ids": (lambda unit: unit.shipments.get_all("s", ["t", "u"]), "(store_id=? AND id=?)"),
    "a manifest by its token": (lambda unit: unit.manifests.by_token("t"), "uq_manifests_token"),
    "paging manifests": (lambda unit: unit.manifests.page("s", before=9), "(store_id=? AND number<?)"),
    "paging an account's manifests": (
        lambda unit: unit.manifests.page("s", before=9, account_id="a"),
        "ix_manifests_store_id_account_id_number (store_id=? AND account_id=? AND number<?)",
    ),
    "labels by number": (
        lambda unit: unit.labels.by_tracking_numbers("s", ["n"]),
        "ix_labels_store_id_tracking_number",
    ),
    "an invoice by its token": (lambda unit: unit.invoices.by_token("t"), "uq_invoices_token"),
    "paging invoices": (
        lambda unit: unit.invoices.page("s", kind=DocumentKind.RECEIPT),
        "ix_invoices_store_id_kind_created_at_id",
    ),
    "documents that are not settled": (
        lambda unit: unit.invoices.open_of_store("s"),
        "ix_invoices_open (store_id=?)",
    ),
    "paging what waits for a document": (
        lambda unit: unit.waiting.page("s", before=NOON),
        "ix_waiting_documents_store_id_since (store_id=? AND since<?)",
    ),
    "paid orders without a document": (
        lambda unit: unit.orders.without_document("s", seen_since=NOON),
        "ix_orders_store_id_status_first_seen_at_number (store_id=? AND status=? AND first_seen_at>?)",
    ),
    "paging orders": (lambda unit: unit.orders.page("s", before=9), "(store_id=? AND number<?)"),
    "paging paid orders": (
        lambda unit: unit.orders.page("s", status=OrderStatus.PAID),
        "ix_orders_store_id_status_number",
    ),
    "removing old quotes": (lambda unit: unit.quotes.remove_older(NOON, 5), "ix_quotes_created_at (created_at<?)"),
    "removing old answers": (lambda unit: unit.answers.remove_older(NOON, 5), "ix_answers_created_at (created_at<?)"),
}


async def test_on_sqlite_each_query_uses_its_index(sqlite_url: str) -> None:
    database = Database(sqlite_url, PlainSecrets())
    statements: list[tuple[str, object]] = []

    def seen(_c: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(database._engines.write.sync_engine, "before_cursor_execute", seen)
    for what, (call, index) in QUERIES.items():
        statements.clear()
        async with database.units_of_work.begin() as unit:
            await call(unit)
        assert index in _plan(sqlite_url, statements), what
    await database.close()


def _plan(url: str, statements: list[tuple[str, object]]) -> str:
    connection = sqlite3.connect(url.removeprefix("sqlite+aiosqlite:///"))
    try:
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()  # type: ignore[arg-type]
            for statement, parameters in statements
            if not statement.startswith("BEGIN")
        ]
    finally:
        connection.close()
    return "".join(f"{step[3]}\n" for plan in plans for step in plan)


@pytest.mark.postgresql
async def test_on_postgresql_a_claim_reads_the_due_rows_alone(postgresql_url: str) -> None:
    database = Database(postgresql_url, PlainSecrets())
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(300):
            await unit.outbox.owe(effect(str(number)))
        for one in await unit.outbox.claim(Lane.BULK, limit=299, now=NOON, lease=HOUR):
            await unit.outbox.settle(one, one.done(NOON + timedelta(seconds=1)))
        await unit.commit()
    async with database._engines.write.begin() as connection:
        await connection.execute(sa.text("ANALYZE outbox"))
        query = (
            "EXPLAIN SELECT id FROM outbox WHERE state = 'pending' AND lane = 'bulk' AND due_at <= now() "
            "ORDER BY due_at, id LIMIT 5"
        )
        plan = str((await connection.execute(sa.text(query))).all())
    await database.close()
    assert "ix_outbox_pending" in plan

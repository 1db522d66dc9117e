"""The two ledgers."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
)

from despacho_database.columns import Words
from despacho_database.tables.base import Counter, incompressible, metadata, of_store, partial_index, text, time

# No index of the two ledgers begins with their state: SQLite would take it for the partial ones, which hold only what is due.
inbox = Table(
    "inbox",
    metadata,
    Column("id", Counter, primary_key=True),
    of_store(),
    text("source"),
    text("event"),
    text("dedupe_key"),
    text("headers"),
    time("received_at"),
    text("state"),
    Column("attempts", Integer, nullable=False),
    time("due_at", nullable=True),
    time("lease_until", nullable=True),
    text("error", nullable=True),
    Column("order_number", sa.BigInteger, nullable=True),
    Column("body", LargeBinary, nullable=False),
    sa.UniqueConstraint("store_id", "dedupe_key"),
    Index(None, "store_id", "id"),
    Index(None, "store_id", "state", "id"),
    sqlite_autoincrement=True,
)
incompressible(inbox, "body")
inbox_is_pending = partial_index(inbox, "pending", "due_at", "id", condition="state = 'pending'")
inbox_is_dead = partial_index(inbox, "dead", "id", condition="state = 'dead'")
inbox_is_about = partial_index(inbox, "about", "store_id", "order_number", "id", condition="order_number IS NOT NULL")
inbox_is_over = partial_index(inbox, "over", "received_at", condition="state IN ('done', 'ignored')")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Words, primary_key=True),
    of_store(),
    text("key"),
    text("kind"),
    text("subject"),
    text("lane"),
    text("account_id", nullable=True),
    text("state"),
    Column("attempts", Integer, nullable=False),
    Column("lookups", Integer, nullable=False),
    text("claim", nullable=True),
    time("lease_until", nullable=True),
    time("created_at"),
    time("due_at"),
    time("settled_at", nullable=True),
    text("rest"),
    sa.UniqueConstraint("store_id", "key"),
    Index(None, "store_id", "subject"),
    Index(None, "store_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "store_id", "state", "created_at", "id"),
)
outbox_is_open = partial_index(outbox, "open", "created_at", "id", condition="state <> 'done'")
outbox_is_pending = partial_index(outbox, "pending", "lane", "due_at", "id", condition="state = 'pending'")
outbox_is_uncertain = partial_index(outbox, "uncertain", "lane", "due_at", "id", condition="state = 'uncertain'")
outbox_is_running = partial_index(outbox, "running", "lease_until", condition="state = 'running'")

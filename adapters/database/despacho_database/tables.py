"""The tables. What is queried, constrained or sorted has a column; the rest of a Struct is JSON in ``rest``.

Why is told in docs/decisions/0003-columns-and-documents.md. Every table of a tenant begins its key with ``store_id``, so
that a query that forgets the store cannot use it, and everything goes when the store goes.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
)

from despacho_database.columns import Time, Words

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
_Counter = sa.BigInteger().with_variant(Integer(), "sqlite")


def _of_store() -> Column[str]:
    return Column("store_id", Words, ForeignKey("stores.id", ondelete="CASCADE"), nullable=False)


def _text(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, Words, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> Column[object]:
    return Column(name, Time, nullable=nullable)


def _number(name: str) -> Column[int]:
    return Column(name, sa.BigInteger, nullable=False)


def _where(table: Table, name: str, *columns: str, unique: bool = False, condition: str) -> sa.TextClause:
    """A partial index; its condition, to be repeated in the queries that are to use it, word for word."""
    where = sa.text(condition)
    keys = [table.c[column] for column in columns]
    Index(
        f"{'uq' if unique else 'ix'}_{table.name}_{name}",
        *keys,
        unique=unique,
        sqlite_where=where,
        postgresql_where=where,
    )
    return where


stores = Table(
    "stores",
    metadata,
    Column("id", Words, primary_key=True),
    Column("code", Words, nullable=False, unique=True),
    Column("key", Words, nullable=False, unique=True),
    _text("state"),
    _time("created_at"),
    _text("hooks_token"),
    _text("credentials"),
    _text("rest"),
)

accounts = Table(
    "accounts",
    metadata,
    _of_store(),
    _text("id"),
    Column("key", Words, nullable=False, unique=True),
    _text("provider"),
    _text("state"),
    _time("created_at"),
    _text("settings"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
)

quotes = Table(
    "quotes",
    metadata,
    _of_store(),
    _text("id"),
    _text("account_id"),
    _time("created_at"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    Index(None, "created_at"),
)

orders = Table(
    "orders",
    metadata,
    _of_store(),
    _number("number"),
    _text("status"),
    _time("read_at"),
    _time("first_seen_at"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "number"),
    Index(None, "store_id", "status", "number"),
)

shipments = Table(
    "shipments",
    metadata,
    _of_store(),
    _text("id"),
    _number("order_number"),
    Column("ordinal", Integer, nullable=False),
    _text("account_id"),
    _text("state"),
    _text("track_token"),
    _time("created_at"),
    _time("next_check_at", nullable=True),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "order_number", "ordinal"),
    Index(None, "store_id", "created_at", "id"),
)
shipment_is_followed = _where(
    shipments, "followed", "next_check_at", condition="state = 'bought' AND next_check_at IS NOT NULL"
)
shipment_has_token = _where(shipments, "track_token", "track_token", unique=True, condition="track_token <> ''")

labels = Table(
    "labels",
    metadata,
    _of_store(),
    _text("id"),
    _text("account_id"),
    _text("shipment_id"),
    Column("piece", Integer, nullable=False),
    _text("tracking_number"),
    _text("state"),
    _text("manifest_id", nullable=True),
    _time("created_at"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "account_id", "tracking_number"),
    ForeignKeyConstraint(["store_id", "shipment_id"], ["shipments.store_id", "shipments.id"], ondelete="CASCADE"),
    Index(None, "store_id", "shipment_id", "piece"),
    Index(None, "store_id", "tracking_number"),
)
label_is_free = _where(
    labels, "free", "store_id", "account_id", "created_at", condition="state = 'live' AND manifest_id IS NULL"
)
label_is_listed = _where(labels, "listed", "store_id", "manifest_id", condition="manifest_id IS NOT NULL")

manifests = Table(
    "manifests",
    metadata,
    _of_store(),
    _text("id"),
    _text("account_id"),
    _number("number"),
    _text("state"),
    _time("created_at"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "number"),
)

tracking_events = Table(
    "tracking_events",
    metadata,
    Column("id", _Counter, primary_key=True),
    _of_store(),
    _text("shipment_id"),
    _text("fingerprint"),
    _time("occurred_at"),
    _text("rest"),
    sa.UniqueConstraint("store_id", "shipment_id", "fingerprint"),
    ForeignKeyConstraint(["store_id", "shipment_id"], ["shipments.store_id", "shipments.id"], ondelete="CASCADE"),
)

invoices = Table(
    "invoices",
    metadata,
    _of_store(),
    _text("id"),
    _number("order_number"),
    _text("kind"),
    _text("state"),
    _text("token"),
    _text("wholly_credited_id", nullable=True),
    _time("created_at"),
    _text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    Index(None, "store_id", "order_number"),
    Index(None, "store_id", "created_at", "id"),
    Index(None, "store_id", "kind", "created_at", "id"),
)
invoice_has_token = _where(invoices, "token", "token", unique=True, condition="token <> ''")
_where(
    invoices,
    "one_of_order",
    "store_id",
    "order_number",
    unique=True,
    condition="kind IN ('receipt', 'invoice') AND state <> 'rejected'",
)
_where(
    invoices,
    "one_whole_credit",
    "store_id",
    "wholly_credited_id",
    unique=True,
    condition="wholly_credited_id IS NOT NULL AND state <> 'rejected'",
)

# No index of the two ledgers begins with their state: SQLite would take it for the partial ones, which hold only what is due.
inbox = Table(
    "inbox",
    metadata,
    Column("id", _Counter, primary_key=True),
    _of_store(),
    _text("source"),
    _text("event"),
    _text("dedupe_key"),
    Column("body", LargeBinary, nullable=False),
    _text("headers"),
    _time("received_at"),
    _text("state"),
    Column("attempts", Integer, nullable=False),
    _time("due_at", nullable=True),
    _time("lease_until", nullable=True),
    _text("error", nullable=True),
    sa.UniqueConstraint("store_id", "dedupe_key"),
    Index(None, "store_id", "id"),
    Index(None, "store_id", "state", "id"),
    sqlite_autoincrement=True,
)
inbox_is_pending = _where(inbox, "pending", "due_at", "id", condition="state = 'pending'")
inbox_is_dead = _where(inbox, "dead", "id", condition="state = 'dead'")
inbox_is_over = _where(inbox, "over", "received_at", condition="state IN ('done', 'ignored')")

outbox = Table(
    "outbox",
    metadata,
    Column("id", Words, primary_key=True),
    _of_store(),
    _text("key"),
    _text("kind"),
    _text("subject"),
    _text("lane"),
    _text("account_id", nullable=True),
    _text("state"),
    Column("attempts", Integer, nullable=False),
    Column("lookups", Integer, nullable=False),
    _text("claim", nullable=True),
    _time("lease_until", nullable=True),
    _time("created_at"),
    _time("due_at"),
    _time("settled_at", nullable=True),
    _text("rest"),
    sa.UniqueConstraint("store_id", "key"),
    Index(None, "store_id", "subject"),
    Index(None, "store_id", "created_at", "id"),
    Index(None, "created_at", "id"),
    Index(None, "store_id", "state", "created_at", "id"),
)
outbox_is_open = _where(outbox, "open", "created_at", "id", condition="state <> 'done'")
outbox_is_pending = _where(outbox, "pending", "lane", "due_at", "id", condition="state = 'pending'")
outbox_is_uncertain = _where(outbox, "uncertain", "lane", "due_at", "id", condition="state = 'uncertain'")
outbox_is_running = _where(outbox, "running", "lease_until", condition="state = 'running'")

api_tokens = Table(
    "api_tokens",
    metadata,
    _of_store(),
    _text("id"),
    _text("name"),
    Column("digest", Words, nullable=False, unique=True),
    _time("created_at"),
    _time("revoked_at", nullable=True),
    PrimaryKeyConstraint("store_id", "id"),
)

consents = Table(
    "consents",
    metadata,
    Column("state", Words, primary_key=True),
    _text("browser"),
    _text("return_to"),
    _time("expires_at"),
    Index(None, "expires_at"),
)

answers = Table(
    "answers",
    metadata,
    _of_store(),
    _text("key"),
    _text("fingerprint"),
    _time("created_at"),
    _time("locked_until", nullable=True),
    Column("status", Integer, nullable=True),
    _text("headers"),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("store_id", "key"),
    Index(None, "created_at"),
)

documents = Table(
    "documents",
    metadata,
    _of_store(),
    _text("id"),
    _text("media_type"),
    _text("filename"),
    Column("content", LargeBinary, nullable=False),
    _time("created_at"),
    PrimaryKeyConstraint("store_id", "id"),
)

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    _text("holder"),
    _time("until"),
)

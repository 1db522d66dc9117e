"""Quotes, orders and fiscal documents."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    PrimaryKeyConstraint,
    Table,
)

from despacho_database.columns import SortedWords
from despacho_database.tables.base import metadata, number, of_store, partial_index, text, time

quotes = Table(
    "quotes",
    metadata,
    of_store(),
    text("id"),
    text("account_id"),
    time("created_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    Index(None, "created_at"),
)

orders = Table(
    "orders",
    metadata,
    of_store(),
    number("number"),
    text("status"),
    time("read_at"),
    time("first_seen_at"),
    text("billing", nullable=True),
    text("delivery", nullable=True),
    Column("paid", sa.BigInteger, nullable=True),
    text("rest"),
    PrimaryKeyConstraint("store_id", "number"),
    Index(None, "store_id", "status", "number"),
    Index(None, "store_id", "status", "first_seen_at", "number"),
)

order_words = Table(
    "order_words",
    metadata,
    of_store(),
    Column("word", SortedWords, nullable=False),
    number("number"),
    PrimaryKeyConstraint("store_id", "word", "number"),
    ForeignKeyConstraint(["store_id", "number"], ["orders.store_id", "orders.number"], ondelete="CASCADE"),
)

invoices = Table(
    "invoices",
    metadata,
    of_store(),
    text("id"),
    number("order_number"),
    text("kind"),
    text("state"),
    text("token"),
    text("wholly_credited_id", nullable=True),
    text("public_id", nullable=True),
    text("folio", nullable=True),
    time("attached_at", nullable=True),
    time("credited_at", nullable=True),
    time("created_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    Index(None, "store_id", "order_number"),
    Index(None, "store_id", "created_at", "id"),
    Index(None, "store_id", "kind", "created_at", "id"),
)
invoice_has_token = partial_index(invoices, "token", "token", unique=True, condition="token <> ''")
partial_index(
    invoices,
    "one_of_order",
    "store_id",
    "order_number",
    unique=True,
    condition="kind IN ('receipt', 'invoice') AND state <> 'rejected' AND credited_at IS NULL",
)
partial_index(
    invoices,
    "one_whole_credit",
    "store_id",
    "wholly_credited_id",
    unique=True,
    condition="wholly_credited_id IS NOT NULL AND state <> 'rejected'",
)
invoice_is_open = partial_index(
    invoices, "open", "store_id", "created_at", "id", condition="state IN ('requested', 'uncertain')"
)
invoice_is_refused = partial_index(invoices, "refused", "store_id", "created_at", "id", condition="state = 'rejected'")
invoice_is_not_attached = partial_index(
    invoices, "not_attached", "store_id", "created_at", "id", condition="state = 'issued' AND attached_at IS NULL"
)
invoice_has_number = partial_index(invoices, "numbered", "store_id", "public_id", condition="public_id IS NOT NULL")
invoice_has_folio = partial_index(invoices, "folio", "store_id", "folio", condition="folio IS NOT NULL")

waiting_documents = Table(
    "waiting_documents",
    metadata,
    of_store(),
    number("order_number"),
    text("purpose"),
    text("code"),
    time("since"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "order_number", "purpose"),
    Index(None, "store_id", "since"),
)
waiting_is_listed = partial_index(
    waiting_documents, "listed", "store_id", "code", condition="code NOT IN ('dismissed', 'nothing-to-invoice')"
)

"""Labels and documents asked for of many orders at once."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, PrimaryKeyConstraint, Table

from despacho_database.columns import Words
from despacho_database.tables.base import metadata, number, of_store, text, time

batches = Table(
    "batches",
    metadata,
    of_store(),
    text("id"),
    Column("purpose", Words, nullable=False, server_default="labels"),
    text("key", nullable=True),
    time("created_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "key"),
    Index(None, "store_id", "purpose", "created_at", "id"),
)

batch_lines = Table(
    "batch_lines",
    metadata,
    of_store(),
    text("batch_id"),
    Column("place", Integer, nullable=False),
    number("order_number"),
    text("shipment_id", nullable=True),
    text("rest"),
    PrimaryKeyConstraint("store_id", "batch_id", "place"),
    ForeignKeyConstraint(["store_id", "batch_id"], ["batches.store_id", "batches.id"], ondelete="CASCADE"),
)

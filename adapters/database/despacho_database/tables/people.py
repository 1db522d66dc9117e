"""What people did, and the views that they keep."""

from __future__ import annotations

from sqlalchemy import ForeignKeyConstraint, Index, PrimaryKeyConstraint, Table

from despacho_database.tables.base import metadata, number, of_store, text, time

activity = Table(
    "activity",
    metadata,
    of_store(),
    text("id"),
    time("at"),
    text("actor"),
    text("action"),
    text("subject"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    Index(None, "store_id", "at", "id"),
)

activity_orders = Table(
    "activity_orders",
    metadata,
    of_store(),
    number("order_number"),
    text("activity_id"),
    PrimaryKeyConstraint("store_id", "order_number", "activity_id"),
    ForeignKeyConstraint(["store_id", "activity_id"], ["activity.store_id", "activity.id"], ondelete="CASCADE"),
)

order_views = Table(
    "order_views",
    metadata,
    of_store(),
    text("name"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "name"),
)

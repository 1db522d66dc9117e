"""What people did, the views of orders that they keep, addresses as they mended them, and which order a message was about."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.migrations.pieces import index, of_store, partial_index, perhaps, times, words

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "activity",
        *words("store_id", "id", "actor", "action", "subject", "rest"),
        *times("at"),
        of_store("fk_activity_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_activity"),
    )
    index("activity", "store_id", "at", "id")
    op.create_table(
        "activity_orders",
        *words("store_id", "activity_id"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        of_store("fk_activity_orders_store_id"),
        sa.ForeignKeyConstraint(
            ["store_id", "activity_id"],
            ["activity.store_id", "activity.id"],
            name="fk_activity_orders_store_id_activity_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "order_number", "activity_id", name="pk_activity_orders"),
    )
    op.create_table(
        "order_views",
        *words("store_id", "name", "rest"),
        of_store("fk_order_views_store_id"),
        sa.PrimaryKeyConstraint("store_id", "name", name="pk_order_views"),
    )
    op.add_column("orders", perhaps("delivery"))
    op.add_column("inbox", sa.Column("order_number", sa.BigInteger(), nullable=True))
    partial_index("inbox", "about", "store_id", "order_number", "id", where="order_number IS NOT NULL")


def downgrade() -> None:
    """What only the newer schema can say is lost: who did what, kept views, and mended addresses."""
    op.drop_index("ix_inbox_about", "inbox")
    op.drop_column("inbox", "order_number")
    op.drop_column("orders", "delivery")
    op.drop_table("order_views")
    op.drop_table("activity_orders")
    op.drop_table("activity")

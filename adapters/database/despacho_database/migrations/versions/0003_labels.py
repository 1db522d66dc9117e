"""What labels came to need: batches of many orders, and shipments that come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Words
from despacho_database.migrations.pieces import index, integers, of_store, perhaps, times, words

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables; what is there goes out."""
    for table in ("shipments", "labels"):
        op.add_column(table, sa.Column("direction", Words(), nullable=False, server_default="outbound"))
    op.create_table(
        "batches",
        *words("store_id", "id", "rest"),
        perhaps("key"),
        *times("created_at"),
        of_store("fk_batches_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_batches"),
        sa.UniqueConstraint("store_id", "key", name="uq_batches_store_id_key"),
    )
    index("batches", "store_id", "created_at", "id")
    op.create_table(
        "batch_lines",
        *words("store_id", "batch_id", "rest"),
        *integers("place"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        perhaps("shipment_id"),
        of_store("fk_batch_lines_store_id"),
        sa.ForeignKeyConstraint(
            ["store_id", "batch_id"],
            ["batches.store_id", "batches.id"],
            name="fk_batch_lines_store_id_batch_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "batch_id", "place", name="pk_batch_lines"),
    )


def downgrade() -> None:
    """Returns become shipments like any other."""
    op.drop_table("batch_lines")
    op.drop_table("batches")
    for table in ("labels", "shipments"):
        op.drop_column(table, "direction")

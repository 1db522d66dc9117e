"""Batches that ask for documents: each says what it asks for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Words
from despacho_database.migrations.pieces import index

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """What is there asks for labels."""
    op.add_column("batches", sa.Column("purpose", Words(), nullable=False, server_default="labels"))
    op.drop_index("ix_batches_store_id_created_at_id", "batches")
    index("batches", "store_id", "purpose", "created_at", "id")


def downgrade() -> None:
    """Batches of documents go: nothing of them is read any more, and what they asked for stays."""
    op.execute(
        "DELETE FROM batch_lines WHERE (store_id, batch_id) IN (SELECT store_id, id FROM batches WHERE purpose <> 'labels')"
    )
    op.execute("DELETE FROM batches WHERE purpose <> 'labels'")
    op.drop_index("ix_batches_store_id_purpose_created_at_id", "batches")
    op.drop_column("batches", "purpose")
    index("batches", "store_id", "created_at", "id")

"""A store's shipping plan."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.migrations.pieces import integers, of_store, times, words

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "shipping_plans",
        *words("store_id", "rest"),
        *integers("version"),
        *times("saved_at"),
        of_store("fk_shipping_plans_store_id"),
        sa.PrimaryKeyConstraint("store_id", name="pk_shipping_plans"),
    )


def downgrade() -> None:
    """Drop it, with every plan."""
    op.drop_table("shipping_plans")

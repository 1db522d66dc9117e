"""What the App's pages keep: browsers that are signed in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.migrations.pieces import index, of_store, times, words

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "sessions",
        *words("digest", "store_id", "rest"),
        *times("expires_at"),
        of_store("fk_sessions_store_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    index("sessions", "expires_at")


def downgrade() -> None:
    op.drop_table("sessions")

"""What was made under an ``Idempotency-Key``, kept with the key."""

from __future__ import annotations

from alembic import op

from despacho_database.migrations.pieces import perhaps

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Keys that are there tell of no thing, as before."""
    op.add_column("answers", perhaps("made"))


def downgrade() -> None:
    op.drop_column("answers", "made")

"""Consents are remembered once they come back, not when they are asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.migrations.pieces import index, times, words

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Whoever is at the platform this moment has to begin again: what was kept of them is not what comes back."""
    _made_anew(*words("nonce"))


def downgrade() -> None:
    _made_anew(*words("state", "browser", "return_to"))


def _made_anew(key: sa.Column[str], *columns: sa.Column[str]) -> None:
    op.drop_index("ix_consents_expires_at", "consents")
    op.drop_table("consents")
    known_by = sa.PrimaryKeyConstraint(key.name, name="pk_consents")
    op.create_table("consents", key, *columns, *times("expires_at"), known_by)
    index("consents", "expires_at")

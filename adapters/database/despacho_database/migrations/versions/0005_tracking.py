"""What tracking came to need: claims by account, labels that are scanned, and what no table of a carrier knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Words
from despacho_database.migrations.pieces import of_store, partial_index, times, words

revision = "0005"
down_revision = "0004"

_FOLLOWED = "state = 'bought' AND next_check_at IS NOT NULL"


def upgrade() -> None:
    op.drop_index("ix_shipments_followed", "shipments")
    partial_index("shipments", "followed", "store_id", "account_id", "next_check_at", where=_FOLLOWED)
    op.add_column("labels", sa.Column("scan_token", Words(), nullable=False, server_default=""))
    partial_index("labels", "scan_token", "scan_token", unique=True, where="scan_token <> ''")
    op.create_table(
        "unknown_codes",
        *words("store_id", "provider", "code", "words"),
        sa.Column("count", sa.BigInteger(), nullable=False),
        *times("first_seen_at", "last_seen_at"),
        of_store("fk_unknown_codes_store_id"),
        sa.PrimaryKeyConstraint("store_id", "provider", "code", "words", name="pk_unknown_codes"),
    )


def downgrade() -> None:
    op.drop_table("unknown_codes")
    op.drop_index("uq_labels_scan_token", "labels")
    op.drop_column("labels", "scan_token")
    op.drop_index("ix_shipments_followed", "shipments")
    partial_index("shipments", "followed", "next_check_at", where=_FOLLOWED)

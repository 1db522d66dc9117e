"""What manifests came to need: an unguessable address for the page that confirms one, and lists by account."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Words
from despacho_database.migrations.pieces import index, partial_index

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("manifests", sa.Column("token", Words(), nullable=False, server_default=""))
    partial_index("manifests", "token", "token", unique=True, where="token <> ''")
    index("manifests", "store_id", "account_id", "number")


def downgrade() -> None:
    op.drop_index("ix_manifests_store_id_account_id_number", "manifests")
    op.drop_index("uq_manifests_token", "manifests")
    op.drop_column("manifests", "token")

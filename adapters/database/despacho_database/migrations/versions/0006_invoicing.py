"""Invoicing in depth: what waits and why, buyers' data as they were mended, another document after a whole credit note."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Time
from despacho_database.migrations.pieces import index, of_store, partial_index, perhaps, times, words

revision = "0006"
down_revision = "0005"

_SALE = "kind IN ('receipt', 'invoice') AND state <> 'rejected'"


def upgrade() -> None:
    op.add_column("orders", perhaps("billing"))
    index("orders", "store_id", "status", "first_seen_at", "number")
    op.add_column("invoices", sa.Column("credited_at", Time(), nullable=True))
    op.execute(
        "UPDATE invoices SET credited_at = (SELECT note.created_at FROM invoices AS note WHERE "
        "note.store_id = invoices.store_id AND note.wholly_credited_id = invoices.id AND note.state = 'issued')"
    )
    op.drop_index("uq_invoices_one_of_order", "invoices")
    _one_of_order(f"{_SALE} AND credited_at IS NULL")
    partial_index("invoices", "open", "store_id", "created_at", where="state IN ('requested', 'uncertain')")
    op.create_table(
        "waiting_documents",
        *words("store_id", "purpose", "code", "rest"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        *times("since"),
        of_store("fk_waiting_documents_store_id"),
        sa.PrimaryKeyConstraint("store_id", "order_number", "purpose", name="pk_waiting_documents"),
    )
    index("waiting_documents", "store_id", "since")


def downgrade() -> None:
    """What only the newer schema can say is lost: who waits, mended data, and every document but the newest of an order."""
    op.drop_table("waiting_documents")
    op.drop_index("ix_invoices_open", "invoices")
    op.drop_index("uq_invoices_one_of_order", "invoices")
    op.execute(
        f"UPDATE invoices SET state = 'rejected' WHERE {_SALE} AND credited_at IS NOT NULL AND EXISTS ("  # noqa: S608 - our own words
        "SELECT 1 FROM invoices AS later WHERE later.store_id = invoices.store_id "
        "AND later.order_number = invoices.order_number AND later.kind IN ('receipt', 'invoice') "
        "AND later.state <> 'rejected' AND later.created_at > invoices.created_at)"
    )
    _one_of_order(_SALE)
    op.drop_column("invoices", "credited_at")
    op.drop_index("ix_orders_store_id_status_first_seen_at_number", "orders")
    op.drop_column("orders", "billing")


def _one_of_order(where: str) -> None:
    partial_index("invoices", "one_of_order", "store_id", "order_number", unique=True, where=where)

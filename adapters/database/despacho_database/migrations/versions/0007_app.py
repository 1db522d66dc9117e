"""What the App's pages keep: browsers that are signed in, and the words that orders are found by."""

from __future__ import annotations

import msgspec
import sqlalchemy as sa
from alembic import op

from despacho_core.order_overview import words_of
from despacho_core.orders import Order
from despacho_database.columns import SortedWords
from despacho_database.migrations.pieces import index, of_store, times, words

revision = "0007"
down_revision = "0006"

_AT_ONCE = 500


def upgrade() -> None:
    op.create_table(
        "sessions",
        *words("digest", "store_id", "rest"),
        *times("expires_at"),
        of_store("fk_sessions_store_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    index("sessions", "expires_at")
    order_words = op.create_table(
        "order_words",
        *words("store_id"),
        sa.Column("word", SortedWords(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        of_store("fk_order_words_store_id"),
        sa.ForeignKeyConstraint(
            ["store_id", "number"],
            ["orders.store_id", "orders.number"],
            name="fk_order_words_store_id_number",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("store_id", "word", "number", name="pk_order_words"),
    )
    _find_what_is_there(order_words)


def downgrade() -> None:
    op.drop_table("order_words")
    op.drop_table("sessions")


def _find_what_is_there(order_words: sa.Table) -> None:
    """Orders that were read before can be searched for as well."""
    connection = op.get_bind()
    orders = sa.table("orders", sa.column("store_id"), sa.column("number"), sa.column("rest"))
    keys = (orders.c.store_id, orders.c.number)
    after: tuple[str, int] = ("", 0)
    while rows := connection.execute(
        sa.select(orders).where(sa.tuple_(*keys) > after).order_by(*keys).limit(_AT_ONCE)
    ).all():
        found = [
            {"store_id": row.store_id, "word": word, "number": row.number}
            for row in rows
            for word in words_of(msgspec.json.decode(row.rest, type=Order))
        ]
        if found:
            connection.execute(sa.insert(order_words), found)
        after = (rows[-1].store_id, rows[-1].number)

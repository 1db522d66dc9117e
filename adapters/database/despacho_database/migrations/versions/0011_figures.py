"""What is counted: when a label was bought and at which price, what the buyer paid for it, and what is unfinished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from despacho_core.errors import UnknownCurrency
from despacho_core.money import minor_digits, round_money
from despacho_database.columns import Time, Words
from despacho_database.migrations.pieces import partial_index, times

revision = "0011"
down_revision = "0010"

_AT_ONCE = 500
_COUNTED = "state = 'bought' AND direction = 'outbound'"
_TO_LIST = "state = 'live' AND manifest_id IS NULL AND direction = 'outbound'"
_UNFINISHED = "state IN ('open', 'closing', 'closed')"
_LISTED = "code NOT IN ('dismissed', 'nothing-to-invoice')"

_Values = dict[str, Any]


def upgrade() -> None:
    op.add_column("shipments", *times("bought_at", nullable=True))
    op.add_column("shipments", sa.Column("quoted", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("paid", sa.BigInteger(), nullable=True))
    _rewrite(_shipments(), "id", _taken_out)
    _rewrite(_orders(), "number", _paid)
    partial_index("shipments", "counted", "store_id", "bought_at", where=_COUNTED)
    partial_index("labels", "to_list", "store_id", "account_id", where=_TO_LIST)
    partial_index("manifests", "unfinished", "store_id", "state", where=_UNFINISHED)
    partial_index("waiting_documents", "listed", "store_id", "code", where=_LISTED)


def downgrade() -> None:
    for table, name in (
        ("waiting_documents", "listed"),
        ("manifests", "unfinished"),
        ("labels", "to_list"),
        ("shipments", "counted"),
    ):
        op.drop_index(f"ix_{table}_{name}", table)
    _rewrite(_shipments(), "id", _put_back)
    op.drop_column("orders", "paid")
    op.drop_column("shipments", "quoted")
    op.drop_column("shipments", "bought_at")


def _shipments() -> sa.TableClause:
    return sa.table(
        "shipments",
        sa.column("store_id", Words()),
        sa.column("id", Words()),
        sa.column("bought_at", Time()),
        sa.column("quoted", sa.BigInteger()),
        sa.column("rest", Words()),
    )


def _orders() -> sa.TableClause:
    return sa.table(
        "orders",
        sa.column("store_id", Words()),
        sa.column("number", sa.BigInteger()),
        sa.column("paid", sa.BigInteger()),
        sa.column("rest", Words()),
    )


def _rewrite(table: sa.TableClause, key: str, change: Callable[[_Values, _Values], _Values]) -> None:
    """Change each row by what its JSON and its columns hold."""
    connection = op.get_bind()
    for row in _rows(connection, table, key):
        changed = change(msgspec.json.decode(row["rest"]), dict(row))
        mine = (table.c.store_id == row["store_id"], table.c[key] == row[key])
        connection.execute(sa.update(table).where(*mine).values(changed))


def _rows(connection: sa.Connection, table: sa.TableClause, key: str) -> Iterator[sa.RowMapping]:
    keys = (table.c.store_id, table.c[key])
    query = sa.select(table).order_by(*keys).limit(_AT_ONCE)
    rows = connection.execute(query).mappings().all()
    while rows:
        yield from rows
        after = sa.tuple_(*keys) > (rows[-1]["store_id"], rows[-1][key])
        rows = connection.execute(query.where(after)).mappings().all()


def _taken_out(held: _Values, _: _Values) -> _Values:
    bought_at = held.pop("bought_at", None)
    price = held.get("price") or {}
    return {
        "bought_at": datetime.fromisoformat(bought_at) if bought_at else None,
        "quoted": _minor(price.get("amount"), price.get("currency")),
        "rest": msgspec.json.encode(held).decode(),
    }


def _put_back(held: _Values, columns: _Values) -> _Values:
    at: datetime | None = columns["bought_at"]
    return {"rest": msgspec.json.encode({**held, "bought_at": at.isoformat() if at else None}).decode()}


def _paid(held: _Values, _: _Values) -> _Values:
    shipping, discount = held.get("shipping", "0"), held.get("shipping_discount", "0")
    try:
        amount = Decimal(str(shipping)) - Decimal(str(discount))
    except InvalidOperation:
        return {"paid": None}
    return {"paid": _minor(amount, held.get("currency"))}


def _minor(amount: Decimal | str | None, currency: str | None) -> int | None:
    if amount is None or currency is None:
        return None
    try:
        whole = round_money(Decimal(str(amount)), currency).scaleb(minor_digits(currency))
    except (UnknownCurrency, InvalidOperation):
        return None
    return max(min(int(whole), 2**63 - 1), 0)

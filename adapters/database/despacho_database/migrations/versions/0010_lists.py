"""What lists of shipments and documents are looked through by: how far, since when, under which number, attached or not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Time, Words
from despacho_database.migrations.pieces import partial_index, perhaps, times

revision = "0010"
down_revision = "0008"

_AT_ONCE = 500
_ON_ITS_WAY = "state = 'bought'"
_UNSETTLED = "state IN ('requested', 'uncertain', 'rejected', 'voiding')"
_RETURNS = "direction = 'return'"
_NOT_ATTACHED = "state = 'issued' AND attached_at IS NULL"
_OPEN = "state IN ('requested', 'uncertain')"
_REFUSED = "state = 'rejected'"

_Values = dict[str, Any]


def upgrade() -> None:
    op.add_column("shipments", sa.Column("tracking_status", Words(), nullable=False, server_default="requested"))
    op.add_column("shipments", *times("tracking_moved_at", nullable=True))
    op.add_column("invoices", perhaps("public_id"))
    op.add_column("invoices", perhaps("folio"))
    op.add_column("invoices", *times("attached_at", nullable=True))
    _rewrite("shipments", ("tracking_status", "tracking_moved_at"), _taken_out)
    _rewrite("invoices", ("public_id", "folio", "attached_at"), _taken_out)
    partial_index("shipments", "way", "store_id", "tracking_status", "tracking_moved_at", where=_ON_ITS_WAY)
    partial_index("shipments", "unsettled", "store_id", "state", "created_at", "id", where=_UNSETTLED)
    partial_index("shipments", "returns", "store_id", "created_at", "id", where=_RETURNS)
    op.drop_index("ix_invoices_open", "invoices")
    partial_index("invoices", "open", "store_id", "created_at", "id", where=_OPEN)
    partial_index("invoices", "not_attached", "store_id", "created_at", "id", where=_NOT_ATTACHED)
    partial_index("invoices", "refused", "store_id", "created_at", "id", where=_REFUSED)
    partial_index("invoices", "numbered", "store_id", "public_id", where="public_id IS NOT NULL")
    partial_index("invoices", "folio", "store_id", "folio", where="folio IS NOT NULL")


def downgrade() -> None:
    for table, names in (
        ("invoices", ("folio", "numbered", "refused", "not_attached", "open")),
        ("shipments", ("returns", "unsettled", "way")),
    ):
        for name in names:
            op.drop_index(f"ix_{table}_{name}", table)
    partial_index("invoices", "open", "store_id", "created_at", where=_OPEN)
    _rewrite("invoices", ("public_id", "folio", "attached_at"), _put_back)
    _rewrite("shipments", ("tracking_status", "tracking_moved_at"), _put_back)
    for table, columns in (
        ("invoices", ("attached_at", "folio", "public_id")),
        ("shipments", ("tracking_moved_at", "tracking_status")),
    ):
        for column in columns:
            op.drop_column(table, column)


def _rewrite(table: str, names: tuple[str, ...], change: Callable[[_Values, _Values], None]) -> None:
    """Move fields between the JSON of each row and its columns."""
    kinds = {name: Time() if name.endswith("_at") else Words() for name in names}
    whole = sa.table(
        table,
        sa.column("store_id", Words()),
        sa.column("id", Words()),
        sa.column("rest", Words()),
        *(sa.column(name, kind) for name, kind in kinds.items()),
    )
    connection = op.get_bind()
    for row in _rows(connection, whole):
        held: _Values = msgspec.json.decode(row["rest"])
        columns = {name: row[name] for name in names}
        change(held, columns)
        mine = (whole.c.store_id == row["store_id"], whole.c.id == row["id"])
        changed = {**columns, "rest": msgspec.json.encode(held).decode()}
        connection.execute(sa.update(whole).where(*mine).values(changed))


def _rows(connection: sa.Connection, whole: sa.TableClause) -> Iterator[sa.RowMapping]:
    keys = (whole.c.store_id, whole.c.id)
    after = ("", "")
    while rows := (
        connection.execute(sa.select(whole).where(sa.tuple_(*keys) > after).order_by(*keys).limit(_AT_ONCE))
        .mappings()
        .all()
    ):
        yield from rows
        after = (rows[-1]["store_id"], rows[-1]["id"])


def _taken_out(held: _Values, columns: _Values) -> None:
    for name in columns:
        value = held.pop(name, None)
        if value is not None:
            columns[name] = datetime.fromisoformat(value) if name.endswith("_at") else value


def _put_back(held: _Values, columns: _Values) -> None:
    held |= {name: value.isoformat() if isinstance(value, datetime) else value for name, value in columns.items()}

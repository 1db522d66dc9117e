"""What revisions are made of. Revisions are history, and so is this: add to it, change nothing."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Time, Words


def words(*names: str) -> list[sa.Column[Any]]:
    """Columns of text."""
    return [sa.Column(name, Words(), nullable=False) for name in names]


def perhaps(name: str) -> sa.Column[Any]:
    """A column of text that may be empty."""
    return sa.Column(name, Words(), nullable=True)


def times(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    """Columns with times."""
    return [sa.Column(name, Time(), nullable=nullable) for name in names]


def integers(*names: str) -> list[sa.Column[Any]]:
    """Columns with small whole numbers."""
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def of_store(name: str) -> sa.ForeignKeyConstraint:
    """The rows go when their store goes."""
    return sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=name, ondelete="CASCADE")


def index(table: str, *columns: str) -> None:
    """An index named after its columns."""
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def partial_index(table: str, name: str, *columns: str, unique: bool = False, where: str) -> None:
    """An index over some of the rows."""
    full = f"{'uq' if unique else 'ix'}_{table}_{name}"
    words = sa.text(where)
    op.create_index(full, table, list(columns), unique=unique, sqlite_where=words, postgresql_where=words)


def incompressible(table: str, column: str) -> None:
    """PostgreSQL stores the column as it is."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")

"""What tables are made of."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, Table, event

from despacho_database.columns import Time, Words

metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)
Counter = sa.BigInteger().with_variant(Integer(), "sqlite")


def of_store() -> Column[str]:
    """Which store a row belongs to; it goes when the store goes."""
    return Column("store_id", Words, ForeignKey("stores.id", ondelete="CASCADE"), nullable=False)


def text(name: str, *, nullable: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Words, nullable=nullable)


def time(name: str, *, nullable: bool = False) -> Column[object]:
    """A column with a time."""
    return Column(name, Time, nullable=nullable)


def number(name: str) -> Column[int]:
    """A column with a whole number of up to 64 bits."""
    return Column(name, sa.BigInteger, nullable=False)


def partial_index(table: Table, name: str, *columns: str, unique: bool = False, condition: str) -> sa.TextClause:
    """A partial index; its condition, to be repeated in the queries that are to use it, word for word."""
    words = sa.text(condition)
    keys = [table.c[column] for column in columns]
    Index(
        f"{'uq' if unique else 'ix'}_{table.name}_{name}",
        *keys,
        unique=unique,
        sqlite_where=words,
        postgresql_where=words,
    )
    return words


def incompressible(table: Table, column: str) -> None:
    """Let PostgreSQL store a column as it is: trying to compress it costs more time than inserting the row."""
    alter = sa.DDL(  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        f"ALTER TABLE {table.name} ALTER COLUMN {column} SET STORAGE EXTERNAL"
    )
    event.listen(table, "after_create", alter.execute_if(dialect="postgresql"))

"""``column`` is one of many values, which all travel as one parameter.

``IN`` with a parameter for each value is rendered anew at every execution, each of the parameters with its cast: for a thousand numbers
that takes SQLAlchemy longer than the database needs to find them, and each count of them is another statement to be prepared. One array
(PostgreSQL) or one JSON text (SQLite) is neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Self

import msgspec
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

from despacho_database.columns import bounded, storable


class _Numbers(TypeDecorator[Sequence[int]]):
    """Whole numbers, kept within what a database can look for."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array, or JSON."""
        return dialect.type_descriptor(postgresql.ARRAY(sa.BigInteger()) if _is_postgresql(dialect) else sa.Text())

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        """To the database."""
        return _given([bounded(one) for one in value or ()], dialect)


class _Texts(TypeDecorator[Sequence[str]]):
    """Texts, without what no database can hold."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array, or JSON."""
        return dialect.type_descriptor(postgresql.ARRAY(sa.Text()) if _is_postgresql(dialect) else sa.Text())

    def process_bind_param(self, value: Iterable[str] | None, dialect: Dialect) -> Any:
        """To the database."""
        return _given([storable(one) for one in value or ()], dialect)


class _Among(FunctionElement[bool]):
    """A column, and the values it may have."""

    inherit_cache = True
    type = sa.Boolean()

    def self_group(self, against: OperatorType | None = None) -> Self:  # noqa: ARG002 - SQLAlchemy's signature
        """As it is: SQLite would be asked whether it equals 1, and then makes no use of an index."""
        return self


def among_numbers(column: sa.ColumnElement[int], numbers: Iterable[int]) -> sa.ColumnElement[bool]:
    """That a column is one of some numbers; never, where there are none."""
    return _Among(column, sa.bindparam(None, tuple(numbers), _Numbers()))


def among_given(column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
    """That a column is one of the numbers that come as the parameter ``name``, for a statement that is made once."""
    return _Among(column, sa.bindparam(name, type_=_Numbers()))


def among_texts(column: sa.ColumnElement[str], texts: Iterable[str]) -> sa.ColumnElement[bool]:
    """That a column is one of some texts; never, where there are none."""
    return _Among(column, sa.bindparam(None, tuple(texts), _Texts()))


def given_texts(name: str, dialect: str) -> sa.ColumnElement[str]:
    """A column of the texts that come as the parameter ``name``, for a statement that inserts a row for each."""
    given = sa.bindparam(name, type_=_Texts())
    if dialect == "postgresql":
        return sa.func.unnest(given).table_valued("value").render_derived().c.value
    return sa.func.json_each(given).table_valued("value").c.value


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} = ANY ({values})"


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, values = (compiler.process(one, **how) for one in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - of a column and a parameter's name


def _given(values: list[Any], dialect: Dialect) -> Any:
    return values if _is_postgresql(dialect) else msgspec.json.encode(values).decode()


def _is_postgresql(dialect: Dialect) -> bool:
    return dialect.name == "postgresql"

"""Column types that mean the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INTEGER_LIMIT = 2**63 - 1


class Time(TypeDecorator[datetime]):
    """An aware time, kept to the microsecond and given back in UTC.

    ``timestamptz`` on PostgreSQL, whole microseconds since 1970 on SQLite: exact, and it sorts as it should.
    """

    impl = sa.BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[datetime] | TypeEngine[int]:
        """The database's own type."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(postgresql.TIMESTAMP(timezone=True))
        return dialect.type_descriptor(sa.BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | int | None:
        """To the database.

        Raises:
            ValueError: The time has no zone, so that nobody knows when it is.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        return value if dialect.name == "postgresql" else microseconds(value)

    def process_result_value(self, value: object, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """From the database: aware UTC."""
        if value is None:
            return None
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        return _EPOCH + timedelta(microseconds=int(str(value)))


class Words(TypeDecorator[str]):
    """Text from anywhere. What no database can hold (NUL, lone surrogates) becomes U+FFFD instead of an error."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 - SQLAlchemy's signature
        """To the database; enumerations as their values."""
        return None if value is None else storable(value)


class SortedWords(Words):
    """Text that sorts by its code points everywhere, so that the beginning of a word is a range of an index."""

    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """The database's own type, with PostgreSQL's plain order."""
        return dialect.type_descriptor(sa.Text(collation="C" if dialect.name == "postgresql" else None))


def storable(text: str) -> str:
    """The text without what PostgreSQL refuses and UTF-8 cannot say."""
    return _UNSTORABLE.sub("\ufffd", text) if not text.isascii() or "\x00" in text else str(text)


def microseconds(time: datetime) -> int:
    """Whole microseconds since 1970, as SQLite keeps them."""
    return (time - _EPOCH) // _MICROSECOND


def bounded(number: int) -> int:
    """A number to look for, kept within 64 bits: what lies outside is in no row, and is no reason to fail."""
    return max(-_INTEGER_LIMIT, min(number, _INTEGER_LIMIT))

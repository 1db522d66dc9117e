"""Whether a pooled connection to PostgreSQL still leads anywhere, asked only of one that has lain idle.

SQLAlchemy's own ``pool_pre_ping`` asks at every turn, and with asyncpg that is three trips to the server (begin, nothing, roll back): as
much as a small unit of work itself. A server that ends a connection says so, and the driver knows at once. What it cannot know is that a
network between them forgot a connection on which nothing went to and fro; so only after a silence the server is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

from sqlalchemy import event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import ConnectionPoolEntry

IDLE_S = 5.0
_RETURNED = "despacho_returned_at"


class PooledConnection(Protocol):
    """What SQLAlchemy makes of asyncpg's connection, as far as it is needed here."""

    @property
    def driver_connection(self) -> Any:
        """The driver's own."""
        ...


def check_idle_connections(
    engine: AsyncEngine, *, idle_s: float = IDLE_S, monotonic: Callable[[], float] = time.monotonic
) -> None:
    """Have the engine's pool replace connections that are closed, or that do not answer after ``idle_s`` seconds of silence.

    As with ``pool_pre_ping``, one that is found dead takes all others of its age with it: the server was most likely restarted.
    """
    dialect: Any = engine.sync_engine.dialect

    def returned(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info[_RETURNED] = monotonic()

    def taken(connection: PooledConnection, entry: ConnectionPoolEntry, _fairy: object) -> None:
        returned_at = entry.info.get(_RETURNED)
        if returned_at is None:
            return  # just made
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        if monotonic() - returned_at >= idle_s and not _answers(dialect, connection):
            raise InvalidatePoolError

    event.listen(engine.sync_engine, "checkin", returned)
    event.listen(engine.sync_engine, "checkout", taken)


def _answers(dialect: Any, connection: PooledConnection) -> bool:
    try:
        return bool(dialect.do_ping(connection))
    except dialect.loaded_dbapi.Error as error:
        if not dialect.is_disconnect(error, connection, None):
            raise
        return False

"""Browsers that are signed in."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import sessions
from despacho_ports.records import Session

_sessions = Mapping(sessions, Session)
_KEPT = timedelta(days=1)
_ONE = sa.select(sessions).where(sessions.c.digest == sa.bindparam("digest"))


class SessionsTable(Repository):
    """Sessions, found by the digest of their cookie."""

    async def add(self, session: Session) -> None:
        """Add; those that ended long ago are swept out."""
        ended = sessions.c.expires_at < session.created_at - _KEPT
        await self._connection.execute(sa.delete(sessions).where(ended))
        await self._add(sessions, _sessions.row(session))

    async def get(self, digest: str) -> Session | None:
        """The session of a cookie, ended or not."""
        row = await self._one(_ONE, digest=digest)
        return None if row is None else _sessions.struct(row)

    async def save(self, session: Session) -> None:
        """Write it back. Raises ``NotFound`` for one that was removed."""
        await self._update(sessions, _sessions.row(session))

    async def remove(self, digest: str) -> None:
        """Forget it; forgetting twice is no error."""
        await self._connection.execute(sa.delete(sessions).where(sessions.c.digest == digest))

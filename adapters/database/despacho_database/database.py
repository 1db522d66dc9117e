"""The database adapter's front door."""

from __future__ import annotations

from despacho_database.documents import DatabaseDocuments
from despacho_database.engines import database_url, open_engines
from despacho_database.gate import WriteGate
from despacho_database.group_commit import GroupCommitWriter, InboxTransactions
from despacho_database.inbox_sqlite import SqliteInbox
from despacho_database.locks import DatabaseLocks
from despacho_database.quote_commit import GroupCommitQuotes, QuoteTransactions
from despacho_database.quotes_sqlite import SqliteQuotes
from despacho_database.units import DatabaseUnits
from despacho_ports.system import Secrets


class Database:
    """One database with everything that lies in it. Made without connecting; close it at the end.

    Args:
        url: ``sqlite:////path/to/file`` or ``postgresql://…``, with or without the driver's name.
        secrets: Seals what must not lie readable in the database.
    """

    def __init__(self, url: str, secrets: Secrets) -> None:
        self._engines = open_engines(database_url(url))
        gate = self._gate = WriteGate(self._engines.file)
        self.units_of_work = DatabaseUnits(self._engines, secrets, gate)
        self.documents = DatabaseDocuments(self._engines, gate)
        self.inbox_writer = GroupCommitWriter(self._inbox_transactions(gate))
        self.quote_writer = GroupCommitQuotes(self._quote_transactions(gate))
        self.locks = DatabaseLocks(self._engines, gate)

    async def close(self) -> None:
        """Finish what is being written, then close every connection."""
        await self.inbox_writer.close()
        await self.quote_writer.close()
        await self._engines.close()
        self._gate.close()

    def _inbox_transactions(self, gate: WriteGate) -> InboxTransactions:
        if self._engines.is_postgresql:
            from despacho_database.inbox_postgresql import (  # noqa: PLC0415 - a hub on SQLite need not load asyncpg
                PostgresqlInbox,
            )

            return PostgresqlInbox(self._engines.write)
        return SqliteInbox(str(self._engines.file), gate)

    def _quote_transactions(self, gate: WriteGate) -> QuoteTransactions:
        if self._engines.is_postgresql:
            from despacho_database.quotes_postgresql import PostgresqlQuotes  # noqa: PLC0415 - as above

            return PostgresqlQuotes(self._engines.write)
        return SqliteQuotes(str(self._engines.file), gate)

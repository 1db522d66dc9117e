"""Documents kept in the database itself, each put in a transaction of its own."""

from __future__ import annotations

import sqlalchemy as sa

from despacho_database.engines import Engines
from despacho_database.gate import WriteGate
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository
from despacho_database.tables import documents
from despacho_ports.documents import StoredDocument

_documents = Mapping(documents, StoredDocument)


class DatabaseDocuments:
    """Implements ``DocumentStore``. Not to be called by a task that has a writing unit of work open."""

    def __init__(self, engines: Engines, gate: WriteGate) -> None:
        self._engines = engines
        self._gate = gate

    async def put(self, document: StoredDocument) -> None:
        """Keep it; an id that is kept already stays as it is."""
        async with self._gate.passed(), self._engines.write.connect() as connection:
            await _DocumentsTable(connection, writing=True).put(document)
            await connection.commit()

    async def get(self, store_id: str, document_id: str) -> StoredDocument | None:
        """The document, or None."""
        async with self._engines.read.connect() as connection:
            return await _DocumentsTable(connection, writing=False).get(store_id, document_id)


class _DocumentsTable(Repository):
    async def put(self, document: StoredDocument) -> None:
        await self._add_new(documents, _documents.row(document))

    async def get(self, store_id: str, document_id: str) -> StoredDocument | None:
        table = documents.c
        row = await self._one(sa.select(documents).where(table.store_id == store_id, table.id == document_id))
        return None if row is None else _documents.struct(row)

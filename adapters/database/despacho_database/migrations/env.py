"""Alembic's way in: the caller brings the connection and its transaction."""

from alembic import context

from despacho_database.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()

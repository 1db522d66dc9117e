"""Stored documents, and leases."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
)

from despacho_database.columns import Words
from despacho_database.tables.base import incompressible, metadata, of_store, text, time

documents = Table(
    "documents",
    metadata,
    of_store(),
    text("id"),
    text("media_type"),
    text("filename"),
    Column("content", LargeBinary, nullable=False),
    time("created_at"),
    PrimaryKeyConstraint("store_id", "id"),
)

incompressible(documents, "content")

leases = Table(
    "leases",
    metadata,
    Column("name", Words, primary_key=True),
    text("holder"),
    time("until"),
)

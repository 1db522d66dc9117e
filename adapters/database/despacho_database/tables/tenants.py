"""Stores, their accounts and tokens, and what is kept for requests under way."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
)

from despacho_database.columns import Words
from despacho_database.tables.base import metadata, of_store, text, time

stores = Table(
    "stores",
    metadata,
    Column("id", Words, primary_key=True),
    Column("code", Words, nullable=False, unique=True),
    Column("key", Words, nullable=False, unique=True),
    text("state"),
    time("created_at"),
    text("hooks_token"),
    text("credentials"),
    text("rest"),
)

accounts = Table(
    "accounts",
    metadata,
    of_store(),
    text("id"),
    Column("key", Words, nullable=False, unique=True),
    text("provider"),
    text("state"),
    time("created_at"),
    text("settings"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
)

shipping_plans = Table(
    "shipping_plans",
    metadata,
    of_store(),
    Column("version", Integer, nullable=False),
    time("saved_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id"),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    of_store(),
    text("id"),
    text("name"),
    Column("digest", Words, nullable=False, unique=True),
    time("created_at"),
    time("revoked_at", nullable=True),
    PrimaryKeyConstraint("store_id", "id"),
)

consents = Table(
    "consents",
    metadata,
    Column("nonce", Words, primary_key=True),
    time("expires_at"),
    Index(None, "expires_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", Words, primary_key=True),
    of_store(),
    time("expires_at"),
    text("rest"),
    Index(None, "expires_at"),
)

answers = Table(
    "answers",
    metadata,
    of_store(),
    text("key"),
    text("fingerprint"),
    time("created_at"),
    time("locked_until", nullable=True),
    Column("status", Integer, nullable=True),
    text("headers"),
    text("made", nullable=True),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("store_id", "key"),
    Index(None, "created_at"),
)

"""Shipments, labels, manifests and what carriers reported."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
)

from despacho_database.columns import Words
from despacho_database.tables.base import Counter, metadata, number, of_store, partial_index, text, time

shipments = Table(
    "shipments",
    metadata,
    of_store(),
    text("id"),
    number("order_number"),
    Column("ordinal", Integer, nullable=False),
    text("account_id"),
    text("state"),
    text("track_token"),
    Column("direction", Words, nullable=False, server_default="outbound"),
    Column("tracking_status", Words, nullable=False, server_default="requested"),
    time("created_at"),
    time("bought_at", nullable=True),
    time("next_check_at", nullable=True),
    time("tracking_moved_at", nullable=True),
    Column("quoted", sa.BigInteger, nullable=True),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "order_number", "ordinal"),
    Index(None, "store_id", "created_at", "id"),
)
shipment_is_followed = partial_index(
    shipments,
    "followed",
    "store_id",
    "account_id",
    "next_check_at",
    condition="state = 'bought' AND next_check_at IS NOT NULL",
)
shipment_is_bought = partial_index(
    shipments, "way", "store_id", "tracking_status", "tracking_moved_at", condition="state = 'bought'"
)
shipment_is_unsettled = partial_index(
    shipments,
    "unsettled",
    "store_id",
    "state",
    "created_at",
    "id",
    condition="state IN ('requested', 'uncertain', 'rejected', 'voiding')",
)
shipment_is_return = partial_index(
    shipments, "returns", "store_id", "created_at", "id", condition="direction = 'return'"
)
shipment_is_counted = partial_index(
    shipments, "counted", "store_id", "bought_at", condition="state = 'bought' AND direction = 'outbound'"
)
shipment_has_token = partial_index(shipments, "track_token", "track_token", unique=True, condition="track_token <> ''")

labels = Table(
    "labels",
    metadata,
    of_store(),
    text("id"),
    text("account_id"),
    text("shipment_id"),
    Column("piece", Integer, nullable=False),
    text("tracking_number"),
    text("state"),
    text("manifest_id", nullable=True),
    Column("direction", Words, nullable=False, server_default="outbound"),
    Column("scan_token", Words, nullable=False, server_default=""),
    time("created_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "account_id", "tracking_number"),
    ForeignKeyConstraint(["store_id", "shipment_id"], ["shipments.store_id", "shipments.id"], ondelete="CASCADE"),
    Index(None, "store_id", "shipment_id", "piece"),
    Index(None, "store_id", "tracking_number"),
)
label_is_free = partial_index(
    labels, "free", "store_id", "account_id", "created_at", condition="state = 'live' AND manifest_id IS NULL"
)
label_is_to_list = partial_index(
    labels,
    "to_list",
    "store_id",
    "account_id",
    condition="state = 'live' AND manifest_id IS NULL AND direction = 'outbound'",
)
label_is_scanned = partial_index(labels, "scan_token", "scan_token", unique=True, condition="scan_token <> ''")
label_is_listed = partial_index(labels, "listed", "store_id", "manifest_id", condition="manifest_id IS NOT NULL")

manifests = Table(
    "manifests",
    metadata,
    of_store(),
    text("id"),
    text("account_id"),
    number("number"),
    text("state"),
    Column("token", Words, nullable=False, server_default=""),
    time("created_at"),
    text("rest"),
    PrimaryKeyConstraint("store_id", "id"),
    sa.UniqueConstraint("store_id", "number"),
    Index(None, "store_id", "account_id", "number"),
)
manifest_is_unfinished = partial_index(
    manifests, "unfinished", "store_id", "state", condition="state IN ('open', 'closing', 'closed')"
)
manifest_has_token = partial_index(manifests, "token", "token", unique=True, condition="token <> ''")

tracking_events = Table(
    "tracking_events",
    metadata,
    Column("id", Counter, primary_key=True),
    of_store(),
    text("shipment_id"),
    text("fingerprint"),
    time("occurred_at"),
    text("rest"),
    sa.UniqueConstraint("store_id", "shipment_id", "fingerprint"),
    ForeignKeyConstraint(["store_id", "shipment_id"], ["shipments.store_id", "shipments.id"], ondelete="CASCADE"),
)

unknown_codes = Table(
    "unknown_codes",
    metadata,
    of_store(),
    text("provider"),
    text("code"),
    text("words"),
    number("count"),
    time("first_seen_at"),
    time("last_seen_at"),
    PrimaryKeyConstraint("store_id", "provider", "code", "words"),
)

"""The beginning: all tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from despacho_database.migrations.pieces import (
    incompressible,
    index,
    integers,
    of_store,
    partial_index,
    perhaps,
    times,
    words,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    for create in _TABLES:
        create()


def downgrade() -> None:
    for create in reversed(_TABLES):
        op.drop_table(create.__name__.removeprefix("_"))


def _stores() -> None:
    op.create_table(
        "stores",
        *words("id", "code", "key", "state", "hooks_token", "credentials", "rest"),
        *times("created_at"),
        sa.PrimaryKeyConstraint("id", name="pk_stores"),
        sa.UniqueConstraint("code", name="uq_stores_code"),
        sa.UniqueConstraint("key", name="uq_stores_key"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        *words("store_id", "id", "key", "provider", "state", "settings", "rest"),
        *times("created_at"),
        of_store("fk_accounts_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_accounts"),
        sa.UniqueConstraint("key", name="uq_accounts_key"),
    )


def _quotes() -> None:
    op.create_table(
        "quotes",
        *words("store_id", "id", "account_id", "rest"),
        *times("created_at"),
        of_store("fk_quotes_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_quotes"),
    )
    index("quotes", "created_at")


def _orders() -> None:
    op.create_table(
        "orders",
        *words("store_id", "status", "rest"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *times("read_at", "first_seen_at"),
        of_store("fk_orders_store_id"),
        sa.PrimaryKeyConstraint("store_id", "number", name="pk_orders"),
    )
    index("orders", "store_id", "status", "number")


def _shipments() -> None:
    op.create_table(
        "shipments",
        *words("store_id", "id", "account_id", "state", "track_token", "rest"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        *integers("ordinal"),
        *times("created_at"),
        *times("next_check_at", nullable=True),
        of_store("fk_shipments_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_shipments"),
        sa.UniqueConstraint("store_id", "order_number", "ordinal", name="uq_shipments_store_id_order_number_ordinal"),
    )
    partial_index("shipments", "followed", "next_check_at", where="state = 'bought' AND next_check_at IS NOT NULL")
    index("shipments", "store_id", "created_at", "id")
    partial_index("shipments", "track_token", "track_token", unique=True, where="track_token <> ''")


def _labels() -> None:
    op.create_table(
        "labels",
        *words("store_id", "id", "account_id", "shipment_id", "tracking_number", "state", "rest"),
        perhaps("manifest_id"),
        *integers("piece"),
        *times("created_at"),
        sa.ForeignKeyConstraint(
            ["store_id", "shipment_id"],
            ["shipments.store_id", "shipments.id"],
            name="fk_labels_store_id_shipment_id",
            ondelete="CASCADE",
        ),
        of_store("fk_labels_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_labels"),
        sa.UniqueConstraint(
            "store_id", "account_id", "tracking_number", name="uq_labels_store_id_account_id_tracking_number"
        ),
    )
    partial_index(
        "labels", "free", "store_id", "account_id", "created_at", where="state = 'live' AND manifest_id IS NULL"
    )
    partial_index("labels", "listed", "store_id", "manifest_id", where="manifest_id IS NOT NULL")
    index("labels", "store_id", "shipment_id", "piece")
    index("labels", "store_id", "tracking_number")


def _manifests() -> None:
    op.create_table(
        "manifests",
        *words("store_id", "id", "account_id", "state", "rest"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *times("created_at"),
        of_store("fk_manifests_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_manifests"),
        sa.UniqueConstraint("store_id", "number", name="uq_manifests_store_id_number"),
    )


def _tracking_events() -> None:
    op.create_table(
        "tracking_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *words("store_id", "shipment_id", "fingerprint", "rest"),
        *times("occurred_at"),
        sa.ForeignKeyConstraint(
            ["store_id", "shipment_id"],
            ["shipments.store_id", "shipments.id"],
            name="fk_tracking_events_store_id_shipment_id",
            ondelete="CASCADE",
        ),
        of_store("fk_tracking_events_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_events"),
        sa.UniqueConstraint(
            "store_id", "shipment_id", "fingerprint", name="uq_tracking_events_store_id_shipment_id_fingerprint"
        ),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        *words("store_id", "id", "kind", "state", "token", "rest"),
        perhaps("wholly_credited_id"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        *times("created_at"),
        of_store("fk_invoices_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_invoices"),
    )
    index("invoices", "store_id", "created_at", "id")
    index("invoices", "store_id", "kind", "created_at", "id")
    index("invoices", "store_id", "order_number")
    partial_index(
        "invoices",
        "one_of_order",
        "store_id",
        "order_number",
        unique=True,
        where="kind IN ('receipt', 'invoice') AND state <> 'rejected'",
    )
    partial_index(
        "invoices",
        "one_whole_credit",
        "store_id",
        "wholly_credited_id",
        unique=True,
        where="wholly_credited_id IS NOT NULL AND state <> 'rejected'",
    )
    partial_index("invoices", "token", "token", unique=True, where="token <> ''")


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *words("store_id", "source", "event", "dedupe_key", "headers", "state"),
        perhaps("error"),
        *integers("attempts"),
        *times("received_at"),
        *times("due_at", "lease_until", nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        of_store("fk_inbox_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("store_id", "dedupe_key", name="uq_inbox_store_id_dedupe_key"),
        sqlite_autoincrement=True,
    )
    partial_index("inbox", "dead", "id", where="state = 'dead'")
    partial_index("inbox", "over", "received_at", where="state IN ('done', 'ignored')")
    partial_index("inbox", "pending", "due_at", "id", where="state = 'pending'")
    index("inbox", "store_id", "id")
    index("inbox", "store_id", "state", "id")
    incompressible("inbox", "body")


def _outbox() -> None:
    op.create_table(
        "outbox",
        *words("id", "store_id", "key", "kind", "subject", "lane", "state", "rest"),
        perhaps("account_id"),
        perhaps("claim"),
        *integers("attempts", "lookups"),
        *times("created_at", "due_at"),
        *times("lease_until", "settled_at", nullable=True),
        of_store("fk_outbox_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("store_id", "key", name="uq_outbox_store_id_key"),
    )
    index("outbox", "created_at", "id")
    partial_index("outbox", "open", "created_at", "id", where="state <> 'done'")
    partial_index("outbox", "pending", "lane", "due_at", "id", where="state = 'pending'")
    partial_index("outbox", "running", "lease_until", where="state = 'running'")
    index("outbox", "store_id", "created_at", "id")
    index("outbox", "store_id", "state", "created_at", "id")
    index("outbox", "store_id", "subject")
    partial_index("outbox", "uncertain", "lane", "due_at", "id", where="state = 'uncertain'")


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        *words("store_id", "id", "name", "digest"),
        *times("created_at"),
        *times("revoked_at", nullable=True),
        of_store("fk_api_tokens_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        *words("state", "browser", "return_to"),
        *times("expires_at"),
        sa.PrimaryKeyConstraint("state", name="pk_consents"),
    )
    index("consents", "expires_at")


def _answers() -> None:
    op.create_table(
        "answers",
        *words("store_id", "key", "fingerprint", "headers"),
        sa.Column("status", sa.Integer(), nullable=True),
        *times("created_at"),
        *times("locked_until", nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        of_store("fk_answers_store_id"),
        sa.PrimaryKeyConstraint("store_id", "key", name="pk_answers"),
    )
    index("answers", "created_at")


def _documents() -> None:
    op.create_table(
        "documents",
        *words("store_id", "id", "media_type", "filename"),
        *times("created_at"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        of_store("fk_documents_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_documents"),
    )
    incompressible("documents", "content")


def _leases() -> None:
    op.create_table(
        "leases", *words("name", "holder"), *times("until"), sa.PrimaryKeyConstraint("name", name="pk_leases")
    )


_TENANTS = (_stores, _accounts, _api_tokens, _consents, _answers)
_BUSINESS = (_quotes, _orders, _shipments, _labels, _manifests, _tracking_events, _invoices)
_TABLES = (*_TENANTS, *_BUSINESS, _inbox, _outbox, _documents, _leases)

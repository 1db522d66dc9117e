"""The beginning: all tables."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from despacho_database.columns import Time, Words

revision = "0001"
down_revision = None


def upgrade() -> None:
    for create in _TABLES:
        create()


def downgrade() -> None:
    for create in reversed(_TABLES):
        op.drop_table(create.__name__.removeprefix("_"))


def _words(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, Words(), nullable=False) for name in names]


def _perhaps(name: str) -> sa.Column[Any]:
    return sa.Column(name, Words(), nullable=True)


def _times(*names: str, nullable: bool = False) -> list[sa.Column[Any]]:
    return [sa.Column(name, Time(), nullable=nullable) for name in names]


def _integers(*names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _of_store(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["store_id"], ["stores.id"], name=name, ondelete="CASCADE")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def _stores() -> None:
    op.create_table(
        "stores",
        *_words("id", "code", "key", "state"),
        *_times("created_at"),
        *_words("hooks_token", "credentials", "rest"),
        sa.PrimaryKeyConstraint("id", name="pk_stores"),
        sa.UniqueConstraint("code", name="uq_stores_code"),
        sa.UniqueConstraint("key", name="uq_stores_key"),
    )


def _accounts() -> None:
    op.create_table(
        "accounts",
        *_words("store_id", "id", "key", "provider", "state"),
        *_times("created_at"),
        *_words("settings", "rest"),
        _of_store("fk_accounts_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_accounts"),
        sa.UniqueConstraint("key", name="uq_accounts_key"),
    )


def _quotes() -> None:
    op.create_table(
        "quotes",
        *_words("store_id", "id", "account_id"),
        *_times("created_at"),
        *_words("rest"),
        _of_store("fk_quotes_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_quotes"),
    )
    op.create_index("ix_quotes_created_at", "quotes", ["created_at"])


def _orders() -> None:
    op.create_table(
        "orders",
        *_words("store_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_words("status"),
        *_times("read_at", "first_seen_at"),
        *_words("rest"),
        _of_store("fk_orders_store_id"),
        sa.PrimaryKeyConstraint("store_id", "number", name="pk_orders"),
    )
    op.create_index("ix_orders_store_id_status_number", "orders", ["store_id", "status", "number"])


def _shipments() -> None:
    op.create_table(
        "shipments",
        *_words("store_id", "id"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        *_integers("ordinal"),
        *_words("account_id", "state", "track_token"),
        *_times("created_at"),
        *_times("next_check_at", nullable=True),
        *_words("rest"),
        _of_store("fk_shipments_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_shipments"),
        sa.UniqueConstraint("store_id", "order_number", "ordinal", name="uq_shipments_store_id_order_number_ordinal"),
    )
    op.create_index(
        "ix_shipments_followed",
        "shipments",
        ["next_check_at"],
        **_where("state = 'bought' AND next_check_at IS NOT NULL"),
    )
    op.create_index("ix_shipments_store_id_created_at_id", "shipments", ["store_id", "created_at", "id"])
    op.create_index(
        "uq_shipments_track_token", "shipments", ["track_token"], unique=True, **_where("track_token <> ''")
    )


def _labels() -> None:
    op.create_table(
        "labels",
        *_words("store_id", "id", "account_id", "shipment_id"),
        *_integers("piece"),
        *_words("tracking_number", "state"),
        _perhaps("manifest_id"),
        *_times("created_at"),
        *_words("rest"),
        sa.ForeignKeyConstraint(
            ["store_id", "shipment_id"],
            ["shipments.store_id", "shipments.id"],
            name="fk_labels_store_id_shipment_id",
            ondelete="CASCADE",
        ),
        _of_store("fk_labels_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_labels"),
        sa.UniqueConstraint(
            "store_id", "account_id", "tracking_number", name="uq_labels_store_id_account_id_tracking_number"
        ),
    )
    op.create_index(
        "ix_labels_free",
        "labels",
        ["store_id", "account_id", "created_at"],
        **_where("state = 'live' AND manifest_id IS NULL"),
    )
    op.create_index(
        "ix_labels_listed",
        "labels",
        ["store_id", "manifest_id"],
        sqlite_where=sa.text("manifest_id IS NOT NULL"),
        postgresql_where=sa.text("manifest_id IS NOT NULL"),
    )
    op.create_index("ix_labels_store_id_shipment_id_piece", "labels", ["store_id", "shipment_id", "piece"])
    op.create_index("ix_labels_store_id_tracking_number", "labels", ["store_id", "tracking_number"])


def _manifests() -> None:
    op.create_table(
        "manifests",
        *_words("store_id", "id", "account_id"),
        sa.Column("number", sa.BigInteger(), nullable=False),
        *_words("state"),
        *_times("created_at"),
        *_words("rest"),
        _of_store("fk_manifests_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_manifests"),
        sa.UniqueConstraint("store_id", "number", name="uq_manifests_store_id_number"),
    )


def _tracking_events() -> None:
    op.create_table(
        "tracking_events",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *_words("store_id", "shipment_id", "fingerprint"),
        *_times("occurred_at"),
        *_words("rest"),
        sa.ForeignKeyConstraint(
            ["store_id", "shipment_id"],
            ["shipments.store_id", "shipments.id"],
            name="fk_tracking_events_store_id_shipment_id",
            ondelete="CASCADE",
        ),
        _of_store("fk_tracking_events_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_tracking_events"),
        sa.UniqueConstraint(
            "store_id", "shipment_id", "fingerprint", name="uq_tracking_events_store_id_shipment_id_fingerprint"
        ),
    )


def _invoices() -> None:
    op.create_table(
        "invoices",
        *_words("store_id", "id"),
        sa.Column("order_number", sa.BigInteger(), nullable=False),
        *_words("kind", "state", "token"),
        _perhaps("wholly_credited_id"),
        *_times("created_at"),
        *_words("rest"),
        _of_store("fk_invoices_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_invoices"),
    )
    op.create_index("ix_invoices_store_id_created_at_id", "invoices", ["store_id", "created_at", "id"])
    op.create_index("ix_invoices_store_id_kind_created_at_id", "invoices", ["store_id", "kind", "created_at", "id"])
    op.create_index("ix_invoices_store_id_order_number", "invoices", ["store_id", "order_number"])
    op.create_index(
        "uq_invoices_one_of_order",
        "invoices",
        ["store_id", "order_number"],
        unique=True,
        **_where("kind IN ('receipt', 'invoice') AND state <> 'rejected'"),
    )
    op.create_index(
        "uq_invoices_one_whole_credit",
        "invoices",
        ["store_id", "wholly_credited_id"],
        unique=True,
        **_where("wholly_credited_id IS NOT NULL AND state <> 'rejected'"),
    )
    op.create_index("uq_invoices_token", "invoices", ["token"], unique=True, **_where("token <> ''"))


def _inbox() -> None:
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        *_words("store_id", "source", "event", "dedupe_key"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *_words("headers"),
        *_times("received_at"),
        *_words("state"),
        *_integers("attempts"),
        *_times("due_at", "lease_until", nullable=True),
        _perhaps("error"),
        _of_store("fk_inbox_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sa.UniqueConstraint("store_id", "dedupe_key", name="uq_inbox_store_id_dedupe_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_inbox_dead", "inbox", ["id"], **_where("state = 'dead'"))
    op.create_index("ix_inbox_over", "inbox", ["received_at"], **_where("state IN ('done', 'ignored')"))
    op.create_index("ix_inbox_pending", "inbox", ["due_at", "id"], **_where("state = 'pending'"))
    op.create_index("ix_inbox_store_id_id", "inbox", ["store_id", "id"])
    op.create_index("ix_inbox_store_id_state_id", "inbox", ["store_id", "state", "id"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        *_words("id", "store_id", "key", "kind", "subject", "lane"),
        _perhaps("account_id"),
        *_words("state"),
        *_integers("attempts", "lookups"),
        _perhaps("claim"),
        *_times("lease_until", nullable=True),
        *_times("created_at", "due_at"),
        *_times("settled_at", nullable=True),
        *_words("rest"),
        _of_store("fk_outbox_store_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("store_id", "key", name="uq_outbox_store_id_key"),
    )
    op.create_index("ix_outbox_created_at_id", "outbox", ["created_at", "id"])
    op.create_index("ix_outbox_open", "outbox", ["created_at", "id"], **_where("state <> 'done'"))
    op.create_index("ix_outbox_pending", "outbox", ["lane", "due_at", "id"], **_where("state = 'pending'"))
    op.create_index("ix_outbox_running", "outbox", ["lease_until"], **_where("state = 'running'"))
    op.create_index("ix_outbox_store_id_created_at_id", "outbox", ["store_id", "created_at", "id"])
    op.create_index("ix_outbox_store_id_state_created_at_id", "outbox", ["store_id", "state", "created_at", "id"])
    op.create_index("ix_outbox_store_id_subject", "outbox", ["store_id", "subject"])
    op.create_index("ix_outbox_uncertain", "outbox", ["lane", "due_at", "id"], **_where("state = 'uncertain'"))


def _api_tokens() -> None:
    op.create_table(
        "api_tokens",
        *_words("store_id", "id", "name", "digest"),
        *_times("created_at"),
        *_times("revoked_at", nullable=True),
        _of_store("fk_api_tokens_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )


def _consents() -> None:
    op.create_table(
        "consents",
        *_words("state", "browser", "return_to"),
        *_times("expires_at"),
        sa.PrimaryKeyConstraint("state", name="pk_consents"),
    )
    op.create_index("ix_consents_expires_at", "consents", ["expires_at"])


def _answers() -> None:
    op.create_table(
        "answers",
        *_words("store_id", "key", "fingerprint"),
        *_times("created_at"),
        *_times("locked_until", nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        *_words("headers"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _of_store("fk_answers_store_id"),
        sa.PrimaryKeyConstraint("store_id", "key", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])


def _documents() -> None:
    op.create_table(
        "documents",
        *_words("store_id", "id", "media_type", "filename"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        *_times("created_at"),
        _of_store("fk_documents_store_id"),
        sa.PrimaryKeyConstraint("store_id", "id", name="pk_documents"),
    )


def _leases() -> None:
    op.create_table(
        "leases", *_words("name", "holder"), *_times("until"), sa.PrimaryKeyConstraint("name", name="pk_leases")
    )


_TABLES = (
    _stores,
    _accounts,
    _quotes,
    _orders,
    _shipments,
    _labels,
    _manifests,
    _tracking_events,
    _invoices,
    _inbox,
    _outbox,
    _api_tokens,
    _consents,
    _answers,
    _documents,
    _leases,
)

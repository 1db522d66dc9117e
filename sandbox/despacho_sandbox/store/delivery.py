"""One webhook on its way: what is sent, where it stands, and every attempt that was made (contract 2.2)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum

import msgspec

from despacho_sandbox.store.model import Hook, Store


class DeliveryState(StrEnum):
    """Where a delivery stands; `due` covers the attempt under way, `waiting` the pause before a retry."""

    DUE = "due"
    HELD = "held"
    WAITING = "waiting"
    ACKNOWLEDGED = "acknowledged"
    GIVEN_UP = "given_up"
    PAUSED = "paused"


class Attempt(msgspec.Struct):
    """One attempt: when, what came back, how long it took; `extra` if the sandbox was asked to send it once more."""

    at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None
    extra: bool = False

    @property
    def acknowledged(self) -> bool:
        """Whether the answer was 2xx."""
        return self.status is not None and 200 <= self.status < 300


class Delivery(msgspec.Struct, kw_only=True, eq=False):
    """One event for one hook; `retries` counts those made since it was last started afresh."""

    id: int
    store: Store
    hook: Hook
    event: str
    order_id: int | None
    body: bytes
    triggered_at: datetime
    due: datetime
    state: DeliveryState = DeliveryState.DUE
    retries: int = 0
    attempts: list[Attempt] = []

    def headers(self) -> dict[str, str]:
        """The headers of every attempt."""
        moment = self.triggered_at.astimezone(UTC)
        return {
            "Content-Type": "application/json",
            "Jumpseller-Store-Code": self.store.code,
            "Jumpseller-Event": self.event,
            "Jumpseller-Hmac-Sha256": signature(self.store.hooks_token, self.body),
            "Jumpseller-Triggered-At": f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC",
        }

    def summary(self) -> dict[str, object]:
        """For the state, without the body."""
        return {
            "id": self.id,
            "hook_id": self.hook.id,
            "url": self.hook.url,
            "event": self.event,
            "order_id": self.order_id,
            "state": self.state.value,
            "triggered_at": self.triggered_at,
            "due": self.due,
            "body_sha256": hashlib.sha256(self.body).hexdigest(),
            "attempts": self.attempts,
        }


class WebhookCounts(msgspec.Struct):
    """What became of webhooks.

    Attributes:
        deliveries: Events owed to a hook.
        sent: Attempts made, retries and repetitions included.
        acknowledged: Attempts answered 2xx.
        duplicates: Of those acknowledged, how many repeated one that had been acknowledged before.
        outstanding: Deliveries that were never acknowledged.
    """

    deliveries: int
    sent: int
    acknowledged: int
    duplicates: int
    outstanding: int


def count(deliveries: Iterable[Delivery]) -> WebhookCounts:
    """Counts deliveries and their attempts."""
    total = sent = acknowledged = reached = 0
    for delivery in deliveries:
        good = sum(attempt.acknowledged for attempt in delivery.attempts)
        total += 1
        sent += len(delivery.attempts)
        acknowledged += good
        reached += good > 0
    return WebhookCounts(total, sent, acknowledged, acknowledged - reached, total - reached)


def signature(hooks_token: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over the raw body, keyed with the store's hooks token (contract 2.2)."""
    return base64.b64encode(hmac.digest(hooks_token.encode(), body, hashlib.sha256)).decode()

"""What is recorded about a store: remarks, mails, and the calls that it made to the hub."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import msgspec


class HistoryEntry(msgspec.Struct, kw_only=True):
    """A remark in an order's history."""

    id: int
    order_id: int
    message: str | None
    created_at: datetime


class Mail(msgspec.Struct, kw_only=True):
    """An e-mail that the platform would have sent to the buyer."""

    order_id: int
    reason: str
    at: datetime


class Offer(msgspec.Struct, kw_only=True, frozen=True):
    """A rate that the buyer can choose."""

    shipping_method_id: int
    service_id: int | None
    service_code: str
    service_name: str
    price: Decimal
    rate_id: str | None = None
    rate_description: str | None = None


class RateCall(msgspec.Struct, kw_only=True):
    """One call of a rates callback: what was asked, what came back and what became of it."""

    shipping_method_id: int
    at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None
    request: object = None
    answer: object = None
    offered: list[Offer] = []
    dropped: list[str] = []


class InvoiceCall(msgspec.Struct, kw_only=True):
    """One press of "Create invoice" and its answer."""

    order_id: int
    at: datetime
    took_ms: int
    status: int | None = None
    answer: object = None
    error: str | None = None
    attached: bool = False

    @property
    def message(self) -> str:
        """What the merchant is shown."""
        shown = self.answer.get("message") if isinstance(self.answer, dict) else None
        return str(shown or self.error or f"The invoicing service answered {self.status}.")

"""What is known when all is over, read from the simulators, from the store's side of the counter, and from the hub's own ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An order that a buyer placed, and what has to have come of it."""

    store: str
    number: int
    label: bool = True
    document: bool = True


class Attempt(msgspec.Struct):
    """One attempt at a delivery."""

    status: int | None = None


class Delivery(msgspec.Struct):
    """A webhook, as the platform remembers it."""

    event: str
    triggered_at: datetime
    body_sha256: str
    state: str
    order_id: int | None = None
    attempts: list[Attempt] = []

    @property
    def acknowledged(self) -> bool:
        """Whether any attempt was answered 2xx."""
        return any(one.status is not None and 200 <= one.status < 300 for one in self.attempts)

    @property
    def told(self) -> tuple[str, str, str]:
        """What tells a delivery from any other: its event, when it was triggered (as its header says it), its body."""
        moment = self.triggered_at.astimezone(UTC)
        trigger = f"{moment:%Y-%m-%d %H:%M:%S}.{moment.microsecond // 1000:03d} UTC"
        return self.event, trigger, self.body_sha256


class Fulfillment(msgspec.Struct):
    """A fulfillment at the store."""

    order_id: int
    external_id: str | None = None
    tracking_number: str | None = None
    shipment_status: str | None = None


class Document(msgspec.Struct):
    """A document attached at the store."""

    order_id: int
    document_type: int | None = None
    public_id: str | None = None


class Order(msgspec.Struct):
    """An order as the store's API shows it."""

    id: int
    status_enum: str
    shipment_status_enum: str | None = None
    tracking_number: str | None = None


class Mail(msgspec.Struct):
    """A mail to the buyer."""

    order_id: int
    reason: str


class Deliveries(msgspec.Struct):
    """A store's webhooks."""

    deliveries: list[Delivery] = []


class StoreState(msgspec.Struct):
    """What a store holds. ``api`` has the counts of calls and refusals."""

    orders: list[Order] = []
    fulfillments: list[Fulfillment] = []
    documents: list[Document] = []
    mails: list[Mail] = []
    webhooks: Deliveries = msgspec.field(default_factory=Deliveries)


class Stores(msgspec.Struct):
    """All stores, by code."""

    stores: dict[str, StoreState]


class TransportOrder(msgspec.Struct):
    """A parcel at the carrier."""

    number: int
    reference: str
    at: str


class Carrier(msgspec.Struct):
    """What the carrier holds."""

    transport_orders: list[TransportOrder] = []


class Issued(msgspec.Struct):
    """A document at the invoicing system: its taxpayer, type, number, and the orders that it refers to."""

    rut: str
    kind: int
    folio: int
    orders: list[str] = []


class Invoicing(msgspec.Struct):
    """What the invoicing system holds."""

    documents: list[Issued] = []


class Received(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the inbox. ``told`` as in :class:`Delivery`."""

    store: str
    told: tuple[str, str, str]
    state: str
    error: str | None = None


class Owed(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the outbox."""

    store: str
    key: str
    state: str
    message: str | None = None


class Evidence(msgspec.Struct, kw_only=True):
    """All of it. ``taxpayers`` are the stores' tax numbers; ``complaints`` are people who never got an answer."""

    wanted: Sequence[Wanted]
    stores: Mapping[str, StoreState]
    carrier: Carrier
    invoicing: Invoicing
    taxpayers: Mapping[str, str]
    inbox: Sequence[Received] = ()
    outbox: Sequence[Owed] = ()
    complaints: Sequence[str] = ()


def read(content: bytes, kind: Any) -> Any:
    """A simulator's state, as far as it is looked at."""
    return msgspec.json.decode(content, type=kind, strict=False)

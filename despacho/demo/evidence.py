"""What the outside world says in the end: the stores, the carrier, the invoicing system, and the webhooks' own counts."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import msgspec


class Fulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment of an order in the store. ``external_id`` is the hub's own id of the shipment."""

    external_id: str
    tracking_numbers: tuple[str, ...]
    shipment_status: str
    tracking_url: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A document that hangs on an order in the store."""

    document_type: int
    public_id: str
    url: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the store's API shows it. ``to_invoice`` is its total without the gift cards that it sells."""

    store: str
    id: int
    status: str
    shipment_status: str
    to_invoice: Decimal
    fulfillments: tuple[Fulfillment, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def tracking_numbers(self) -> list[str]:
        """Of all its fulfillments."""
        return [number for one in self.fulfillments for number in one.tracking_numbers]


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel at the carrier: its number, the customer's card, the hub's references of its shipment and of itself, where it is."""

    number: str
    card: str
    group: str
    reference: str
    at: str


class Issued(msgspec.Struct, frozen=True, kw_only=True):
    """A document at the invoicing system: who issued it, the tax authority's type, its total, and the orders it names."""

    rut: str
    kind: int
    total: Decimal
    orders: tuple[str, ...]


class Webhooks(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the stores' webhooks, attempts counted; ``outstanding`` are events that were never acknowledged."""

    sent: int = 0
    acknowledged: int = 0
    duplicates: int = 0
    outstanding: int = 0

    def __add__(self, other: Webhooks) -> Webhooks:
        return Webhooks(
            sent=self.sent + other.sent,
            acknowledged=self.acknowledged + other.acknowledged,
            duplicates=self.duplicates + other.duplicates,
            outstanding=self.outstanding + other.outstanding,
        )


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the verdict rests on."""

    orders: tuple[Order, ...]
    parcels: tuple[Parcel, ...]
    issued: tuple[Issued, ...]
    webhooks: Webhooks

    @property
    def shipments_at_carrier(self) -> int:
        """How many shipments the carrier has: parcels of one group are one, and as many as the same parcel was sold."""
        sold = Counter((parcel.card, parcel.group, parcel.reference) for parcel in self.parcels)
        times: dict[tuple[str, str], int] = {}
        for (card, group, _), count in sold.items():
            times[card, group] = max(count, times.get((card, group), 0))
        return sum(times.values())

    def order(self, store: str, number: int) -> Order | None:
        """One order, if the store has it."""
        return next((one for one in self.orders if (one.store, one.id) == (store, number)), None)

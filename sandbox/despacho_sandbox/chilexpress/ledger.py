"""What Chilexpress remembers: transport orders (OT) and certificates, numbered from one counter."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from despacho_sandbox.chilexpress.accounts import Account
from despacho_sandbox.chilexpress.coverage import CoverageArea
from despacho_sandbox.chilexpress.pricing import Service


class Milestone(StrEnum):
    """How far a parcel has come, in the words of the hub's common vocabulary and one finer step."""

    REQUESTED = "requested"
    RECEIVED = "received"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    PICKUP_AVAILABLE = "pickup_available"
    DELIVERED = "delivered"
    FAILED = "failed"


class Event(msgspec.Struct, frozen=True):
    """Something that happened to a parcel: when (aware UTC), and what the carrier says of it."""

    at: datetime
    milestone: Milestone
    text: str
    location: str | None = None


class TransportOrder(msgspec.Struct, kw_only=True):
    """One parcel on its way.

    Attributes:
        weight_kg: As declared.
        sides_cm: Height, width, length as declared.
        by_hand: True once an event was added through the control API: the clock then moves this parcel no more.
        subscription: Card of the customer whose key made the call, which need not be the card that pays.
    """

    number: int
    certificate: int
    tcc: str
    rut: int
    subscription: str
    reference: str
    group_reference: str
    service: Service
    document: bool
    weight_kg: Decimal
    sides_cm: tuple[Decimal, Decimal, Decimal]
    piece: int
    pieces: int
    origin: CoverageArea
    destination: CoverageArea
    address: str
    sender: str
    recipient: str
    created_at: datetime
    office: str | None = None
    events: list[Event] = []
    by_hand: bool = False

    @property
    def routing_code(self) -> str:
        """Ten digits made from the destination: what the barcode begins with."""
        return f"61{sum(ord(letter) * 31**place for place, letter in enumerate(self.destination.code)):08d}"

    @property
    def barcode(self) -> str:
        """23 digits: routing code, OT number, and a last digit whose meaning nobody published (contract 1.4)."""
        return f"{self.routing_code}{self.number:012d}0"


class Certificate(msgspec.Struct, kw_only=True):
    """A manifest of one card: open until it is closed, then binding."""

    number: int
    tcc: str
    opened_at: datetime
    orders: list[int] = []
    closed_at: datetime | None = None
    drop_number: int = 0


class Ledger:
    """All orders and certificates."""

    def __init__(self) -> None:
        self.orders: dict[int, TransportOrder] = {}
        self.certificates: dict[int, Certificate] = {}
        self._by_reference: dict[tuple[int, str], list[int]] = {}
        self._next_number = 0
        self.clear()

    def clear(self) -> None:
        """Forgets everything; numbering starts again."""
        self.orders.clear()
        self.certificates.clear()
        self._by_reference.clear()
        self._next_number = 712_100_832_940

    def take_number(self) -> int:
        """The next 12-digit number; orders and certificates share them."""
        number = self._next_number
        self._next_number += 1
        return number

    def open_certificate(self, account: Account, now: datetime) -> Certificate:
        """Opens a certificate for a card."""
        certificate = Certificate(number=self.take_number(), tcc=account.tcc, opened_at=now)
        self.certificates[certificate.number] = certificate
        return certificate

    def add(self, order: TransportOrder) -> None:
        """Keeps an order and puts it on its certificate."""
        self.orders[order.number] = order
        self.certificates[order.certificate].orders.append(order.number)
        self._by_reference.setdefault((order.rut, order.reference), []).append(order.number)

    def newest_with_reference(self, rut: int, reference: str) -> TransportOrder | None:
        """The order made last under a customer's own reference."""
        numbers = self._by_reference.get((rut, reference))
        return self.orders[numbers[-1]] if numbers else None

    def with_reference(self, reference: str) -> list[TransportOrder]:
        """Every order made under a reference, whoever made it, oldest first: what a test counts."""
        return [order for order in self.orders.values() if order.reference == reference]

    def per_reference(self) -> dict[str, dict[str, int]]:
        """How many orders each card has under each reference: more than wanted means that something happened twice."""
        counted: dict[str, Counter[str]] = {}
        for order in self.orders.values():
            counted.setdefault(order.tcc, Counter())[order.reference] += 1
        return {tcc: dict(references) for tcc, references in counted.items()}

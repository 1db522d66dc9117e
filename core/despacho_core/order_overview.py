"""Where an order stands, at a glance: its parcels and its document, each in one word."""

from __future__ import annotations

import enum
import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.fiscal import DocumentKind, InvoiceState
from despacho_core.orders import Order
from despacho_core.shipments import ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_core.waiting import SALE, UNLISTED


class ShippingMark(enum.StrEnum):
    """The parcels of an order, as far as the newest shipment to the buyer that counts has come."""

    NOT_NEEDED = "not_needed"
    MISSING = "missing"
    PROBLEM = "problem"
    WAITING = "waiting"
    READY = "ready"
    MOVING = "moving"
    FAILED = "failed"
    DELIVERED = "delivered"


class InvoiceMark(enum.StrEnum):
    """The receipt or invoice of an order."""

    MISSING = "missing"
    PROBLEM = "problem"
    WAITING = "waiting"
    ISSUED = "issued"
    CREDITED = "credited"


class Shippable(Protocol):
    """What a mark needs to know of an order."""

    @property
    def shipping_required(self) -> bool:
        """Whether the store says that anything is sent."""
        ...


class Sent(Protocol):
    """What a mark needs to know of a shipment."""

    @property
    def is_return(self) -> bool:
        """Whether it comes back from the buyer."""
        ...

    @property
    def ordinal(self) -> int:
        """Its place among the order's shipments."""
        ...

    @property
    def state(self) -> ShipmentState:
        """How far it is with the carrier's system."""
        ...

    @property
    def tracking_status(self) -> TrackingStatus:
        """How far it is on its way."""
        ...


class Billed(Protocol):
    """What a mark needs to know of a document."""

    @property
    def kind(self) -> DocumentKind:
        """What it is."""
        ...

    @property
    def state(self) -> InvoiceState:
        """How far it is with the invoicing system."""
        ...

    @property
    def credited_at(self) -> datetime | None:
        """When it was wholly taken back."""
        ...


class Awaited(Protocol):
    """What a mark needs to know of a document that waits."""

    @property
    def purpose(self) -> str:
        """Which document of the order it is."""
        ...

    @property
    def code(self) -> str:
        """Why it waits."""
        ...


_UNSETTLED = frozenset({ShipmentState.REJECTED, ShipmentState.UNCERTAIN})
_WAY = {
    TrackingStatus.REQUESTED: ShippingMark.READY,
    TrackingStatus.DELIVERED: ShippingMark.DELIVERED,
    TrackingStatus.FAILED: ShippingMark.FAILED,
    TrackingStatus.RETURNED: ShippingMark.FAILED,
}
WORDS_OF_ORDER = 24
"""So many words of an order can be searched for; real ones have five to ten."""

_LONGEST_WORD = 40


def shipping_mark(order: Shippable, shipments: Sequence[Sent]) -> ShippingMark:
    """How far the parcels are. Voided shipments and returns do not count; a refused one only while there is no other."""
    counted = [one for one in shipments if not one.is_return and one.state is not ShipmentState.VOIDED]
    settled = [one for one in counted if one.state not in _UNSETTLED]
    if settled:
        newest = max(settled, key=lambda one: one.ordinal)
        if newest.state is ShipmentState.REQUESTED:
            return ShippingMark.WAITING
        return _WAY.get(newest.tracking_status, ShippingMark.MOVING)
    if counted:
        return ShippingMark.PROBLEM
    return ShippingMark.MISSING if order.shipping_required else ShippingMark.NOT_NEEDED


def invoice_mark(invoices: Sequence[Billed], waiting: Sequence[Awaited]) -> InvoiceMark:
    """How the sale's document stands: what is issued counts first, then what waits for somebody, then what is under way."""
    sales = [one for one in invoices if one.kind is not DocumentKind.CREDIT_NOTE]
    standing = [one for one in sales if one.credited_at is None]
    if any(one.state is InvoiceState.ISSUED for one in standing):
        return InvoiceMark.ISSUED
    if any(one.purpose == SALE and one.code not in UNLISTED for one in waiting):
        return InvoiceMark.PROBLEM
    states = {one.state for one in standing}
    if InvoiceState.UNCERTAIN in states or states == {InvoiceState.REJECTED}:
        return InvoiceMark.PROBLEM
    if InvoiceState.REQUESTED in states:
        return InvoiceMark.WAITING
    return InvoiceMark.CREDITED if any(one.state is InvoiceState.ISSUED for one in sales) else InvoiceMark.MISSING


def words_of(order: Order) -> list[str]:
    """What an order is searched by: names, companies, e-mail, telephone, tax id and place, plain and each once."""
    delivery, billing = order.shipping_address, order.billing_address
    texts = [order.customer_name, order.customer_email, order.billing.company_name]
    for address in (delivery, billing):
        if address is not None:
            texts += [address.name, address.company, address.place, address.email]
    words = [word for text in texts if text for word in plain_words(text)]
    numbers = [order.customer_phone, order.billing.tax_id, delivery.phone if delivery else None]
    words += [digits for text in numbers if text and len(digits := plain_number(text)) > 4]
    return list(dict.fromkeys(words))[:WORDS_OF_ORDER]


def plain_words(text: str) -> list[str]:
    """A text's words without accents, case and punctuation; an e-mail address is one word and its parts are others."""
    spread = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(one for one in spread if not unicodedata.combining(one))
    whole = [part for part in letters.split() if "@" in part]
    parts = "".join(one if one.isalnum() else " " for one in letters).split()
    return [word[:_LONGEST_WORD] for word in [*parts, *whole] if len(word) > 1]


def plain_number(text: str) -> str:
    """A telephone's or tax id's letters and digits, the country's 56 or 351 left out of a telephone."""
    digits = "".join(one for one in text.casefold() if one.isalnum())
    for code in ("56", "351"):
        if text.strip().startswith(f"+{code}"):
            return digits.removeprefix(code)[:_LONGEST_WORD]
    return digits[:_LONGEST_WORD]

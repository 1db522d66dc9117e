"""Who plays: two stores, and thirty orders of which every second one has something happen to it."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Sequence

import msgspec

NORTH = "tienda-norte"
SOUTH = "tienda-sur"
STORES = (NORTH, SOUTH)

INVOICE, CREDIT_NOTE = 1, 0
"""``document_type`` of the store's API (contract/jumpseller.md 4.5)."""


class Twist(enum.StrEnum):
    """What happens to an order. The value is how the table says it."""

    NONE = ""
    CAPTURED = "captured from a real store"
    TWO_PARCELS = "two parcels in one shipment"
    TWO_SHIPMENTS = "two shipments"
    CANCELLED = "cancelled after the invoice"
    CARRIER_FAILS = "carrier answers 500 after acting"
    INVOICING_CUTS = "invoicing cuts the line after acting"
    DUPLICATED = "webhooks come twice"
    REORDERED = "webhooks come in reverse"
    SILENT = "no webhook at all"
    BUTTON = "“Create invoice” clicked twice"
    CLICKED_TWICE = "label clicked twice"


_CARTS = {
    "simple": "one article",
    "several": "several articles",
    "company": "factura for a company",
    "digital": "digital, nothing to ship",
    "gift_card": "a gift card beside a mug",
}
"""The sandbox's carts as the table says them."""


class Part(msgspec.Struct, frozen=True):
    """One order of the story.

    Attributes:
        store: Whose it is.
        kind: The cart, by its name in the sandbox.
        twist: What happens to it.
    """

    store: str
    kind: str = "simple"
    twist: Twist = Twist.NONE

    @property
    def what(self) -> str:
        """What the table says of it."""
        return self.twist.value or _CARTS[self.kind]

    @property
    def parcels(self) -> tuple[int, ...]:
        """How many parcels each of its shipments is to have."""
        if self.kind == "digital" or self.twist is Twist.CANCELLED:
            return ()
        return {Twist.TWO_PARCELS: (2,), Twist.TWO_SHIPMENTS: (1, 1)}.get(self.twist, (1,))

    @property
    def documents(self) -> tuple[int, ...]:
        """The documents that it is to have in the store."""
        return (INVOICE, CREDIT_NOTE) if self.twist is Twist.CANCELLED else (INVOICE,)

    @property
    def for_company(self) -> bool:
        """Whether the buyer is a company and gets a factura instead of a boleta."""
        return self.kind == "company"

    @property
    def through_checkout(self) -> bool:
        """Whether its buyer chooses one of our rates; the captured order was shipped with another App's."""
        return self.kind != "captured"


TWISTED = (
    Part(NORTH, "captured", Twist.CAPTURED),
    Part(NORTH, "heavy", Twist.TWO_PARCELS),
    Part(NORTH, "several", Twist.CARRIER_FAILS),
    Part(NORTH, "simple", Twist.DUPLICATED),
    Part(NORTH, "simple", Twist.SILENT),
    Part(NORTH, "company"),
    Part(NORTH, "digital"),
    Part(SOUTH, "several", Twist.TWO_SHIPMENTS),
    Part(SOUTH, "simple", Twist.CANCELLED),
    Part(SOUTH, "simple", Twist.INVOICING_CUTS),
    Part(SOUTH, "several", Twist.REORDERED),
    Part(SOUTH, "simple", Twist.BUTTON),
    Part(SOUTH, "company", Twist.CLICKED_TWICE),
    Part(SOUTH, "gift_card"),
)
"""The orders that make the story worth telling."""

ORDINARY = tuple(Part(store, kind) for kind in ("simple", "several") for store in STORES for _ in range(4))
"""Orders to which nothing happens but the main job."""

EVERYBODY = (*TWISTED, *ORDINARY)


class Placed(msgspec.Struct, frozen=True):
    """A part and the number that the store gave it."""

    part: Part
    id: int

    @property
    def store(self) -> str:
        """Whose order it is."""
        return self.part.store

    @property
    def name(self) -> str:
        """How sentences speak of it."""
        return f"Order {self.id} of {self.store}"


def of_store(parts: Sequence[Part], store: str) -> list[Part]:
    """The parts of one store, in order."""
    return [part for part in parts if part.store == store]


def with_twist(placed: Sequence[Placed], twist: Twist) -> list[Placed]:
    """The orders to which this happens."""
    return [one for one in placed if one.part.twist is twist]


def shipments_wanted(placed: Sequence[Placed]) -> int:
    """How many shipments the carrier is to have in the end."""
    return sum(len(one.part.parcels) for one in placed)


def documents_wanted(placed: Sequence[Placed]) -> Counter[int]:
    """How many documents of each type the stores are to show in the end."""
    return Counter(kind for one in placed for kind in one.part.documents)

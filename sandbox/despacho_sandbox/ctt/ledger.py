"""What CTT Expresso remembers: delivery notes and objects."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from despacho_sandbox.ctt.products import Product


class Event(msgspec.Struct, frozen=True):
    """Something that happened to an object: when (aware UTC), and the carrier's codes and words."""

    at: datetime
    code: str
    text: str
    reason: str = ""
    situation: str = ""
    place: str = ""


class Parcel(msgspec.Struct, kw_only=True):
    """One object on its way.

    Attributes:
        weight_g: Of the whole shipment, as declared.
        by_hand: True once an event was added through the control API: the clock then moves this object no more.
    """

    number: str
    note: str
    contract_id: str
    reference: str
    product: Product
    piece: int
    pieces: int
    weight_g: int
    sender: str
    receiver: str
    address: str
    postcode: str
    town: str
    country: str
    created_at: datetime
    closed_at: datetime | None = None
    events: list[Event] = []
    by_hand: bool = False


class Ledger:
    """All objects by number."""

    def __init__(self) -> None:
        self.parcels: dict[str, Parcel] = {}
        self._notes = 0

    def clear(self) -> None:
        """Forgets everything; delivery notes are counted from the start again."""
        self.parcels.clear()
        self._notes = 0

    def take_note(self) -> str:
        """The number of a new delivery note."""
        self._notes += 1
        return str(70_000_000 + self._notes)

    def add(self, parcel: Parcel) -> None:
        """Keeps an object."""
        self.parcels[parcel.number] = parcel

    def between(self, first: str, last: str) -> list[Parcel]:
        """Every object of an inclusive range of numbers, in the order in which they were made."""
        if first == last:
            return [self.parcels[first]] if first in self.parcels else []
        return [
            parcel
            for number, parcel in self.parcels.items()
            if number[:2] == first[:2] and first[2:10] <= number[2:10] <= last[2:10]
        ]

    def with_reference(self, reference: str) -> list[Parcel]:
        """Every object made under a reference, oldest first: what a test counts."""
        return [parcel for parcel in self.parcels.values() if parcel.reference == reference]

    def per_reference(self) -> dict[str, dict[str, int]]:
        """How many objects each contract has under each reference: more than wanted means that something happened twice."""
        counted: dict[str, Counter[str]] = {}
        for parcel in self.parcels.values():
            counted.setdefault(parcel.contract_id, Counter())[parcel.reference] += 1
        return {contract: dict(references) for contract, references in counted.items()}

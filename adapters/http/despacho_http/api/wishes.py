"""What the API takes: bodies that refuse unknown fields, and parameters within bounds."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from litestar.params import HeaderParameter, PathParameter, QueryParameter

from despacho_core.addresses import Address
from despacho_core.fiscal_credits import Chosen
from despacho_core.ledgers import EffectState, InboxState
from despacho_core.money import Money, decimal_from
from despacho_core.parcels import Parcel
from despacho_core.shipments import ShipmentWish

MOST_NUMBER = 2**53 - 1
"""The largest whole number that every JSON reader holds exactly."""

OrderNumber = Annotated[int, PathParameter(ge=1, le=MOST_NUMBER, description="The store's own order number.")]
BeforeNumber = Annotated[
    int | None, QueryParameter(ge=1, le=MOST_NUMBER, description="`next` of the page before; rows below this number.")
]
BeforeTime = Annotated[
    datetime | None, QueryParameter(description="`next` of the page before; rows older than this moment.")
]
Limit = Annotated[
    int, QueryParameter(ge=1, le=200, description="How many rows; a page of equal moments may hold more.")
]
Wait = Annotated[
    str | None,
    HeaderParameter(
        name="Prefer",
        description="`wait=SECONDS` (RFC 7240), 0 to 30: how long to wait for the provider; 15 unless said.",
    ),
]
InboxStates = Annotated[InboxState | None, QueryParameter(name="state")]
EffectStates = Annotated[EffectState | None, QueryParameter(name="state")]
Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Whole = Annotated[int, msgspec.Meta(ge=-MOST_NUMBER, le=MOST_NUMBER)]
RowId = Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)]

DEFAULT_WAIT_SECONDS = 15.0
MOST_WAIT_SECONDS = 30.0


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of all bodies: what nobody knows is refused, so that a misspelt field is noticed."""


class ParcelBody(Body, frozen=True, kw_only=True):
    """One piece: grams and millimetres."""

    weight_g: Whole
    length_mm: Whole
    width_mm: Whole
    height_mm: Whole
    contents: Text = ""

    def parcel(self) -> Parcel:
        """The domain's parcel."""
        return msgspec.convert(msgspec.structs.asdict(self), Parcel)


class AddressBody(Body, frozen=True, kw_only=True):
    """An address as far as it is known; ``municipality`` is the comuna or concelho by name."""

    country: Text = ""
    region: Text | None = None
    region_code: Text | None = None
    municipality: Text | None = None
    municipality_code: Text | None = None
    city: Text | None = None
    postal_code: Text | None = None
    street: Text | None = None
    street_number: Text | None = None
    complement: Text | None = None
    name: Text | None = None
    company: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    tax_id: Text | None = None

    def address(self) -> Address:
        """The domain's address."""
        return msgspec.convert(msgspec.structs.asdict(self), Address)


class MoneyBody(Body, frozen=True, kw_only=True):
    """An amount in one currency: text or a whole number, never a fraction in binary."""

    amount: str | int
    currency: str

    def __post_init__(self) -> None:
        if decimal_from(self.amount) < 0:
            raise ValueError("an amount of zero or more")

    def money(self) -> Money:
        """The domain's money. Raises ``UnknownCurrency``."""
        return Money(decimal_from(self.amount), self.currency)


class ShipmentBody(Body, frozen=True, kw_only=True):
    """What to buy. All may be left out: the rate that the buyer chose at checkout then decides.

    ``additional`` asks for a further shipment of an order that has one.
    """

    account_id: Id | None = None
    service_code: Id | None = None
    quote_id: Id | None = None
    parcels: tuple[ParcelBody, ...] = ()
    additional: bool = False

    def wish(self) -> ShipmentWish:
        """What the use case takes."""
        return ShipmentWish(
            account_id=self.account_id,
            service_code=self.service_code,
            quote_id=self.quote_id,
            parcels=tuple(parcel.parcel() for parcel in self.parcels),
            additional=self.additional,
        )


class QuoteBody(Body, frozen=True, kw_only=True):
    """What to quote: an order of the store, or a destination with parcels (from the store's origin unless said)."""

    order: Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)] | None = None
    origin: AddressBody | None = None
    destination: AddressBody | None = None
    parcels: tuple[ParcelBody, ...] = ()
    declared_value: MoneyBody | None = None

    def __post_init__(self) -> None:
        if (self.order is None) == (self.destination is None):
            raise ValueError("either an order, or a destination with parcels")


class SyncBody(Body, frozen=True, kw_only=True):
    """What to ask the carriers about: one shipment, or all of the store that are followed."""

    shipment_id: Id | None = None


class CreditLineBody(Body, frozen=True, kw_only=True):
    """A line of the document, counted from 1: so many units of it, or an amount with its tax; neither for all that is left of it."""

    line: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    quantity: Annotated[int, msgspec.Meta(ge=1, le=MOST_NUMBER)] | None = None
    amount: str | int | None = None

    def __post_init__(self) -> None:
        if self.quantity is not None and self.amount is not None:
            raise ValueError("either a quantity or an amount, or neither")
        if self.amount is not None and decimal_from(self.amount) <= 0:
            raise ValueError("an amount above zero")

    def chosen(self) -> Chosen:
        """The domain's."""
        quantity = None if self.quantity is None else decimal_from(self.quantity)
        amount = None if self.amount is None else decimal_from(self.amount)
        return Chosen(line=self.line, quantity=quantity, amount=amount)


class CreditBody(Body, frozen=True, kw_only=True):
    """Why a document is taken back, stated on the credit note; and which lines of it, all that is left unless some are chosen."""

    reason: Name | None = None
    lines: Annotated[tuple[CreditLineBody, ...], msgspec.Meta(min_length=1, max_length=1_000)] | None = None


class ReplayBody(Body, frozen=True, kw_only=True):
    """Messages of the inbox to work off once more."""

    ids: tuple[RowId, ...]


class ResolveBody(Body, frozen=True, kw_only=True):
    """What a person found out about an uncertain effect: it happened, or certainly not."""

    happened: bool
    note: Name


def seconds_to_wait(prefer: str | None) -> float:
    """How long the caller wants to wait, from ``Prefer: wait=…``; what cannot be read counts as not said."""
    for preference in (prefer or "").split(","):
        name, _, value = preference.strip().partition("=")
        if name.lower() == "wait" and value.strip().isdecimal():
            return min(float(value), MOST_WAIT_SECONDS)
    return DEFAULT_WAIT_SECONDS

"""What shipping a cart would cost: rates offered by accounts, and the quotes kept of them."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel


class RateRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A cart on its way: what a carrier needs to name a price. The destination may be incomplete."""

    origin: Address
    destination: Address
    parcels: tuple[Parcel, ...]
    declared_value: Money


class Rate(msgspec.Struct, frozen=True, kw_only=True):
    """One service's price for a request. ``service_code`` is the carrier's own."""

    service_code: str
    service_name: str
    price: Money
    description: str = ""
    days_min: int | None = None
    days_max: int | None = None


class RateSource(enum.StrEnum):
    """Where a rate comes from, best first."""

    CARRIER = "carrier"
    """The carrier was asked for this cart."""
    CACHE = "cache"
    """It was asked for the same cart a few minutes ago."""
    STALE = "stale"
    """It cannot be asked now, and this is what it said within the last day."""
    TARIFF = "tariff"
    """The merchant's own price list."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A rate of one account, kept: its ``id`` travels through the checkout as ``rate_id``.

    ``account_id`` is empty for a service of the tariff that no carrier stands behind.
    """

    id: str
    store_id: str
    account_id: str
    reference_id: str
    rate: Rate
    parcels: tuple[Parcel, ...]
    created_at: datetime
    source: RateSource = RateSource.CARRIER

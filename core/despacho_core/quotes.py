"""What shipping a cart would cost: rates offered by accounts, and the quotes kept of them."""

from __future__ import annotations

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


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A rate of one account, kept: its ``id`` travels through the checkout as ``rate_id``."""

    id: str
    store_id: str
    account_id: str
    reference_id: str
    rate: Rate
    parcels: tuple[Parcel, ...]
    created_at: datetime

"""What shipping a cart would cost: rates offered by accounts, and the quotes kept of them."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.places_words import plain


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


class AskedFor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a quote is a price of, as far as an order can be compared with it; what is empty is not known.

    Attributes:
        order: The order that it was asked for, if for one that was there.
        goods: The products and how many of each, as :func:`goods_of` writes them.
        country: ISO 3166 alpha-2.
        municipality: The comuna or concelho, as plain words.
        postal_code: Letters and digits alone.
    """

    order: int | None = None
    goods: str = ""
    country: str = ""
    municipality: str = ""
    postal_code: str = ""

    def fits(self, asked: AskedFor) -> bool:
        """Whether a price of this is one of ``asked``: nothing that both know differs."""
        mine, theirs = msgspec.structs.astuple(self), msgspec.structs.astuple(asked)
        return all(one == other or not (one and other) for one, other in zip(mine, theirs, strict=True))


def asked_for(destination: Address, goods: str = "", order: int | None = None) -> AskedFor:
    """What a quote to there is a price of."""
    return AskedFor(
        order=order,
        goods=goods,
        country=plain(destination.country),
        municipality=plain(destination.municipality or ""),
        postal_code=plain(destination.postal_code or "").replace(" ", ""),
    )


def goods_of(products: Iterable[tuple[str, str | None, int]]) -> str:
    """Products with their variants and quantities in one word; empty where one of them is not known by its id."""
    counted: dict[str, int] = {}
    for product, variant, quantity in products:
        if not product:
            return ""
        key = f"{product}/{variant or ''}"
        counted[key] = counted.get(key, 0) + quantity
    told = ",".join(f"{key}*{quantity}" for key, quantity in sorted(counted.items()))
    return hashlib.sha256(told.encode()).hexdigest()[:16] if counted else ""


QUOTE_HOLDS = timedelta(days=7)
"""How long a price is taken at its word; then it is asked for anew."""


class Quote(msgspec.Struct, frozen=True, kw_only=True):
    """A rate of one account, kept: its ``id`` travels through the checkout as ``rate_id``.

    ``account_id`` is empty for a service of the tariff that no carrier stands behind. ``asked_for`` tells which order it is a price of.
    """

    id: str
    store_id: str
    account_id: str
    reference_id: str
    rate: Rate
    parcels: tuple[Parcel, ...]
    created_at: datetime
    source: RateSource = RateSource.CARRIER
    asked_for: AskedFor = AskedFor()

    def is_outdated(self, now: datetime) -> bool:
        """Whether the price is too old to be taken at its word."""
        return now - self.created_at > QUOTE_HOLDS

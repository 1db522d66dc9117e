"""What repositories take and give beside the domain's own Structs."""

from __future__ import annotations

from datetime import datetime

import msgspec

from despacho_core.billing import MendedBilling
from despacho_core.delivery import MendedDelivery, with_delivery
from despacho_core.orders import Order
from despacho_core.shipping_plans import ShippingPlan


class NewMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message about to enter the inbox. ``headers`` holds no secret."""

    store_id: str
    source: str
    event: str
    dedupe_key: str
    body: bytes
    headers: dict[str, str]
    received_at: datetime


class OrderRecord(msgspec.Struct, frozen=True, kw_only=True):
    """An order as last read from the store. ``read_at`` is when that reading began: an older reading never replaces a newer.

    ``billing`` is what the merchant mended of the buyer's data for this order, ``delivery`` what of its address.
    """

    store_id: str
    order: Order
    read_at: datetime
    first_seen_at: datetime
    billing: MendedBilling | None = None
    delivery: MendedDelivery | None = None

    @property
    def to_ship(self) -> Order:
        """The order as carriers see it: with the address that the merchant mended."""
        return with_delivery(self.order, self.delivery)


class PlanRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A store's shipping plan as saved; ``version`` counts from 1."""

    store_id: str
    version: int
    saved_at: datetime
    plan: ShippingPlan


class ApiToken(msgspec.Struct, frozen=True, kw_only=True):
    """A bearer token of the REST API; only its SHA-256 is kept."""

    id: str
    store_id: str
    name: str
    digest: str
    created_at: datetime
    revoked_at: datetime | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that a store's admin signed in with. ``digest`` is the SHA-256 of its cookie, which alone is kept.

    ``csrf`` is repeated in every form; ``language`` is what was chosen on the page, None for the store's own; ``person`` is the name
    that whoever works here gave, for the record of who did what: the platform tells the store and nobody's name.
    """

    digest: str
    store_id: str
    csrf: str
    created_at: datetime
    expires_at: datetime
    language: str | None = None
    person: str = ""


class ConsentUsed(msgspec.Struct, frozen=True, kw_only=True):
    """An OAuth2 ``state`` that came back, by its nonce; it is remembered until it would not hold any more anyway."""

    nonce: str
    expires_at: datetime


class IdempotentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What a POST answered under an ``Idempotency-Key``; ``status`` None while it is being worked on (until ``locked_until``).

    ``made`` is the id of the thing that was made under the key, kept in the very transaction that made it: while there is no answer, the
    thing itself tells how it stands.
    """

    store_id: str
    key: str
    fingerprint: str
    created_at: datetime
    locked_until: datetime | None = None
    status: int | None = None
    headers: dict[str, str] = {}
    body: bytes = b""
    made: str | None = None


class AlreadyThere(Exception):
    """A unique key is taken. The transaction is still usable."""


class NotAccepted(Exception):
    """The database cannot take a message now: nothing of it is kept, and whoever sent it has to send it again."""


class DatabaseAway(NotAccepted):
    """The database cannot be reached now: nothing was done."""


class Contended(NotAccepted):
    """Two transactions stood in each other's way, and the database gave up this one: nothing of it is kept, and it may be done over."""

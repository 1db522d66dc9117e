"""The store's own API, as the hub uses it. Every method raises the five errors of :mod:`despacho_ports.errors` only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec

from despacho_core.addresses import Address
from despacho_core.boxes import Sides
from despacho_core.orders import Order, OrderStatus
from despacho_core.parcels import Parcel
from despacho_core.stores import Credentials, OAuthCredentials, Store


class StoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the platform says about a store (contract/jumpseller.md 3.3)."""

    code: str
    name: str
    currency: str
    country: str
    timezone: str
    hooks_token: str
    email: str = ""
    url: str = ""
    weight_unit: str = "kg"
    address: Address | None = None

    def __repr__(self) -> str:
        return f"StoreInfo(code={self.code!r})"


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """A place of the store; parcels leave from the main one, else from the stock origin."""

    id: str
    name: str
    address: Address
    main: bool = False
    is_stock_origin: bool = False


class NewFulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment to create (contract/jumpseller.md 4.4). ``external_id`` is our shipment's id; it is found again by it."""

    order_number: int
    location_id: str
    external_id: str
    tracking_number: str
    tracking_company: str
    tracking_url: str
    service_type: str = ""
    message: str = ""
    send_email: bool = False


class Fulfillment(msgspec.Struct, frozen=True, kw_only=True):
    """A fulfillment as the store has it."""

    id: str
    external_id: str | None = None
    tracking_number: str | None = None
    shipment_status: str | None = None


class FulfillmentChange(msgspec.Struct, frozen=True, kw_only=True):
    """What is changed of a fulfillment (contract/jumpseller.md 4.4: none can be deleted). What is None stays as it is."""

    tracking_number: str
    tracking_url: str | None = None
    external_id: str | None = None
    service_type: str | None = None


class AttachedDocument(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice (1) or credit note (0) on an order of the store."""

    document_type: int
    public_id: str
    external_id: str
    url: str


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook registered with the store."""

    id: str
    event: str
    url: str


class ShippingMethod(msgspec.Struct, frozen=True, kw_only=True):
    """A shipping method of the store; ``services`` are service codes."""

    id: str
    name: str
    kind: str
    callback_url: str | None = None
    services: tuple[str, ...] = ()


class Storefront(Protocol):
    """One store's API.

    A store whose credentials are refused is put to sleep before ``Unauthorized`` is raised, whoever called.
    """

    async def is_installed(self) -> bool:
        """Whether the platform still has the App for this store; True where it cannot be asked that."""
        ...

    async def store_info(self) -> StoreInfo:
        """Who the store is, with its hooks token."""
        ...

    async def locations(self) -> Sequence[Location]:
        """All its places."""
        ...

    async def order(self, number: int) -> Order:
        """One order. ``Rejected(not_found=True)`` when there is none."""
        ...

    def orders(self, status: OrderStatus, *, since: date, until: date) -> AsyncIterator[Order]:
        """Orders of one status created within the days, newest first, page by page."""
        ...

    async def fulfillments_of(self, number: int) -> Sequence[Fulfillment]:
        """The fulfillments of one order."""
        ...

    async def create_fulfillment(self, new: NewFulfillment) -> Fulfillment:
        """Create one. ``Uncertain`` when it may have been created."""
        ...

    async def change_fulfillment(self, fulfillment_id: str, change: FulfillmentChange) -> None:
        """Show another tracking number. Safe to repeat. ``Rejected`` where there is no such fulfillment any more."""
        ...

    async def update_fulfillment(self, fulfillment_id: str, *, shipment_status: str) -> None:
        """Tell how far it is: requested, in_transit, delivered or failed. Safe to repeat."""
        ...

    async def set_shipment_status(self, number: int, status: str) -> None:
        """Tell how far the order is; the platform may mail the buyer on a change. Safe to repeat."""
        ...

    async def documents_of(self, number: int) -> Sequence[AttachedDocument]:
        """The documents attached to one order."""
        ...

    async def attach_document(self, number: int, document: AttachedDocument) -> None:
        """Attach one. ``Uncertain`` when it may have been attached."""
        ...

    async def hooks(self) -> Sequence[Hook]:
        """All registered webhooks."""
        ...

    async def create_hook(self, event: str, url: str) -> Hook:
        """Register one."""
        ...

    async def delete_hook(self, hook_id: str) -> None:
        """Remove one; removing what is gone is no error."""
        ...

    async def shipping_methods(self) -> Sequence[ShippingMethod]:
        """All shipping methods."""
        ...

    async def create_shipping_method(
        self, *, name: str, callback_url: str, services_url: str, token: str, origin: Address | None
    ) -> ShippingMethod:
        """Register an external shipping method."""
        ...

    async def delete_shipping_method(self, method_id: str) -> None:
        """Remove one; removing what is gone is no error."""
        ...


Renew = Callable[[OAuthCredentials], Awaitable[OAuthCredentials]]


class CredentialsKeeper(Protocol):
    """Keeps a store's tokens: one renewal at a time, both tokens saved together."""

    async def renewed(self, store_id: str, stale: OAuthCredentials, renew: Renew) -> OAuthCredentials:
        """Tokens newer than ``stale``: those that somebody else saved meanwhile, else what ``renew`` gives, saved.

        ``Unauthorized`` from ``renew`` puts the store to sleep before it is raised again.
        """
        ...

    async def refused(self, store_id: str, credentials: Credentials, problem: str) -> None:
        """The platform does not take these any more: the store is put to sleep, unless it has others by now."""
        ...


class Storefronts(Protocol):
    """Opens stores' APIs."""

    def of(self, store: Store) -> Storefront:
        """The API of an installed store; its tokens are renewed and saved as needed."""
        ...

    def with_credentials(self, credentials: Credentials) -> Storefront:
        """The API of a store that is being installed."""
        ...


class Consent(Protocol):
    """The platform's OAuth2 consent."""

    def address(self, state: str) -> str:
        """Where to send the merchant's browser."""
        ...

    async def exchange(self, code: str) -> OAuthCredentials:
        """Tokens for a code. ``Unauthorized`` for a wrong or used one."""
        ...


class CartLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product of a cart at checkout. Price per unit, in the cart's currency. ``product_id`` is empty where the cart has none."""

    name: str
    quantity: int
    unit_price: Decimal
    weight_g: int | None
    product_id: str = ""
    variant_id: str | None = None
    sku: str = ""
    shipping_required: bool = True
    sides: Sides | None = None


class Cart(msgspec.Struct, frozen=True, kw_only=True):
    """What the checkout asks rates for. ``package`` is the platform's own estimate of the whole."""

    origin: Address
    destination: Address
    lines: tuple[CartLine, ...]
    currency: str
    package: Parcel | None = None
    reference: str | None = None


class MessageInvalid(ValueError):
    """A message from the store that cannot be read; says where and what was expected."""


class StoreMessages(Protocol):
    """Reads what the platform sends us, leniently; pure."""

    def is_signed(self, body: bytes, signature: str | None, hooks_token: str) -> bool:
        """Whether the signature over the raw body is right, compared in constant time."""
        ...

    def order_number(self, body: bytes) -> int:
        """The order's number in a webhook. Raises ``MessageInvalid``."""
        ...

    def cart(self, body: bytes, content_type: str) -> Cart:
        """The cart of a rates request, JSON or form. Raises ``MessageInvalid``."""
        ...

    def invoice_order(self, body: bytes) -> Order:
        """The order in the "Create invoice" call, reduced or full. Raises ``MessageInvalid``."""
        ...

    def header(self, headers: Mapping[str, str], name: str) -> str | None:
        """A header whatever its case."""
        ...

"""A store of the simulated platform: its settings, its collections, and what has been recorded about it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from despacho_sandbox.store.order import Address, Order, Tax

HOOK_EVENTS = frozenset(
    {
        "order_updated", "order_pending_payment", "order_paid", "order_shipped", "order_canceled", "order_abandoned",
        "product_created", "product_updated", "product_deleted", "product_stock_updated",
        "customer_created", "customer_updated", "customer_deleted",
    }
)  # fmt: skip
"""Events that can be registered (official schema, HookEditFields)."""


class Quirks(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Answers to questions that the contract leaves open or answers twice; each can be switched.

    Attributes:
        store_info_wrapped: `{"store": {...}}` as clients parse it, or flat as the schema says (contract 3.3).
        fulfillment_root: Root key of fulfillment answers: live `order_fulfillment`, schema `fulfillment` (4.4).
        translates_status: `status` and `status_name` follow the store's language; the captured order has them in English.
        mirrors_fulfillment_status: A fulfillment's `shipment_status` reaches the order too (7.16).
        fetches_services: Saving an external shipping method fetches its services; a merchant's click does so anyway (7.5).
        drops_unknown_services: A rate whose `service_code` is not among the enabled services is not offered (7.4).
        nets_included_tax: See `order.totals`.
        callback_encoding: How the rates callback is sent: JSON, form field with JSON text, or nested form fields (1.3).
        callback_names_only: The older callback: names in place of codes, without the `*_name` fields (1.3).
        callback_reference: A `request_reference` is sent with the callback (7.3).
        invoice_shape: What "Create invoice" sends: the reduced shape of the guide, or the whole order (5.2).
        signs_invoices: "Create invoice" carries the store's code and signature.
        probes_hooks: A hook's URL must answer GET with 2xx when it is registered (2.1).
        pauses_hooks_after: Failed attempts in a row after which a hook is paused (2.3); None for never.
        revokes_access_on_refresh: Refreshing ends the old access token at once.
    """

    store_info_wrapped: bool = True
    fulfillment_root: Literal["order_fulfillment", "fulfillment"] = "order_fulfillment"
    translates_status: bool = False
    mirrors_fulfillment_status: bool = True
    fetches_services: bool = True
    drops_unknown_services: bool = True
    nets_included_tax: bool = True
    callback_encoding: Literal["json", "form_json", "form_nested"] = "json"
    callback_names_only: bool = False
    callback_reference: bool = False
    invoice_shape: Literal["light", "full"] = "light"
    signs_invoices: bool = True
    probes_hooks: bool = True
    pauses_hooks_after: int | None = 8
    revokes_access_on_refresh: bool = True


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Rate limits of a store (contract 4.1).

    Attributes:
        ban_seconds: How long a ban lasts is not known; ten minutes are assumed.
        refusal_status: 429 by the document, 403 by a remark in its own sample code.
    """

    per_second: int = 20
    per_minute: int = 800
    ban_after: int = 2000
    ban_seconds: float = 600.0
    refusal_status: Literal[429, 403] = 429


class Product(msgspec.Struct, kw_only=True):
    """A product of the catalogue; weight in the store's unit, sides in centimetres."""

    id: int
    name: str
    sku: str
    price: Decimal
    weight: Decimal = Decimal(1)
    length: Decimal = Decimal(10)
    width: Decimal = Decimal(10)
    height: Decimal = Decimal(10)
    type: str = "physical"
    stock: int = 100
    taxes: tuple[Tax, ...] = ()


class Location(msgspec.Struct, kw_only=True):
    """A place that the store ships from."""

    id: int
    name: str
    email: str
    address: Address
    main: bool = False
    pickup_point: bool = False


class Hook(msgspec.Struct, kw_only=True):
    """A registered webhook. `failures` counts failed attempts in a row; `paused` is not shown by the API (contract 7.9)."""

    id: int
    event: str
    url: str
    created_at: datetime
    application_id: int | None = None
    failures: int = 0
    paused: bool = False


class Service(msgspec.Struct, kw_only=True):
    """A service of an external shipping method, ticked by the merchant if `enabled`."""

    id: int
    service_name: str
    service_code: str
    enabled: bool = True


class ShippingMethod(msgspec.Struct, kw_only=True):
    """A way of shipping that the store offers; `fetch_note` says how the last fetching of services went."""

    id: int
    type: str
    name: str
    enabled: bool = True
    callback_url: str | None = None
    fetch_services_url: str | None = None
    token: str | None = None
    state: str | None = None
    city: str | None = None
    postal: str | None = None
    services: list[Service] = []
    fetch_note: str | None = None


class Fulfillment(msgspec.Struct, kw_only=True):
    """A shipment that the store knows of (contract 4.4)."""

    id: int
    order_id: int
    type: str
    location_id: int
    created_at: datetime
    updated_at: datetime
    tracking_number: str | None = None
    tracking_company: str | None = None
    tracking_url: str | None = None
    external_id: str | None = None
    service_type: str | None = None
    shipment_status: str | None = None
    expected_arrival_from: str | None = None
    expected_arrival_to: str | None = None
    message: str | None = None
    observations: str | None = None
    address: Address | None = None


class Document(msgspec.Struct, kw_only=True):
    """An invoice (1) or credit note (0) attached to an order (contract 4.5)."""

    order_id: int
    document_type: int | None = None
    external_id: str | None = None
    public_id: str | None = None
    url: str | None = None
    app_code: str | None = None


class HistoryEntry(msgspec.Struct, kw_only=True):
    """A remark in an order's history."""

    id: int
    order_id: int
    message: str | None
    created_at: datetime


class Mail(msgspec.Struct, kw_only=True):
    """An e-mail that the platform would have sent to the buyer."""

    order_id: int
    reason: str
    at: datetime


class RateCall(msgspec.Struct, kw_only=True):
    """One call of a rates callback: what was asked, what came back and what became of it."""

    shipping_method_id: int
    at: datetime
    took_ms: int
    status: int | None = None
    error: str | None = None
    request: object = None
    answer: object = None
    offered: list[Offer] = []
    dropped: list[str] = []


class Offer(msgspec.Struct, kw_only=True, frozen=True):
    """A rate that the buyer can choose."""

    shipping_method_id: int
    service_id: int | None
    service_code: str
    service_name: str
    price: Decimal
    rate_id: str | None = None
    rate_description: str | None = None


class InvoiceCall(msgspec.Struct, kw_only=True):
    """One press of "Create invoice" and its answer."""

    order_id: int
    at: datetime
    took_ms: int
    status: int | None = None
    answer: object = None
    error: str | None = None
    attached: bool = False

    @property
    def message(self) -> str:
        """What the merchant is shown."""
        shown = self.answer.get("message") if isinstance(self.answer, dict) else None
        return str(shown or self.error or f"The invoicing service answered {self.status}.")


class Store(msgspec.Struct, kw_only=True):
    """A store: the tenant. Identifiers count up within the store, so two stores have orders of the same number."""

    code: str
    id: int
    name: str
    country_code: str
    currency: str
    timezone: str
    language: str
    login: str
    authtoken: str
    hooks_token: str
    email: str
    weight_unit: str = "kg"
    invoices_url: str | None = None
    installed: bool = False
    quirks: Quirks = msgspec.field(default_factory=Quirks)
    limits: Limits = msgspec.field(default_factory=Limits)
    products: list[Product] = []
    locations: list[Location] = []
    hooks: dict[int, Hook] = {}
    shipping_methods: dict[int, ShippingMethod] = {}
    orders: dict[int, Order] = {}
    fulfillments: dict[int, Fulfillment] = {}
    documents: list[Document] = []
    history: list[HistoryEntry] = []
    mails: list[Mail] = []
    rate_calls: list[RateCall] = []
    invoice_calls: list[InvoiceCall] = []
    next_ids: Counter[str] = msgspec.field(default_factory=Counter)

    def new_id(self, kind: str, start: int) -> int:
        """The next identifier of a kind, counting from `start`."""
        self.next_ids[kind] += 1
        return start + self.next_ids[kind] - 1

    def main_location(self) -> Location:
        """Where parcels leave from."""
        return next((place for place in self.locations if place.main), self.locations[0])

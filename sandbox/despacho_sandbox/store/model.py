"""A store of the simulated platform: its settings, its collections, and what has been recorded about it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from decimal import Decimal

import msgspec

from despacho_sandbox.store.order import Address, Order, Tax
from despacho_sandbox.store.records import HistoryEntry, InvoiceCall, Mail, RateCall
from despacho_sandbox.store.settings import Limits, Quirks

HOOK_EVENTS = frozenset(
    {
        "order_updated", "order_pending_payment", "order_paid", "order_shipped", "order_canceled", "order_abandoned",
        "product_created", "product_updated", "product_deleted", "product_stock_updated",
        "customer_created", "customer_updated", "customer_deleted",
    }
)  # fmt: skip
"""Events that can be registered (official schema, HookEditFields)."""


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

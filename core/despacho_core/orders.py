"""A store's order as the hub knows it: decoded leniently by the store adapter, never trusted to be complete."""

from __future__ import annotations

import enum
from datetime import datetime
from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.boxes import Sides
from despacho_core.errors import NothingToShip, OrderWithoutAddress


class OrderStatus(enum.StrEnum):
    """The platform's ``status_enum``; an unknown value is kept apart and triggers nothing."""

    ABANDONED = "abandoned"
    CANCELED = "canceled"
    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    UNKNOWN = "unknown"


class LineTax(msgspec.Struct, frozen=True, kw_only=True):
    """A tax of a line or of the shipping: a percentage, or a fixed amount; inside the price, or on top of it."""

    name: str
    rate: Decimal
    fixed: bool = False
    included: bool = False


class OrderLine(msgspec.Struct, frozen=True, kw_only=True):
    """One product line; ``kind`` is the platform's product type (``physical``, ``digital``, ``gift_card``, …)."""

    product_id: str
    variant_id: str | None = None
    sku: str = ""
    name: str = ""
    quantity: int = 1
    unit_price: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    weight_g: int = 0
    kind: str = "physical"
    taxes: tuple[LineTax, ...] = ()
    sides: Sides | None = None

    @property
    def is_physical(self) -> bool:
        """Whether the line goes into a parcel."""
        return self.kind not in {"digital", "gift_card"}


class BillingDetails(msgspec.Struct, frozen=True, kw_only=True):
    """Company data given at checkout: razón social, giro and tax id."""

    company_name: str | None = None
    business_activity: str | None = None
    taxpayer_type: str | None = None
    tax_id: str | None = None


class ChosenShipping(msgspec.Struct, frozen=True, kw_only=True):
    """What the buyer chose at checkout; ``rate_id`` leads back to our quote."""

    rate_id: str | None = None
    description: str | None = None
    method_id: str | None = None
    method_name: str | None = None
    service_id: str | None = None


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """An order of a store. ``number`` is the store's own; amounts are in ``currency``.

    ``discount`` already contains ``shipping_discount`` (contract/jumpseller.md 2.5); ``gift_cards`` is a payment.
    ``shipment_status`` is the raw ``shipment_status_enum``, an open set.
    """

    number: int
    status: OrderStatus
    currency: str
    total: Decimal = Decimal(0)
    subtotal: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)
    shipping: Decimal = Decimal(0)
    shipping_tax: Decimal = Decimal(0)
    discount: Decimal = Decimal(0)
    shipping_discount: Decimal = Decimal(0)
    gift_cards: Decimal = Decimal(0)
    shipping_required: bool = True
    shipment_status: str | None = None
    created_at: datetime | None = None
    completed_at: datetime | None = None
    customer_name: str | None = None
    customer_email: str | None = None
    customer_phone: str | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    billing: BillingDetails = BillingDetails()
    chosen_shipping: ChosenShipping = ChosenShipping()
    lines: tuple[OrderLine, ...] = ()
    shipping_taxes: tuple[LineTax, ...] = ()
    additional_fields: dict[str, str] = {}
    payment_method: str | None = None

    @property
    def is_paid(self) -> bool:
        """Whether the store says the order is paid."""
        return self.status is OrderStatus.PAID

    def destination(self) -> Address:
        """The delivery address, complete enough to hand to a carrier.

        Raises:
            NothingToShip: The order needs no shipping, or holds no physical line.
            OrderWithoutAddress: There is no address, or it lacks what every carrier needs.
        """
        if not self.shipping_required or (self.lines and not any(line.is_physical for line in self.lines)):
            raise NothingToShip
        address = self.shipping_address
        if address is None:
            raise OrderWithoutAddress(order=self.number, missing="address")
        complete = msgspec.structs.replace(
            address,
            name=address.name or self.customer_name,
            email=address.email or self.customer_email,
            phone=address.phone or self.customer_phone,
        )
        missing = complete.missing_for_delivery()
        if missing:
            raise OrderWithoutAddress(order=self.number, missing=", ".join(missing))
        return complete

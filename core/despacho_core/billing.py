"""A buyer's data as the merchant mended them for one order: kept beside the order, since the next reading of it brings the old ones."""

from __future__ import annotations

import msgspec

from despacho_core.addresses import Address
from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_buyers import tax_country
from despacho_core.orders import BillingDetails, Order
from despacho_core.tax_ids import canonical_tax_id


class MendedBilling(msgspec.Struct, frozen=True, kw_only=True):
    """What is given here counts instead of what the order says; None leaves the order's.

    ``kind`` is the document that the merchant wants, whatever the rules say.
    """

    kind: DocumentKind | None = None
    name: str | None = None
    tax_id: str | None = None
    business_activity: str | None = None
    street: str | None = None
    municipality: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None
    email: str | None = None


def check_billing(mended: MendedBilling, order: Order, country: str) -> None:
    """Refuse a tax id that can never work, at once.

    Raises:
        TaxIdInvalid: It breaks the rule of its country.
    """
    if mended.tax_id:
        canonical_tax_id(mended.tax_id, tax_country(with_billing(order, mended), country))


def with_billing(order: Order, mended: MendedBilling | None) -> Order:
    """The order as documents see it. A street that is mended stands for the whole line: number and complement go with the old one."""
    if mended is None:
        return order
    was = order.billing_address or order.shipping_address or Address()
    street = {"street": mended.street, "street_number": None, "complement": None} if mended.street else {}
    places = {
        field: value
        for field in ("municipality", "city", "postal_code", "country", "email", "name", "tax_id")
        if (value := getattr(mended, field)) is not None
    }
    billing = BillingDetails(
        company_name=mended.name or order.billing.company_name,
        business_activity=mended.business_activity or order.billing.business_activity,
        taxpayer_type=order.billing.taxpayer_type,
        tax_id=mended.tax_id or order.billing.tax_id,
    )
    return msgspec.structs.replace(
        order,
        billing=billing,
        billing_address=msgspec.structs.replace(was, **places, **street),
        customer_email=mended.email or order.customer_email,
    )

"""The create request as it is read: numbers may be text, most things may be missing (contract/carriers.md 1.4)."""

from __future__ import annotations

from decimal import Decimal

import msgspec

Text = str | int | None


class Header(msgspec.Struct, rename="camel"):
    """What holds for the whole request."""

    customer_card_number: str | int
    county_of_origin_coverage_code: str
    label_type: int
    marketplace_rut: int
    certificate_number: int = 0
    seller_rut: Text = None
    source_channel: int = 0


class Address(msgspec.Struct, rename="camel"):
    """One address of a detail: `DEST` where it goes, `DEV` where it returns to."""

    county_coverage_code: str
    address_type: str
    street_name: Text = None
    street_number: Text = None
    supplement: Text = None
    address_id: int = 0
    delivery_on_commercial_office: bool = False
    commercial_office_id: Text = None
    observation: Text = None


class Contact(msgspec.Struct, rename="camel"):
    """One person of a detail: `R` the sender, `D` the recipient."""

    contact_type: str
    name: Text = None
    phone_number: Text = None
    mail: Text = None


class Package(msgspec.Struct, rename="camel"):
    """One piece, in kilograms and centimetres; values in pesos."""

    weight: Decimal
    height: Decimal
    width: Decimal
    length: Decimal
    service_delivery_code: int
    product_code: int
    delivery_reference: Text = None
    group_reference: Text = None
    declared_value: Decimal = Decimal(0)
    declared_content: int | None = None
    description_content: Text = None
    extended_coverage_area_indicator: bool = False
    receivable_amount_in_delivery: Decimal | None = None

    @property
    def reference(self) -> str:
        """The sender's own reference."""
        return text(self.delivery_reference)


class Detail(msgspec.Struct, rename="camel"):
    """Pieces that share addresses and contacts."""

    addresses: list[Address]
    contacts: list[Contact]
    packages: list[Package]

    def address(self, kind: str) -> Address:
        """The address of a type, in whatever letter case it was sent.

        Raises:
            StopIteration: If there is none; `checks.check_address_types` comes first.
        """
        return next(one for one in self.addresses if one.address_type.upper() == kind)

    def contact(self, kind: str) -> Contact:
        """The contact of a type, an empty one if there is none."""
        return next((one for one in self.contacts if one.contact_type.upper() == kind), Contact(contact_type=kind))


class CreateRequest(msgspec.Struct, rename="camel"):
    """Everything that is to be shipped with one call."""

    header: Header
    details: list[Detail]


def text(value: Text) -> str:
    """What was meant, without spaces around it."""
    return "" if value is None else str(value).strip()

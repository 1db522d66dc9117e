"""What an account with Chilexpress needs."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from despacho_ports.providers import Secret, WebAddress

_KEY_PATTERN = r"^[!-~]{8,256}$"
_RUT = re.compile(r"([0-9]{1,8})(?:-?([0-9K]))?")


class ChilexpressSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One account: three subscription keys, the customer's card and the company that owns it (contract/carriers.md 1.1)."""

    key_coverage: Annotated[
        Secret,
        msgspec.Meta(
            title="Key of Coberturas",
            description="Subscription key of the product “Coberturas” (georeference) in Chilexpress's developer portal.",
            pattern=_KEY_PATTERN,
        ),
    ]
    key_rating: Annotated[
        Secret,
        msgspec.Meta(
            title="Key of Cotizador",
            description="Subscription key of the product “Cotizador” (rating).",
            pattern=_KEY_PATTERN,
        ),
    ]
    key_shipping: Annotated[
        Secret,
        msgspec.Meta(
            title="Key of Envíos",
            description="Subscription key of the product “Envíos” (transport orders): labels, certificates and tracking.",
            pattern=_KEY_PATTERN,
        ),
    ]
    customer_card: Annotated[
        str,
        msgspec.Meta(
            title="Customer card (TCC)",
            description="Number of the Tarjeta Cliente Chilexpress, digits only. 18578680 is the public test card.",
            pattern=r"^[0-9]{4,15}$",
        ),
    ]
    company_rut: Annotated[
        str | int,
        msgspec.Meta(
            title="Company RUT",
            description="RUT of the company that owns the card, with or without dots and check digit. 96756430 is the public test company.",
        ),
    ]
    base_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of the API",
            description="Production by default. Tests: https://testservices.wschilexpress.com, or https://qaservices.wschilexpress.com.",
        ),
    ] = "https://services.wschilexpress.com"
    rates: Annotated[
        Literal["business", "courier"],
        msgspec.Meta(
            title="Prices", description="“business” quotes the card's contract prices, “courier” the list prices."
        ),
    ] = "business"
    certificates: Annotated[
        Literal["each", "together"],
        msgspec.Meta(
            title="Certificates",
            description="“each” puts every shipment on a certificate of its own, so that a manifest closes exactly what is on it. "
            "“together” puts a day's shipments on one, which is closed whole: for many parcels a day, and few that are voided.",
        ),
    ] = "each"
    seller_rut: Annotated[
        str,
        msgspec.Meta(
            title="Seller RUT",
            description="RUT of the seller on a marketplace; DEFAULT for everybody else.",
            pattern=r"^[0-9A-Za-z.-]{1,20}$",
        ),
    ] = "DEFAULT"
    source_channel: Annotated[
        int,
        msgspec.Meta(
            title="Source channel",
            description="Number that Chilexpress gave the integration; 0 if none.",
            ge=0,
            le=9999,
        ),
    ] = 0
    declared_content: Annotated[
        int,
        msgspec.Meta(
            title="Declared content",
            description="Code of what is sent: 1 personal articles, 2 education, 4 clothing, 5 other, 7 technology.",
            ge=1,
            le=2**31 - 1,
        ),
    ] = 5
    sender_name: Annotated[
        str,
        msgspec.Meta(
            title="Sender's name", description="Contact for returns; the origin's name if empty.", max_length=100
        ),
    ] = ""
    sender_phone: Annotated[
        str,
        msgspec.Meta(
            title="Sender's phone",
            description="Contact for returns; the origin's phone if empty. Stands in for the phone of a buyer who left none.",
            max_length=30,
        ),
    ] = ""
    sender_email: Annotated[
        str,
        msgspec.Meta(
            title="Sender's e-mail", description="Contact for returns; the origin's e-mail if empty.", max_length=100
        ),
    ] = ""

    def __post_init__(self) -> None:
        company_number(self.company_rut)

    @property
    def company(self) -> int:
        """The company's RUT as the API wants it: a number without check digit."""
        return company_number(self.company_rut)

    def __repr__(self) -> str:
        """Without the keys: representations end up in logs."""
        return f"ChilexpressSettings(customer_card={self.customer_card!r}, base_url={self.base_url!r})"


def company_number(rut: str | int) -> int:
    """A RUT without its check digit.

    Eight digits or fewer without a hyphen are taken as they stand; with a hyphen, a final K or nine digits, the last one is the
    check digit and has to be right.

    Raises:
        ValueError: It is no RUT. The message does not repeat it.
    """
    text = str(rut).replace(".", "").replace(" ", "").upper()
    found = _RUT.fullmatch(text)
    if found is None or not int(found[1]):
        raise ValueError("company_rut is not a RUT, such as 96756430 or 96.756.430-3")
    number, digit = int(found[1]), found[2]
    if digit is not None and digit != check_digit(number):
        raise ValueError("company_rut has a wrong check digit")
    return number


def check_digit(number: int) -> str:
    """The check digit of a RUT: modulus 11 over the factors 2 to 7 from the right."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(number))))
    return "0123456789K0"[11 - total % 11]

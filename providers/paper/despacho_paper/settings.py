"""What is written on the paper; nothing of it is secret."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from despacho_ports.documents import Issuer

_LONGEST_LINE = 80


class PaperSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The seller as the merchant wants it written, and how documents are numbered."""

    issuer_name: Annotated[
        str,
        msgspec.Meta(
            title="Seller",
            description="The shop's or the company's name, as it is to be printed.",
            pattern=r"\S",
            max_length=_LONGEST_LINE,
        ),
    ]
    tax_id: Annotated[
        str,
        msgspec.Meta(
            title="Tax id",
            description="RUT or NIF, printed as it is written here; may stay empty.",
            max_length=24,
        ),
    ] = ""
    address_1: Annotated[
        str,
        msgspec.Meta(
            title="Address, line 1", description="Street and number. May stay empty.", max_length=_LONGEST_LINE
        ),
    ] = ""
    address_2: Annotated[
        str,
        msgspec.Meta(
            title="Address, line 2", description="Postcode, comuna or city. May stay empty.", max_length=_LONGEST_LINE
        ),
    ] = ""
    address_3: Annotated[
        str,
        msgspec.Meta(
            title="Address, line 3",
            description="Telephone, e-mail, web site, or anything else. May stay empty.",
            max_length=_LONGEST_LINE,
        ),
    ] = ""
    language: Annotated[
        Literal["es", "pt", "en"],
        msgspec.Meta(title="Language", description="Of the captions: es, pt or en."),
    ] = "es"
    series: Annotated[
        str,
        msgspec.Meta(
            title="Series",
            description="What numbers begin with: P gives P-1020-…, and PC-1020-… for a credit note. Capital letters and digits.",
            # The end alone would let a line break through, and the number stands in a path.
            pattern=r"^[A-Z][A-Z0-9]{0,7}$(?!\n)",
        ),
    ] = "P"
    footer: Annotated[
        str,
        msgspec.Meta(
            title="Closing words",
            description="Printed under the totals, such as the conditions of returns; may stay empty.",
            max_length=1000,
        ),
    ] = ""

    @property
    def issuer(self) -> Issuer:
        """The seller, without empty lines."""
        lines = (self.address_1, self.address_2, self.address_3)
        return Issuer(name=self.issuer_name, tax_id=self.tax_id, address=tuple(line for line in lines if line.strip()))

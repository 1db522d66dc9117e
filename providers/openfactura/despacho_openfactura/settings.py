"""What an account with OpenFactura needs."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from despacho_core.errors import TaxIdInvalid
from despacho_core.tax_ids import canonical_rut
from despacho_ports.providers import Secret, WebAddress


class OpenFacturaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One taxpayer: its key, and the issuer's data as the tax authority knows them (contract/invoicing.md 2.1 and 2.2).

    The issuer's data must be those of the company that the key belongs to, or the system refuses the document.
    """

    api_key: Annotated[
        Secret,
        msgspec.Meta(
            title="API key",
            description="Made in OpenFactura under Configuración → API. One per taxpayer.",
            pattern=r"^[!-~]{8,256}$",
        ),
    ]
    rut: Annotated[
        str,
        msgspec.Meta(title="RUT", description="The issuer's RUT, with or without dots: 76.795.561-8.", max_length=14),
    ]
    razon_social: Annotated[
        str,
        msgspec.Meta(title="Razón social", description="The issuer's legal name.", min_length=1, max_length=100),
    ]
    giro: Annotated[
        str,
        msgspec.Meta(title="Giro", description="The issuer's line of business.", min_length=1, max_length=80),
    ]
    acteco: Annotated[
        str | int,
        msgspec.Meta(title="Acteco", description="Code of the economic activity, six digits: 479100."),
    ]
    direccion: Annotated[
        str,
        msgspec.Meta(title="Dirección", description="Address of the issuing branch.", min_length=1, max_length=70),
    ]
    comuna: Annotated[
        str,
        msgspec.Meta(title="Comuna", description="Comuna of the issuing branch.", min_length=1, max_length=20),
    ]
    sucursal: Annotated[
        str | int,
        msgspec.Meta(
            title="Sucursal",
            description="Code of the branch at the tax authority (CdgSIISucur), up to nine digits; empty for the only one.",
        ),
    ] = ""
    base_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of the API",
            description="Production by default. Development without an account: https://dev-api.haulmer.com.",
        ),
    ] = "https://api.haulmer.com"
    send_email: Annotated[
        bool,
        msgspec.Meta(
            title="E-mail to the buyer",
            description="OpenFactura sends the document to the buyer once the tax authority has accepted it.",
        ),
    ] = False
    uf_value: Annotated[
        Decimal | None,
        msgspec.Meta(
            title="Value of one UF",
            description="In pesos. If set, a boleta above 135 UF names its buyer and the means of payment, as it must since 2026.",
        ),
    ] = None
    payment_code: Annotated[
        int,
        msgspec.Meta(
            title="Means of payment",
            description="Number sent as MedioPago on a boleta above 135 UF. Its list is not published: ask OpenFactura for the right one.",
            ge=1,
            le=99,
        ),
    ] = 1
    boleta_order_number: Annotated[
        Literal["reference", "description"],
        msgspec.Meta(
            title="Order number on a boleta",
            description="“reference” states it as a reference of type 801; “description” in the first line, should references be refused.",
        ),
    ] = "reference"

    def __post_init__(self) -> None:
        try:
            canonical_rut(self.rut)
        except TaxIdInvalid:
            raise ValueError("rut is not a RUT with a right check digit, such as 76795561-8") from None
        if not re.fullmatch(r"[0-9]{6}", str(self.acteco)):
            raise ValueError("acteco is not a code of six digits, such as 479100")
        if not re.fullmatch(r"[0-9]{0,9}", str(self.sucursal)):
            raise ValueError("sucursal is not a code of up to nine digits, such as 81303347")
        if self.uf_value is not None and not (self.uf_value.is_finite() and self.uf_value > 0):
            raise ValueError("uf_value is not a positive number of pesos, such as 39500.12")

    @property
    def issuer_rut(self) -> str:
        """The RUT as documents want it: no dots, one hyphen, capital K."""
        return canonical_rut(self.rut)

    def __repr__(self) -> str:
        """Without the key: representations end up in logs."""
        return f"OpenFacturaSettings(rut={self.issuer_rut!r}, base_url={self.base_url!r})"

"""What an account with InvoiceXpress needs."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from despacho_core.fiscal_portugal import EXEMPTIONS, Region
from despacho_ports.providers import Secret, WebAddress


class InvoiceXpressSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One merchant: the name of the account, its key, and the choices that the law leaves to the merchant."""

    account: Annotated[
        str,
        msgspec.Meta(
            title="Account",
            description="The first part of your address at InvoiceXpress: “loja” of loja.app.invoicexpress.com.",
            pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,62}$",
        ),
    ]
    api_key: Annotated[
        Secret,
        msgspec.Meta(
            title="API key",
            description="From InvoiceXpress, Conta → API. It goes in the address of every call: make a new one if it was ever seen.",
            pattern=r"^[!-~]{8,256}$",
        ),
    ]
    region: Annotated[
        Literal["PT", "PT-AC", "PT-MA"],
        msgspec.Meta(
            title="Region",
            description="Whose IVA you charge: PT for the mainland, PT-AC for the Azores, PT-MA for Madeira.",
        ),
    ] = "PT"
    exemption_code: Annotated[
        str,
        msgspec.Meta(
            title="Reason for no IVA",
            description="Code for lines that bear no tax and name no reason, such as M10 (exemption regime), M07 or M99. "
            "Empty: such an order is not invoiced until somebody decides.",
        ),
    ] = ""
    receipt_as: Annotated[
        Literal["invoice_receipt", "simplified_invoice"],
        msgspec.Meta(
            title="Consumers get",
            description="“invoice_receipt” a fatura-recibo; “simplified_invoice” a fatura simplificada up to 1000 euros.",
        ),
    ] = "invoice_receipt"
    invoice_as: Annotated[
        Literal["invoice", "invoice_receipt"],
        msgspec.Meta(
            title="Companies get",
            description="“invoice” a fatura, whose payment you enter yourself; “invoice_receipt” a fatura-recibo.",
        ),
    ] = "invoice"
    sequence_id: Annotated[
        str | int,
        msgspec.Meta(
            title="Series", description="Number (id) of the series at InvoiceXpress; empty for your current one."
        ),
    ] = ""
    price_decimals: Annotated[
        int,
        msgspec.Meta(
            title="Decimals of unit prices",
            description="To how many places your account keeps prices without IVA: 4 usually, 2 in some accounts.",
            ge=2,
            le=6,
        ),
    ] = 4
    base_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of the API",
            description="The live service by default; {account} stands for the account's name.",
        ),
    ] = "https://{account}.app.invoicexpress.com"

    def __post_init__(self) -> None:
        if self.exemption_code and self.exemption_code not in EXEMPTIONS:
            raise ValueError("exemption_code is not a code in force, such as M07, M10 or M99")
        if not re.fullmatch(r"[0-9]{0,12}", str(self.sequence_id)):
            raise ValueError("sequence_id is not the number of a series, such as 12345")

    @property
    def address(self) -> str:
        """Where the account is, without a final slash."""
        return self.base_url.replace("{account}", self.account.lower()).rstrip("/")

    @property
    def home(self) -> Region:
        """The region whose rates come first."""
        return Region(self.region)

    def __repr__(self) -> str:
        """Without the key: representations end up in logs."""
        return f"InvoiceXpressSettings(account={self.account!r}, region={self.region!r})"

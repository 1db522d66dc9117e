"""What an account with CTT Expresso needs."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from despacho_ports.providers import Secret, WebAddress

_GUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"


class CttSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One account: the credentials that CTT mails with the contract (contract/carriers.md 2.1)."""

    authentication_id: Annotated[
        Secret,
        msgspec.Meta(
            title="AuthenticationID",
            description="The GUID that opens the web services; CTT sends it when they are activated.",
            pattern=f"^{_GUID}$",
        ),
    ]
    client_id: Annotated[
        str,
        msgspec.Meta(title="Client number", description="ClientId, digits only.", pattern=r"^[0-9]{4,15}$"),
    ]
    contract_id: Annotated[
        str,
        msgspec.Meta(
            title="Contract number",
            description="ContractId, digits only; usually nine that begin with 3000.",
            pattern=r"^[0-9]{4,15}$",
        ),
    ]
    user_id: Annotated[
        str,
        msgspec.Meta(
            title="UserID",
            description="The second GUID, where CTT gave one.",
            pattern=f"^({_GUID})?$",
            extra={"secret": True},
        ),
    ] = ""
    distribution_channel: Annotated[
        int,
        msgspec.Meta(title="Distribution channel", description="99 for everybody, as far as known.", ge=0, le=9999),
    ] = 99
    base_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of the web services",
            description="Production by default. Tests: http://cttexpressows.qa.ctt.pt/CTTEWSPool.",
        ),
    ] = "https://cttexpressows.ctt.pt/CTTEWSPoolHTTPS"
    weight_unit: Annotated[
        Literal["g", "kg"],
        msgspec.Meta(
            title="Unit of weight",
            description=(
                "What the contract reads a weight as: grams, or whole kilograms rounded up. Ask CTT: on the first labels, "
                "compare the weight that they print."
            ),
        ),
    ] = "g"
    declare_value: Annotated[
        bool,
        msgspec.Meta(
            title="Declare the value",
            description="Sends the goods' value as DeclaredValue. Off by default, as in the carrier's own samples.",
        ),
    ] = False

    def __repr__(self) -> str:
        """Without the two GUIDs: representations end up in logs."""
        return (
            f"CttSettings(client_id={self.client_id!r}, contract_id={self.contract_id!r}, base_url={self.base_url!r})"
        )

"""What an account with Starken needs: three services, each with credentials of its own (contract/carriers.md 3A)."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

from despacho_core.errors import TaxIdInvalid
from despacho_core.tax_ids import canonical_rut
from despacho_ports.providers import MaybeWebAddress, Secret, WebAddress
from despacho_starken.words import plain

_RUT = re.compile(r"([0-9]{1,8})(-?[0-9Kk])?")
_AGENCY = re.compile(r"([^=]{2,60})=\s*@?([0-9]{1,6})")
_SEPARATORS = re.compile(r"[;\n]")

QA_REST = "https://restservices-qa.starken.cl/apiqa/starkenservices/rest"
QA_EMISSION = "https://emisionh2h-qa.starken.cl/starkenh2h/servlet/aemisionh2hremrest"
QA_LABELS = "https://apiqa.starken.cl/apiqa/etiqueta/impresionByOrdenFleteDynamic"


class StarkenSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One account. Production addresses of emission and labels are not published: the carrier gives them on go-live."""

    company_rut: Annotated[
        str | int,
        msgspec.Meta(
            title="Company RUT",
            description="RUT of your company with Starken, with or without dots and check digit.",
        ),
    ]
    clave: Annotated[
        Secret,
        msgspec.Meta(
            title="Clave of quotes and tracking",
            description="Password of the REST services, which goes with the company's RUT.",
            pattern=r"^[!-~]{4,100}$",
        ),
    ]
    emission_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of the emission",
            description=f"“Host to Host”; Starken gives it on go-live and has to allow the hub's IP address. Tests: {QA_EMISSION}",
        ),
    ]
    emission_user_rut: Annotated[
        str | int,
        msgspec.Meta(title="RUT of the emitting user", description="The user whom Starken made for the emission."),
    ]
    emission_clave: Annotated[
        Secret,
        msgspec.Meta(
            title="Clave of the emission", description="Password of the emitting user.", pattern=r"^[!-~]{1,100}$"
        ),
    ]
    account_number: Annotated[
        str,
        msgspec.Meta(
            title="Current account",
            description="Cuenta corriente with its check digit, as 12345-6. Empty: the receiver pays, at list prices.",
            pattern=r"^([0-9]{1,10}-[0-9Kk])?$",
        ),
    ] = ""
    cost_centre: Annotated[
        str,
        msgspec.Meta(
            title="Cost centre",
            description="Centro de costo of the account; 0 if none.",
            pattern=r"^[0-9A-Za-z-]{1,10}$",
        ),
    ] = "0"
    label_url: Annotated[
        MaybeWebAddress,
        msgspec.Meta(
            title="Address of the labels",
            description=f"Empty: the hub draws the labels itself, with Starken's barcodes. Tests: {QA_LABELS}",
        ),
    ] = ""
    label_user: Annotated[
        str,
        msgspec.Meta(
            title="User of the labels", description="The third pair of credentials.", pattern=r"^[ -9;-~]{0,100}$"
        ),
    ] = ""
    label_password: Annotated[
        str,
        msgspec.Meta(
            title="Password of the labels",
            description="Goes with the user of the labels.",
            max_length=100,
            extra={"secret": True},
        ),
    ] = ""
    label_size: Annotated[
        Literal["10x10", "letter"],
        msgspec.Meta(
            title="Size of the labels", description="“10x10” for label printers (10 by 10 cm), “letter” for sheets."
        ),
    ] = "10x10"
    reference_document: Annotated[
        Literal["28", "26", "27"],
        msgspec.Meta(
            title="Kind of reference document",
            description=(
                "What the number of the order is told as; Starken asks for a document above $50.000 of declared value. "
                "28 receipt (boleta), 26 invoice (factura), 27 as other shops send order numbers."
            ),
        ),
    ] = "28"
    contents: Annotated[
        str,
        msgspec.Meta(
            title="Contents", description="What is sent, where the parcels do not say.", min_length=1, max_length=50
        ),
    ] = "PRODUCTOS"
    agencies: Annotated[
        str,
        msgspec.Meta(
            title="Agencies for pickup",
            description=(
                "Comuna and code of its agency, as “Ñuñoa=1467; Castro=1201”. Delivery to an agency is offered in these comunas."
            ),
            max_length=8000,
        ),
    ] = ""
    push_token: Annotated[
        str,
        msgspec.Meta(
            title="Token of pushes",
            description=(
                "A long random text of your choice that Starken sends along with each push: as password of HTTP Basic, as Bearer, or in "
                "the header Clave. Without it pushes are refused."
            ),
            pattern=r"^([!-~]{16,200})?$",
            extra={"secret": True},
        ),
    ] = ""
    base_url: Annotated[
        WebAddress,
        msgspec.Meta(
            title="Address of quotes and tracking",
            description=f"Production by default. Tests: {QA_REST}",
        ),
    ] = "https://restservices.starken.cl/starkenservices/rest"

    def __post_init__(self) -> None:
        rut_number(self.company_rut, "company_rut")
        rut_number(self.emission_user_rut, "emission_user_rut")
        agencies_of(self.agencies)
        if self.label_url and not (self.label_user and self.label_password):
            raise ValueError("label_url needs label_user and label_password")

    @property
    def company(self) -> str:
        """The company's RUT as the API wants it: digits without the check digit."""
        return rut_number(self.company_rut, "company_rut")

    @property
    def emission_user(self) -> str:
        """The emitting user's RUT, in the same form."""
        return rut_number(self.emission_user_rut, "emission_user_rut")

    @property
    def account(self) -> tuple[str, str]:
        """Number and check digit of the current account, both empty without one."""
        number, _, digit = self.account_number.partition("-")
        return number, digit.upper()

    def agency_in(self, *names: str) -> str | None:
        """The code of the agency that serves a comuna of one of these names, in capitals without accents; None where none is set."""
        agencies = agencies_of(self.agencies)
        return next((agencies[name] for name in names if name in agencies), None)

    def __repr__(self) -> str:
        """Without passwords and token: representations end up in logs."""
        return f"StarkenSettings(company_rut={self.company_rut!r}, base_url={self.base_url!r})"


def rut_number(rut: str | int, field: str) -> str:
    """A RUT without its check digit.

    Eight digits or fewer without a hyphen are taken as they stand; with a hyphen, a final K or nine digits, the last one is the
    check digit and has to be right.

    Raises:
        ValueError: It is no RUT. The message does not repeat it.
    """
    text = str(rut).replace(".", "").replace(" ", "")
    found = _RUT.fullmatch(text)
    if found is None or not int(found[1]):
        raise ValueError(f"{field} is not a RUT, such as 76543210 or 76.543.210-3")
    if found[2] is not None:
        try:
            canonical_rut(text)
        except TaxIdInvalid:
            raise ValueError(f"{field} has a wrong check digit") from None
    return str(int(found[1]))


def agencies_of(text: str) -> dict[str, str]:
    """Codes of agencies by comuna, in capitals without accents.

    Raises:
        ValueError: An entry is not like “Ñuñoa=1467”.
    """
    agencies = {}
    for entry in filter(None, (part.strip() for part in _SEPARATORS.split(text))):
        found = _AGENCY.fullmatch(entry)
        if found is None or not plain(found[1]):
            raise ValueError("agencies is not a list like “Ñuñoa=1467; Castro=1201”")
        agencies[plain(found[1])] = found[2]
    return agencies

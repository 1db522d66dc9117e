"""What a merchant says of the fleet; nothing of it is secret."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from despacho_ports.carriers import Service

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_LONGEST_NAME = 60
_MOST_SERVICES = 20


class OwnFleetSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The fleet as drivers and buyers know it, and how its parcels are numbered."""

    fleet_name: Annotated[
        str,
        msgspec.Meta(
            title="Name of the fleet",
            description="As it is printed on labels, for example “Reparto Tienda Norte”.",
            pattern=r"\S",
            max_length=_LONGEST_NAME,
        ),
    ]
    services: Annotated[
        str,
        msgspec.Meta(
            title="Services",
            description="Codes with their names, with commas between: “same-day:Mismo día, next-day:Día siguiente”.",
            max_length=1500,
        ),
    ] = "next-day:Día siguiente"
    prefix: Annotated[
        str,
        msgspec.Meta(
            title="Prefix",
            description="What tracking numbers begin with: 1 to 6 capital letters and digits.",
            # The end alone would let a line break through, and the number stands in a barcode.
            pattern=r"^[A-Z0-9]{1,6}$(?!\n)",
        ),
    ] = "OF"
    contact_phone: Annotated[
        str,
        msgspec.Meta(
            title="Telephone",
            description="Whom a driver or a buyer calls; printed on labels. May stay empty.",
            max_length=30,
        ),
    ] = ""

    def __post_init__(self) -> None:
        """Raises ``ValueError`` where the services cannot be read."""
        self.offered()

    def offered(self) -> tuple[Service, ...]:
        """The services, in the order in which they are written.

        Raises:
            ValueError: One has no code or no name, is there twice, or there are none or too many.
        """
        parts = [part.strip() for part in self.services.split(",") if part.strip()]
        if not 0 < len(parts) <= _MOST_SERVICES:
            raise ValueError(f"name 1 to {_MOST_SERVICES} services, as “code:Name”, with commas between")
        found = tuple(_service(part) for part in parts)
        if len({one.code for one in found}) < len(found):
            raise ValueError("a service's code is there twice")
        return found


def _service(text: str) -> Service:
    code, _, name = (part.strip() for part in text.partition(":"))
    if not _CODE.fullmatch(code) or not 0 < len(name) <= _LONGEST_NAME:
        raise ValueError("a service is written as “code:Name”, the code in small letters, digits and hyphens")
    return Service(code=code, name=name)

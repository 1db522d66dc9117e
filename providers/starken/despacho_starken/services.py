"""What the carrier sells: to the door or to one of its agencies, normal or express (contract/carriers.md 3A).

A service's code is its ``tipoEntrega`` and ``tipoServicio``: ``2-0`` is to the door, normal. Whoever buys delivery to an agency may
name the agency, ``1-0@1467``; otherwise the account's settings say which one serves the comuna.
"""

from __future__ import annotations

import re

import msgspec

from despacho_ports.carriers import Service
from despacho_ports.errors import Rejected

TO_AGENCY, TO_DOOR = "1", "2"

SERVICES = {
    "2-0": "Starken a domicilio",
    "2-1": "Starken a domicilio, express",
    "1-0": "Starken a agencia",
    "1-1": "Starken a agencia, express",
}
_CODE = re.compile(r"([12])-([01])(?:@([0-9]{1,6}))?")


class Chosen(msgspec.Struct, frozen=True):
    """A service as the emission takes it; ``agency`` where the code names one."""

    delivery: str
    speed: str
    agency: str | None

    @property
    def is_to_agency(self) -> bool:
        """Whether the buyer collects it."""
        return self.delivery == TO_AGENCY


def chosen(code: str) -> Chosen:
    """The service behind a code.

    Raises:
        Rejected: There is no such service, or an agency with delivery to the door.
    """
    found = _CODE.fullmatch(code)
    if found is None or (found[1] == TO_DOOR and found[3]):
        raise Rejected(f"“{code[:40]}” is no service of Starken.", field="service_code", code="unknown-service")
    return Chosen(found[1], found[2], found[3])


def offered_services() -> list[Service]:
    """Every service that a quote may name."""
    return [Service(code=code, name=name) for code, name in SERVICES.items()]

"""The carrier's services by their ``SubProductId`` (contract/carriers.md 2.2).

Listed are those that a shop can use as they are; returns apart. Left out: services to a pickup point (the port names none), freight on
pallets, and those that need customs papers or sizes of every piece.
"""

from __future__ import annotations

import re

from despacho_ports.carriers import Service

SERVICES = {
    "EMSF056.01": "Para Amanhã",
    "EMSF057.01": "Em 2 dias",
    "ENCF008.01": "48 (económico)",
    "ENCF005.01": "19",
    "EMSF010.01": "19 Múltiplo",
    "EMSF001.01": "13",
    "EMSF028.01": "13 Múltiplo",
    "EMSF009.01": "10",
    "EMSF021.02": "19 Espanha",
}
"""Names as the carrier writes them."""

RETURNS = {"EMSF053.01": "Easy Return 24", "EMSF054.01": "Easy Return 48"}
"""Services that bring a parcel back. The sources name them and show no exchange; they are asked for like any other, sender and receiver
the other way round, and the contract decides whether the merchant may."""

MULTIPLE = frozenset({"EMSF010.01", "EMSF028.01"})
"""Services that take several pieces as one shipment, numbered in a row. Under any other each piece is a shipment of its own."""

SEVERAL_ATTEMPTS = frozenset({"EMSF056.01", "EMSF057.01"})
"""Services that are refused without the special service ``MultipleHomeDelivery``."""

_CODE = re.compile(r"[A-Z0-9]{1,7}\.[0-9]{2}", re.ASCII)


def offered_services() -> list[Service]:
    """The services that the store may list."""
    return [Service(code=code, name=name) for code, name in SERVICES.items()]


def return_services() -> list[Service]:
    """The services for returns, the quicker one first."""
    return [Service(code=code, name=name) for code, name in RETURNS.items()]


def is_service_code(code: str) -> bool:
    """Whether it has the form of one; a contract may have others than we list."""
    return _CODE.fullmatch(code) is not None

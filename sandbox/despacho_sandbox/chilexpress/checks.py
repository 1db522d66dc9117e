"""What is wrong with a detail of a create request, if anything.

Texts in capitals of `wire` are the known ones of the portal (contract/carriers.md 1.1); the others are ours, because
nothing is published about those cases. Limits that nobody published are marked.
"""

from __future__ import annotations

from decimal import Decimal

from despacho_sandbox.chilexpress.accounts import Account
from despacho_sandbox.chilexpress.asked import Address, Detail, Package, text
from despacho_sandbox.chilexpress.coverage import CoverageArea, office, served
from despacho_sandbox.chilexpress.pricing import charged_weight, offers
from despacho_sandbox.chilexpress.wire import (
    NO_SERVICE,
    NUMBER_TOO_LONG,
    TCC_NOT_ENABLED,
    WRONG_ADDRESS_TYPE,
    Refused,
)

LONGEST_STREET_NUMBER = 10
"""Letters of a street number. The real limit is not published."""

DECLARED_CONTENTS = frozenset({1, 2, 3, 4, 5, 7, 10000331})
"""Codes of the older and of the newer list together."""


def check_address_types(detail: Detail) -> None:
    """Both a delivery and a return address, and no other type.

    Raises:
        Refused: The whole request fails with HTTP 400, as one integrator saw it.
    """
    kinds = sorted(address.address_type.upper() for address in detail.addresses)
    if kinds != ["DEST", "DEV"]:
        raise Refused(WRONG_ADDRESS_TYPE)


def complaint(detail: Detail, package: Package, origin: CoverageArea, account: Account) -> str | None:
    """Why one piece cannot be shipped, None if it can. `check_address_types` comes first."""
    destination = detail.address("DEST")
    return (
        _address_complaint(destination)
        or _address_complaint(detail.address("DEV"))
        or _contact_complaint(detail)
        or _package_complaint(package)
        or _service_complaint(package, origin, destination, account)
    )


def _address_complaint(address: Address) -> str | None:
    if served(address.county_coverage_code) is None:
        return f"La comuna {address.county_coverage_code} no existe"
    if address.delivery_on_commercial_office:
        known = office(text(address.commercial_office_id))
        return None if known else "La oficina comercial indicada no existe"
    if not text(address.street_name) or not text(address.street_number):
        return "Debe informar nombre y numeración de la calle"
    if len(text(address.street_number)) > LONGEST_STREET_NUMBER:
        return NUMBER_TOO_LONG
    return None


def _contact_complaint(detail: Detail) -> str | None:
    for kind in ("R", "D"):
        contact = detail.contact(kind)
        if not text(contact.name) or not text(contact.phone_number):
            return f"Debe informar nombre y teléfono del contacto {kind}"
    return None


def _package_complaint(package: Package) -> str | None:
    sizes = (package.weight, package.height, package.width, package.length)
    if not all(size.is_finite() and size > 0 for size in sizes):
        return "Peso y dimensiones deben ser mayores que cero"
    if package.product_code not in (1, 3):
        return "El producto indicado no existe"
    if not package.reference:
        return "Debe informar la referencia de envío"
    if package.declared_content is not None and package.declared_content not in DECLARED_CONTENTS:
        return "El contenido declarado no existe"
    cash = package.receivable_amount_in_delivery or Decimal(0)
    if not all(amount.is_finite() and amount >= 0 for amount in (package.declared_value, cash)):
        return "El valor declarado no es válido"
    return None


def _service_complaint(package: Package, origin: CoverageArea, to: Address, account: Account) -> str | None:
    destination = served(to.county_coverage_code)
    if destination is None:
        return NO_SERVICE
    weight = charged_weight(package.weight, package.height, package.width, package.length)
    if package.service_delivery_code not in {offer.service.code for offer in offers(origin, destination, weight)}:
        return NO_SERVICE
    if package.service_delivery_code in account.disabled_services:
        return TCC_NOT_ENABLED
    if (package.receivable_amount_in_delivery or 0) > 0 and not destination.pays_on_delivery:
        return "La comuna de destino no admite pago contra entrega"
    return None

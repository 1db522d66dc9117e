"""A shipment as the carrier's transport orders: one call, one detail and one package for each parcel (contract/carriers.md 1.4).

Every piece carries our reference in ``deliveryReference``, by which it is found again, and the shipment's in ``groupReference``.
``certificateNumber`` 0 opens a certificate of its own for each call, so that a manifest closes exactly what was put on it, unless the
account wants its shipments together (:mod:`despacho_chilexpress.certificate_in_use`).
"""

from __future__ import annotations

import msgspec

from despacho_chilexpress.amounts import checked_parcels, pesos, shares
from despacho_chilexpress.coverage import code_of
from despacho_chilexpress.labels import LABEL_TYPES
from despacho_chilexpress.rating import boxes
from despacho_chilexpress.refusals import NOT_COVERED
from despacho_chilexpress.settings import ChilexpressSettings
from despacho_chilexpress.streets import name_of, phone_of, street_of
from despacho_chilexpress.words import tidy
from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Rejected

_PARCEL = "3"
"""``productCode``: 1 is documents, 3 is parcels."""


def order_request(settings: ChilexpressSettings, request: ShipmentRequest, certificate: int = 0) -> bytes:
    """The create call's body; ``certificate`` 0 is a new one.

    Raises:
        Rejected: The carrier does not go there, or something needed is missing or impossible.
    """
    parcels = checked_parcels(request.parcels)
    origin, destination = _complete(request.origin, "origin"), _complete(request.destination, "destination")
    addresses = [_address(request.destination, destination, "DEST"), _address(request.origin, origin, "DEV")]
    contacts = [_sender(settings, request.origin), _recipient(settings, request)]
    values = shares(pesos(request.declared_value), len(parcels))
    pieces = zip(parcels, request.piece_references(), values, strict=True)
    details = [
        {
            "addresses": addresses,
            "contacts": contacts,
            "packages": [_package(settings, request, parcel, reference, value)],
        }
        for parcel, reference, value in pieces
    ]
    return msgspec.json.encode({"header": _header(settings, request, origin, certificate), "details": details})


def _header(
    settings: ChilexpressSettings, request: ShipmentRequest, origin: str, certificate: int
) -> dict[str, object]:
    return {
        "certificateNumber": certificate,
        "customerCardNumber": settings.customer_card,
        "countyOfOriginCoverageCode": origin,
        "labelType": LABEL_TYPES[request.label_format],
        "marketplaceRut": settings.company,
        "sellerRut": settings.seller_rut,
        "sourceChannel": settings.source_channel,
    }


def _complete(address: Address, role: str) -> str:
    """The coverage code of an address that can be delivered to; an unknown country is taken to be Chile."""
    needed = {
        "name": name_of(address.name, address.company),
        "street": tidy(address.street),
        "municipality": name_of(address.municipality, address.city),
    }
    for field, value in needed.items():
        if not value:
            raise Rejected(f"The {role} lacks its {field}.", field=field, code="incomplete-address")
    code = code_of(address)
    if code is None:
        message = f"Chilexpress does not know the {role}'s comuna “{tidy(address.place)}”."
        raise Rejected(message, field="municipality", code=NOT_COVERED)
    return code


def _address(address: Address, code: str, kind: str) -> dict[str, object]:
    street = street_of(address)
    return {
        "addressId": 0,
        "countyCoverageCode": code,
        "streetName": street.name,
        "streetNumber": street.number,
        "supplement": street.supplement,
        "addressType": kind,
        "deliveryOnCommercialOffice": False,
        "commercialOfficeId": "",
        "observation": "DEFAULT",
    }


def _sender(settings: ChilexpressSettings, origin: Address) -> dict[str, str]:
    return {
        "name": name_of(settings.sender_name, origin.company, origin.name),
        "phoneNumber": phone_of(settings.sender_phone, origin.phone),
        "mail": name_of(settings.sender_email, origin.email),
        "contactType": "R",
    }


def _recipient(settings: ChilexpressSettings, request: ShipmentRequest) -> dict[str, str]:
    to = request.destination
    return {
        "name": name_of(to.name, to.company),
        "phoneNumber": phone_of(to.phone, settings.sender_phone, request.origin.phone),
        "mail": name_of(to.email),
        "contactType": "D",
    }


def _package(
    settings: ChilexpressSettings, request: ShipmentRequest, parcel: Parcel, reference: str, value: int
) -> dict[str, object]:
    (box,) = boxes([parcel])
    return {
        "weight": box.weight,
        "height": box.height,
        "width": box.width,
        "length": box.length,
        "serviceDeliveryCode": request.service_code,
        "productCode": _PARCEL,
        "deliveryReference": reference,
        "groupReference": request.reference,
        "declaredValue": str(value),
        "declaredContent": str(settings.declared_content),
        "descriptionContent": tidy(parcel.contents) or f"Pedido {request.order_number}",
        "extendedCoverageAreaIndicator": False,
        "receivableAmountInDelivery": 0,
    }

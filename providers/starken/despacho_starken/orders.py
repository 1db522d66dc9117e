"""A shipment as the carrier's emission: one flat object of texts, one OF for all packages (contract/carriers.md 3A).

Our reference stands in ``observacion``, where a person at the carrier finds it. Doubts: the number of the order serves as the reference
document that is demanded above $50.000, since the hub buys a label before or without a fiscal document; names are sent whole, with "." for
both surnames, as the manual has it for companies.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import TaxIdInvalid
from despacho_core.tax_ids import canonical_rut, rut_check_digit
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Rejected
from despacho_starken.amounts import packed, pesos
from despacho_starken.comunas import Place, place_of
from despacho_starken.refusals import NOT_COVERED
from despacho_starken.services import Chosen, chosen
from despacho_starken.settings import StarkenSettings
from despacho_starken.streets import phone_of, street_of
from despacho_starken.words import sent, tidy

DOCUMENT_ABOVE = 50_000
"""Pesos of declared value above which the carrier demands a reference document."""

_NO_SURNAME = "."
_PACKAGE = "29"
"""``tipoEncargo``: a package weighed in kilograms."""
_PLACES = range(1, 6)


def emission_request(settings: StarkenSettings, request: ShipmentRequest) -> bytes:
    """The emission's body.

    Raises:
        Rejected: The carrier is not known to go there, or something needed is missing or impossible.
    """
    service, package = chosen(request.service_code), packed(request.parcels)
    value = pesos(request.declared_value)
    origin, destination = _complete(request.origin, "origin"), _complete(request.destination, "destination")
    return msgspec.json.encode(
        {
            "rutEmpresaEmisora": settings.company,
            "rutUsuarioEmisor": settings.emission_user,
            "claveUsuarioEmisor": settings.emission_clave,
            **_sender(settings, request.origin, origin),
            **_receiver(request, service),
            "comunaDestino": _target(settings, service, destination),
            "tipoEntrega": service.delivery,
            "tipoServicio": service.speed,
            **_payment(settings),
            "valorDeclarado": str(value),
            "contenido": _contents(settings, request),
            "kilosTotal": _written(package.kilos),
            "alto": str(package.height),
            "ancho": str(package.width),
            "largo": str(package.length),
            **_documents(settings, request, value),
            **_packages(package.pieces),
            "observacion": f"{tidy(request.reference)} PEDIDO {request.order_number}",
        }
    )


def _complete(address: Address, role: str) -> Place:
    """The comuna of an address that can be delivered to or come from."""
    needed = {
        "name": sent(address.name, address.company),
        "street": tidy(address.street),
        "municipality": sent(address.municipality, address.city),
    }
    for field, value in needed.items():
        if not value:
            raise Rejected(f"The {role} lacks its {field}.", field=field, code="incomplete-address")
    place = place_of(address)
    if place is None:
        message = f"The {role}'s comuna “{tidy(address.place)}” is not one of Chile's, or it is not clear which."
        raise Rejected(message, field="municipality", code=NOT_COVERED)
    return place


def _sender(settings: StarkenSettings, origin: Address, place: Place) -> dict[str, str]:
    street = street_of(origin, most=50)
    return {
        "rutRemitente": settings.company,
        "dvRemitente": rut_check_digit(settings.company),
        "nombreRazonSocialRemitente": sent(origin.company, origin.name, most=60),
        "apellidoPaternoRemitente": _NO_SURNAME,
        "apellidoMaternoRemitente": _NO_SURNAME,
        "direccionRemitente": street.name,
        "numeracionDireccionRemitente": street.number,
        "departamentoRemitente": street.unit,
        "emailRemitente": _email(origin),
        "telefonoRemitente": phone_of(origin.phone),
        "comunaRemitente": place.name[:30],
    }


def _receiver(request: ShipmentRequest, service: Chosen) -> dict[str, str]:
    to = request.destination
    street, phone = street_of(to, most=80), phone_of(to.phone, request.origin.phone)
    if not phone and not service.is_to_agency:
        raise Rejected("Starken needs the receiver's phone.", field="phone", code="incomplete-address")
    number, _, digit = _rut(to).partition("-")
    return {
        "rutDestinatario": number,
        "dvRutDestinatario": digit,
        "nombreRazonSocialDestinatario": sent(to.name, to.company, most=40),
        "apellidoPaternoDestinatario": _NO_SURNAME,
        "apellidoMaternoDestinatario": _NO_SURNAME,
        "direccionDestinatario": street.name,
        "numeracionDireccionDestinatario": street.number,
        "departamentoDireccionDestinatario": street.unit,
        "telefonoDestinatario": phone,
        "emailDestinatario": _email(to),
        "nombreContactoDestinatario": sent(to.name, to.company, most=40),
    }


def _target(settings: StarkenSettings, service: Chosen, place: Place) -> str:
    """The comuna, or the agency where the buyer collects."""
    if not service.is_to_agency:
        return place.name[:30]
    agency = service.agency or settings.agency_in(place.official, place.name)
    if agency is None:
        message = f"The account's settings name no agency of Starken for {place.name}."
        raise Rejected(message, field="service_code", code="no-agency")
    return f"@{agency}"


def _payment(settings: StarkenSettings) -> dict[str, str]:
    """2: the account pays. 3: the receiver pays."""
    number, digit = settings.account
    return {
        "tipoPago": "2" if number else "3",
        "numeroCtaCte": number,
        "dvNumeroCtaCte": digit,
        "centroCostoCtaCte": settings.cost_centre if number else "",
    }


def _contents(settings: StarkenSettings, request: ShipmentRequest) -> str:
    told = dict.fromkeys(filter(None, (tidy(parcel.contents) for parcel in request.parcels)))
    return sent(", ".join(told), settings.contents, most=50)


def _documents(settings: StarkenSettings, request: ShipmentRequest, value: int) -> dict[str, str]:
    blank = {
        f"{name}{place}": ""
        for place in _PLACES
        for name in ("tipoDocumento", "numeroDocumento", "generaEtiquetaDocumento")
    }
    if value <= DOCUMENT_ABOVE:
        return blank
    return blank | {
        "tipoDocumento1": settings.reference_document,
        "numeroDocumento1": str(request.order_number),
        "generaEtiquetaDocumento1": "N",
    }


def _packages(pieces: int) -> dict[str, str]:
    blank = {f"{name}{place}": "" for place in _PLACES for name in ("tipoEncargo", "cantidadEncargo")}
    return blank | {"tipoEncargo1": _PACKAGE, "cantidadEncargo1": str(pieces)}


def _rut(address: Address) -> str:
    """The receiver's RUT, empty where there is none or a wrong one: it is not needed."""
    try:
        return canonical_rut(address.tax_id) if address.tax_id else ""
    except TaxIdInvalid:
        return ""


def _email(address: Address) -> str:
    """The address whole or not at all: one that is cut would be somebody else's."""
    email = tidy(address.email)
    return email if len(email) <= 50 else ""


def _written(kilos: Decimal) -> str:
    """Without needless zeros: ``1.81``, ``2``."""
    return format(kilos, "f").rstrip("0").rstrip(".")

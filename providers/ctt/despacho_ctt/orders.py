"""A shipment as the carrier's delivery note: one call, and one shipment in it for each piece (contract/carriers.md 2.3).

The "Múltiplo" services take all pieces as one shipment, numbered in a row. Every shipment carries our reference in ``ClientReference``.
"""

from __future__ import annotations

import msgspec

from despacho_core.errors import DomainError
from despacho_core.parcels import Parcel, check_parcels
from despacho_ctt.places import country_of, place
from despacho_ctt.services import MULTIPLE, SEVERAL_ATTEMPTS, is_service_code
from despacho_ctt.settings import CttSettings
from despacho_ctt.soap import Contract, Many, Member, envelope
from despacho_ctt.words import sent
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.errors import Rejected

LONGEST_REFERENCE = 21
LONGEST_OBSERVATION = 50


class Consignment(msgspec.Struct, frozen=True):
    """What the carrier counts as one shipment: our reference of it, and the pieces that it is made of, counted from 1."""

    reference: str
    pieces: tuple[int, ...]


def consignments(request: ShipmentRequest) -> list[Consignment]:
    """How the pieces are handed to the carrier; the same whenever it is asked."""
    references = request.piece_references()
    if request.service_code in MULTIPLE and len(references) > 1:
        return [Consignment(request.reference, tuple(range(1, len(references) + 1)))]
    return [Consignment(reference, (piece,)) for piece, reference in enumerate(references, start=1)]


def order_request(settings: CttSettings, request: ShipmentRequest, request_id: str) -> bytes:
    """The create call's envelope.

    Args:
        settings: The account.
        request: What to buy.
        request_id: A new GUID, which the carrier wants for each call.

    Raises:
        Rejected: Something needed is missing or impossible, or the carrier would want more than we have.
    """
    _check(request)
    members: dict[str, Member] = {
        "AuthenticationID": settings.authentication_id,
        "DeliveryNote": _note(settings, request),
        "RequestID": request_id,
        "UserID": settings.user_id,
    }
    return envelope("CreateShipment", Input=Contract("ctt", members))


def _note(settings: CttSettings, request: ShipmentRequest) -> Contract:
    shipped = consignments(request)
    values = _declared_values(settings, request, len(shipped))
    shipments = [_shipment(settings, request, *one) for one in zip(shipped, values, strict=True)]
    return Contract(
        "ctt1",
        {
            "ClientId": settings.client_id,
            "ContractId": settings.contract_id,
            "DistributionChannelId": str(settings.distribution_channel),
            "ShipmentCTT": Many("ctt1", "ShipmentCTT", tuple(shipments)),
            "SubProductId": request.service_code,
        },
    )


def _shipment(settings: CttSettings, request: ShipmentRequest, consignment: Consignment, value: str) -> Contract:
    return Contract(
        "ctt1",
        {
            "HasSenderInformation": "true",
            "ReceiverData": place(request.destination, "Receiver"),
            "SenderData": place(request.origin, "Sender"),
            "ShipmentData": _shipment_data(settings, request, consignment, value),
            "SpecialServices": Many("ctt1", "SpecialService", _special_services(request.service_code)),
        },
    )


def _shipment_data(settings: CttSettings, request: ShipmentRequest, consignment: Consignment, value: str) -> Contract:
    parcels = [request.parcels[piece - 1] for piece in consignment.pieces]
    members = {
        "ClientReference": consignment.reference,
        "DeclaredValue": value,
        "IsDevolution": "false",
        "Observations": sent(*(parcel.contents for parcel in parcels), most=LONGEST_OBSERVATION),
        "Quantity": str(len(parcels)),
        "Weight": weight_of(parcels, settings.weight_unit),
    }
    if country_of(request.destination, "Receiver") != "PT":
        members |= {"ExportType": "Permanent", "UPUCode": "Others"}
    return Contract("ctt1", members)


def weight_of(parcels: list[Parcel], unit: str) -> str:
    """The weight together, in grams, or in kilograms rounded up, so that nothing is declared lighter than it is."""
    grams = sum(parcel.weight_g for parcel in parcels)
    return str(grams if unit == "g" else -(-grams // 1000))


def _declared_values(settings: CttSettings, request: ShipmentRequest, count: int) -> list[str]:
    """The value of the goods over all shipments, adding up to the cent; the first ones carry the remainder."""
    if not settings.declare_value:
        return ["0"] * count
    value = request.declared_value
    possible = value.amount.is_finite() and value.amount >= 0 and value.amount.adjusted() <= 8
    if value.currency != "EUR" or not possible:
        raise Rejected("CTT takes possible values in euros only.", field="declared_value", code="invalid-amount")
    share, rest = divmod(int(value.rounded().amount * 100), count)
    cents = [share + 1 if place < rest else share for place in range(count)]
    return [f"{one // 100}.{one % 100:02d}" for one in cents]


def _special_services(service_code: str) -> tuple[Contract, ...]:
    if service_code not in SEVERAL_ATTEMPTS:
        return ()
    # "Notiffied" is the carrier's own spelling.
    attempts = Contract("ctt2", {"AttemptsNumber": "1", "InNonDeliveryCase": "PostOfficeNotiffied"})
    return (Contract("ctt1", {"MultipleHomeDelivery": attempts, "SpecialServiceType": "MultipleHomeDelivery"}),)


def _check(request: ShipmentRequest) -> None:
    try:
        check_parcels(request.parcels)
    except DomainError as error:
        raise Rejected(str(error), field="parcels", code=error.code) from error
    if not is_service_code(request.service_code):
        raise Rejected("CTT has no service of this form, such as EMSF056.01.", field="service_code")
    for one in consignments(request):
        if not (one.reference.isascii() and one.reference.isprintable() and len(one.reference) <= LONGEST_REFERENCE):
            raise Rejected(f"CTT takes references of at most {LONGEST_REFERENCE} plain letters.", field="reference")

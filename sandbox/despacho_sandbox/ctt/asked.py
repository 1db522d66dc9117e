"""What a client asks of the shipments' service, as far as the simulator looks at it."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from despacho_sandbox.ctt.contracts import Read
from despacho_sandbox.ctt.soap import UNREADABLE, Fault

T = TypeVar("T")


class Credentials(msgspec.Struct, frozen=True):
    """The five parts of an account, wherever they stand in a request."""

    authentication_id: str
    user_id: str
    client_id: str
    contract_id: str
    channel: str
    request_id: str


class Place(msgspec.Struct, rename="pascal"):
    """Sender or receiver."""

    address: str
    city: str
    contact_name: str
    country: str
    email: str
    mobile_phone: str
    name: str
    phone: str
    type: str
    abroad: str = msgspec.field(name="NonPTZipCode")
    abroad_town: str = msgspec.field(name="NonPTZipCodeLocation")
    zip3: str = msgspec.field(name="PTZipCode3")
    zip4: str = msgspec.field(name="PTZipCode4")
    zip_town: str = msgspec.field(name="PTZipCodeLocation")


class ShipmentData(msgspec.Struct, rename="pascal"):
    """Weight, number of pieces and the client's reference; numbers still as text."""

    client_reference: str
    declared_value: str
    export_type: str
    is_devolution: str
    observations: str
    quantity: str
    weight: str
    upu_code: str = msgspec.field(name="UPUCode")


class SpecialService(msgspec.Struct, rename="pascal"):
    """A special service, of which only the type and the number of attempts matter here."""

    special_service_type: str
    multiple_home_delivery: dict[str, str]


class Shipment(msgspec.Struct, rename="pascal"):
    """One shipment of a delivery note."""

    has_sender_information: str
    receiver_data: Place
    sender_data: Place
    shipment_data: ShipmentData
    special_services: list[SpecialService]


class DeliveryNote(msgspec.Struct, rename="pascal"):
    """Shipments of one product."""

    client_id: str
    contract_id: str
    distribution_channel_id: str
    sub_product_id: str
    shipments: list[Shipment] = msgspec.field(name="ShipmentCTT")


class CreateInput(msgspec.Struct, rename="pascal"):
    """The input of the create calls."""

    delivery_note: DeliveryNote
    authentication_id: str = msgspec.field(name="AuthenticationID")
    request_id: str = msgspec.field(name="RequestID")
    user_id: str = msgspec.field(name="UserID")

    @property
    def credentials(self) -> Credentials:
        """Who asks."""
        note = self.delivery_note
        return Credentials(
            self.authentication_id,
            self.user_id,
            note.client_id,
            note.contract_id,
            note.distribution_channel_id,
            self.request_id,
        )


class Closing(msgspec.Struct, rename="pascal"):
    """A range of objects of one product."""

    first_object_code: str
    last_object_code: str
    sub_product_code: str


class CloseInput(msgspec.Struct, rename="pascal"):
    """The input of the close-out."""

    client_id: str
    contract_id: str
    distribution_channel: str
    list_of_shipment_to_close: list[Closing]
    authentication_id: str = msgspec.field(name="AuthenticationID")
    request_id: str = msgspec.field(name="RequestID")
    user_id: str = msgspec.field(name="UserID")

    @property
    def credentials(self) -> Credentials:
        """Who asks."""
        return Credentials(
            self.authentication_id,
            self.user_id,
            self.client_id,
            self.contract_id,
            self.distribution_channel,
            self.request_id,
        )


def converted(members: Read, kind: type[T]) -> T:
    """The members as a value.

    Raises:
        Fault: If they do not fit.
    """
    try:
        return msgspec.convert(members, kind)
    except msgspec.ValidationError as error:
        raise Fault(UNREADABLE, str(error)) from error


def whole(text: str, name: str) -> int:
    """A member that has to be a whole number, as the data contract says.

    Raises:
        Fault: If it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Fault(UNREADABLE, f"{name}: o valor '{text[:20]}' não é um Int32.")
    return int(text)

"""What the shipments' service refuses (contract/carriers.md 2.3); the codes EW9xxx are ours."""

from __future__ import annotations

import re
from collections.abc import Iterator

from despacho_sandbox.ctt.accounts import Account
from despacho_sandbox.ctt.asked import DeliveryNote, Place, Shipment, whole
from despacho_sandbox.ctt.products import PRODUCTS, Product

_UNION = frozenset("AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())  # noqa: SIM905
_HEAVIEST_G = 30_000
Complaint = tuple[str, str]


def complaints(note: DeliveryNote, account: Account) -> list[Complaint]:
    """Everything that is wrong with a delivery note, as code and message; nothing of it is made if there is anything.

    Raises:
        Fault: If a number is none.
    """
    product = PRODUCTS.get(note.sub_product_id)
    if product is None or product.code in account.disabled_products:
        return [("EW9010", f"SubProductId {note.sub_product_id} não existe ou não está contratado")]
    if not note.shipments:
        return [("EW9011", "A guia não tem envios")]
    return [one for shipment in note.shipments for one in _of_shipment(shipment, product)]


def _of_shipment(shipment: Shipment, product: Product) -> Iterator[Complaint]:
    data = shipment.shipment_data
    yield from _of_country(shipment, product)
    yield from _of_place(shipment.receiver_data, "Receiver")
    if shipment.has_sender_information == "true":
        yield from _of_place(shipment.sender_data, "Sender")
    if len(data.client_reference) > 21:
        yield ("EW9012", "ClientReference tem no máximo 21 caracteres")
    if len(data.observations) > 50:
        yield ("EW9013", "Observations tem no máximo 50 caracteres")
    quantity, weight = whole(data.quantity, "Quantity"), whole(data.weight, "Weight")
    if not quantity or (quantity > 1 and not product.several_pieces):
        yield ("EW9014", f"Quantity {quantity} não é permitida no produto {product.name}")
    if not 1 <= weight <= _HEAVIEST_G * max(quantity, 1):
        yield ("EW9015", f"O peso (Weight) {weight} g não é permitido no produto {product.name}")
    attempts = [one for one in shipment.special_services if one.special_service_type == "MultipleHomeDelivery"]
    if product.needs_attempts and not (attempts and attempts[0].multiple_home_delivery["AttemptsNumber"]):
        yield ("EW9016", f"O produto {product.name} exige o serviço especial MultipleHomeDelivery")


def _of_country(shipment: Shipment, product: Product) -> Iterator[Complaint]:
    country, data = shipment.receiver_data.country, shipment.shipment_data
    if country not in _UNION:
        yield ("EW9017", f"CustomsData é obrigatório para {country}")
    elif (country != "PT") != product.abroad:
        yield ("EW9018", f"O produto {product.name} não serve {country}")
    elif country != "PT" and (data.export_type, data.upu_code) != ("Permanent", "Others"):
        yield ("EW9019", "ExportType e UPUCode são obrigatórios para o estrangeiro")


def _of_place(place: Place, kind: str) -> Iterator[Complaint]:
    for name, text in (("Name", place.name), ("Address", place.address), ("City", place.city)):
        if not text:
            yield ("EW9020", f"{kind}Data: {name} é obrigatório")
    if place.type != kind:
        yield ("EW9021", f"{kind}Data: Type é {kind}")
    if max(len(place.name), len(place.contact_name)) > 60:
        yield ("EW9022", f"{kind}Data: Name e ContactName têm no máximo 60 caracteres")
    if place.mobile_phone and not place.mobile_phone.startswith(("9", "+")):
        yield ("EW9023", f"{kind}Data: MobilePhone não é um número de telemóvel")
    if place.country == "PT":
        valid = re.fullmatch(r"[1-9][0-9]{3}", place.zip4) and re.fullmatch(r"[0-9]{3}", place.zip3) and place.zip_town
    else:
        valid = place.abroad and place.abroad_town
    if not valid:
        yield ("EW9024", f"{kind}Data: código postal inválido")

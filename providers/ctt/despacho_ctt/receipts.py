"""What the carrier says to a purchase (contract/carriers.md 2.3), and what that proves.

A shipment about which the answer says nothing that can be read makes the whole purchase ``Uncertain``. Nobody can ask the carrier for our
reference, so that a person has to settle it, in the carrier's portal; it is therefore claimed no more often than needed: numbers in
an answer count whatever its ``Status`` says.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from despacho_ctt.answers import succeeded
from despacho_ctt.labels import label_documents, numbers_on
from despacho_ctt.orders import Consignment, consignments
from despacho_ctt.refusals import Complaint, complaints, refusal
from despacho_ctt.s10 import between, is_object_number
from despacho_ctt.soap import child, children, text_of
from despacho_ports.carriers import BoughtLabel, BoughtShipment, ShipmentRequest
from despacho_ports.errors import Uncertain


def read_purchase(result: ET.Element, request: ShipmentRequest) -> BoughtShipment:
    """The labels of what was sold, with the refusals of the rest.

    Raises:
        ProviderError: ``Uncertain`` where anything is unaccounted for; the refusal's own error where nothing was sold.
    """
    found = complaints(result)
    outcome = succeeded(result)
    refused = outcome is False or (outcome is None and bool(found))
    outputs = children(child(result, "ShipmentData"), "ShipmentDataOutput")
    note = text_of(result, "DeliveryNoteId") or None
    labels: list[BoughtLabel] = []
    refusals: list[str] = []
    shipped = consignments(request)
    for one, output in zip(shipped, _in_order(outputs, shipped), strict=True):
        if output is not None and text_of(output, "FirstObject"):
            labels += _labels(one, output, note)
        elif refused:
            refusals.append(f"{one.reference}: {_words(found)}")
        else:
            raise Uncertain(f"CTT's answer does not say what became of {one.reference}.")
    if not labels:
        raise refusal(found)
    return BoughtShipment(labels=tuple(labels), refusals=tuple(refusals))


def _in_order(outputs: Sequence[ET.Element], shipped: Sequence[Consignment]) -> list[ET.Element | None]:
    """The output of each consignment: by our reference, else by its place where there is one for each."""
    named = {text_of(output, "ClientReference").upper(): output for output in outputs}
    complete = len(outputs) == len(shipped)
    in_order: list[ET.Element | None] = []
    for place, one in enumerate(shipped):
        output = named.get(one.reference.upper())
        if output is None and complete and not text_of(outputs[place], "ClientReference"):
            output = outputs[place]
        in_order.append(output)
    return in_order


def _labels(consignment: Consignment, output: ET.Element, note: str | None) -> list[BoughtLabel]:
    numbers = _numbers(output, len(consignment.pieces))
    if not numbers:
        raise Uncertain(
            f"CTT numbered {consignment.reference} from “{text_of(output, 'FirstObject')}” to "
            f"“{text_of(output, 'LastObject')}”, which are not its {len(consignment.pieces)} pieces."
        )
    documents = label_documents(output, numbers)
    return [
        BoughtLabel(piece=piece, tracking_number=number, group=note, documents=papers)
        for piece, number, papers in zip(consignment.pieces, numbers, documents, strict=True)
    ]


def _numbers(output: ET.Element, count: int) -> list[str]:
    """The object number of each piece: the range in the answer, or the numbers on the stickers; empty if neither fits."""
    first, last = text_of(output, "FirstObject"), text_of(output, "LastObject")
    if count == 1 and is_object_number(first) and last in {"", first}:
        return [first]
    numbers = between(first, last, most=count)
    if len(numbers) == count:
        return numbers
    printed = numbers_on(output)
    return printed if len(printed) == count and printed[0] == first and printed[-1] == last else []


def _words(found: Sequence[Complaint]) -> str:
    return "; ".join(one.text or one.code for one in found) or "refused without a reason"

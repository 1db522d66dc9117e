"""Closing: the carrier's own close-out, with its acceptance certificates (contract/carriers.md 2.4), so that it can be repeated.

An object that was closed before is refused (``EW0070``), and with it perhaps the whole list. What is said to be closed is taken off
the list and the rest is closed; where the refusal names no object, each is closed alone. The certificates of an earlier close-out
cannot be fetched again: no operation for that is known.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Sequence

from despacho_ctt.answers import succeeded, unsettled
from despacho_ctt.labels import files_of
from despacho_ctt.refusals import Complaint, complaints, refusal
from despacho_ctt.s10 import is_object_number
from despacho_ctt.services import is_service_code
from despacho_ctt.settings import CttSettings
from despacho_ctt.soap import Contract, Many, Member, envelope
from despacho_ports.carriers import ClosedManifest, LabelHandle, ManifestRequest
from despacho_ports.errors import Rejected

Closer = Callable[[Sequence[LabelHandle]], Awaitable[ET.Element]]
"""Asks the carrier to close some labels, and gives the answer's result."""


def close_request(settings: CttSettings, labels: Sequence[LabelHandle], request_id: str) -> bytes:
    """The envelope that closes labels, one entry for each: ranges could hold what is not ours.

    Doubt: the name and namespace of the list's items are not published; they are those of the types in the carrier's samples.
    """
    items = [
        Contract(
            "ctt1",
            {
                "FirstObjectCode": label.tracking_number,
                "LastObjectCode": label.tracking_number,
                "SubProductCode": label.service_code,
            },
        )
        for label in labels
    ]
    members: dict[str, Member] = {
        "AuthenticationID": settings.authentication_id,
        "ClientId": settings.client_id,
        "ContractId": settings.contract_id,
        "DistributionChannel": str(settings.distribution_channel),
        "ListOfShipmentToClose": Many("ctt1", "ShipmentToClose", tuple(items)),
        "RequestID": request_id,
        "UserID": settings.user_id,
    }
    return envelope("CloseShipment", Input=Contract("ctt", members))


async def closed_manifest(close: Closer, request: ManifestRequest) -> ClosedManifest:
    """Close every label that is not closed yet.

    Returns:
        The delivery notes of the labels, and the certificates of what was closed now; copies that are alike are kept once.

    Raises:
        ProviderError: The carrier refuses any label for another reason, or a label is none of the carrier's.
    """
    for label in request.labels:
        _check(label)
    documents: list[bytes] = []
    waiting = [list(request.labels)]
    while waiting:
        labels = waiting.pop(0)
        if not labels:
            continue
        result = await close(labels)
        refused = complaints(result)
        outcome = succeeded(result)
        if outcome is None and not refused:
            raise unsettled("CTT does not say whether it closed the shipments.", acting=True)
        if outcome:
            documents += files_of(result)
        if refused or not outcome:
            waiting += _still_open(labels, refused, closed_some=outcome is True)
    references = dict.fromkeys(label.group for label in request.labels if label.group)
    return ClosedManifest(references=tuple(references), documents=tuple(dict.fromkeys(documents)))


def _still_open(
    labels: Sequence[LabelHandle], refused: Sequence[Complaint], *, closed_some: bool
) -> list[list[LabelHandle]]:
    """What to close next: all that is not named as closed, or one by one where a refusal names nothing."""
    others = [one for one in refused if not one.says_closed]
    if others or not refused:
        raise refusal(others)
    if closed_some or len(labels) == 1:
        return []
    named = {number for one in refused for number in one.objects}
    rest = [label for label in labels if label.tracking_number not in named]
    return [rest] if len(rest) < len(labels) else [[label] for label in labels]


def _check(label: LabelHandle) -> None:
    if not is_object_number(label.tracking_number):
        message = f"“{label.tracking_number}” is no object number of CTT."
        raise Rejected(message, field="tracking_number", not_found=True)
    if not is_service_code(label.service_code):
        message = f"The service of {label.tracking_number} is not known, and CTT closes by service."
        raise Rejected(message, field="service_code", code="no-service")

"""Closing: the carrier's own close-out, with its acceptance certificates (contract/carriers.md 2.4), so that it can be repeated.

An object that was closed before is refused (``EW0070``), and with it perhaps the whole list. What is said to be closed is taken off
the list and the rest is closed; where the refusal names no object, each is closed alone, some at a time. The certificates of an
earlier close-out cannot be fetched again: no operation for that is known.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any

from despacho_ctt.answers import succeeded
from despacho_ctt.labels import files_of
from despacho_ctt.refusals import Complaint, complaints, refusal
from despacho_ctt.s10 import is_object_number
from despacho_ctt.services import is_service_code
from despacho_ctt.settings import CttSettings
from despacho_ctt.soap import Contract, Many, Member, envelope
from despacho_ports.calls import unsettled
from despacho_ports.carriers import ClosedManifest, LabelHandle, ManifestRequest
from despacho_ports.errors import Rejected

Closer = Callable[[Sequence[LabelHandle]], Awaitable[ET.Element]]
"""Asks the carrier to close some labels, and gives the answer's result."""
_Closed = tuple[list[bytes], list[list[LabelHandle]]]

AT_ONCE = 8
"""So many calls at a time where labels have to be closed one by one: ours, no limit is published."""


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
        now, waiting = waiting[:AT_ONCE], waiting[AT_ONCE:]
        for files, still_open in await _all_of(_closed(close, labels) for labels in now):
            documents += files
            waiting += still_open
    references = dict.fromkeys(label.group for label in request.labels if label.group)
    return ClosedManifest(references=tuple(references), documents=tuple(dict.fromkeys(documents)))


async def _closed(close: Closer, labels: Sequence[LabelHandle]) -> _Closed:
    """One call: its certificates, and what is to be closed next."""
    result = await close(labels)
    refused = complaints(result)
    outcome = succeeded(result)
    if outcome is None and not refused:
        raise unsettled("CTT does not say whether it closed the shipments.", acting=True)
    files = files_of(result) if outcome else []
    still_open = _still_open(labels, refused, closed_some=outcome is True) if refused or not outcome else []
    return list(files), still_open


async def _all_of(calls: Iterable[Coroutine[Any, Any, _Closed]]) -> list[_Closed]:
    """What all calls give. What breaks stops nobody else: each has changed something at the carrier."""
    import asyncio  # noqa: PLC0415 - importing the provider must not load an event loop

    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]


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
    if len(rest) == len(labels):
        return [[label] for label in labels]
    return [rest] if rest else []


def _check(label: LabelHandle) -> None:
    if not is_object_number(label.tracking_number):
        message = f"“{label.tracking_number}” is no object number of CTT."
        raise Rejected(message, field="tracking_number", not_found=True)
    if not is_service_code(label.service_code):
        message = f"The service of {label.tracking_number} is not known, and CTT closes by service."
        raise Rejected(message, field="service_code", code="no-service")

"""Asking for orders: by our reference to settle an uncertain purchase, and by number to follow them.

Doubt: -1 is the carrier's "not found", but it can also come right after an order was made (contract/carriers.md 1.6). A None
from :func:`found_shipment` is therefore only as good as its repetition: the hub asks several times, some minutes apart, before it
believes one and buys again. Every refusal other than a plain "not found" is ``Unavailable`` here: it proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from despacho_chilexpress.answers import opened
from despacho_chilexpress.following import Followed, bulk_request, read_followed, report, single_request
from despacho_chilexpress.gateway import Gateway, Product
from despacho_chilexpress.labels import read_barcode, reprint_request
from despacho_chilexpress.together import together
from despacho_chilexpress.words import plain
from despacho_ports.carriers import (
    BoughtLabel,
    BoughtShipment,
    LabelFormat,
    LabelHandle,
    ShipmentRequest,
    TrackingReport,
)
from despacho_ports.errors import ProviderError, Rejected, Unavailable

_TROUBLE = re.compile(r"ERROR|EXCEP|FALL[OA]|PROBLEMA|INTENTE|TIMEOUT|TIEMPO DE ESPERA|NO DISPONIBLE|MANTENCION")
"""Words by which -1 means that the carrier's own system failed, which proves nothing. Ours: the texts are not published."""

SINGLE, BULK = "/tracking", "/tracking/bulk"
NOT_FOUND = -1


async def found_shipment(gateway: Gateway, company: int, request: ShipmentRequest) -> BoughtShipment | None:
    """What the carrier holds under the references of a request's pieces; None if it knows none of them.

    Labels come without documents (they are reprinted); pieces that are not there are told as refusals. The text of the barcode is
    taken from a reprint, where the carrier gives one: a driver scans that, and not the order's number.

    Raises:
        ProviderError: ``Unavailable`` where it cannot tell.
    """
    references = request.piece_references()

    async def look(reference: str) -> Followed | None:
        return await _by_reference(gateway, company, reference)

    pieces = await together(look, references)
    numbered = [
        (piece, found.number, found.certificate)
        for piece, found in enumerate(pieces, start=1)
        if found is not None and found.number is not None
    ]
    if not numbered:
        return None

    labels = await _labelled(gateway, numbered)
    missing = tuple(
        f"{reference}: Chilexpress knows no such order."
        for reference, found in zip(references, pieces, strict=True)
        if found is None
    )
    return BoughtShipment(labels=tuple(labels), refusals=missing)


async def certificate_of(gateway: Gateway, company: int, label: LabelHandle) -> str:
    """The certificate that an order is on, for labels that came without it.

    Raises:
        ProviderError: ``Rejected`` where the carrier names none.
    """
    answer = await gateway.send(Product.SHIPPING, "POST", SINGLE, _question(company, label))
    envelope = opened(answer, acting=False)
    if envelope.failed and envelope.code != NOT_FOUND:
        raise envelope.refusal()
    for followed in read_followed(envelope.data):
        if followed.number == label.tracking_number and followed.certificate is not None:
            return followed.certificate
    raise Rejected(f"Chilexpress names no certificate for order {label.tracking_number}.", code="no-certificate")


async def single_report(gateway: Gateway, company: int, label: LabelHandle) -> TrackingReport:
    """The events of one order; none where the carrier does not know it (yet)."""
    answer = await gateway.send(Product.SHIPPING, "POST", SINGLE, _question(company, label))
    envelope = opened(answer, acting=False)
    if envelope.failed:
        return _report_of_refusal(label, envelope.refusal(), envelope.code)
    followed = read_followed(envelope.data)
    return report(label, next((one for one in followed if one.number in {None, label.tracking_number}), None))


async def bulk_reports(gateway: Gateway, company: int, labels: Sequence[LabelHandle]) -> list[TrackingReport] | None:
    """The events of many orders in one call; None where the bulk call does not exist or refuses the whole batch."""
    answer = await gateway.send(Product.SHIPPING, "POST", BULK, bulk_request(company, labels))
    if answer.status in {404, 405}:
        return None
    envelope = opened(answer, acting=False)
    if envelope.failed:
        return None
    followed = {one.number: one for one in read_followed(envelope.data)}
    return [report(label, followed.get(label.tracking_number)) for label in labels]


async def _labelled(gateway: Gateway, found: Sequence[tuple[int, str, str | None]]) -> list[BoughtLabel]:
    """Labels of pieces by their number and certificate."""

    async def barcode(piece: tuple[int, str, str | None]) -> str:
        return await _barcode_of(gateway, piece[1])

    barcodes = await together(barcode, found)
    return [
        BoughtLabel(piece=piece, tracking_number=number, barcode=text, group=certificate)
        for (piece, number, certificate), text in zip(found, barcodes, strict=True)
    ]


async def _barcode_of(gateway: Gateway, number: str) -> str:
    """What stands in the barcode; empty where the carrier will not say now: what was found is not lost for it."""
    try:
        body = reprint_request(number, LabelFormat.PDF)
        return read_barcode(await gateway.send(Product.SHIPPING, "POST", "/transport-orders-labels", body))
    except ProviderError:
        return ""


async def _by_reference(gateway: Gateway, company: int, reference: str) -> Followed | None:
    body = single_request(company, reference=reference)
    envelope = opened(await gateway.send(Product.SHIPPING, "POST", SINGLE, body), acting=False)
    if envelope.failed:
        error = envelope.refusal()
        if _unknown(error, envelope.code):
            return None
        raise Unavailable(f"Chilexpress does not say whether it has {reference}: {error.message}")
    found = [one for one in read_followed(envelope.data) if one.number and one.reference in {"", reference}]
    if not found:
        raise Unavailable(f"Chilexpress answered the question for {reference} with something else.")
    return found[0]


def _question(company: int, label: LabelHandle) -> bytes:
    return single_request(company, number=label.tracking_number, reference=label.reference)


def _report_of_refusal(label: LabelHandle, error: ProviderError, code: int | None) -> TrackingReport:
    """A known refusal is told; a plain "not found" is what an order of this minute gets."""
    if not isinstance(error, Rejected):
        raise error
    problem = None if _unknown(error, code) else error.message
    return TrackingReport(tracking_number=label.tracking_number, problem=problem)


def _unknown(error: ProviderError, code: int | None) -> bool:
    """Whether a refusal says that there is no such order, and not that something else is wrong."""
    plainly = isinstance(error, Rejected) and error.code == str(NOT_FOUND)
    return code == NOT_FOUND and plainly and not _TROUBLE.search(plain(error.message))

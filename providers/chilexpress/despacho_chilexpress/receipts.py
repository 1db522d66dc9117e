"""What the carrier says to a purchase (contract/carriers.md 1.4), and what that proves.

Each detail has a status of its own: some pieces may be sold while others are refused. A piece about which the answer says nothing
that can be read makes the whole purchase ``Uncertain``: asking for our references then tells what exists.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_chilexpress.amounts import carrier_number
from despacho_chilexpress.answers import NOTHING, Envelope, many, opened, status_number, text_of
from despacho_chilexpress.labels import read_label
from despacho_chilexpress.refusals import refusal
from despacho_ports.calls import Answer, lenient
from despacho_ports.carriers import BoughtLabel, BoughtShipment, ShipmentRequest
from despacho_ports.errors import ProviderError, Uncertain


class _Receipt(msgspec.Struct, rename="camel"):
    header: msgspec.Raw = NOTHING
    detail: msgspec.Raw = NOTHING


class _Header(msgspec.Struct, rename="camel"):
    certificate_number: object = None


class _Detail(msgspec.Struct, rename="camel"):
    transport_order_number: object = None
    reference: object = None
    barcode: object = None
    service_description: object = None
    destination_coverage_area_name: object = None
    classification_data: object = None
    distribution_description: object = None
    label: msgspec.Raw = NOTHING
    status_code: object = None
    status_description: object = None

    @property
    def number(self) -> str | None:
        """The order's number, if there is one."""
        return carrier_number(self.transport_order_number)

    @property
    def sold(self) -> bool:
        """Whether this piece was sold: it has a number, and its own status does not contradict that."""
        return self.number is not None and (self.status_code is None or status_number(self.status_code) == 0)

    @property
    def refused(self) -> bool:
        """Whether this piece was refused: its own status says so, and it has no number."""
        return self.number is None and status_number(self.status_code) not in {0, None}


def read_purchase(answer: Answer, request: ShipmentRequest) -> BoughtShipment:
    """The labels of what was sold, with the refusals of the rest.

    Raises:
        ProviderError: ``Uncertain`` where any piece is unaccounted for; the refusal's own error where nothing was sold.
    """
    envelope = opened(answer, acting=True)
    receipt = lenient(envelope.data, _Receipt) or _Receipt()
    details = [detail for raw in many(receipt.detail) if (detail := lenient(raw, _Detail)) is not None]
    if not details and envelope.failed:
        raise envelope.refusal()
    header = lenient(receipt.header, _Header) or _Header()
    labels, refused = _sorted_out(_in_order(details, request), carrier_number(header.certificate_number), envelope)
    if not labels:
        raise _refusal_of_all(refused, envelope)
    references = request.piece_references()
    refusals = tuple(f"{references[piece - 1]}: {_words(detail, envelope)}" for piece, detail in refused)
    return BoughtShipment(labels=tuple(labels), refusals=refusals)


def _in_order(details: Sequence[_Detail], request: ShipmentRequest) -> list[_Detail | None]:
    """The detail of each piece: by our reference, else by its place where all places are filled."""
    references = request.piece_references()
    named = {text_of(detail.reference): detail for detail in details if text_of(detail.reference) in references}
    complete = len(details) == len(references)
    return [
        named.get(reference) or (details[place] if complete and not text_of(details[place].reference) else None)
        for place, reference in enumerate(references)
    ]


def _sorted_out(
    details: Sequence[_Detail | None], group: str | None, envelope: Envelope
) -> tuple[list[BoughtLabel], list[tuple[int, _Detail]]]:
    labels, refused = [], []
    for piece, detail in enumerate(details, start=1):
        if detail is not None and detail.refused:
            refused.append((piece, detail))
        elif detail is not None and detail.sold:
            labels.append(_label(piece, detail, group))
        else:
            raise Uncertain(f"Chilexpress's answer does not say what became of piece {piece}. {envelope.text}".strip())
    return labels, refused


def _label(piece: int, detail: _Detail, group: str | None) -> BoughtLabel:
    document = read_label(detail.label)
    routing = (
        detail.classification_data,
        detail.distribution_description,
        detail.destination_coverage_area_name,
        detail.service_description,
    )
    return BoughtLabel(
        piece=piece,
        tracking_number=detail.number or "",
        barcode=text_of(detail.barcode),
        group=group,
        routing=tuple(text for text in map(text_of, routing) if text),
        documents=() if document is None else (document,),
    )


def _words(detail: _Detail, envelope: Envelope) -> str:
    return text_of(detail.status_description) or envelope.text or "refused without a reason"


def _refusal_of_all(refused: Sequence[tuple[int, _Detail]], envelope: Envelope) -> ProviderError:
    """Nothing was sold: the details' own words, since the envelope only says that none succeeded."""
    words = dict.fromkeys(_words(detail, envelope) for _, detail in refused)
    return refusal("; ".join(words), envelope.code)

"""What a person found out where nobody else could be asked: documents and labels settled by their numbers."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated

import msgspec
from litestar import post
from litestar.params import FromPath, JSONBody

from despacho_core.errors import FileUnreadable
from despacho_http.access import Hub, StoreId
from despacho_http.api.idempotency import MOST
from despacho_http.api.views import InvoiceView, ShipmentView, invoice_view, shipment_view
from despacho_http.api.wishes import Body, Name
from despacho_services.settling import LONGEST_NUMBER
from despacho_services.settling_documents import MOST_PDF, FoundDocument

MOST_BODY = MOST_PDF // 3 * 4 + 64 * 1024
"""Octets: the PDF in base64, and what stands around it."""

Given = Annotated[str, msgspec.Meta(max_length=100)]
Tracking = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_NUMBER)]


class SettledDocumentBody(Body, frozen=True, kw_only=True):
    """What was found of a document: ``number`` as it stands on it (``39-1020``, ``FR 2026/17``), or that it was certainly not issued.

    ``external_id`` is the invoicing system's own id, where that is known; ``pdf`` the document in base64, 5,000,000 octets at most.
    """

    issued: bool
    note: Name
    number: Given | None = None
    external_id: Given = ""
    pdf: str | None = None

    def __post_init__(self) -> None:
        if self.issued is (self.number is None):
            raise ValueError("a number of what was issued, and of nothing else")

    def found(self) -> FoundDocument:
        """The use case's. Raises ``FileUnreadable``."""
        try:
            pdf = base64.b64decode(self.pdf, validate=True) if self.pdf is not None else None
        except (binascii.Error, ValueError) as error:
            raise FileUnreadable(what="document", reason="it is no base64", formats="PDF") from error
        return FoundDocument(number=self.number or "", external_id=self.external_id, pdf=pdf)


class SettledShipmentBody(Body, frozen=True, kw_only=True):
    """What was found of a label: its ``tracking_numbers`` by piece, or that it was not bought; then it is bought ``again``, or given up."""

    bought: bool
    note: Name
    tracking_numbers: tuple[Tracking, ...] = ()
    again: bool = False

    def __post_init__(self) -> None:
        if self.bought is not bool(self.tracking_numbers) or (self.bought and self.again):
            raise ValueError("tracking numbers of what was bought, and of nothing else")


@post("/invoices/{invoice_id:str}/settle", status_code=200, opt={MOST: MOST_BODY})
async def settle_document(
    services: Hub, store_id: StoreId, invoice_id: FromPath[str], data: JSONBody[SettledDocumentBody]
) -> InvoiceView:
    """Settle a document in doubt by what a person found at the invoicing system: issued under this number, or to be issued once more."""
    settling = services.settling_documents
    if data.issued:
        await settling.issued(store_id, invoice_id, data.found(), note=data.note)
    else:
        await settling.not_issued(store_id, invoice_id, note=data.note)
    return invoice_view(await services.invoicing.get(store_id, invoice_id), services.office.links)


@post("/shipments/{shipment_id:str}/settle", status_code=200)
async def settle_shipment(
    services: Hub, store_id: StoreId, shipment_id: FromPath[str], data: JSONBody[SettledShipmentBody]
) -> ShipmentView:
    """Settle a purchase in doubt by what a person found at the carrier: bought under these numbers, to be bought again, or given up."""
    if data.bought:
        await services.settling.bought(store_id, shipment_id, data.tracking_numbers, note=data.note)
    else:
        await services.settling.not_bought(store_id, shipment_id, again=data.again, note=data.note)
    shipment, labels = await services.shipping.get(store_id, shipment_id)
    return shipment_view(shipment, labels, services.office.links)


ROUTES = (settle_document, settle_shipment)

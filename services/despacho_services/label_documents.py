"""Labels as documents: the carrier's stored one, or fetched again from the carrier; where there is none, what our own has to show.

Only carriers' documents are stored. Ours are drawn whenever they are printed, on whatever paper is in the printer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

import msgspec

from despacho_core.errors import AccountRemoved
from despacho_core.shipments import Label, Shipment
from despacho_core.stores import Account
from despacho_ports.carriers import LabelDocument, LabelFormat, LabelHandle, ReprintsLabels
from despacho_ports.documents import LabelForm, StoredDocument
from despacho_ports.errors import Rejected
from despacho_services.office import Office

log = logging.getLogger("despacho.labels")

NOT_KEPT = "the carrier's document could not be kept"


class LabelDocuments:
    """Gives and keeps the documents of single labels."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def keep(self, label: Label, documents: Sequence[LabelDocument]) -> Label:
        """Store a carrier's documents of a label and return the label that knows them."""
        for document in documents:
            document_id = f"{label.id}-{document.format.value}"
            await self._office.documents.put(
                StoredDocument(
                    id=document_id,
                    store_id=label.store_id,
                    media_type=document.format.media_type,
                    filename=f"{label.tracking_number}.{document.format.value}",
                    content=document.content,
                    created_at=self._office.now(),
                )
            )
            label = label.with_document(document.format.value, document_id)
        return label

    async def keep_bought(
        self, given: Sequence[tuple[Label, Sequence[LabelDocument]]], *, can_be_had_again: bool
    ) -> None:
        """Store what the carrier gave with labels that are written already, as far as that can be done.

        A document that cannot be stored is had from the carrier again when somebody prints it; where the carrier gives none twice, ours is
        drawn instead, and the label says why.
        """
        kept = await asyncio.gather(
            *(self.keep(label, documents) for label, documents in given), return_exceptions=True
        )
        async with self._office.units.begin() as work:
            for (label, documents), known in zip(given, kept, strict=True):
                current = await work.labels.get(label.store_id, label.id) if documents else None
                if current is None:
                    continue
                if not isinstance(known, BaseException):
                    documented = {**current.documents, **known.documents}
                    await work.labels.save(msgspec.structs.replace(current, documents=documented))
                    continue
                log.error("the carrier's document of label %s could not be kept", label.id, exc_info=known)
                if not can_be_had_again:
                    for document in documents:
                        current = current.drawn_instead(document.format.value, NOT_KEPT)
                    await work.labels.save(current)
            await work.commit()

    async def of_carrier(
        self, shipment: Shipment, label: Label, account: Account | None, wanted: LabelFormat
    ) -> bytes | None:
        """The carrier's document in this format; None where it has none and we draw it.

        Raises:
            ProviderError: The carrier cannot be asked now.
            AccountNeedsAttention: It would refuse to answer.
            AccountRemoved: There is no ``account`` to ask with, and none is kept.
        """
        kept = label.documents.get(wanted.value)
        if kept == "":
            return None
        if kept is not None:
            stored = await self._office.documents.get(label.store_id, kept)
            if stored is not None:
                return stored.content
        if account is None:
            raise AccountRemoved(what="label", id=label.tracking_number, format=wanted.value)
        return await self._reprinted(shipment, label, account, wanted)

    async def draw_instead(self, label: Label, wanted: LabelFormat, problem: str | None = None) -> None:
        """Remember that the carrier's document in this format is not to be had, or not usable."""
        async with self._office.units.begin() as work:
            current = await work.labels.get(label.store_id, label.id)
            if current is not None:
                await work.labels.save(current.drawn_instead(wanted.value, problem))
                await work.commit()

    def form(self, shipment: Shipment, label: Label, account: Account | None, language: str) -> LabelForm:
        """What our own label shows; without an account it cannot name the carrier."""
        return LabelForm(
            carrier=self._office.provider_name(account) if account is not None else "",
            service=shipment.service_name,
            order_number=shipment.order_number,
            reference=shipment.piece_reference(label.piece),
            piece=label.piece,
            pieces=label.pieces,
            tracking_number=label.tracking_number,
            barcode=label.barcode or label.tracking_number,
            sender=shipment.origin,
            receiver=shipment.destination,
            parcel=shipment.parcels[label.piece - 1] if label.piece <= len(shipment.parcels) else None,
            routing=label.routing,
            matrix=label.matrix,
            link=self._office.links.scan(label.scan_token),
            returning=shipment.is_return,
            language=language,
        )

    async def _reprinted(self, shipment: Shipment, label: Label, account: Account, wanted: LabelFormat) -> bytes | None:
        connector = self._office.connector(account)
        if not isinstance(connector, ReprintsLabels):
            return None
        handle = LabelHandle(
            tracking_number=label.tracking_number,
            reference=shipment.piece_reference(label.piece),
            group=label.group,
        )
        try:
            document = await connector.reprint_label(handle, wanted)
        except Rejected:
            await self.draw_instead(label, wanted)
            return None
        kept = await self.keep(label, [document])
        async with self._office.units.begin() as work:
            current = await work.labels.get(label.store_id, label.id)
            if current is not None:
                await work.labels.save(current.with_document(wanted.value, kept.documents[wanted.value]))
                await work.commit()
        return document.content

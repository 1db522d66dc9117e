"""Labels as documents: stored, fetched again from the carrier, or drawn by ourselves, in this order."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.errors import DocumentMissing
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.stores import Account
from despacho_ports.carriers import LabelDocument, LabelFormat, LabelHandle, ReprintsLabels
from despacho_ports.documents import LabelForm, StoredDocument
from despacho_ports.errors import ProviderError, Rejected
from despacho_services.office import Office, account_of
from despacho_services.shipping import shipment_with_labels


class LabelDocuments:
    """Gives printable labels."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def of_shipment(self, store_id: str, shipment_id: str, wanted: LabelFormat) -> bytes:
        """All live labels of a shipment in one document, by piece.

        Raises:
            NotFound: No such shipment.
            DocumentMissing: It is not bought, or void.
        """
        async with self._office.units.begin(write=False) as work:
            shipment, labels = await shipment_with_labels(work, store_id, shipment_id)
            account = await account_of(work, store_id, shipment.account_id)
        live = [label for label in labels if label.state is LabelState.LIVE]
        if shipment.state is not ShipmentState.BOUGHT or not live:
            raise DocumentMissing(what="shipment", id=shipment_id, format=wanted.value)
        contents = [await self._content(shipment, label, account, wanted) for label in live]
        if len(contents) == 1:
            return contents[0]
        return self._office.renderer.merged(contents) if wanted is LabelFormat.PDF else b"\n".join(contents)

    async def keep(self, label: Label, documents: Sequence[LabelDocument]) -> Label:
        """Store documents of a label and return the label that knows them."""
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

    async def _content(self, shipment: Shipment, label: Label, account: Account, wanted: LabelFormat) -> bytes:
        kept = label.documents.get(wanted.value)
        if kept is not None:
            stored = await self._office.documents.get(label.store_id, kept)
            if stored is not None:
                return stored.content
        document = await self._reprinted(shipment, label, account, wanted) or await self._drawn(
            shipment, label, account, wanted
        )
        label = await self.keep(label, [document])
        async with self._office.units.begin() as work:
            current = await work.labels.get(label.store_id, label.id)
            if current is not None:
                await work.labels.save(current.with_document(wanted.value, label.documents[wanted.value]))
                await work.commit()
        return document.content

    async def _reprinted(
        self, shipment: Shipment, label: Label, account: Account, wanted: LabelFormat
    ) -> LabelDocument | None:
        connector = self._office.connector(account)
        if not isinstance(connector, ReprintsLabels):
            return None
        handle = LabelHandle(
            tracking_number=label.tracking_number,
            reference=shipment.piece_reference(label.piece),
            group=label.group,
        )
        try:
            return await connector.reprint_label(handle, wanted)
        except Rejected:
            return None
        except ProviderError as error:
            raise DocumentMissing(what="label", id=label.tracking_number, format=f"{wanted.value} ({error})") from error

    async def _drawn(self, shipment: Shipment, label: Label, account: Account, wanted: LabelFormat) -> LabelDocument:
        if wanted not in {LabelFormat.PDF, LabelFormat.ZPL}:
            raise DocumentMissing(what="label", id=label.tracking_number, format=wanted.value)
        language = (await self._office.store(label.store_id)).language
        form = LabelForm(
            carrier=self._office.provider_name(account),
            service=shipment.service_name,
            order_number=shipment.order_number,
            reference=shipment.piece_reference(label.piece),
            piece=label.piece,
            pieces=label.pieces,
            tracking_number=label.tracking_number,
            barcode=label.barcode or label.tracking_number,
            sender=shipment.origin,
            receiver=shipment.destination,
            parcel=shipment.parcels[label.piece - 1],
            routing=label.routing,
            language=language,
        )
        try:
            content = self._office.renderer.label(form, wanted)
        except ValueError as error:
            raise DocumentMissing(what="label", id=label.tracking_number, format=f"{wanted.value} ({error})") from error
        return LabelDocument(format=wanted, content=content)

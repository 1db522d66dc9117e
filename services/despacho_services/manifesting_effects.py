"""Closing manifests: with the carrier where it has a close-out, the document drawn by ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from despacho_core.ledgers import Effect
from despacho_core.manifests import Manifest, ManifestState, Party
from despacho_core.shipments import Label, LabelState, Shipment
from despacho_core.stores import Account, Store
from despacho_ports.carriers import ClosedManifest, ClosesManifests, ManifestRequest
from despacho_ports.documents import ManifestForm, ManifestLine, SignatureBox, StoredDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.effects import Settlement, nothing_to_write
from despacho_services.manifesting import CLOSE, manifest_with_labels
from despacho_services.office import Office, account_of
from despacho_services.shipping_effects import handle_of

_BOXES = {
    "es": {Party.MERCHANT: "Comercio", Party.CARRIER: "Transportista"},
    "pt": {Party.MERCHANT: "Comerciante", Party.CARRIER: "Transportadora"},
    "en": {Party.MERCHANT: "Merchant", Party.CARRIER: "Carrier"},
}


class CloseHandler:
    """Closes a manifest. Carriers return the same close-out when asked again, so it may be repeated."""

    kind = CLOSE
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect) -> Settlement:
        """Close with the carrier if it can, draw the document, keep it."""
        async with self._office.units.begin(write=False) as work:
            manifest, labels = await manifest_with_labels(work, effect.store_id, effect.subject)
            account = await account_of(work, effect.store_id, manifest.account_id)
            store = await work.stores.get(effect.store_id)
            live = [label for label in labels if label.state is LabelState.LIVE]
            shipments = {
                label.shipment_id: await work.shipments.get(effect.store_id, label.shipment_id) for label in live
            }
        if store is None or manifest.state is not ManifestState.CLOSING:
            return Settlement(nothing_to_write, f"not needed: the manifest is {manifest.state.value}")
        pairs = [(label, shipment) for label in live if (shipment := shipments[label.shipment_id]) is not None]
        closed = await self._closed(account, manifest, pairs)
        document_id = await self._kept(store, account, manifest, pairs, closed)
        now = self._office.now()

        async def apply(work: UnitOfWork) -> None:
            current, _ = await manifest_with_labels(work, effect.store_id, effect.subject)
            if current.state is ManifestState.CLOSING:
                await work.manifests.save(
                    current.closed(now, document_id=document_id, carrier_references=closed.references)
                )

        return Settlement(apply)

    async def find(self, effect: Effect) -> Settlement | None:
        """Never asked: closing is repeated."""
        raise NotImplementedError

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The manifest is open again, with the carrier's words."""
        manifest = await work.manifests.get(effect.store_id, effect.subject)
        if manifest is not None and manifest.state is ManifestState.CLOSING:
            await work.manifests.save(manifest.reopened(message))

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is repeated."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """A manifest that was opened again is closed once more."""
        manifest, labels = await manifest_with_labels(work, effect.store_id, effect.subject)
        if manifest.state is ManifestState.OPEN:
            await work.manifests.save(manifest.closing(labels))

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Never uncertain: it is repeated."""

    async def _closed(
        self, account: Account, manifest: Manifest, pairs: Sequence[tuple[Label, Shipment]]
    ) -> ClosedManifest:
        connector = self._office.connector(account)
        if not isinstance(connector, ClosesManifests):
            return ClosedManifest(references=())
        handles = tuple(handle_of(shipment, label) for label, shipment in pairs)
        return await connector.close_manifest(ManifestRequest(reference=manifest.id.upper(), labels=handles))

    async def _kept(
        self,
        store: Store,
        account: Account,
        manifest: Manifest,
        pairs: Sequence[tuple[Label, Shipment]],
        closed: ClosedManifest,
    ) -> str:
        form = self._form(store, account, manifest, pairs, closed)
        content = self._office.renderer.manifest(form, appended=closed.documents)
        document_id = f"{manifest.id}-pdf"
        await self._office.documents.put(
            StoredDocument(
                id=document_id,
                store_id=store.id,
                media_type="application/pdf",
                filename=f"manifest-{manifest.number}.pdf",
                content=content,
                created_at=self._office.now(),
            )
        )
        return document_id

    def _form(
        self,
        store: Store,
        account: Account,
        manifest: Manifest,
        pairs: Sequence[tuple[Label, Shipment]],
        closed: ClosedManifest,
    ) -> ManifestForm:
        titles = _BOXES[store.language]
        return ManifestForm(
            number=manifest.number,
            reference=manifest.id.upper(),
            merchant=store.name,
            carrier=self._office.provider_name(account),
            account=account.name,
            carrier_references=closed.references,
            place=store.settings.origin.place if store.settings.origin else "",
            closed_at=self._office.now().astimezone(ZoneInfo(store.timezone)),
            lines=tuple(_line(label, shipment) for label, shipment in pairs),
            boxes=tuple(SignatureBox(title=titles[party]) for party in Party),
            language=store.language,
        )


def _line(label: Label, shipment: Shipment) -> ManifestLine:
    return ManifestLine(
        tracking_number=label.tracking_number,
        barcode=label.barcode,
        order_number=label.order_number,
        piece=label.piece,
        pieces=label.pieces,
        service=shipment.service_name,
        receiver=shipment.destination.name or shipment.destination.company or "",
        place=shipment.destination.place,
        weight_g=shipment.parcels[label.piece - 1].weight_g,
    )

"""A manifest's papers, drawn and kept. Drawing takes long enough for a thousand labels to be done beside the loop.

What is kept is named after its content: whoever comes second with something else takes nobody's place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.manifest_records import ManifestRecord, canonical, digest_of, read_record
from despacho_core.manifests import Manifest, Seal
from despacho_core.shipments import Label, LabelState
from despacho_ports.documents import StoredDocument
from despacho_ports.persistence import UnitOfWork
from despacho_services.manifesting_records import Pairs, form_of, taken_down, with_signatures
from despacho_services.office import Office

PDF = "application/pdf"
PNG = "image/png"
JSON = "application/json"


@dataclass(frozen=True)
class ClosedPapers:
    """The ids of what was kept when a manifest was closed."""

    document_id: str
    record_id: str
    carrier_document_id: str | None


class ManifestPapers:
    """Draws and keeps the papers of manifests."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def keep(self, manifest: Manifest, content: bytes, *, media_type: str, name: str) -> str:
        """Keep something of a manifest; its id."""
        document_id = f"{manifest.id}-{digest_of(content)[:32]}"
        await self._office.documents.put(
            StoredDocument(
                id=document_id,
                store_id=manifest.store_id,
                media_type=media_type,
                filename=name,
                content=content,
                created_at=self._office.now(),
            )
        )
        return document_id

    async def closed(self, manifest: Manifest, record: ManifestRecord, carrier_pages: bytes | None) -> ClosedPapers:
        """Draw the document that is to be signed, and keep it with what stands on it and with the carrier's pages."""
        form = form_of(record, link=self._office.links.manifest(manifest.token))
        appended = [carrier_pages] if carrier_pages else []
        content = await asyncio.to_thread(self._office.renderer.manifest, form, appended=appended)
        number = manifest.number
        return ClosedPapers(
            document_id=await self.keep(manifest, content, media_type=PDF, name=f"manifest-{number}.pdf"),
            record_id=await self.keep(manifest, canonical(record), media_type=JSON, name=f"manifest-{number}.json"),
            carrier_document_id=await self.keep(
                manifest, carrier_pages, media_type=PDF, name=f"manifest-{number}-carrier.pdf"
            )
            if carrier_pages
            else None,
        )

    async def sealed(self, manifest: Manifest) -> Seal:
        """Draw the document with all signatures, and keep it with its record."""
        kept = await self._kept(manifest)
        digests = {one: digest_of(content) for one, content in kept.items()}
        record = with_signatures(await self.record(manifest), manifest, digests)
        content = canonical(record)
        digest = digest_of(content)
        form = form_of(
            record,
            link=self._office.links.manifest(manifest.token),
            drawings={one.party: kept[one.image] for one in manifest.signatures if one.image},
            content=content,
            digest=digest,
        )
        carriers = kept.get(manifest.carrier_document_id or "")
        scan = kept.get(manifest.scan_id or "")
        document = await asyncio.to_thread(
            self._office.renderer.manifest, form, appended=[carriers] if carriers else [], scan=scan
        )
        return Seal(
            document_id=await self.keep(manifest, document, media_type=PDF, name=f"manifest-{manifest.number}.pdf"),
            record_id=await self.keep(manifest, content, media_type=JSON, name=f"manifest-{manifest.number}.json"),
            digest=digest,
            file_digest=digest_of(document),
        )

    async def record(self, manifest: Manifest) -> ManifestRecord:
        """What stands on a closed manifest; of one that was closed before records were kept, taken down now."""
        record_id = manifest.seal.record_id if manifest.seal else manifest.record_id
        if record_id is not None:
            return read_record(await self._content(manifest, record_id))
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.get(manifest.store_id, manifest.account_id)
            store = await work.stores.get(manifest.store_id)
            pairs = await pairs_of(work, await work.labels.of_manifest(manifest.store_id, manifest.id))
        if store is None or account is None or manifest.closed_at is None:
            raise LookupError(f"manifest {manifest.id} has lost its store or its account")
        return taken_down(
            store,
            account,
            self._office.provider_name(account),
            manifest,
            pairs,
            closed_at=manifest.closed_at,
            carrier_references=manifest.carrier_references,
            carrier_pages=None,
        )

    async def digests(self, manifest: Manifest) -> dict[str, str]:
        """Of the drawings, the scan and the carrier's pages, by their ids."""
        return {one: digest_of(content) for one, content in (await self._kept(manifest)).items()}

    async def _kept(self, manifest: Manifest) -> dict[str, bytes]:
        ids = [manifest.scan_id, manifest.carrier_document_id, *(one.image for one in manifest.signatures)]
        return {one: await self._content(manifest, one) for one in ids if one}

    async def _content(self, manifest: Manifest, document_id: str) -> bytes:
        stored = await self._office.documents.get(manifest.store_id, document_id)
        if stored is None:
            raise LookupError(f"document {document_id} of manifest {manifest.id} is gone")
        return stored.content

    async def readable(self, documents: Sequence[bytes]) -> tuple[bytes | None, str | None]:
        """The carrier's pages as one PDF, and a word about those that cannot be read: they hold nothing up."""
        return await asyncio.to_thread(self._merged, documents)

    def _merged(self, documents: Sequence[bytes]) -> tuple[bytes | None, str | None]:
        if not documents:
            return None, None
        try:
            return self._office.renderer.merged(documents), None
        except ValueError:
            good = [one for one in documents if self._reads(one)]
        problem = f"{len(documents) - len(good)} of the carrier's {len(documents)} documents cannot be read"
        return (self._office.renderer.merged(good) if good else None), problem

    def _reads(self, document: bytes) -> bool:
        try:
            self._office.renderer.merged([document])
        except ValueError:
            return False
        return True


async def pairs_of(work: UnitOfWork, labels: Sequence[Label]) -> Pairs:
    """The live ones among a manifest's labels, each with its shipment."""
    live = [label for label in labels if label.state is LabelState.LIVE]
    if not live:
        return []
    found = await work.shipments.get_all(live[0].store_id, [label.shipment_id for label in live])
    shipments = {shipment.id: shipment for shipment in found}
    return [(label, shipments[label.shipment_id]) for label in live if label.shipment_id in shipments]

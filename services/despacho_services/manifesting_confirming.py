"""Confirming manifests to whoever holds one: what stands on it, who signed, and by which digests a file is told from another."""

from __future__ import annotations

from dataclasses import dataclass

from despacho_core.manifest_records import ManifestRecord, digest_of
from despacho_core.manifests import Manifest
from despacho_services.manifesting_papers import ManifestPapers
from despacho_services.manifesting_records import with_signatures
from despacho_services.office import Office


@dataclass(frozen=True)
class Confirmation:
    """A manifest as it is confirmed. ``digest`` is empty until both have signed."""

    record: ManifestRecord
    digest: str
    file_digest: str


class Confirming:
    """Looks manifests up for people without a token of the API."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._papers = ManifestPapers(office)

    async def by_token(self, token: str) -> Confirmation | None:
        """The manifest behind the address of a QR code; None if there is none, or nobody can hold it yet."""
        async with self._office.units.begin(write=False) as work:
            manifest = await work.manifests.by_token(token) if token else None
        if manifest is None or not manifest.state.is_on_paper:
            return None
        return await self._confirmed(manifest)

    async def by_reference(self, store_id: str, reference: str) -> Confirmation | None:
        """The manifest of a store that a document says it is."""
        async with self._office.units.begin(write=False) as work:
            manifest = await work.manifests.get(store_id, reference.lower())
        if manifest is None or not manifest.state.is_on_paper:
            return None
        return await self._confirmed(manifest)

    async def _confirmed(self, manifest: Manifest) -> Confirmation:
        record = await self._papers.record(manifest)
        if manifest.seal is not None:
            return Confirmation(record, manifest.seal.digest, manifest.seal.file_digest)
        record = with_signatures(record, manifest, await self._papers.digests(manifest))
        stored = await self._office.documents.get(manifest.store_id, manifest.document_id or "")
        return Confirmation(record, "", digest_of(stored.content) if stored else "")

"""Closing manifests: with the carrier where it has a close-out, the document drawn by ourselves."""

from __future__ import annotations

from collections.abc import Callable

from despacho_core.errors import WrongState
from despacho_core.ledgers import Effect
from despacho_core.manifest_records import digest_of
from despacho_core.manifests import Manifest, ManifestState
from despacho_core.stores import Account
from despacho_ports.carriers import ClosedManifest, ClosesManifests, ManifestRequest
from despacho_ports.persistence import UnitOfWork
from despacho_services.handling import Parties, Settlement, nothing_to_write
from despacho_services.manifesting import CLOSE, manifest_with_labels
from despacho_services.manifesting_papers import ManifestPapers, pairs_of
from despacho_services.manifesting_records import Pairs, taken_down
from despacho_services.office import Office
from despacho_services.shipping_effects import handle_of


class CloseHandler:
    """Closes a manifest. Carriers return the same close-out when asked again, so it may be repeated."""

    kind = CLOSE
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office
        self._papers = ManifestPapers(office)
        # Answers whose papers could not be kept, by manifest and labels: some carriers give their pages once (contract/carriers.md 2.4).
        self._heard: dict[tuple[str, ...], ClosedManifest] = {}

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Close with the carrier if it can, draw the document, keep it."""
        async with self._office.units.begin(write=False) as work:
            manifest, labels = await manifest_with_labels(work, effect.store_id, effect.subject)
            pairs = await pairs_of(work, labels)
        if manifest.state is not ManifestState.CLOSING:
            return Settlement(nothing_to_write, f"not needed: the manifest is {manifest.state.value}")
        asked = (manifest.id, *(label.id for label, _ in pairs))
        closed = self._heard[asked] = self._heard.get(asked) or await self._closed(parties.account, manifest, pairs)
        change = await self._drawn(parties, manifest, pairs, closed)
        del self._heard[asked]

        async def apply(work: UnitOfWork) -> None:
            current, _ = await manifest_with_labels(work, effect.store_id, effect.subject)
            if current.state is ManifestState.CLOSING:
                await work.manifests.save(change(current))

        return Settlement(apply)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
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

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:  # noqa: ARG002 - the Protocol's
        """Its papers come with the carrier's answer, which is the same whenever it is asked."""
        raise WrongState(what="manifest", id=effect.subject, state=effect.state.value, action="be closed by hand")

    async def _closed(self, account: Account, manifest: Manifest, pairs: Pairs) -> ClosedManifest:
        connector = self._office.connector(account)
        if not isinstance(connector, ClosesManifests):
            return ClosedManifest(references=())
        handles = tuple(handle_of(shipment, label) for label, shipment in pairs)
        return await connector.close_manifest(ManifestRequest(reference=manifest.id.upper(), labels=handles))

    async def _drawn(
        self, parties: Parties, manifest: Manifest, pairs: Pairs, closed: ClosedManifest
    ) -> Callable[[Manifest], Manifest]:
        """Draw and keep the papers; what is then to be written about the manifest."""
        now = self._office.now()
        pages, problem = await self._papers.readable(closed.documents)
        record = taken_down(
            parties.store,
            parties.account,
            self._office.provider_name(parties.account),
            manifest,
            pairs,
            closed_at=now,
            carrier_references=closed.references,
            carrier_pages=digest_of(pages) if pages else None,
        )
        papers = await self._papers.closed(manifest, record, pages)
        return lambda current: current.closed(
            now,
            document_id=papers.document_id,
            record_id=papers.record_id,
            carrier_document_id=papers.carrier_document_id,
            carrier_references=closed.references,
            problem=problem,
        )

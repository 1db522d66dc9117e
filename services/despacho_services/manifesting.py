"""Manifests: labels chosen, closed, signed. How one is closed is in :mod:`despacho_services.manifesting_effects`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.errors import DocumentMissing, LabelNotFree, ManifestEmpty, NotFound
from despacho_core.ledgers import Effect, Lane
from despacho_core.manifests import Manifest, Party, Signature
from despacho_core.shipments import Label
from despacho_core.stores import Account
from despacho_ports.persistence import UnitOfWork
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id
from despacho_services.office import Office, account_of

CLOSE = "close"
MOST_LABELS = 5_000


@dataclass(frozen=True)
class ManifestContents:
    """A manifest with its labels."""

    manifest: Manifest
    labels: tuple[Label, ...]


class Manifesting:
    """Opens, closes and signs manifests."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

    async def open(self, store_id: str, account_id: str, label_ids: Sequence[str] | None = None) -> ManifestContents:
        """Open a manifest over the chosen labels, or over all live labels of the account that are on none.

        Raises:
            NotFound: No such account or label.
            LabelNotFree: A label is void, on another manifest, or of another account.
            ManifestEmpty: There is no label to put on it.
        """
        async with self._office.units.begin() as work:
            account = await account_of(work, store_id, account_id)
            labels = await self._chosen(work, account, label_ids)
            manifest = Manifest(
                id=new_id(),
                store_id=store_id,
                account_id=account_id,
                number=await work.manifests.next_number(store_id),
                created_at=self._office.now(),
            )
            await work.manifests.add(manifest)
            placed = [label.on_manifest(manifest.id) for label in labels]
            for label in placed:
                await work.labels.save(label)
            await work.commit()
        return ManifestContents(manifest, tuple(placed))

    async def close(self, store_id: str, manifest_id: str, *, wait: float) -> tuple[ManifestContents, Effect]:
        """Close it with the carrier, or by ourselves where the carrier has no close-out.

        Voided labels are taken off first and stay listed as such.

        Raises:
            NotFound: No such manifest.
            ManifestClosed: It is not open.
            ManifestEmpty: No live label is left on it.
        """
        async with self._office.units.begin() as work:
            manifest, labels = await manifest_with_labels(work, store_id, manifest_id)
            closing = manifest.closing(labels)
            await work.manifests.save(closing)
            effect = await self._owed_close(work, closing)
            await work.commit()
        effect = await self._runner.run_now(effect.id, wait=wait) or effect
        return await self.get(store_id, manifest_id), effect

    async def get(self, store_id: str, manifest_id: str) -> ManifestContents:
        """A manifest with its labels. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            manifest, labels = await manifest_with_labels(work, store_id, manifest_id)
        return ManifestContents(manifest, tuple(labels))

    async def document(self, store_id: str, manifest_id: str) -> bytes:
        """The PDF of a closed manifest.

        Raises:
            DocumentMissing: It is not closed yet.
        """
        contents = await self.get(store_id, manifest_id)
        document_id = contents.manifest.document_id
        stored = await self._office.documents.get(store_id, document_id) if document_id else None
        if stored is None:
            raise DocumentMissing(what="manifest", id=contents.manifest.number, format="pdf")
        return stored.content

    async def _owed_close(self, work: UnitOfWork, manifest: Manifest) -> Effect:
        """The effect that closes it; a refused earlier one is taken up again under its own key."""
        now = self._office.now()
        effect = Effect(
            id=new_id(),
            store_id=manifest.store_id,
            account_id=manifest.account_id,
            key=f"{CLOSE}:{manifest.id}",
            kind=CLOSE,
            subject=manifest.id,
            lane=Lane.INTERACTIVE,
            created_at=now,
            due_at=now,
        )
        if await work.outbox.owe(effect):
            return effect
        earlier = await work.outbox.by_key(manifest.store_id, effect.key)
        if earlier is None:
            raise NotFound(what="effect", id=effect.key)
        if earlier.state.is_settled:
            earlier = earlier.retried(now, repeatable=True)
            await work.outbox.save(earlier)
        return earlier

    async def _chosen(self, work: UnitOfWork, account: Account, label_ids: Sequence[str] | None) -> Sequence[Label]:
        if label_ids is None:
            labels = await work.labels.free(account.store_id, account.id, MOST_LABELS)
        else:
            labels = [await _label(work, account.store_id, label_id) for label_id in dict.fromkeys(label_ids)]
            labels = await _with_their_groups(work, account, labels)
        if not labels:
            raise ManifestEmpty
        for label in labels:
            if label.account_id != account.id:
                raise LabelNotFree(label=label.tracking_number, reason="it belongs to another account")
            if label.manifest_id is not None:
                raise LabelNotFree(label=label.tracking_number, reason="it is on another manifest")
        return labels


class Signing:
    """Signs closed manifests."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def sign(self, store_id: str, manifest_id: str, *, party: Party, name: str, role: str) -> Manifest:
        """Add one party's signature.

        Raises:
            NotFound: No such manifest.
            WrongState: It is not closed, or the party has signed.
        """
        async with self._office.units.begin() as work:
            manifest, _ = await manifest_with_labels(work, store_id, manifest_id)
            signed = manifest.signed_by(Signature(party=party, name=name, role=role, signed_at=self._office.now()))
            await work.manifests.save(signed)
            await work.commit()
        return signed


async def manifest_with_labels(work: UnitOfWork, store_id: str, manifest_id: str) -> tuple[Manifest, Sequence[Label]]:
    """A manifest with its labels. Raises ``NotFound``."""
    manifest = await work.manifests.get(store_id, manifest_id)
    if manifest is None:
        raise NotFound(what="manifest", id=manifest_id)
    return manifest, await work.labels.of_manifest(store_id, manifest_id)


async def _with_their_groups(work: UnitOfWork, account: Account, labels: Sequence[Label]) -> Sequence[Label]:
    """The labels, and those that their carrier closes together with them."""
    groups = {label.group for label in labels if label.group is not None}
    chosen = {label.id for label in labels}
    free = await work.labels.free(account.store_id, account.id, MOST_LABELS) if groups else ()
    return [*labels, *(one for one in free if one.group in groups and one.id not in chosen)]


async def _label(work: UnitOfWork, store_id: str, label_id: str) -> Label:
    label = await work.labels.get(store_id, label_id)
    if label is None:
        raise NotFound(what="label", id=label_id)
    return label

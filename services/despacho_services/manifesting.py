"""Manifests: labels chosen, added, taken off, closed.

How one is closed is in :mod:`despacho_services.manifesting_effects`, how it is signed in :mod:`despacho_services.manifesting_signing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.errors import DocumentMissing, ManifestEmpty, NotFound
from despacho_core.ledgers import Effect, Lane
from despacho_core.manifests import Manifest, ManifestState, Reason
from despacho_core.shipments import Label, LabelState
from despacho_ports.persistence import UnitOfWork
from despacho_services.act_keys import NO_KEY, ActKey, taken_up
from despacho_services.doing_over import doing_over
from despacho_services.effects import EffectRunner
from despacho_services.identifiers import new_id, new_token
from despacho_services.manifesting_choice import Choice, all_free, late, reported, these
from despacho_services.office import Office, account_of
from despacho_services.owing_again import owed_again

CLOSE = "close"


@dataclass(frozen=True)
class ManifestContents:
    """A manifest with its labels."""

    manifest: Manifest
    labels: tuple[Label, ...]


class Manifesting:
    """Opens, fills, closes and shows manifests."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._runner = runner

    @doing_over
    async def open(
        self,
        store_id: str,
        account_id: str,
        label_ids: Sequence[str] | None = None,
        *,
        skip: bool = False,
        under: ActKey = NO_KEY,
    ) -> ManifestContents:
        """Open a manifest over the chosen labels, or over all live labels of the account that are on none.

        Args:
            store_id: The store.
            account_id: The account that the labels were bought with.
            label_ids: The chosen labels; None for all that are free.
            skip: Report chosen labels that cannot go on it, instead of refusing all.
            under: Under the same key the same manifest is given again, as it then is.

        Raises:
            NotFound: No such account or label.
            LabelNotFree: A label is void, on another manifest, or of another account; ``LabelsNotFree`` where several are.
            ManifestEmpty: There is no label to put on it.
        """
        async with self._office.units.begin() as work:
            made = await under.made(work, self._office.now())
            if made is not None:
                there, labels = await manifest_with_labels(work, store_id, made)
                return ManifestContents(there, tuple(labels))
            account = await account_of(work, store_id, account_id)
            manifest = Manifest(
                id=new_id(),
                store_id=store_id,
                account_id=account.id,
                number=await work.manifests.next_number(store_id),
                created_at=self._office.now(),
                token=new_token(),
            )
            if label_ids is None:
                choice = await all_free(work, manifest)
            else:
                choice = await these(work, manifest, label_ids, there=0, skip=skip)
            if not choice.labels:
                raise ManifestEmpty
            manifest = manifest.reporting(choice.left_out)
            await work.manifests.add(manifest)
            contents = await _placed(work, manifest, choice)
            await under.keep(work, manifest.id)
            await work.commit()
        return contents

    @doing_over
    async def add(
        self, store_id: str, manifest_id: str, label_ids: Sequence[str], *, skip: bool = False
    ) -> ManifestContents:
        """Put further labels on an open manifest; what is on it already stays.

        Raises:
            NotFound: No such manifest or label.
            ManifestClosed: It is not open.
            LabelNotFree: As for :meth:`open`; ``LabelsNotFree`` where there are several.
        """
        async with self._office.units.begin() as work:
            manifest, there = await _to_change(work, store_id, manifest_id)
            choice = await these(work, manifest, label_ids, there=len(there), skip=skip)
            manifest = manifest.reporting(choice.left_out, placed=[label.id for label in choice.labels])
            await work.manifests.save(manifest)
            await _placed(work, manifest, choice)
            contents = ManifestContents(manifest, tuple(await work.labels.of_manifest(store_id, manifest_id)))
            await work.commit()
        return contents

    @doing_over
    async def take_off(self, store_id: str, manifest_id: str, label_id: str) -> ManifestContents:
        """Take a label off an open manifest, with those that its carrier would close together with it.

        Raises:
            NotFound: No such manifest, or the label is not on it.
            ManifestClosed: It is not open.
        """
        async with self._office.units.begin() as work:
            manifest, labels = await _to_change(work, store_id, manifest_id)
            label = next((one for one in labels if one.id == label_id), None)
            if label is None:
                raise NotFound(what="label", id=label_id)
            leaving = {one.id for one in labels if one is label or (label.group and one.group == label.group)}
            await work.labels.assign(store_id, sorted(leaving), None)
            await work.commit()
        return ManifestContents(manifest, tuple(one for one in labels if one.id not in leaving))

    @doing_over
    async def discard(self, store_id: str, manifest_id: str) -> Manifest:
        """Give an open manifest up; its labels are free again, its number is not.

        Raises:
            NotFound: No such manifest.
            ManifestClosed: It is not open.
        """
        async with self._office.units.begin() as work:
            manifest, labels = await _to_change(work, store_id, manifest_id)
            await work.labels.assign(store_id, [label.id for label in labels], None)
            discarded = manifest.discarded()
            await work.manifests.save(discarded)
            await work.commit()
        return discarded

    async def close(
        self, store_id: str, manifest_id: str, *, wait: float, under: ActKey = NO_KEY
    ) -> tuple[ManifestContents, Effect]:
        """Close it with the carrier, or by ourselves where the carrier has no close-out; ``under`` the same key, once.

        Voided labels are taken off and reported, as are labels of the account that are on no manifest.

        Raises:
            NotFound: No such manifest.
            ManifestClosed: It is not open.
            ManifestEmpty: No live label is left on it.
        """
        effect, claimed = await self._asked_to_close(store_id, manifest_id, under)
        effect = await self._runner.run_claimed(effect.id, claimed, wait=wait) or effect
        return await self.get(store_id, manifest_id), effect

    @doing_over
    async def _asked_to_close(self, store_id: str, manifest_id: str, under: ActKey) -> tuple[Effect, Effect | None]:
        """The effect that closes it, and the same as it was taken to be run at once, if nobody else has it."""
        async with self._office.units.begin() as work:
            if await under.made(work, self._office.now()) is not None:
                effect = await self._effect_of(work, store_id, manifest_id)
                claimed = await taken_up(work, self._runner, effect, self._office.now())
            else:
                effect = await self._closing(work, *await _to_change(work, store_id, manifest_id))
                await under.keep(work, manifest_id)
                claimed = await self._runner.claim(work, effect.id)
            await work.commit()
        return effect, claimed

    async def _closing(self, work: UnitOfWork, manifest: Manifest, labels: Sequence[Label]) -> Effect:
        """Write that it is being closed, and owe it."""
        void = [label for label in labels if label.state is LabelState.VOIDED]
        left_out = [*(reported(label, Reason.VOIDED) for label in void), *await late(work, manifest)]
        closing = manifest.closing(labels).reporting(left_out)
        await work.labels.assign(manifest.store_id, [label.id for label in void], None)
        await work.manifests.save(closing)
        return await self._owed_close(work, closing)

    async def get(self, store_id: str, manifest_id: str) -> ManifestContents:
        """A manifest with its labels. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            manifest, labels = await manifest_with_labels(work, store_id, manifest_id)
        return ManifestContents(manifest, tuple(labels))

    async def page(
        self,
        store_id: str,
        *,
        before: int | None = None,
        limit: int = 50,
        account_id: str | None = None,
        state: ManifestState | None = None,
    ) -> Sequence[Manifest]:
        """Manifests, highest number first, below ``before``."""
        async with self._office.units.begin(write=False) as work:
            return await work.manifests.page(store_id, before=before, limit=limit, account_id=account_id, state=state)

    async def document(self, store_id: str, manifest_id: str) -> bytes:
        """The PDF of a closed manifest; the signed one once both have signed.

        Raises:
            DocumentMissing: It is not closed yet.
        """
        manifest = (await self.get(store_id, manifest_id)).manifest
        return await self._kept(manifest, manifest.seal.document_id if manifest.seal else manifest.document_id)

    async def carrier_document(self, store_id: str, manifest_id: str) -> bytes:
        """The carrier's own pages, as the carrier gave them.

        Raises:
            DocumentMissing: It is not closed yet, or the carrier gave none.
        """
        manifest = (await self.get(store_id, manifest_id)).manifest
        return await self._kept(manifest, manifest.carrier_document_id)

    async def _kept(self, manifest: Manifest, document_id: str | None) -> bytes:
        stored = await self._office.documents.get(manifest.store_id, document_id) if document_id else None
        if stored is None:
            raise DocumentMissing(what="manifest", id=manifest.number, format="pdf")
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
        return await owed_again(work, effect)

    async def _effect_of(self, work: UnitOfWork, store_id: str, manifest_id: str) -> Effect:
        effect = await work.outbox.by_key(store_id, f"{CLOSE}:{manifest_id}")
        if effect is None:
            raise NotFound(what="effect", id=f"{CLOSE}:{manifest_id}")
        return effect


async def manifest_with_labels(work: UnitOfWork, store_id: str, manifest_id: str) -> tuple[Manifest, Sequence[Label]]:
    """A manifest with its labels. Raises ``NotFound``."""
    manifest = await work.manifests.get(store_id, manifest_id)
    if manifest is None:
        raise NotFound(what="manifest", id=manifest_id)
    return manifest, await work.labels.of_manifest(store_id, manifest_id)


async def _to_change(work: UnitOfWork, store_id: str, manifest_id: str) -> tuple[Manifest, Sequence[Label]]:
    """An open manifest with its labels, in a unit that has the store's manifests for itself."""
    await work.manifests.take_turn(store_id)
    manifest, labels = await manifest_with_labels(work, store_id, manifest_id)
    manifest.check_open()
    return manifest, labels


async def _placed(work: UnitOfWork, manifest: Manifest, choice: Choice) -> ManifestContents:
    placed = [label.on_manifest(manifest.id) for label in choice.labels]
    await work.labels.assign(manifest.store_id, [label.id for label in placed], manifest.id)
    return ManifestContents(manifest, tuple(placed))

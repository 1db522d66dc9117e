"""Which labels go on a manifest, and which do not and why: nothing is dropped without a word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from despacho_core.errors import LabelNotFree, LabelsNotFree, NotFound
from despacho_core.manifests import REASONS, LeftOut, Manifest, Reason
from despacho_core.shipments import Label
from despacho_ports.persistence import UnitOfWork

MOST_LABELS = 5_000
MOST_REPORTED = 500
"""So many late labels are named when a manifest is closed; whoever forgot more than that needs no list."""


@dataclass(frozen=True)
class Choice:
    """Labels for a manifest, and those that were asked for and are not among them."""

    labels: tuple[Label, ...]
    left_out: tuple[LeftOut, ...]


async def all_free(work: UnitOfWork, manifest: Manifest) -> Choice:
    """All live labels of the account that are on no manifest; more than the manifest holds are left out."""
    free = await work.labels.free(manifest.store_id, manifest.account_id, MOST_LABELS + MOST_REPORTED)
    return await _judged(work, manifest, free, there=0)


async def these(work: UnitOfWork, manifest: Manifest, label_ids: Sequence[str], *, there: int, skip: bool) -> Choice:
    """These labels, and those that their carrier closes together with them.

    Args:
        work: A writing unit that has the store's manifests for itself.
        manifest: The manifest that they are to go on.
        label_ids: What is asked for.
        there: How many labels are on it already.
        skip: Report what cannot go on it, instead of refusing all.

    Raises:
        NotFound: None of the labels that cannot go on it exists in the store.
        LabelNotFree: One cannot go on it.
        LabelsNotFree: Several cannot.
    """
    found = await work.labels.get_all(manifest.store_id, label_ids)
    known = {label.id for label in found}
    unknown = [
        LeftOut(label_id=one, tracking_number="", reason=Reason.UNKNOWN)
        for one in dict.fromkeys(label_ids)
        if one not in known
    ]
    choice = await _judged(work, manifest, await _with_their_groups(work, manifest, found), there=there)
    left_out = (*unknown, *choice.left_out)
    if left_out and not (skip and choice.labels):
        raise _refusal(left_out)
    return Choice(choice.labels, left_out)


async def late(work: UnitOfWork, manifest: Manifest) -> list[LeftOut]:
    """Labels of the account that are on no manifest while this one is closed."""
    free = await work.labels.free(manifest.store_id, manifest.account_id, MOST_REPORTED)
    return [
        reported(label, Reason.BOUGHT_LATER if label.created_at > manifest.created_at else Reason.NOT_CHOSEN)
        for label in free
    ]


def reported(label: Label, reason: Reason) -> LeftOut:
    """A label that is left out."""
    return LeftOut(label_id=label.id, tracking_number=label.tracking_number, reason=reason)


async def _judged(work: UnitOfWork, manifest: Manifest, labels: Sequence[Label], *, there: int) -> Choice:
    # Voids take a shipment first and its labels next. These labels are ours already, so that what is read now stays true.
    read = await work.shipments.get_all(manifest.store_id, [label.shipment_id for label in labels])
    shipments = {shipment.id: shipment for shipment in read}
    placed: list[Label] = []
    left_out: list[LeftOut] = []
    for label in labels:
        reason = manifest.objection(label, shipments.get(label.shipment_id))
        if reason is None and label.manifest_id is None and there + len(placed) >= MOST_LABELS:
            reason = Reason.NO_ROOM
        if reason is None:
            placed.append(label)
        else:
            left_out.append(reported(label, reason))
    return Choice(tuple(placed), tuple(left_out))


async def _with_their_groups(work: UnitOfWork, manifest: Manifest, labels: Sequence[Label]) -> Sequence[Label]:
    groups = {label.group for label in labels if label.group is not None}
    chosen = {label.id for label in labels}
    free = await work.labels.free(manifest.store_id, manifest.account_id, MOST_LABELS) if groups else ()
    return [*labels, *(one for one in free if one.group in groups and one.id not in chosen)]


def _refusal(left_out: Iterable[LeftOut]) -> NotFound | LabelNotFree | LabelsNotFree:
    problems = list(left_out)
    if all(one.reason is Reason.UNKNOWN for one in problems):
        return NotFound(what="label", id=", ".join(one.name for one in problems))
    if len(problems) == 1:
        return LabelNotFree(label=problems[0].name, reason=REASONS[problems[0].reason])
    return LabelsNotFree(labels="; ".join(f"{one.name}: {REASONS[one.reason]}" for one in problems))

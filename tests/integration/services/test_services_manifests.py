"""Manifests from opening to closing: each label on one, and nothing dropped without a word."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from datetime import timedelta

import msgspec
import pytest
from pypdf import PdfReader

from despacho_core.errors import (
    DocumentMissing,
    DomainError,
    LabelNotFree,
    LabelsNotFree,
    ManifestClosed,
    ManifestEmpty,
    NotFound,
    WrongState,
)
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.manifests import Manifest, ManifestState, Reason
from despacho_core.shipments import LabelState, Shipment, ShipmentState
from despacho_ports.carriers import ClosedManifest, ManifestRequest
from despacho_services.shipping import VOID
from tests.handover import Closing, HandOver, pages


def reasons(manifest: Manifest) -> dict[str, Reason]:
    return {one.label_id: one.reason for one in manifest.left_out}


# Choosing labels


async def test_what_cannot_go_on_it_is_refused_with_all_reasons_at_once(desk: HandOver) -> None:
    [good], [void], [other] = (
        await desk.labels(1),
        await desk.labels(1, state=LabelState.VOIDED),
        await desk.labels(1, desk.closing),
    )
    wanted = [good.id, void.id, other.id, "nobody"]
    with pytest.raises(LabelsNotFree) as refusal:
        await desk.services.manifesting.open(desk.store.id, desk.van.id, wanted)
    for said in (
        f"{void.tracking_number}: it is void",
        f"{other.tracking_number}: it belongs",
        "nobody: there is no such",
    ):
        assert said in str(refusal.value)
    assert (await desk.label(good.id)).manifest_id is None


async def test_what_cannot_go_on_it_is_reported_where_it_may_be_skipped(desk: HandOver) -> None:
    [good], [void] = await desk.labels(1), await desk.labels(1, state=LabelState.VOIDED)
    contents = await desk.services.manifesting.open(desk.store.id, desk.van.id, [good.id, void.id, "no"], skip=True)
    assert [label.id for label in contents.labels] == [good.id]
    assert reasons(contents.manifest) == {void.id: Reason.VOIDED, "no": Reason.UNKNOWN}
    again = await desk.services.manifesting.get(desk.store.id, contents.manifest.id)
    assert again.manifest.left_out == contents.manifest.left_out, "the report is kept"


async def test_skipping_everything_is_a_refusal(desk: HandOver) -> None:
    [void] = await desk.labels(1, state=LabelState.VOIDED)
    with pytest.raises(LabelNotFree, match="void"):
        await desk.services.manifesting.open(desk.store.id, desk.van.id, [void.id], skip=True)


async def test_a_label_whose_void_is_under_way_goes_on_no_manifest(desk: HandOver) -> None:
    [good, leaving] = await desk.labels(2)
    await change_shipment(desk, leaving.shipment_id, lambda shipment: shipment.void_requested())
    contents = await desk.services.manifesting.open(desk.store.id, desk.van.id)
    assert [label.id for label in contents.labels] == [good.id]
    assert reasons(contents.manifest) == {leaving.id: Reason.BEING_VOIDED}


async def change_shipment(desk: HandOver, shipment_id: str, change: Callable[[Shipment], Shipment]) -> None:
    async with desk.services.office.units.begin() as work:
        shipment = await work.shipments.get(desk.store.id, shipment_id)
        assert shipment is not None
        await work.shipments.save(change(shipment))
        await work.commit()


async def test_labels_come_and_go_while_it_is_open(desk: HandOver) -> None:
    [first, second, third] = await desk.labels(3)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.van.id, [first.id])).manifest
    contents = await manifesting.add(store, manifest.id, [first.id, second.id, third.id])
    assert {label.id for label in contents.labels} == {first.id, second.id, third.id}
    contents = await manifesting.take_off(store, manifest.id, second.id)
    assert {label.id for label in contents.labels} == {first.id, third.id}
    assert (await desk.label(second.id)).manifest_id is None
    with pytest.raises(NotFound):
        await manifesting.take_off(store, manifest.id, second.id)
    with pytest.raises(NotFound):
        await manifesting.add(store, manifest.id, ["nobody"])


async def test_labels_that_the_carrier_closes_together_come_and_go_together(desk: HandOver) -> None:
    first, second = await desk.labels(2, group="7121")
    [alone] = await desk.labels(1, group="7122")
    manifesting, store = desk.services.manifesting, desk.store.id
    contents = await manifesting.open(store, desk.van.id, [first.id])
    assert {label.id for label in contents.labels} == {first.id, second.id}
    await manifesting.add(store, contents.manifest.id, [alone.id])
    contents = await manifesting.take_off(store, contents.manifest.id, second.id)
    assert [label.id for label in contents.labels] == [alone.id]


async def test_a_discarded_manifest_frees_its_labels_and_keeps_its_number(desk: HandOver) -> None:
    [label] = await desk.labels(1)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.van.id)).manifest
    assert (await manifesting.discard(store, manifest.id)).state is ManifestState.DISCARDED
    for attempt in (manifesting.discard(store, manifest.id), manifesting.close(store, manifest.id, wait=1)):
        with pytest.raises(ManifestClosed):
            await attempt
    again = await manifesting.open(store, desk.van.id)
    assert ([one.id for one in again.labels], again.manifest.number) == ([label.id], manifest.number + 1)


async def test_an_emptied_manifest_is_not_closed(desk: HandOver) -> None:
    [label] = await desk.labels(1)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.van.id)).manifest
    await manifesting.take_off(store, manifest.id, label.id)
    with pytest.raises(ManifestEmpty):
        await manifesting.close(store, manifest.id, wait=1)


async def test_late_labels_are_reported_when_it_is_closed(desk: HandOver) -> None:
    [first, not_chosen] = await desk.labels(2)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.van.id, [first.id])).manifest
    [late] = await desk.labels(1)
    contents, effect = await manifesting.close(store, manifest.id, wait=10)
    assert effect.state is EffectState.DONE
    assert reasons(contents.manifest) == {not_chosen.id: Reason.NOT_CHOSEN, late.id: Reason.BOUGHT_LATER}


async def test_manifests_are_listed_by_account_and_state(desk: HandOver) -> None:
    await desk.labels(1)
    manifesting, store = desk.services.manifesting, desk.store.id
    opened = (await manifesting.open(store, desk.van.id)).manifest
    done = await desk.closed()
    assert [one.number for one in await manifesting.page(store)] == [done.number, opened.number]
    assert [one.id for one in await manifesting.page(store, account_id=desk.van.id)] == [opened.id]
    assert [one.id for one in await manifesting.page(store, state=ManifestState.CLOSED)] == [done.id]
    assert [one.id for one in await manifesting.page(store, before=done.number, limit=1)] == [opened.id]


# Closing


async def test_a_refused_manifest_is_open_again_with_the_carriers_words_and_can_be_mended(desk: HandOver) -> None:
    Closing.refusal = "No existe retiro"
    first, second = await desk.labels(2, desk.closing)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.closing.id)).manifest
    contents, _ = await manifesting.close(store, manifest.id, wait=10)
    assert (contents.manifest.state, contents.manifest.problem) == (ManifestState.OPEN, "No existe retiro")
    Closing.refusal = None
    await manifesting.take_off(store, manifest.id, first.id)
    contents, _ = await manifesting.close(store, manifest.id, wait=10)
    assert (contents.manifest.state, contents.manifest.problem) == (ManifestState.CLOSED, None)
    assert [label.tracking_number for label in Closing.closed[-1].labels] == [second.tracking_number]


async def test_our_document_and_the_carriers_are_both_kept(desk: HandOver) -> None:
    Closing.documents = (pages(1), pages(2))
    manifest = await desk.closed()
    ours = await desk.services.manifesting.document(desk.store.id, manifest.id)
    theirs = await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)
    assert len(PdfReader(io.BytesIO(theirs)).pages) == 3
    assert [len(PdfReader(io.BytesIO(ours)).pages), manifest.carrier_references] == [2, ("C-1",)]


async def test_a_carriers_broken_document_holds_nothing_up(desk: HandOver) -> None:
    Closing.documents = (b"<html>Error 500</html>", pages(1))
    manifest = await desk.closed()
    assert manifest.problem == "1 of the carrier's 2 documents cannot be read"
    assert b"%PDF" in await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)


async def test_pages_that_a_carrier_gives_once_are_kept_as_soon_as_they_can_be(
    desk: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    Closing.documents = (pages(2),)
    documents = type(desk.services.office.documents)
    put, full = documents.put, [OSError("the disk is full")]

    async def puts(self: object, document: object) -> None:
        if full:
            raise full.pop()
        await put(self, document)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(documents, "put", puts)
    asked = len(Closing.closed)
    manifest = (
        await desk.services.manifesting.open(
            desk.store.id, desk.closing.id, [(await desk.labels(1, desk.closing))[0].id]
        )
    ).manifest
    contents, effect = await desk.services.manifesting.close(desk.store.id, manifest.id, wait=10)
    assert (contents.manifest.state, effect.state) == (ManifestState.CLOSING, EffectState.PENDING)
    await desk.services.runner.run_now(effect.id, wait=10)
    theirs = await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)
    assert len(PdfReader(io.BytesIO(theirs)).pages) == 2
    assert len(Closing.closed) == asked + 1


async def test_a_carrier_without_pages_has_none_to_show(desk: HandOver) -> None:
    manifest = await desk.closed()
    with pytest.raises(DocumentMissing):
        await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)


# All at once


async def test_two_openings_at_once_give_each_label_to_exactly_one(everywhere: HandOver) -> None:
    desk = everywhere
    bought = await desk.labels(20)
    ids = [label.id for label in bought]
    manifesting, store = desk.services.manifesting, desk.store.id
    results = await asyncio.gather(
        manifesting.open(store, desk.van.id),
        manifesting.open(store, desk.van.id, ids[5:], skip=True),
        manifesting.open(store, desk.van.id, ids[::2], skip=True),
        return_exceptions=True,
    )
    placed = [label.id for one in results if not isinstance(one, BaseException) for label in one.labels]
    assert sorted(placed) == sorted(set(placed))
    assert all(isinstance(one, DomainError) for one in results if isinstance(one, BaseException))
    for label in bought:
        assert ((await desk.label(label.id)).manifest_id is not None) == (label.id in placed)


async def test_a_label_is_voided_or_handed_over_and_never_both(everywhere: HandOver) -> None:
    desk = everywhere
    manifesting, store = desk.services.manifesting, desk.store.id
    for _ in range(4):
        [label] = await desk.labels(1)
        opened, voided = await asyncio.gather(
            manifesting.open(store, desk.van.id, [label.id]),
            desk.services.shipping.void(store, label.shipment_id, wait=5),
            return_exceptions=True,
        )
        assert isinstance(opened, BaseException) != isinstance(voided, BaseException)
        current = await desk.label(label.id)
        assert (current.manifest_id is None) == (current.state is LabelState.VOIDED)


async def test_two_closings_at_once_close_it_once(everywhere: HandOver) -> None:
    desk = everywhere
    Closing.closed.clear()
    await desk.labels(2, desk.closing)
    manifesting, store = desk.services.manifesting, desk.store.id
    manifest = (await manifesting.open(store, desk.closing.id)).manifest
    results = await asyncio.gather(
        *(manifesting.close(store, manifest.id, wait=10) for _ in range(2)), return_exceptions=True
    )
    assert sum(isinstance(one, ManifestClosed) for one in results) == 1
    assert len(Closing.closed) == 1


async def test_a_void_that_the_carrier_refused_is_not_tried_again_once_the_label_is_on_a_manifest(
    desk: HandOver,
) -> None:
    [label] = await desk.labels(1)
    await desk.services.manifesting.open(desk.store.id, desk.van.id)
    now = desk.services.office.now()
    refused = Effect(
        id="void-1",
        store_id=desk.store.id,
        account_id=desk.van.id,
        key=f"{VOID}:{label.shipment_id}",
        kind=VOID,
        subject=label.shipment_id,
        lane=Lane.INTERACTIVE,
        created_at=now,
        due_at=now,
    )
    async with desk.services.office.units.begin() as work:
        await work.outbox.owe(refused)
        await work.outbox.save(msgspec.structs.replace(refused, state=EffectState.REJECTED))
        await work.commit()
    with pytest.raises(WrongState, match="on a manifest"):
        await desk.services.ledgers.retry(desk.store.id, refused.id)
    shipment, _ = await desk.services.shipping.get(desk.store.id, label.shipment_id)
    assert shipment.state is ShipmentState.BOUGHT


async def test_a_carrier_that_takes_minutes_over_a_close_is_not_taken_for_dead(
    desk: HandOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, taken_over = desk.services.office, []

    async def slow(_: Closing, request: ManifestRequest) -> ClosedManifest:
        later = office.now() + timedelta(minutes=5)
        async with office.units.begin() as sweeping:
            taken_over.append(await sweeping.outbox.expire(later, look_at=later))
            await sweeping.commit()
        return ClosedManifest(references=("C-1",))

    monkeypatch.setattr(Closing, "close_manifest", slow)
    contents = await desk.services.manifesting.open(
        desk.store.id, desk.closing.id, [label.id for label in await desk.labels(2, desk.closing)]
    )
    closed, effect = await desk.services.manifesting.close(desk.store.id, contents.manifest.id, wait=10)
    assert (closed.manifest.state, effect.state, taken_over) == (ManifestState.CLOSED, EffectState.DONE, [[]])

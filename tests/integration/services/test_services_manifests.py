"""Manifests from opening to sealing: each label on one, nothing dropped without a word, and nothing changed that is signed."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from pypdf import PdfReader

from despacho_core.errors import (
    Conflict,
    DocumentMissing,
    DomainError,
    FileTooLarge,
    FileUnreadable,
    LabelNotFree,
    LabelsNotFree,
    ManifestClosed,
    ManifestEmpty,
    NotFound,
    WrongState,
)
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.manifest_records import read_record
from despacho_core.manifests import Manifest, ManifestState, Party, Reason
from despacho_core.shipments import LabelState, Shipment, ShipmentState
from despacho_services.manifesting_signing import MOST_DRAWING, MOST_SCAN, Signatory
from despacho_services.shipping import VOID
from tests.handover import Closing, HandOver, drawn, open_handover, pages


@pytest_asyncio.fixture
async def desk(sqlite_url: str, tmp_path: Path) -> AsyncIterator[HandOver]:
    """A hand-over desk."""
    Closing.refusal, Closing.documents = None, ()
    async with open_handover(sqlite_url, tmp_path) as opened:
        yield opened


@pytest_asyncio.fixture
async def everywhere(database_url: str, tmp_path: Path) -> AsyncIterator[HandOver]:
    """A hand-over desk on each database: what happens at once is kept apart by its locks."""
    Closing.refusal, Closing.documents = None, ()
    async with open_handover(database_url, tmp_path) as opened:
        yield opened


async def closed(desk: HandOver, count: int = 2) -> Manifest:
    """A closed manifest of the carrier with a close-out."""
    await desk.labels(count, desk.closing)
    opened = await desk.services.manifesting.open(desk.store.id, desk.closing.id)
    contents, _ = await desk.services.manifesting.close(desk.store.id, opened.manifest.id, wait=10)
    assert contents.manifest.state is ManifestState.CLOSED
    return contents.manifest


async def signed(desk: HandOver, manifest: Manifest) -> Manifest:
    for party, name, width in ((Party.MERCHANT, "Rosa Díaz", 600), (Party.CARRIER, "Luis Vera", 500)):
        manifest = await desk.services.signing.sign(
            desk.store.id, manifest.id, party=party, name=name, role="Bodega", drawing=drawn(width)
        )
    return manifest


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
    done = await closed(desk)
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
    manifest = await closed(desk)
    ours = await desk.services.manifesting.document(desk.store.id, manifest.id)
    theirs = await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)
    assert len(PdfReader(io.BytesIO(theirs)).pages) == 3
    assert [len(PdfReader(io.BytesIO(ours)).pages), manifest.carrier_references] == [2, ("C-1",)]


async def test_a_carriers_broken_document_holds_nothing_up(desk: HandOver) -> None:
    Closing.documents = (b"<html>Error 500</html>", pages(1))
    manifest = await closed(desk)
    assert manifest.problem == "1 of the carrier's 2 documents cannot be read"
    assert b"%PDF" in await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)


async def test_a_carrier_without_pages_has_none_to_show(desk: HandOver) -> None:
    manifest = await closed(desk)
    with pytest.raises(DocumentMissing):
        await desk.services.manifesting.carrier_document(desk.store.id, manifest.id)


# Signing


async def test_what_both_have_signed_is_sealed_with_a_digest_that_anybody_can_compute_again(desk: HandOver) -> None:
    Closing.documents = (pages(1),)
    manifest = await signed(desk, await closed(desk))
    assert manifest.state is ManifestState.SIGNED
    assert manifest.seal is not None
    document = await desk.services.manifesting.document(desk.store.id, manifest.id)
    assert hashlib.sha256(document).hexdigest() == manifest.seal.file_digest
    reader = PdfReader(io.BytesIO(document))
    attached = reader.attachments["manifest.json"][0]
    assert hashlib.sha256(attached).hexdigest() == manifest.seal.digest
    assert manifest.seal.digest in reader.pages[0].extract_text()
    record = read_record(attached)
    assert [(one.party, one.name) for one in record.signatures] == [("merchant", "Rosa Díaz"), ("carrier", "Luis Vera")]
    assert len(reader.pages[0].images) == 2, "both drawings are in their boxes"


async def test_the_confirmation_says_who_signed_and_nothing_before_it_is_closed(desk: HandOver) -> None:
    [label] = await desk.labels(1)
    opened = (await desk.services.manifesting.open(desk.store.id, desk.van.id)).manifest
    confirming = desk.services.confirming
    assert await confirming.by_token(opened.token) is None
    assert await confirming.by_token("") is None
    await desk.services.manifesting.close(desk.store.id, opened.id, wait=10)
    confirmation = await confirming.by_token(opened.token)
    assert confirmation is not None
    assert (confirmation.digest, confirmation.record.labels[0].tracking_number) == ("", label.tracking_number)
    sealed = await signed(desk, opened)
    confirmation = await confirming.by_token(opened.token)
    assert confirmation is not None
    assert sealed.seal is not None
    assert (confirmation.digest, confirmation.file_digest) == (sealed.seal.digest, sealed.seal.file_digest)


async def test_signed_paper_signs_for_both_and_is_bound_behind(desk: HandOver) -> None:
    manifest = await closed(desk)
    signed = await desk.services.signing.sign_on_paper(
        desk.store.id,
        manifest.id,
        scan=pages(2, "Papel firmado"),
        signatories={Party.CARRIER: Signatory(name="Luis Vera")},
    )
    assert signed.state is ManifestState.SIGNED
    assert [(one.party, one.name, one.on_paper) for one in signed.signatures] == [
        (Party.MERCHANT, "", True),
        (Party.CARRIER, "Luis Vera", True),
    ]
    reader = PdfReader(io.BytesIO(await desk.services.manifesting.document(desk.store.id, manifest.id)))
    assert [page.extract_text().strip() for page in reader.pages][-2:] == ["Papel firmado 1", "Papel firmado 2"]
    assert "Firmado en papel" in reader.pages[0].extract_text()


async def test_paper_completes_what_one_party_signed_on_a_screen(desk: HandOver) -> None:
    manifest = await closed(desk)
    signing = desk.services.signing
    await signing.sign(desk.store.id, manifest.id, party=Party.MERCHANT, name="Rosa", role="", drawing=drawn())
    signed = await signing.sign_on_paper(desk.store.id, manifest.id, scan=drawn(800, 1200, kind="JPEG"), signatories={})
    assert [(one.party, one.on_paper) for one in signed.signatures] == [(Party.MERCHANT, False), (Party.CARRIER, True)]


BAD_DRAWINGS = {
    "nothing": (b"", FileUnreadable),
    "no picture": (b"GIF89a", FileUnreadable),
    "half a picture": (drawn()[:300], FileUnreadable),
    "a blank one": (drawn(ink=False), FileUnreadable),
    "too many pixels": (drawn(4_200, 4_200, ink=False), FileUnreadable),
    "too many octets": (b"x" * (MOST_DRAWING + 1), FileTooLarge),
}


@pytest.mark.parametrize("what", BAD_DRAWINGS)
async def test_a_drawing_that_cannot_be_used_signs_nothing(desk: HandOver, what: str) -> None:
    content, refusal = BAD_DRAWINGS[what]
    manifest = await closed(desk)
    with pytest.raises(refusal):
        await desk.services.signing.sign(
            desk.store.id, manifest.id, party=Party.CARRIER, name="Luis", role="", drawing=content
        )
    assert (await desk.services.manifesting.get(desk.store.id, manifest.id)).manifest == manifest


BAD_SCANS = {
    "nothing": (b"", FileUnreadable),
    "a page of the web": (b"<html>%PDF</html>", FileUnreadable),
    "half a PDF": (pages(3)[:400], FileUnreadable),
    "a book": (pages(21), FileUnreadable),
    "a program": (b"MZ" + bytes(4000), FileUnreadable),
    "too many octets": (b"%PDF-1.4" + bytes(MOST_SCAN), FileTooLarge),
}


@pytest.mark.parametrize("what", BAD_SCANS)
async def test_a_scan_that_cannot_be_used_signs_nothing(desk: HandOver, what: str) -> None:
    content, refusal = BAD_SCANS[what]
    manifest = await closed(desk)
    with pytest.raises(refusal):
        await desk.services.signing.sign_on_paper(desk.store.id, manifest.id, scan=content, signatories={})
    assert (await desk.services.manifesting.get(desk.store.id, manifest.id)).manifest == manifest


async def test_both_sign_at_the_same_moment_and_neither_signature_is_lost(everywhere: HandOver) -> None:
    desk = everywhere
    manifest = await closed(desk)
    signing = desk.services.signing
    await asyncio.gather(
        *(signing.sign(desk.store.id, manifest.id, party=party, name=party.value, role="") for party in Party)
    )
    current = (await desk.services.manifesting.get(desk.store.id, manifest.id)).manifest
    assert (current.state, len(current.signatures)) == (ManifestState.SIGNED, 2)
    confirmation = await desk.services.confirming.by_token(current.token)
    assert confirmation is not None
    assert len(confirmation.record.signatures) == 2


async def test_of_two_who_sign_for_the_same_party_one_is_told(everywhere: HandOver) -> None:
    desk = everywhere
    manifest = await closed(desk)
    results = await asyncio.gather(
        *(
            desk.services.signing.sign(
                desk.store.id, manifest.id, party=Party.CARRIER, name=name, role="", drawing=drawn()
            )
            for name in ("Luis", "Eva")
        ),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in results) == ["Manifest", "WrongState"]


# What is signed


async def test_no_door_leads_into_a_signed_manifest(desk: HandOver) -> None:
    manifest = await signed(desk, await closed(desk))
    [late] = await desk.labels(1, desk.closing)
    store, services = desk.store.id, desk.services
    before = await services.manifesting.get(store, manifest.id)
    document = await services.manifesting.document(store, manifest.id)
    [one, _] = before.labels
    doors: list[tuple[Awaitable[object], type[DomainError]]] = [
        (services.manifesting.add(store, manifest.id, [late.id]), ManifestClosed),
        (services.manifesting.add(store, manifest.id, [late.id], skip=True), ManifestClosed),
        (services.manifesting.take_off(store, manifest.id, one.id), ManifestClosed),
        (services.manifesting.discard(store, manifest.id), ManifestClosed),
        (services.manifesting.close(store, manifest.id, wait=1), ManifestClosed),
        (services.manifesting.open(store, desk.closing.id, [one.id]), LabelNotFree),
        (services.signing.sign(store, manifest.id, party=Party.CARRIER, name="x", role=""), WrongState),
        (services.signing.sign_on_paper(store, manifest.id, scan=pages(1), signatories={}), WrongState),
        (services.shipping.void(store, one.shipment_id, wait=1), WrongState),
    ]
    for attempt, refusal in doors:
        with pytest.raises(refusal):
            await attempt
    effect = next(e for e in await services.ledgers.outbox(store) if e.subject == manifest.id)
    with pytest.raises(Conflict):
        await services.ledgers.retry(store, effect.id)
    renamed = msgspec.structs.replace(desk.store, name="Otro nombre")
    async with services.office.units.begin() as work:
        await work.stores.save(renamed)
        await work.commit()
    await services.accounts.remove(store, desk.closing.id)
    assert await services.manifesting.get(store, manifest.id) == before
    assert await services.manifesting.document(store, manifest.id) == document
    confirmation = await services.confirming.by_token(manifest.token)
    assert confirmation is not None
    assert confirmation.record.merchant.name == "Shop"


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

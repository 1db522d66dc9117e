"""Manifests signed on a screen or on paper, sealed, confirmed, and from then on as they were."""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Awaitable

import msgspec
import pytest
from pypdf import PageObject, PdfReader

from despacho_core.errors import (
    Conflict,
    DomainError,
    FileTooLarge,
    FileUnreadable,
    LabelNotFree,
    ManifestClosed,
    WrongState,
)
from despacho_core.manifest_records import RecordedParty, read_record
from despacho_core.manifests import Manifest, ManifestState, Party
from despacho_core.stores import CarrierCompany
from despacho_services.manifesting_signing import MOST_DRAWING, MOST_SCAN, Signatory
from tests.handover import Closing, HandOver, blank, drawn, pages


async def test_what_both_have_signed_is_sealed_with_a_digest_that_anybody_can_compute_again(desk: HandOver) -> None:
    Closing.documents = (pages(1),)
    manifest = await desk.signed(await desk.closed())
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
    sealed = await desk.signed(opened)
    confirmation = await confirming.by_token(opened.token)
    assert confirmation is not None
    assert sealed.seal is not None
    assert (confirmation.digest, confirmation.file_digest) == (sealed.seal.digest, sealed.seal.file_digest)


async def test_signed_paper_signs_for_both_and_is_bound_behind(desk: HandOver) -> None:
    manifest = await desk.closed()
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
    manifest = await desk.closed()
    signing = desk.services.signing
    await signing.sign(desk.store.id, manifest.id, party=Party.MERCHANT, name="Rosa", role="", drawing=drawn())
    signed = await signing.sign_on_paper(desk.store.id, manifest.id, scan=drawn(800, 1200, kind="JPEG"), signatories={})
    assert [(one.party, one.on_paper) for one in signed.signatures] == [(Party.MERCHANT, False), (Party.CARRIER, True)]


BAD_DRAWINGS = {
    "nothing": (b"", FileUnreadable),
    "no picture": (b"GIF89a", FileUnreadable),
    "half a picture": (drawn()[:300], FileUnreadable),
    "a blank one": (drawn(ink=False), FileUnreadable),
    "too many pixels": (blank(4_200, 4_200), FileUnreadable),
    "too many octets": (b"x" * (MOST_DRAWING + 1), FileTooLarge),
}


@pytest.mark.parametrize("what", BAD_DRAWINGS)
async def test_a_drawing_that_cannot_be_used_signs_nothing(desk: HandOver, what: str) -> None:
    content, refusal = BAD_DRAWINGS[what]
    manifest = await desk.closed()
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
    manifest = await desk.closed()
    with pytest.raises(refusal):
        await desk.services.signing.sign_on_paper(desk.store.id, manifest.id, scan=content, signatories={})
    assert (await desk.services.manifesting.get(desk.store.id, manifest.id)).manifest == manifest


async def test_both_sign_at_the_same_moment_and_neither_signature_is_lost(everywhere: HandOver) -> None:
    desk = everywhere
    manifest = await desk.closed()
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
    manifest = await desk.closed()
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
    manifest = await desk.signed(await desk.closed())
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


async def test_the_parties_are_named_as_the_merchant_has_said_when_it_was_closed(desk: HandOver) -> None:
    company = CarrierCompany(name="Reparto Sur SpA", tax_id="76.795.561-8", address="Camino Uno 7, Maipú")
    await desk.services.manifest_parties.name_carrier(desk.store.id, desk.closing.id, company)
    manifest = await desk.closed()
    await desk.services.manifest_parties.name_carrier(desk.store.id, desk.closing.id, CarrierCompany(name="Otra SpA"))
    await desk.signed(manifest)
    confirmation = await desk.services.confirming.by_token(manifest.token)
    assert confirmation is not None
    carrier = RecordedParty(name="closing · Reparto Sur SpA", tax_id="RUT 76.795.561-8", address="Camino Uno 7, Maipú")
    assert confirmation.record.carrier == carrier
    [text] = [page.extract_text() for page in await document_pages(desk, manifest)]
    assert "RUT 76.795.561-8" in text


async def document_pages(desk: HandOver, manifest: Manifest) -> list[PageObject]:
    content = await desk.services.manifesting.document(desk.store.id, manifest.id)
    return list(PdfReader(io.BytesIO(content)).pages)

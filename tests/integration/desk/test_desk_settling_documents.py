"""Documents of which nobody knows whether they were issued: looked for, or settled by the number that a person found."""

from __future__ import annotations

from datetime import timedelta

import httpx
import msgspec
import pytest

from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from tests.handover import pages
from tests.telling import told
from tests.web import API, Browser, Web, path_of, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = "/app/invoices"


async def in_doubt(web: Web) -> Invoice:
    """A document whose worker died before it could ask for it, and nobody knows that."""
    services, order = web.town.services, web.town.sandbox.store.place_order(web.store.code)
    await web.town.webhook(order)
    await services.work.drain_inbox()
    (invoice,) = (await services.reading.order(web.store.id, order.id)).invoices
    async with services.office.units.begin() as work:
        (effect,) = await work.outbox.of_subject(web.store.id, invoice.id)
        assert await work.outbox.claim_one(effect.id, now=web.town.clock.now(), lease=timedelta(seconds=1))
        await work.commit()
    web.town.clock.turn(2)
    assert await services.runner.expire()
    assert (await current(web, invoice)).state is InvoiceState.UNCERTAIN
    return invoice


async def lost(web: Web) -> Invoice:
    """A document that the system issued, and whose answer was lost."""
    await web.town.fault("openfactura", "fail_after", "issue")
    order = web.town.sandbox.store.place_order(web.store.code)
    await web.town.webhook(order)
    await web.town.work(rounds=2)
    (invoice,) = (await web.town.services.reading.order(web.store.id, order.id)).invoices
    assert invoice.state is InvoiceState.UNCERTAIN
    return invoice


async def current(web: Web, invoice: Invoice) -> Invoice:
    return await web.town.services.invoicing.get(web.store.id, invoice.id)


def number_there(web: Web, invoice: Invoice) -> str:
    """The document's number as the system's own pages show it."""
    (found,) = web.town.sandbox.openfactura.documents_for(str(invoice.order_number))
    return f"{found.kind}-{found.folio}"


async def settled(web: Web, browser: Browser, invoice: Invoice, *, pdf: bytes | None = None, **fields: str) -> str:
    """What is said to somebody who found it."""
    data = {"csrf": browser.csrf, "how": "issued", **fields}
    files = {"pdf": ("document.pdf", pdf, "application/pdf")} if pdf is not None else None
    answer: httpx.Response = await browser.client.post(f"{LIST}/{invoice.id}/settle", data=data, files=files)
    return told(answer)[0]


async def test_a_document_in_doubt_is_explained_and_found_by_looking_again(web: Web, browser: Browser) -> None:
    invoice = await lost(web)
    text = await browser.read(f"{LIST}/{invoice.id}")
    assert "Nobody knows whether this document was issued" in text
    assert invoice.reference in text
    assert f"{LIST}/{invoice.id}" in await browser.read(f"{LIST}?view=open")
    answer = await browser.send(f"{LIST}/{invoice.id}/settle", how="look")
    assert told(answer)[0] == "success"
    assert (await current(web, invoice)).state is InvoiceState.ISSUED
    assert told(await browser.send(f"{LIST}/{invoice.id}/settle", how="look"))[0] == "danger", "settled already"
    assert await settled(web, browser, invoice, number="39-4711") == "danger"


async def test_what_a_person_found_counts_as_issued_under_its_number(web: Web, browser: Browser) -> None:
    invoice = await lost(web)
    number, paper = number_there(web, invoice), pages(text="Boleta")
    assert await settled(web, browser, invoice, number=f" folio {number} ", pdf=paper, note="seen there") == "success"
    found = await current(web, invoice)
    assert (found.state, found.public_id, found.problem) == (InvoiceState.ISSUED, number, None)
    assert found.folio == number.partition("-")[2]
    opened = await web.client.get(path_of(web.town.services.office.links.document(found.token)))
    assert (opened.status_code, opened.content) == (200, paper)
    await web.town.work(seconds=60)
    attached = web.town.sandbox.store.documents(invoice.order_number, web.store.code)
    assert [one.public_id for one in attached] == [number], "the store's order shows it"
    body = msgspec.json.encode({"order": {"id": invoice.order_number}})
    answer = await web.town.services.button.press(web.store, body)
    assert answer.public_id == number, "the store's button gives the same one"
    assert len(web.town.sandbox.openfactura.documents_for(str(invoice.order_number))) == 1

    credit = await browser.send(f"{LIST}/{invoice.id}/credit", what="rest", notes="0")
    note = await web.town.services.invoicing.get(web.store.id, credit.headers["location"].rpartition("/")[2])
    assert (note.state, note.kind) == (InvoiceState.ISSUED, DocumentKind.CREDIT_NOTE), "it can be taken back"
    assert note.document.credits is not None
    assert note.document.credits.folio == found.folio


async def test_a_number_is_one_documents_alone(web: Web, browser: Browser) -> None:
    first, second, third = [await in_doubt(web) for _ in range(3)]
    assert await settled(web, browser, first, number="39-88001") == "success"
    for taken in ("39-88001", "88001", "Nº 39-0088001"):
        assert await settled(web, browser, second, number=taken) == "danger", taken
    assert (await current(web, second)).state is InvoiceState.UNCERTAIN
    assert await settled(web, browser, second, number="41-88001") == "success", "another type counts for itself"
    assert await settled(web, browser, third, number="88001") == "danger"
    assert await settled(web, browser, first, number="39-88002") == "danger", "what is settled keeps its number"


async def test_what_is_no_number_or_no_pdf_settles_nothing(web: Web, browser: Browser) -> None:
    invoice = await in_doubt(web)
    for number in ("", "folio", "39-\u200b", "9" * 41):
        assert await settled(web, browser, invoice, number=number) == "danger", number
    assert await settled(web, browser, invoice, number="39-88100", pdf=b"<script>") == "danger", "no PDF"
    assert await settled(web, browser, invoice, number="39-88100", pdf=b"%PDF-" + b" " * 5_000_000) == "danger"
    assert (await current(web, invoice)).state is InvoiceState.UNCERTAIN


async def test_what_was_only_said_to_be_issued_asks_for_its_number_and_then_for_its_pdf(
    web: Web, browser: Browser
) -> None:
    invoice = await in_doubt(web)
    (effect,) = [one for one in await web.town.services.ledgers.outbox(web.store.id) if one.subject == invoice.id]
    text = await browser.read(f"/app/activity/outbox/{effect.id}")
    assert f'href="{LIST}/{invoice.id}">Settle it there' in text
    await web.town.services.ledgers.resolve(web.store.id, effect.id, happened=True, note="asked by telephone")
    text = await browser.read(f"{LIST}/{invoice.id}")
    assert "It was issued, and its number is missing" in text
    assert "Look again now" not in text
    assert await settled(web, browser, invoice, number="39-88200") == "success"
    assert (await current(web, invoice)).state is InvoiceState.ISSUED
    text = await browser.read(f"{LIST}/{invoice.id}")
    assert "Its PDF is missing" in text
    assert f"{LIST}/{invoice.id}/document.pdf" not in text
    paper = pages()
    assert await settled(web, browser, invoice, number="39-88200", pdf=paper) == "success"
    opened = await browser.client.get(f"{LIST}/{invoice.id}/document.pdf")
    assert opened.content == paper
    assert "Its PDF is missing" not in await browser.read(f"{LIST}/{invoice.id}")


async def test_a_document_that_is_not_there_is_issued_once_more_when_a_person_says_so(
    web: Web, browser: Browser
) -> None:
    invoice = await in_doubt(web)
    assert told(await browser.send(f"{LIST}/{invoice.id}/settle", how="again"))[0] == "success"
    await web.town.work(seconds=1)
    assert (await current(web, invoice)).state is InvoiceState.ISSUED


async def test_a_program_settles_documents_and_labels_by_their_numbers(web: Web) -> None:
    invoice, other = await in_doubt(web), await in_doubt(web)
    where = f"{API}/invoices/{invoice.id}/settle"
    for wrong in ({"issued": True}, {"issued": False, "number": "1"}, {"issued": True, "number": "1", "odd": 1}):
        assert problem(await web.api.post(where, json={"note": "x", **wrong})) == (422, "invalid-body")
    answer = await web.api.post(where, json={"issued": True, "number": "39-88300", "note": "found"})
    assert (answer.status_code, answer.json()["public_id"], answer.json()["state"]) == (200, "39-88300", "issued")
    taken = await web.api.post(
        f"{API}/invoices/{other.id}/settle", json={"issued": True, "number": "39-88300", "note": "found"}
    )
    assert problem(taken) == (409, "document-number-taken")
    odd = await web.api.post(
        f"{API}/invoices/{other.id}/settle", json={"issued": True, "number": "39-1", "note": "x", "pdf": "%%%"}
    )
    assert problem(odd) == (422, "file-unreadable")
    again = await web.api.post(f"{API}/invoices/{other.id}/settle", json={"issued": False, "note": "not there"})
    assert again.json()["state"] == "requested"

    order = await web.order()
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    bought = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())
    where = f"{API}/shipments/{bought.json()['id']}/settle"
    assert problem(await web.api.post(where, json={"bought": True, "note": "x"})) == (422, "invalid-body")
    answer = await web.api.post(where, json={"bought": True, "tracking_numbers": ["z991"], "note": "by telephone"})
    assert answer.status_code == 200, answer.text
    assert [one["tracking_number"] for one in answer.json()["labels"]] == ["Z991"]
    assert problem(await web.api.post(where, json={"bought": False, "note": "x"})) == (409, "wrong-state")

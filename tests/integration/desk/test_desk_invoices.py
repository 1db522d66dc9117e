"""Documents in the App: waiting with reason and remedy, mended there, issued, credited in whole or in part, settled."""

from __future__ import annotations

import asyncio
import re

import msgspec
import pytest

from despacho_core.errors import NoAccount
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.ledgers import EffectState
from despacho_core.waiting import waiting_for
from despacho_sandbox.store.order import AdditionalField, BillingInformation, Order
from tests.telling import told
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIST = "/app/invoices"
WAITING = f"{LIST}/waiting"
RUT = "76.430.498-5"


async def waiting_for_tax_id(web: Web) -> Order:
    """An order that asks for an invoice and names a company, and no tax id."""
    order = web.town.sandbox.store.place_order(web.store.code)
    assert order.billing_address is not None
    order.billing_address = msgspec.structs.replace(order.billing_address, taxid=None)
    order.billing_information = BillingInformation(
        company_name="Ferretería Austral SpA", business_activity="Venta al por menor"
    )
    order.additional_fields = [AdditionalField(label="Documento", value="Factura")]
    await web.town.take_in(order)
    return order


async def issued(web: Web, kind: str = "simple") -> Invoice:
    """The document of a new order."""
    order = await web.order(kind)
    return await web.town.services.invoicing.invoice(web.store.id, order.id, wait=10)


async def of_order(web: Web, number: int) -> list[Invoice]:
    return list((await web.town.services.reading.order(web.store.id, number)).invoices)


async def current(web: Web, invoice: Invoice) -> Invoice:
    return await web.town.services.invoicing.get(web.store.id, invoice.id)


async def test_an_invoice_refused_for_a_missing_tax_id_is_mended_right_there(web: Web, browser: Browser) -> None:
    order = await waiting_for_tax_id(web)
    text = await browser.read(WAITING)
    assert f"Order {order.id}" in text
    assert "RUT" in text, "the reason"
    assert "Correct the buyer" in text, "the remedy"
    assert f"{WAITING}/{order.id}" in text, "where to mend it"
    assert "waits for a document" in await browser.read(LIST)
    form = await browser.read(f"{WAITING}/{order.id}")
    assert re.search(r'id="tax_id"[^>]*aria-invalid="true"', form), "what is missing is marked"
    assert 'value="Ferretería Austral SpA"' in form, "what is known is there already"
    wrong = await browser.send(f"{WAITING}/{order.id}/billing", tax_id="76.430.498-6", how="issue")
    assert told(wrong)[0] == "danger"
    assert await of_order(web, order.id) == []
    fields = dict(re.findall(r'<input class="form-control[^"]*" id="(\w+)" name="\w+" value="([^"]*)"', form))
    answer = await browser.send(f"{WAITING}/{order.id}/billing", **{**fields, "tax_id": RUT}, how="issue")
    assert told(answer) == ("success", "The document is issued.")
    (invoice,) = await of_order(web, order.id)
    assert answer.headers["location"] == f"{LIST}/{invoice.id}"
    assert (invoice.kind, invoice.document.buyer.tax_id) == (DocumentKind.INVOICE, "76430498-5")
    mended = (await web.town.services.reading.order(web.store.id, order.id)).record.billing
    assert mended is not None
    assert (mended.tax_id, mended.name, mended.street) == (RUT, None, None), "only what differs from the order is kept"
    assert f"Order {order.id}<" not in await browser.read(WAITING)
    assert "has a document" in await browser.read(f"{WAITING}/{order.id}")


async def test_a_receipt_may_be_chosen_instead(web: Web, browser: Browser) -> None:
    order = await waiting_for_tax_id(web)
    told(await browser.send(f"{WAITING}/{order.id}/billing", kind="receipt", how="issue"))
    (invoice,) = await of_order(web, order.id)
    assert invoice.kind is DocumentKind.RECEIPT


async def test_data_may_be_saved_alone_and_taken_back(web: Web, browser: Browser) -> None:
    order = await waiting_for_tax_id(web)
    assert told(await browser.send(f"{WAITING}/{order.id}/billing", tax_id=RUT, how="save")) == ("success", "Saved.")
    assert await of_order(web, order.id) == []
    assert f'value="{RUT}"' in await browser.read(f"{WAITING}/{order.id}")
    await browser.send(f"{WAITING}/{order.id}/billing", how="save")
    assert f'value="{RUT}"' not in await browser.read(f"{WAITING}/{order.id}")


async def test_what_waits_is_tried_again_or_dismissed(web: Web, browser: Browser) -> None:
    order = await waiting_for_tax_id(web)
    kind, said = told(await browser.send(f"{WAITING}/{order.id}/retry", purpose="sale"))
    assert (kind, "RUT" in said) == ("danger", True)
    assert told(await browser.send(f"{WAITING}/{order.id}/dismiss"))[0] == "success"
    assert f"Order {order.id}<" not in await browser.read(WAITING)
    assert (await browser.send(f"{WAITING}/999999/dismiss")).status_code == 404


async def test_a_document_is_found_by_every_number_that_it_has(web: Web, browser: Browser) -> None:
    invoice, other = await issued(web), await issued(web)
    for text in (str(invoice.order_number), f"#{invoice.order_number}", invoice.public_id, invoice.folio):
        page = await browser.read(f"{LIST}?text={str(text).replace('#', '%23')}")
        assert f"{LIST}/{invoice.id}" in page, text
        assert f"{LIST}/{other.id}" not in page or text == invoice.folio
    assert f"{LIST}/{invoice.id}" in await browser.read(f"{LIST}?kind=receipt")
    assert f"{LIST}/{invoice.id}" not in await browser.read(f"{LIST}?kind=credit_note")
    assert f"{LIST}/{invoice.id}" not in await browser.read(f"{LIST}?view=refused")


async def test_a_document_shows_lines_and_totals_and_opens(web: Web, browser: Browser) -> None:
    invoice = await issued(web)
    text = await browser.read(f"{LIST}/{invoice.id}")
    assert str(invoice.public_id) in text
    for line in invoice.document.lines:
        assert line.name in text
    assert "$15.980" in text
    pdf = await browser.client.get(f"{LIST}/{invoice.id}/document.pdf")
    assert pdf.content.startswith(b"%PDF")


async def test_what_is_issued_and_not_attached_says_that_it_repairs_itself(web: Web, browser: Browser) -> None:
    await web.town.fault("jumpseller", "fail_before", "documents.create", times=3)
    order = web.town.sandbox.store.place_order(web.store.code)
    await web.town.webhook(order)
    await web.town.work(rounds=2)
    (invoice,) = await of_order(web, order.id)
    assert (invoice.state, invoice.attached_at) == (InvoiceState.ISSUED, None)
    assert "repairs itself" in await browser.read(f"{LIST}/{invoice.id}")
    assert f"{LIST}/{invoice.id}" in await browser.read(f"{LIST}?view=not_attached")
    await web.town.work(seconds=120, rounds=20)
    assert "Attached to the order" in await browser.read(f"{LIST}/{invoice.id}")
    assert f"{LIST}/{invoice.id}" not in await browser.read(f"{LIST}?view=not_attached")


async def test_what_the_store_refused_to_attach_is_tried_again_by_a_click(web: Web, browser: Browser) -> None:
    await web.town.fault("jumpseller", "fail_before", "documents.create", times=1)
    order = web.town.sandbox.store.place_order(web.store.code)
    await web.town.webhook(order)
    await web.town.work(rounds=2)
    (invoice,) = await of_order(web, order.id)
    async with web.town.services.office.units.begin() as work:
        (effect,) = [one for one in await work.outbox.of_subject(web.store.id, invoice.id) if one.kind == "attach"]
        now = web.town.clock.now()
        refused = {"state": EffectState.REJECTED, "message": "order is locked", "settled_at": now, "claim": None}
        await work.outbox.save(msgspec.structs.replace(effect, lease_until=None, **refused))
        await work.commit()
    text = await browser.read(f"{LIST}/{invoice.id}")
    assert "refused to attach" in text
    assert "order is locked" in text
    assert told(await browser.send(f"{LIST}/{invoice.id}/attach"))[0] == "success"
    await web.town.work(seconds=30)
    assert "Attached to the order" in await browser.read(f"{LIST}/{invoice.id}")
    assert told(await browser.send(f"{LIST}/{invoice.id}/attach"))[0] == "danger", "done already"


async def test_a_credit_note_that_waits_is_tried_again(web: Web, browser: Browser) -> None:
    invoice = await issued(web)
    why = waiting_for(
        NoAccount(capability="issue credit notes"),
        store_id=web.store.id,
        order_number=invoice.order_number,
        at=web.town.clock.now(),
        purpose=invoice.id,
    )
    async with web.town.services.office.units.begin() as work:
        await work.waiting.keep(why)
        await work.commit()
    text = await browser.read(WAITING)
    assert f"Order {invoice.order_number}</a> · Credit note" in text
    assert 'href="/app/accounts"' in text, "where it is mended"
    assert (await browser.send(f"{WAITING}/{invoice.order_number}/retry", purpose="another's")).status_code == 404
    answer = await browser.send(f"{WAITING}/{invoice.order_number}/retry", purpose=invoice.id)
    assert told(answer) == ("success", "The credit note is issued.")
    assert f"Order {invoice.order_number}</a> · Credit note" not in await browser.read(WAITING)


async def test_lines_are_credited_and_then_what_is_left(web: Web, browser: Browser) -> None:
    invoice = await issued(web)
    path = f"{LIST}/{invoice.id}"
    for fields in (
        {},
        {"line": "x"},
        {"line": "1", "quantity-1": "many"},
        {"line": "1", "amount-1": "NaN"},
        {"line": "9"},
        {"line": "1", "quantity-1": "99"},
    ):
        assert told(await browser.send(f"{path}/credit", what="lines", notes="0", **fields))[0] == "danger", fields
    answer = await browser.send(f"{path}/credit", **{"what": "lines", "notes": "0", "line": "2", "amount-2": "1990,5"})
    assert told(answer) == ("danger", "Amounts in CLP have no decimals.")
    answer = await browser.send(
        f"{path}/credit", **{"what": "lines", "notes": "0", "line": "2", "amount-2": "$ 1.990"}, reason="Envío tardío"
    )
    assert told(answer) == ("success", "The credit note is issued.")
    note = await browser.read(answer.headers["location"])
    assert "Envío tardío" in note
    assert path in note, "leads back to what it takes back"
    text = await browser.read(path)
    assert "What is left of it:" in text
    answer = await browser.send(f"{path}/credit", what="rest", notes="1")
    assert told(answer)[0] == "success"
    text = await browser.read(path)
    assert "Credited" in text
    assert "Take back with a credit note" not in text
    assert (await current(web, invoice)).credited_at is not None


async def test_a_form_that_is_sent_twice_credits_once(web: Web, browser: Browser) -> None:
    invoice = await issued(web)
    fields = {"what": "lines", "notes": "0", "line": "1", "amount-1": "1000"}
    answers = await asyncio.gather(*(browser.send(f"{LIST}/{invoice.id}/credit", **fields) for _ in range(3)))
    assert sorted(told(answer)[0] for answer in answers) == ["danger", "danger", "success"]
    notes = [one for one in await of_order(web, invoice.order_number) if one.kind is DocumentKind.CREDIT_NOTE]
    assert len(notes) == 1


async def test_a_stranger_finds_nothing(web: Web, browser: Browser, stranger: Browser) -> None:
    invoice, order = await issued(web), await waiting_for_tax_id(web)
    for path in (f"{LIST}/{invoice.id}", f"{LIST}/{invoice.id}/document.pdf", f"{WAITING}/{order.id}"):
        assert (await stranger.client.get(path)).status_code == 404, path
    for path in (f"{LIST}/{invoice.id}/credit", f"{LIST}/{invoice.id}/settle", f"{LIST}/{invoice.id}/attach"):
        assert (await stranger.send(path, what="rest", how="look")).status_code == 404, path
    for what in ("billing", "retry", "dismiss"):
        answer = await stranger.send(f"{WAITING}/{order.id}/{what}", kind="receipt", how="issue", purpose="sale")
        assert answer.status_code == 404, what
    assert invoice.id not in await stranger.read(f"{LIST}?text={invoice.order_number}")
    assert f"Order {order.id}<" not in await stranger.read(WAITING)
    assert await of_order(web, order.id) == []


async def test_what_buyers_write_is_text_on_pages(web: Web, browser: Browser) -> None:
    order = await waiting_for_tax_id(web)
    hostile = '"><script>alert(1)</script>'
    await browser.send(f"{WAITING}/{order.id}/billing", name=hostile, tax_id=RUT, how="save")
    assert "<script>alert" not in await browser.read(f"{WAITING}/{order.id}")
    await browser.send(f"{WAITING}/{order.id}/billing", name=hostile, tax_id=RUT, how="issue")
    (invoice,) = await of_order(web, order.id)
    for path in (LIST, f"{LIST}/{invoice.id}", f"{LIST}?text={hostile}"):
        text = await browser.read(path)
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "Esperan un documento"), ("pt", "À espera de um documento"), ("en", "Waiting for a document")],
)
async def test_the_list_of_what_waits_speaks_the_visitors_language(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read(WAITING)


@pytest.mark.parametrize("query", ["view=nothing&kind=nothing", "before=2026-01-01T00:00:00", "text=%25"])
async def test_an_address_with_anything_in_it_is_a_page(browser: Browser, query: str) -> None:
    await browser.read(f"{LIST}?{query}")

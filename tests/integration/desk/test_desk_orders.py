"""The list of orders: looked through, views kept, orders chosen across pages, and what is done with many at once."""

from __future__ import annotations

import html
import re

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_core.ledgers import Lane
from despacho_core.shipments import ShipmentState
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import Preselection
from despacho_core.stores import InvoiceTrigger
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def _rule(web: Web) -> None:
    """Orders for which nobody chose go with Chilexpress; documents are issued when somebody asks."""
    store = await web.town.services.office.store(web.store.id)
    by_hand = msgspec.structs.replace(store.settings, invoices=InvoiceTrigger.MANUAL)
    await web.town.services.installation.change_settings(store.id, by_hand)
    plan = ShippingPlan(preselections=(Preselection(account="chilexpress", service_code="3"),))
    await web.town.services.plans.save(web.store.id, plan, expected=None)


def _numbers(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'href="/app/orders/(\d+)"', text)]


async def test_orders_are_listed_with_where_they_stand(web: Web, browser: Browser) -> None:
    order = await web.order()
    text = await browser.read("/app/orders?status=paid&shipping=missing")
    assert order.id in _numbers(text)
    assert "No label yet" in text
    assert order.id not in _numbers(await browser.read("/app/orders?shipping=delivered"))


async def test_the_views_of_every_store_are_links(web: Web, browser: Browser) -> None:
    text = await browser.read("/app/orders?status=paid&shipping=missing")
    active = re.search(r'<a class="nav-link text-nowrap active" href="([^"]+)" aria-current="page">([^<]+)', text)
    assert active is not None
    assert active.groups() == ("/app/orders?status=paid&amp;shipping=missing", "To ship today")


async def test_a_view_is_kept_under_a_name_and_forgotten_again(web: Web, browser: Browser, stranger: Browser) -> None:
    sent = {"name": " <b>Faraway</b>  paid ", "query": "text=norte&status=paid&evil=1&shipping=nonsense"}
    answer = await browser.send("/app/orders/views", **sent)
    assert answer.headers["location"] == "/app/orders?text=norte&status=paid", "what the list does not know is left out"
    text = await browser.read("/app/orders")
    assert "&lt;b&gt;Faraway&lt;/b&gt; paid" in text
    assert "<b>Faraway" not in text
    assert "Faraway" not in await stranger.read("/app/orders")
    await stranger.send("/app/orders/views/forget", name="<b>Faraway</b> paid")
    assert "Faraway" in await browser.read("/app/orders")
    await browser.send("/app/orders/views/forget", name="<b>Faraway</b> paid")
    assert "Faraway" not in await browser.read("/app/orders")


async def test_a_view_needs_a_name(browser: Browser) -> None:
    answer = await browser.send("/app/orders/views", name="  ", query="status=paid")
    assert answer.status_code == 303
    assert "A view needs a name" in (await browser.client.get(answer.headers["location"])).text or answer.headers[
        "set-cookie"
    ].startswith("despacho_said=")


async def test_what_is_chosen_is_carried_to_other_pages_and_never_into_the_address(web: Web, browser: Browser) -> None:
    orders = [await web.order() for _ in range(2)]
    first, second = orders[0].id, orders[1].id
    query = f"/app/orders?before={second}&order={second}&order={first}"
    answer = await browser.client.get(query, headers={"hx-request": "true"})
    assert answer.headers["hx-push-url"] == f"/app/orders?before={second}"
    assert f'<input type="hidden" name="order" value="{second}">' in answer.text
    assert re.search(rf'name="order" value="{first}" checked', answer.text)
    assert "1 more order is chosen on other pages." in answer.text


async def test_the_same_form_sent_twice_is_one_batch_and_another_choice_another(web: Web, browser: Browser) -> None:
    first, second = (await web.order()).id, (await web.order()).id

    async def sent(*numbers: int) -> str:
        answer = await browser.send("/app/orders/labels", order=[str(one) for one in numbers], key="once")
        return str(answer.headers["location"])

    assert await sent(first) == await sent(first)
    assert await sent(first) != await sent(second), "a page that the browser kept may be sent with another choice"
    await web.town.work()
    shipments = (await web.town.services.reading.order(web.store.id, first)).shipments
    assert [one.state for one, _ in shipments] == [ShipmentState.BOUGHT]


async def test_all_chosen_go_with_one_service_where_that_is_said(web: Web, browser: Browser) -> None:
    number = (await web.order()).id
    offered = re.findall(r'<option value="([^"|]+\|[^"]+)"', await browser.read("/app/orders"))
    other = next(one for one in offered if one.startswith(web.town.carrier.id) and not one.endswith("|3"))
    await browser.send("/app/orders/labels", **{"order": str(number), "with": other})
    await web.town.work()
    ((shipment, _),) = (await web.town.services.reading.order(web.store.id, number)).shipments
    assert f"{shipment.account_id}|{shipment.service_code}" == other


async def test_another_stores_account_buys_nothing(web: Web, browser: Browser) -> None:
    number = (await web.order()).id
    form = {"order": str(number), "with": f"{web.other_carrier.id}|3"}
    path = (await browser.send("/app/orders/labels", **form)).headers["location"]
    await web.town.work()
    assert "Refused" in await browser.read(path)
    assert (await web.town.services.reading.order(web.store.id, number)).shipments == ()


async def test_nothing_chosen_is_said_and_nothing_done(browser: Browser) -> None:
    for path in ("labels", "manifests", "documents", "print"):
        answer = await browser.send(f"/app/orders/{path}")
        assert answer.status_code == 422, path
        assert "<h1>" in answer.text


async def _bought(web: Web, browser: Browser, count: int) -> list[int]:
    numbers = [(await web.order()).id for _ in range(count)]
    await browser.send("/app/orders/labels", order=[str(one) for one in numbers])
    await web.town.work()
    return numbers


async def test_chosen_orders_are_printed_in_picking_order(web: Web, browser: Browser) -> None:
    numbers = await _bought(web, browser, 2)
    form = {"order": [str(one) for one in numbers], "sequence": "number"}
    answer = await browser.send("/app/orders/print", what="labels.pdf", **form)
    assert answer.headers["location"] == f"/app/orders/labels.pdf?numbers={numbers[0]}.{numbers[1]}&order=number"
    printed = await browser.client.get(answer.headers["location"])
    assert printed.headers["despacho-labels"] == "2"
    without = (await web.order()).id
    asked = {**form, "order": [str(one) for one in (*numbers, without)]}
    first = (await browser.send("/app/orders/print", what="labels.pdf", **asked)).headers["location"]
    text = await browser.read(first)
    assert "2 of 3 orders have a label that can be printed." in text
    assert text.count(">Is printed<") == 2
    assert "It has no label." in text
    (paper,) = re.findall(r'href="(/app/orders/labels.pdf[^"]+)"', text)
    assert (await browser.client.get(html.unescape(paper))).headers["despacho-left-out"] == ""
    assert f'name="order" value="{without}"' in text, "labels for the others are a press away"
    slips = await browser.send("/app/orders/print", what="packing-slips.pdf", **form)
    assert (await browser.client.get(slips.headers["location"])).content[:5] == b"%PDF-"
    zpl = await browser.client.get(f"/app/orders/labels.zpl?numbers={numbers[0]}")
    assert "^XA" in zpl.text


async def test_chosen_orders_go_on_one_manifest_for_each_account(web: Web, browser: Browser) -> None:
    numbers = await _bought(web, browser, 2)
    without = (await web.order()).id
    answer = await browser.send("/app/orders/manifests", order=[str(one) for one in (*numbers, without)])
    text = await browser.read(answer.headers["location"])
    assert len(set(re.findall(r'href="/app/manifests/([^"]+)"', text))) == 1
    assert text.count("Manifest 1</a>") == 2 or text.count("/app/manifests/") >= 2
    assert "it has no label that can be handed over" in text
    assert text.count(">Put on it now<") == 2
    assert f'name="order" value="{without}"' in text, "its label is a press away"
    later = await _bought(web, browser, 1)
    both = await browser.send("/app/orders/manifests", order=[str(one) for one in (numbers[0], later[0], 999_999_999)])
    text = await browser.read(both.headers["location"])
    assert (text.count(">Put on it now<"), text.count(">Was on it before<")) == (1, 1)
    assert "There is no such order." in text
    again = await browser.send("/app/orders/manifests", order=[str(one) for one in numbers])
    assert "despacho_said=" in again.headers["set-cookie"], "there is nothing left to put on one"
    assert len(set(re.findall(r'href="/app/manifests/([^"]+)"', await browser.read(again.headers["location"])))) == 1


async def test_documents_of_chosen_orders_are_issued_or_wait_with_the_reason(web: Web, browser: Browser) -> None:
    fine = (await web.order()).id
    foreign = web.town.sandbox.store.place_order(web.store.code)
    foreign.currency = "EUR"
    await web.town.take_in(foreign)
    unpaid = web.town.sandbox.store.place_order(web.store.code, status="pending_payment")
    await web.town.take_in(unpaid)
    answer = await browser.send("/app/orders/documents", order=[str(fine), str(foreign.id), str(unpaid.id)])
    path = answer.headers["location"]
    assert path.startswith("/app/invoices/batches/")
    text = await browser.read(path)
    assert "of 3 orders are settled." in text
    assert 'hx-trigger="load delay:1s"' in text, "it follows by itself"
    await web.town.work()
    text = await browser.read(path)
    assert "3 of 3 orders are settled." in text
    assert "hx-trigger" not in text.partition('id="documents"')[2].partition(">")[0]
    assert "Document issued" in text
    issued = await web.town.services.invoicing.invoice(web.store.id, fine, wait=5)
    assert f'<a href="/app/invoices/{issued.id}">' in text
    assert f">{issued.public_id}</span>" in text
    assert "EUR" in text, "the reason stands beside it"
    assert "Add or mend the invoicing account" in text, "and what to do about it"
    assert "is pending_payment, not paid" in text
    again = _again(text)
    assert again["order"] == [str(foreign.id), str(unpaid.id)], "what was refused may be tried once more"
    second = (await browser.send("/app/orders/documents", **again)).headers["location"]
    assert second != path
    assert (await browser.send("/app/orders/documents", **again)).headers["location"] == second


def _again(text: str) -> dict[str, list[str]]:
    """The fields of the form that tries the refused ones again."""
    form = text.partition('action="/app/orders/documents"')[2].partition("</form>")[0]
    fields = re.findall(r'name="(order|key)" value="([^"]+)"', form)
    return {name: [value for one, value in fields if one == name] for name in ("order", "key")}


async def test_the_same_press_is_one_batch_of_documents(web: Web, browser: Browser) -> None:
    number = (await web.order()).id
    form = {"order": str(number), "key": "one press"}
    paths = [(await browser.send("/app/orders/documents", **form)).headers["location"] for _ in range(2)]
    assert paths[0] == paths[1]
    other = await browser.send("/app/orders/labels", **form)
    assert "/app/batches/" in other.headers["location"], "the same page's key with another wish is another batch"
    await web.town.work()
    order = await web.town.services.reading.order(web.store.id, number)
    assert len(order.invoices) == 1


async def test_a_stranger_finds_nothing_of_it(web: Web, browser: Browser, stranger: Browser) -> None:
    numbers = await _bought(web, browser, 1)
    batch = await browser.send("/app/orders/labels", order=str((await web.order()).id))
    path = batch.headers["location"]
    for theirs in (path, f"{path}/labels.pdf", f"{path}/labels.zpl", f"{path}/packing-slips.pdf"):
        assert (await stranger.client.get(theirs)).status_code == 404, theirs
    text = f"numbers={numbers[0]}"
    assert _numbers(await stranger.read(f"/app/orders/manifests?{text}")) == []
    documents = await browser.send("/app/orders/documents", order=str(numbers[0]))
    assert (await stranger.client.get(documents.headers["location"])).status_code == 404
    for paper in ("labels.pdf", "labels.zpl", "packing-slips.pdf"):
        answer = await stranger.client.get(f"/app/orders/{paper}?{text}")
        assert answer.status_code in {404, 422}, paper


async def test_hostile_words_of_an_order_are_shown_as_words(web: Web, browser: Browser) -> None:
    order = await web.order()
    await _rename(web, order.id, "<script>alert(1)</script>")
    text = await browser.read("/app/orders")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


async def _rename(web: Web, number: int, name: str) -> None:
    office = web.town.services.office
    web.town.clock.turn(1)
    async with office.units.begin() as work:
        record = await work.orders.get(web.store.id, number)
        assert record is not None
        changed = msgspec.structs.replace(record.order, customer_name=name)
        assert await work.orders.save(web.store.id, changed, read_at=office.now())
        await work.commit()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", ("Pedidos", "Para despachar hoy", "Comprar etiquetas")),
        ("pt", ("Encomendas", "A enviar hoje", "Comprar etiquetas")),
    ],
)
async def test_the_list_speaks_the_visitors_language(web: Web, language: str, said: tuple[str, ...]) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        text = await browser.read("/app/orders")
        for words in said:
            assert words in text


async def test_an_address_that_nobody_made_breaks_nothing(browser: Browser) -> None:
    odd = ["manifests?numbers=", "manifests?numbers=a.-1.99999999999999999999", "manifests?numbers=1..2", "?before=1"]
    for path in odd:
        answer: httpx.Response = await browser.client.get(f"/app/orders{'' if path[0] == '?' else '/'}{path}")
        assert answer.status_code == 200, path
    assert (await browser.client.get("/app/orders?order=x")).status_code == 422


async def _copies(web: Web, number: int, count: int) -> list[int]:
    """As many orders like this one, held without asking the store for each; far from the numbers that it gives."""
    office = web.town.services.office
    numbers = [7_000_000 + at for at in range(count)]
    async with office.units.begin() as work:
        record = await work.orders.get(web.store.id, number)
        assert record is not None
        for one in numbers:
            await work.orders.save(
                web.store.id, msgspec.structs.replace(record.order, number=one), read_at=office.now()
            )
        await work.commit()
    return numbers


async def test_sixty_orders_get_their_labels_in_one_go_with_a_result_for_each(web: Web, browser: Browser) -> None:
    numbers = await _copies(web, (await web.order()).id, 60)
    answer = await browser.send("/app/orders/labels", order=[str(one) for one in numbers], key="sixty")
    path = answer.headers["location"]
    text = await browser.read(path, **{"hx-request": "true"})
    assert "of 60 orders are settled" in text
    assert 'hx-trigger="load delay:1s"' in text, "it follows by itself"
    batch_id = path.rpartition("/")[2]
    for _ in range(50):
        await web.town.services.work.drain(Lane.BULK)
        if (await web.town.services.bulk.get(web.store.id, batch_id)).is_settled:
            break
    text = await browser.read(path)
    assert "60 of 60 orders are settled." in text
    assert "hx-trigger" not in text.partition('id="batch"')[2].partition(">")[0]
    printed = await browser.client.get(f"{path}/labels.pdf?order=sku")
    assert (printed.content[:5], printed.headers["despacho-labels"]) == (b"%PDF-", "60")
    zpl = await browser.client.get(f"{path}/labels.zpl")
    assert zpl.text.count("^XA") >= 60
    slips = await browser.client.get(f"{path}/packing-slips.pdf")
    assert slips.content[:5] == b"%PDF-"

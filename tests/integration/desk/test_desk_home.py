"""Today: what a merchant finds in the morning, each number as long as the list that it leads to."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from despacho_core.ledgers import EffectState
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.tracking import TrackingStatus
from despacho_core.waiting import WaitingDocument
from despacho_http.titles import TITLES
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

TASK = re.compile(
    r'<a class="desk-task" href="([^"]+)">\s*<span class="badge text-bg-\w+ desk-count">([^<]+)</span>\s*<span>(.*?)</span>',
    re.DOTALL,
)


async def _tasks(browser: Browser) -> dict[str, tuple[str, str]]:
    """Number and path of each line of the page, by its words."""
    found = TASK.findall(await browser.read("/"))
    return {
        html.unescape(re.sub(r"<[^>]+>", " ", words)).strip(): (number, html.unescape(path))
        for path, number, words in found
    }


async def _bought(web: Web) -> Shipment:
    order = await web.order()
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _, _ = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    return shipment


async def _save(web: Web, shipment: Shipment, **fields: Any) -> None:
    async with web.town.services.office.units.begin() as work:
        await work.shipments.save(msgspec.structs.replace(shipment, **fields))
        await work.commit()


async def test_each_number_is_as_long_as_the_list_behind_it(web: Web, browser: Browser) -> None:
    before = await _tasks(browser)
    for _ in range(3):
        await web.order()
    moved = web.town.clock.now() - timedelta(days=9)
    await _save(web, await _bought(web), tracking_status=TrackingStatus.IN_TRANSIT, tracking_moved_at=moved)
    await _save(web, await _bought(web), tracking_status=TrackingStatus.FAILED)
    tasks = await _tasks(browser)
    number, path = tasks["Paid orders without a label"]
    assert path == "/app/orders?status=paid&shipping=missing"
    assert len(set(re.findall(r'name="order" value="(\d+)"', await browser.read(path)))) == int(number)
    more = {words: int(one[0]) - int(before.get(words, ("0", ""))[0]) for words, one in tasks.items()}
    assert more["Paid orders without a label"] == 3
    assert more["Paid orders since yesterday"] == 5
    assert (more["Parcels that are late"], tasks["Parcels that are late"][1]) == (1, "/app/shipments?view=late")
    assert (more["Deliveries that failed"], tasks["Deliveries that failed"][1]) == (1, "/app/shipments?view=failed")
    (words,) = [one for one in tasks if one.startswith("Labels on no manifest yet")]
    assert "Chilexpress" in words, "the account is named"
    assert (more[words], tasks[words][1]) == (2, "/app/manifests")


async def test_documents_that_wait_are_grouped_by_what_is_the_matter(web: Web, browser: Browser) -> None:
    for _ in range(2):
        order = await web.order()
        async with web.town.services.office.units.begin() as work:
            now = web.town.clock.now()
            waiting = WaitingDocument(
                store_id=web.store.id,
                order_number=order.id,
                code="tax-id-invalid",
                messages={},
                since=now,
                tried_at=now,
            )
            await work.waiting.keep(waiting)
            await work.commit()
    tasks = await _tasks(browser)
    (words,) = [one for one in tasks if one.startswith(TITLES["tax-id-invalid"][0])]
    assert tasks[words] == ("2", "/app/invoices/waiting")
    morning = await web.town.services.figures.morning(web.store)
    assert morning.waiting == 2


async def test_an_account_that_needs_attention_is_named_with_its_problem(web: Web) -> None:
    hostile = '<script>alert("no")</script>'
    async with web.town.services.office.units.begin() as work:
        await work.accounts.save(web.other_carrier.needing_attention(hostile))
        await work.commit()
    async with signed_in(web.app, web.town, web.other_store) as theirs:
        text = await theirs.read("/")
    assert f"/app/accounts/{web.other_carrier.id}" in text
    assert hostile not in text
    assert html.escape(hostile, quote=False) in text.replace("&#34;", '"')


async def test_what_was_given_up_leads_to_the_ledgers(web: Web, browser: Browser) -> None:
    async with web.town.services.office.units.begin() as work:
        (effect, *_) = await work.outbox.page(web.store.id, limit=1)
        await work.outbox.save(msgspec.structs.replace(effect, state=EffectState.DEAD, claim=None))
        await work.commit()
    assert (await _tasks(browser))["Effects that were given up"] == ("1", "/app/activity/outbox?state=dead")


async def test_a_store_sees_its_own_morning_alone(web: Web, stranger: Browser) -> None:
    tasks = await _tasks(stranger)
    assert "Paid orders without a label" not in tasks
    assert not any(words.startswith("Labels on no manifest") for words in tasks)


async def test_the_first_steps_are_shown_until_they_are_over(web: Web, browser: Browser) -> None:
    assert 'href="/app/start"' in await browser.read("/")
    await web.town.services.start.dismiss(web.store.id)
    assert 'href="/app/start"' not in await browser.read("/")
    await web.town.services.start.dismiss(web.store.id, dismissed=False)


@pytest.mark.parametrize(
    ("language", "words"), [("es", "Pedidos pagados sin etiqueta"), ("pt", "Encomendas pagas sem etiqueta")]
)
async def test_the_morning_speaks_the_merchant_s_language(web: Web, language: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read("/")

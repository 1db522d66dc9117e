"""One key, one act: whatever is asked for again under a key is the thing that was made under it, and how it stands by now."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_core.addresses import Address
from despacho_core.errors import ManifestClosed
from despacho_core.stores import InvoiceTrigger, StoreSettings
from despacho_sandbox.store.order import Order
from despacho_services.act_keys import ActKey
from despacho_services.housekeeping import KEEP_ANSWERS
from tests.databases import fresh_sqlite
from tests.town import open_town
from tests.web import API, Web, open_web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = Address(country="CL", municipality="Ninguna Parte", street="Calle", street_number="1", name="Ana")
AT_ONCE = {"prefer": "wait=0"}
DONE_OR_UNDER_WAY = {201, 202}
"""Whoever waits for nothing may find it done all the same."""
"""Of a caller who does not wait for the provider."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def one_web(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Web]:
    """One town for all: each test has orders and keys of its own."""
    folder = tmp_path_factory.mktemp("town")
    async with open_town(fresh_sqlite(folder), folder, limits=False) as town, open_web(town) as opened:
        await town.services.installation.revise_settings(town.store.id, by_hand)
        yield opened


def by_hand(settings: StoreSettings) -> StoreSettings:
    """Documents only where somebody asks for one."""
    return msgspec.structs.replace(settings, invoices=InvoiceTrigger.MANUAL)


async def ask(web: Web, path: str, key: str, body: object = None, **headers: str) -> httpx.Response:
    sent = {"idempotency-key": f"{path} {key}".replace(" ", "-"), **headers}
    return await web.api.post(f"{API}/{path}", json={} if body is None else body, headers=sent)


async def invoiced(web: Web, order: Order) -> dict[str, Any]:
    answer = await web.api.post(f"{API}/orders/{order.id}/invoice")
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def labels_of(web: Web, order: Order) -> list[str]:
    shipments = (await web.api.get(f"{API}/orders/{order.id}")).json()["shipments"]
    return [one["state"] for one in shipments]


async def test_a_further_label_that_nobody_waited_for_is_bought_once(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    await web.bought(order)
    path, wish = f"orders/{order.id}/shipments", web.express(additional=True)
    first = await ask(web, path, "k", wish, **AT_ONCE)
    assert first.status_code in DONE_OR_UNDER_WAY
    await web.town.work()
    again = await ask(web, path, "k", wish, **AT_ONCE)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["labels"]
    assert (await ask(web, path, "k", wish)).content == again.content, "now it is the last word"
    assert await labels_of(web, order) == ["bought", "bought"]
    assert problem(await ask(web, path, "k", web.express())) == (422, "idempotency-key-reused")


async def test_whoever_asks_again_while_it_is_being_bought_waits_for_the_same_label(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    path = f"orders/{order.id}/shipments"
    await web.town.fault("chilexpress", "latency", "create-shipment", latency_ms=300)
    first = await ask(web, path, "k", web.express(), **AT_ONCE)
    answers = await asyncio.gather(*(ask(web, path, "k", web.express()) for _ in range(3)))
    assert {(one.status_code, one.json()["id"]) for one in answers} == {(201, first.json()["id"])}
    assert await labels_of(web, order) == ["bought"]


async def test_a_further_return_is_bought_once(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    await web.bought(order)
    fleet = await web.town.services.accounts.add(web.store.id, "own-fleet", name=None, settings={"fleet_name": "Vans"})
    path, wish = f"orders/{order.id}/returns", {"additional": True, "account_id": fleet.id}
    first = await ask(web, path, "k", wish, **AT_ONCE)
    assert first.status_code in DONE_OR_UNDER_WAY
    await web.town.work()
    again = await ask(web, path, "k", wish)
    assert (again.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert await labels_of(web, order) == ["bought", "bought"]


async def test_chosen_lines_are_taken_back_once(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    path = f"invoices/{(await invoiced(web, order))['id']}/credit"
    lines = {"reason": "Returned", "lines": [{"line": 1, "amount": "100"}]}
    first = await ask(web, path, "k", lines, **AT_ONCE)
    assert first.status_code in DONE_OR_UNDER_WAY
    await web.town.work()
    again = await ask(web, path, "k", lines, **AT_ONCE)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    assert web.town.at_invoicing(order).count(61) == 1
    other = await ask(web, path, "other", lines)
    assert (other.status_code, web.town.at_invoicing(order).count(61)) == (201, 2)


async def test_an_order_is_not_invoiced_again_under_a_key_whose_document_was_taken_back(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    path = f"orders/{order.id}/invoice"
    await web.town.fault("openfactura", "fail_after", "issue")
    first = await ask(web, path, "k")
    assert first.status_code in DONE_OR_UNDER_WAY
    await web.town.work(seconds=60)
    made = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"][0]
    assert (await web.api.post(f"{API}/invoices/{made['id']}/credit", json={})).status_code == 201
    again = await ask(web, path, "k")
    assert again.is_success
    assert again.json()["id"] == first.json()["id"] == made["id"]
    assert sorted(web.town.at_invoicing(order)) == [39, 61]


async def test_a_web_process_that_dies_after_it_owed_the_label_leaves_the_key_with_it(
    one_web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = one_web
    order = await web.order()
    await web.bought(order)
    path, wish = f"orders/{order.id}/shipments", web.express(additional=True)

    async def dies(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as dying:
        dying.setattr(web.town.services.runner, "run_claimed", dies)
        assert problem(await ask(web, path, "k", wish)) == (500, "internal-error")
    web.town.clock.turn(300)
    await web.town.work(seconds=60)
    again = await ask(web, path, "k", wish)
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert await labels_of(web, order) == ["bought", "bought"]


async def test_a_refusal_of_what_was_made_is_not_the_last_word(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    path = f"orders/{order.id}/shipments"
    good = await web.order()
    await web.delivered_to(order, NOWHERE)
    refused = await ask(web, path, "k", web.express())
    assert problem(refused) == (422, "carrier-refused")
    asked = web.town.sandbox.chilexpress.calls.total()
    assert problem(await ask(web, path, "k", web.express())) == (422, "carrier-refused")
    assert web.town.sandbox.chilexpress.calls.total() == asked, "it is told again; the carrier is not asked again"
    shipment_id = refused.json()["facts"]["shipment"]
    await mended(web, shipment_id, good.id)
    bought = await ask(web, path, "k", web.express())
    assert (bought.status_code, bought.json()["id"]) == (201, shipment_id)


async def mended(web: Web, shipment_id: str, like: int) -> None:
    """A person has the carrier asked once more, for an address that there is."""
    services = web.town.services
    async with services.office.units.begin() as work:
        shipment = await work.shipments.get(web.store.id, shipment_id)
        record = await work.orders.get(web.store.id, like)
        effect = await work.outbox.by_key(web.store.id, f"buy:{shipment_id}")
        assert shipment is not None
        assert record is not None
        assert effect is not None
        await work.shipments.save(msgspec.structs.replace(shipment, destination=record.order.destination()))
        await work.commit()
    await services.ledgers.retry(web.store.id, effect.id)
    await web.town.work()


async def test_a_key_is_kept_for_two_days_after_the_last_word(one_web: Web) -> None:
    web = one_web
    order = await web.order()
    path = f"orders/{order.id}/shipments"
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    assert (await ask(web, path, "k", web.express())).status_code in DONE_OR_UNDER_WAY
    web.town.clock.turn((KEEP_ANSWERS - timedelta(minutes=1)).total_seconds())
    await web.town.work(seconds=1)
    await web.town.services.work.housekeep()
    assert (await ask(web, path, "k", web.express())).status_code == 201
    web.town.clock.turn((KEEP_ANSWERS + timedelta(minutes=1)).total_seconds())
    await web.town.services.work.housekeep()
    assert problem(await ask(web, path, "k", web.express())) == (409, "order-already-shipped")


async def test_a_manifest_is_opened_and_closed_once_under_a_key_that_nobody_heard_back_of(one_web: Web) -> None:
    web, manifesting = one_web, one_web.town.services.manifesting
    await web.bought(await web.order())
    opening, closing = ActKey(web.store.id, "opening"), ActKey(web.store.id, "closing")
    opened = await manifesting.open(web.store.id, web.town.carrier.id, under=opening)
    await web.bought(await web.order())
    again = await manifesting.open(web.store.id, web.town.carrier.id, under=opening)
    assert again == opened, "the label that was bought meanwhile waits for another manifest"
    closed = [(await manifesting.close(web.store.id, opened.manifest.id, wait=10, under=closing))[0] for _ in range(2)]
    assert closed[0] == closed[1]
    with pytest.raises(ManifestClosed):
        await manifesting.close(web.store.id, opened.manifest.id, wait=10)

"""Who did what is kept, whoever did it and whichever way in they took; what was refused is not."""

from __future__ import annotations

import pytest
from litestar import Litestar
from litestar.routes import HTTPRoute

from despacho_http.desk.doings import DOINGS, doing
from despacho_http.recording import CHANGES, QUIET
from despacho_ports.activity import Activity, Through
from tests.web import API, Browser, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _done(web: Web, order_number: int | None = None) -> list[Activity]:
    return list(await web.town.services.activity.page(web.store.id, order_number=order_number))


async def test_what_is_done_in_the_app_is_kept_under_the_name_of_who_works_there(web: Web, browser: Browser) -> None:
    first, second = await web.order(), await web.order()
    await browser.send("/app/person", person="Ana Soto")
    answer = await browser.send("/app/orders/labels", order=[str(first.id), str(second.id)])
    assert answer.status_code == 303
    (mine,) = await _done(web, first.id)
    assert (mine.actor, mine.action, mine.through) == ("Ana Soto", "buy_labels", Through.APP)
    assert mine.orders == (first.id, second.id)
    assert mine == (await _done(web, second.id))[0], "one deed, about both"


async def test_what_a_program_does_is_kept_under_the_name_of_its_token(web: Web) -> None:
    order = await web.order()
    shipment = await web.bought(order)
    web.town.clock.turn(1)
    answer = await web.api.post(f"{API}/shipments/{shipment['id']}/void")
    assert answer.status_code == 200
    voided, bought = await _done(web, order.id)
    assert (bought.action, bought.through, bought.orders) == ("create_shipment", Through.API, (order.id,))
    assert (voided.action, voided.subject) == ("void_shipment", shipment["id"]), "the order is found by its shipment"


async def test_what_was_refused_is_not_kept(web: Web, browser: Browser) -> None:
    before = await _done(web)
    assert (await web.api.post(f"{API}/orders/999999/shipments")).status_code == 404
    assert (await browser.send("/app/orders/labels")).status_code == 422
    assert (await browser.send("/app/orders/labels", csrf="wrong", order="1")).status_code == 403
    assert await _done(web) == before


async def test_an_answer_that_is_given_again_is_not_done_again(web: Web) -> None:
    order = await web.order()
    for _ in range(2):
        headers = {"idempotency-key": "one-label-please"}
        answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express(), headers=headers)
        assert answer.status_code == 201
    assert len(await _done(web, order.id)) == 1


async def test_a_batch_is_about_all_its_orders(web: Web) -> None:
    numbers = [(await web.order()).id for _ in range(2)]
    answer = await web.api.post(f"{API}/batches", json={"orders": numbers, **web.express()})
    assert answer.status_code == 202
    (done,) = await _done(web, numbers[1])
    assert (done.action, done.orders, done.subject) == ("create_batch", tuple(numbers), answer.json()["id"])


async def test_another_store_sees_nothing_of_it(web: Web) -> None:
    order = await web.order()
    await web.bought(order)
    assert await _done(web, order.id)
    theirs = await web.town.services.activity.page(web.other_store.id, order_number=order.id)
    assert list(theirs) == []


async def test_there_are_words_for_everything_that_can_be_done(web: Web) -> None:
    assert _changing(web.app) - QUIET - set(DOINGS) == set(), "add them to desk/doings.py"
    assert set(DOINGS) - _changing(web.app) == set(), "nobody can do that any more"
    for action in DOINGS:
        assert len({doing(action, language) for language in ("en", "es", "pt")}) == 3, action
    assert doing("sold_the_shop", "es") == "sold the shop", "what is no longer there keeps its name"


def _changing(app: Litestar) -> set[str]:
    """Names of the handlers behind the two doors that change something."""
    return {
        handler.handler_name
        for route in app.routes
        if isinstance(route, HTTPRoute) and route.path.startswith(("/app/", "/api/"))
        for method, (handler, _) in route.route_handler_map.items()
        if method in CHANGES
    }

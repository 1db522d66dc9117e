"""A store that removed the App: its tokens open nothing, its pages show what is kept, and nothing is changed until it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from despacho_core.errors import StoreAsleep
from despacho_core.stores import Store, StoreState
from tests.web import API, Browser, Web, problem, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def change(web: Web, how: Callable[[Store], Store]) -> None:
    async with web.town.services.office.units.begin() as work:
        store = await work.stores.get(web.store.id)
        assert store is not None
        await work.stores.save(how(store))
        await work.commit()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(web: Web) -> AsyncIterator[dict[str, Any]]:
    """What the store had before it removed the App: an order with a label."""
    order = await web.order()
    shipment = await web.bought(order)
    await change(web, lambda store: store.asleep("uninstalled"))
    yield {"order": order.id, "shipment": shipment["id"]}


@pytest_asyncio.fixture(loop_scope="module")
async def browser(web: Web, kept: dict[str, Any]) -> AsyncIterator[Browser]:
    async with signed_in(web.app, web.town, web.store) as opened:
        yield opened


@pytest.mark.parametrize(
    ("language", "words"), [("en", "does not let us in"), ("es", "nos deja entrar"), ("pt", "App no painel")]
)
async def test_its_tokens_open_nothing_and_are_told_why(
    web: Web, kept: dict[str, Any], language: str, words: str
) -> None:
    for path in ("orders", f"orders/{kept['order']}", "shipments", "accounts"):
        answer = await web.api.get(f"{API}/{path}", headers={"accept-language": language})
        assert problem(answer) == (403, "store-asleep")
        assert words in answer.json()["detail"]
    asked = await web.api.post(f"{API}/shipments/{kept['shipment']}/void")
    assert problem(asked) == (403, "store-asleep")
    assert (await web.other.get(f"{API}/orders")).status_code == 200, "another store's do"


async def test_it_gets_no_new_tokens_and_may_end_those_it_has(web: Web, browser: Browser) -> None:
    tokens = web.town.services.tokens
    with pytest.raises(StoreAsleep):
        await tokens.create(web.store.id, name="after")
    refused = await browser.send("/app/settings/tokens", name="after")
    assert refused.status_code == 403
    assert "does not let us in any more" in refused.text
    assert [token.name for token in await tokens.all(web.store.id)] == [""]
    ended = await browser.send("/app/settings/tokens/unknown/revoke")
    assert ended.status_code == 404, "looked for, not refused"


async def test_its_pages_show_what_is_kept_and_the_way_back(browser: Browser, kept: dict[str, Any]) -> None:
    for path in ("/app", "/app/orders", f"/app/orders/{kept['order']}", "/app/settings"):
        assert 'href="/jumpseller/install?return_to=/"' in await browser.read(path)
    label = await browser.client.get(f"/app/shipments/{kept['shipment']}/label.pdf")
    assert label.status_code == 200
    assert (await browser.send("/app/language", language="es", here="/app")).status_code == 303


async def test_nothing_is_changed_from_its_pages(web: Web, browser: Browser, kept: dict[str, Any]) -> None:
    calls = web.town.sandbox.chilexpress.calls.total()
    paths = (
        f"/app/orders/{kept['order']}/labels",
        f"/app/orders/{kept['order']}/document",
        f"/app/shipments/{kept['shipment']}/void",
        "/app/settings/repair",
        f"/app/accounts/{web.town.carrier.id}",
    )
    for path in paths:
        refused = await browser.send(path, further="1")
        assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html; charset=utf-8"), path
        assert 'href="/jumpseller/install?return_to=/"' in refused.text
    assert web.town.sandbox.chilexpress.calls.total() == calls
    shipment, _ = await web.town.services.shipping.get(web.store.id, kept["shipment"])
    assert shipment.state == "bought"


async def test_awake_again_its_tokens_work_again(web: Web, kept: dict[str, Any]) -> None:
    await change(web, lambda store: msgspec.structs.replace(store, state=StoreState.ACTIVE))
    assert (await web.api.get(f"{API}/orders/{kept['order']}")).status_code == 200
    await change(web, lambda store: store.asleep("uninstalled"))

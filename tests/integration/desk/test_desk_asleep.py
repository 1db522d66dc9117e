"""An App that was uninstalled is noticed, shown, and awake again once the store has consented again; nothing is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_core.stores import StoreState
from despacho_sandbox.kit.faults import Fault, FaultKind
from tests.databases import fresh_sqlite
from tests.e2e.browser.theatre import Theatre, open_theatre
from tests.town import FIRST_STORE, sign
from tests.web import TrustingBrowser

pytestmark = pytest.mark.asyncio(loop_scope="module")

SAID = {
    "en": "The store does not let us in any more.",
    "es": "La tienda ya no nos deja entrar.",
    "pt": "A loja já não nos deixa entrar.",
}
BACK = 'href="/jumpseller/install?return_to=/"'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theatre(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Theatre]:
    """A hub behind a socket, with the sandbox as its world."""
    folder = tmp_path_factory.mktemp("hub")
    async with open_theatre(fresh_sqlite(folder), folder) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def merchant(theatre: Theatre) -> AsyncIterator[httpx.AsyncClient]:
    """A browser whose store has the App."""
    async with TrustingBrowser(base_url=theatre.address, headers={"accept-language": "en"}, timeout=30) as browser:
        await _open_app(theatre, browser)
        yield browser


async def _open_app(theatre: Theatre, browser: httpx.AsyncClient) -> str:
    """From the admin through the consent; the page that the merchant arrives at."""
    answer = await browser.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    answer = await browser.get(answer.headers["location"])
    asked = httpx.URL(answer.headers["location"])
    granted = await browser.get(asked.copy_merge_params({"approve": "1", "store": FIRST_STORE}))
    arrived = await browser.get(granted.headers["location"])
    assert (arrived.status_code, arrived.headers["location"]) == (303, "/app")
    return (await browser.get("/app")).text


def _removed(theatre: Theatre) -> None:
    """The platform ends all tokens; new ones are refused with ``invalid_grant``."""
    theatre.sandbox.store.uninstall(FIRST_STORE)


def _shut_out(theatre: Theatre) -> None:
    """The platform gives new tokens and answers 401 to them all the same."""
    for endpoint in ("orders.list", "orders.get"):
        theatre.sandbox.store.faults.add(Fault(kind=FaultKind.UNAUTHORIZED, endpoint=endpoint))


def _removed_quietly(theatre: Theatre) -> None:
    """Tokens go on working; only the install status tells."""
    theatre.sandbox.store.configure(FIRST_STORE, revokes_on_uninstall=False)
    theatre.sandbox.store.uninstall(FIRST_STORE)


async def _reconciled(theatre: Theatre) -> None:
    await theatre.services.work.reconcile()


async def _told(theatre: Theatre) -> None:
    """The store's webhooks are still delivered; the order cannot be read."""
    store, order = await theatre.store(FIRST_STORE), theatre.sandbox.store.place_order(FIRST_STORE)
    body = msgspec.json.encode({"order": {"id": order.id}})
    headers = {
        "jumpseller-store-code": store.code,
        "jumpseller-event": "order_paid",
        "jumpseller-hmac-sha256": sign(body, store.hooks_token),
        "jumpseller-triggered-at": f"{order.id}",
        "content-type": "application/json",
    }
    await theatre.services.reception.webhook(headers, body)
    await theatre.services.work.drain_inbox()


@pytest.mark.parametrize(
    ("happened", "noticed", "problem"),
    [
        (_removed, _reconciled, "consent"),
        (_removed, _told, "consent"),
        (_shut_out, _reconciled, "401"),
        (_shut_out, _told, "401"),
        (_removed_quietly, _reconciled, "not installed"),
    ],
)
async def test_an_app_that_was_removed_says_so_and_wakes_when_it_is_opened_again(
    theatre: Theatre,
    merchant: httpx.AsyncClient,
    happened: Callable[[Theatre], None],
    noticed: Callable[[Theatre], Awaitable[None]],
    problem: str,
) -> None:
    assert SAID["en"] not in (await merchant.get("/app")).text
    happened(theatre)
    await noticed(theatre)
    store = await theatre.store(FIRST_STORE)
    assert store.state is StoreState.ASLEEP
    assert problem in (store.problem or "")
    for language, said in SAID.items():
        for path in ("/app", "/app/orders"):
            text = (await merchant.get(path, headers={"accept-language": language})).text
            assert said in text
            assert BACK in text
    theatre.sandbox.store.faults.clear()
    theatre.sandbox.store.configure(FIRST_STORE, revokes_on_uninstall=True)
    assert SAID["en"] not in await _open_app(theatre, merchant)
    store = await theatre.store(FIRST_STORE)
    assert (store.state, store.problem) == (StoreState.ACTIVE, None)


async def test_a_store_that_sleeps_is_not_called(theatre: Theatre, merchant: httpx.AsyncClient) -> None:
    _removed(theatre)
    await _reconciled(theatre)
    before = theatre.sandbox.store.calls.total()
    await _reconciled(theatre)
    await _told(theatre)
    assert theatre.sandbox.store.calls.total() == before
    await _open_app(theatre, merchant)


async def test_a_platform_that_is_down_takes_nobodys_session(theatre: Theatre, merchant: httpx.AsyncClient) -> None:
    theatre.sandbox.store.faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="oauth.token"))
    answer = await merchant.get("/", headers={"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"})
    asked = httpx.URL((await merchant.get(answer.headers["location"])).headers["location"])
    granted = await merchant.get(asked.copy_merge_params({"approve": "1", "store": FIRST_STORE}))
    failed = await merchant.get(granted.headers["location"])
    theatre.sandbox.store.faults.clear()
    assert failed.status_code >= 500
    assert 'href="/"' in failed.text
    page = await merchant.get("/app")
    assert page.status_code == 200
    assert SAID["en"] not in page.text, "a platform that fails has removed nothing"

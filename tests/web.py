"""The hub's web app over a whole town, called in the same process: every layer but the sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import msgspec
from litestar import Litestar

from despacho_core.addresses import Address
from despacho_core.stores import Account, Store
from despacho_http import create_app
from despacho_http.metrics import Metrics
from despacho_sandbox.store.order import Order
from despacho_services.services import Services
from tests.town import CHILEXPRESS, OPENFACTURA, SECOND_STORE, Town, settled_store, sign

API = "/api/v1"


@dataclass
class Web:
    """A running app and its callers: ``client`` is anybody, ``api`` has a token of the town's store, ``other`` of another store."""

    town: Town
    app: Litestar
    client: httpx.AsyncClient
    api: httpx.AsyncClient
    other: httpx.AsyncClient
    other_store: Store
    other_carrier: Account

    @property
    def store(self) -> Store:
        """The town's store."""
        return self.town.store

    def signed(
        self, body: bytes, changes: Mapping[str, str | None] | None = None, *, at: str = "now"
    ) -> dict[str, str]:
        """Headers of a webhook as the platform sends it; None leaves one out."""
        headers: dict[str, str | None] = {
            "content-type": "application/json",
            "jumpseller-store-code": self.store.code,
            "jumpseller-event": "order_paid",
            "jumpseller-triggered-at": at,
            "jumpseller-hmac-sha256": sign(body, self.store.hooks_token),
        }
        headers |= changes or {}
        return {name: value for name, value in headers.items() if value is not None}

    async def order(self, kind: str = "simple", **draft: Any) -> Order:
        """A paid order of the store that the hub has taken in."""
        order = self.town.sandbox.store.place_order(self.store.code, kind, **draft)
        await self.town.take_in(order)
        return order

    async def delivered_to(self, order: Order, address: Address | None) -> None:
        """Have the hub hold another address of an order than the store does."""
        office = self.town.services.office
        self.town.clock.turn(1)
        async with office.units.begin() as work:
            record = await work.orders.get(self.store.id, order.id)
            assert record is not None
            changed = msgspec.structs.replace(record.order, shipping_address=address)
            assert await work.orders.save(self.store.id, changed, read_at=office.now())
            await work.commit()

    async def bought(self, order: Order) -> dict[str, Any]:
        """A shipment of the order, bought over the API."""
        answer = await self.api.post(f"{API}/orders/{order.id}/shipments", json=self.express())
        assert answer.status_code == 201, answer.text
        shipment: dict[str, Any] = answer.json()
        return shipment

    def express(self, **more: object) -> dict[str, object]:
        """What to ask for: Chilexpress, service 3."""
        return {"account_id": self.town.carrier.id, "service_code": "3", **more}


@asynccontextmanager
async def open_web(town: Town) -> AsyncIterator[Web]:
    """Run the app over a town, with a second store in the same hub."""
    accounts = town.services.accounts
    other_store = await settled_store(town.hub, town.sandbox, SECOND_STORE)
    url = town.sandbox.url
    other_carrier = await accounts.add(
        other_store.id, "chilexpress", name=None, settings={**CHILEXPRESS, "base_url": f"{url}/chilexpress"}
    )
    await accounts.add(
        other_store.id, "openfactura", name=None, settings={**OPENFACTURA, "base_url": f"{url}/openfactura"}
    )
    token, other_token = await token_of(town, town.store), await token_of(town, other_store)
    async with (
        app_over(town.services) as app,
        running(app),
        caller(app) as client,
        caller(app, token) as api,
        caller(app, other_token) as other,
    ):
        yield Web(town, app, client, api, other, other_store, other_carrier)


@asynccontextmanager
async def app_over(services: Services) -> AsyncIterator[Litestar]:
    """The app over these use cases, not yet started.

    Putting an app together takes half a second, and it keeps nothing of a hub but what is renewed here: one that has ended serves again.
    """
    house = _ended.pop() if _ended else _House()
    house.services = services
    house.app.state.metrics = Metrics()
    yield house.app
    _ended.append(house)


class _House:
    """An app, and whose it is for now."""

    services: Services

    def __init__(self) -> None:
        self.app = create_app(self._opened)

    @asynccontextmanager
    async def _opened(self) -> AsyncIterator[Services]:
        yield self.services


_ended: list[_House] = []


class TrustingBrowser(httpx.AsyncClient):
    """Sends secure cookies to this machine without TLS, as browsers do and httpx does not."""

    def build_request(self, *arguments: Any, **options: Any) -> httpx.Request:
        """A request with all cookies that its path gets."""
        request = super().build_request(*arguments, **options)
        mine = [one for one in self.cookies.jar if request.url.path.startswith(one.path)]
        request.headers["cookie"] = "; ".join(f"{one.name}={one.value}" for one in mine)
        return request


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """Start and stop the app as a server does: in one task, whatever task a fixture is ended in."""
    started, ending = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            started.set()
            await ending.wait()

    living = asyncio.create_task(live())
    await started.wait()
    try:
        yield
    finally:
        ending.set()
        await living


def caller(app: Litestar, token: str | None = None) -> httpx.AsyncClient:
    """Somebody who calls the app, with a token or without."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    # What breaks is to be seen as callers see it.
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)  # type: ignore[arg-type]  # Litestar types its scopes more narrowly
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", headers=headers, timeout=30)


async def token_of(town: Town, store: Store) -> str:
    """A new token of a store."""
    _, text = await town.services.tokens.create(store.id)
    return text


def problem(answer: httpx.Response) -> tuple[int, str]:
    """Status and code of a problem document, which it is checked to be."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["title"]
    assert document["detail"]
    return answer.status_code, str(document["type"]).removeprefix("urn:despacho:problem:")


def path_of(url: str) -> str:
    """The local part of one of our addresses."""
    return urlsplit(url).path


def as_json(value: object) -> bytes:
    """A body."""
    return json.dumps(value).encode()


@dataclass(frozen=True)
class Browser:
    """A browser that is signed in for a store: its client carries the cookie, ``csrf`` goes into every form."""

    client: httpx.AsyncClient
    csrf: str

    async def read(self, path: str, **headers: str) -> str:
        """A page's text, which is there."""
        answer = await self.client.get(path, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def send(self, path: str, /, **fields: object) -> httpx.Response:
        """A form, with the session's own token unless another is given."""
        return await self.client.post(path, data={"csrf": self.csrf, **fields})


@asynccontextmanager
async def signed_in(app: Litestar, town: Town, store: Store, *, language: str = "en") -> AsyncIterator[Browser]:
    """A browser that is signed in for a store. Pages come in English unless another language is given."""
    sessions = town.services.sessions
    text = await sessions.begin(store.id)
    session = await sessions.recognise(text)
    assert session is not None
    headers = {"cookie": f"despacho_session={text}", "accept-language": language}
    async with caller(app) as client:
        client.headers.update(headers)
        yield Browser(client, session.csrf)

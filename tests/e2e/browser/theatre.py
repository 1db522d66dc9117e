"""A hub behind a real socket, and a worker that works as soon as it is woken."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from despacho.bootstrap import Hub, open_hub
from despacho_core.ledgers import Lane
from despacho_core.stores import Store
from despacho_http import create_app
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_services.services import Services
from tests.town import IMPATIENT, settings_for


class Bell:
    """A queue that rings: whoever listens works off everything that is due."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    async def wake(self, lane: Lane) -> None:
        """Ring."""
        self.rung.set()

    async def wake_inbox(self) -> None:
        """Ring."""
        self.rung.set()


@dataclass
class Theatre:
    """Where the App is, where the store's admin is, and what is behind them."""

    address: str
    sandbox: Sandbox
    hub: Hub

    @property
    def services(self) -> Services:
        """The hub's use cases."""
        return self.hub.services

    def admin(self, code: str) -> str:
        """The page of a store's admin, which shows the App in a frame."""
        return f"{self.sandbox.url}/jumpseller/admin/stores/{code}"

    async def store(self, code: str) -> Store:
        """A store, once it is installed."""
        return await self.services.installation.by_code(code)


@asynccontextmanager
async def open_theatre(database_url: str, folder: Path) -> AsyncIterator[Theatre]:
    """Open it; nothing is installed."""
    bell = Bell()
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        address = f"http://localhost:{door.getsockname()[1]}"
        async with running_sandbox(port=0, seed=1) as sandbox:
            app = sandbox.store.oauth.app
            app.app_url, app.redirect_uri = f"{address}/", f"{address}/jumpseller/callback"
            settings = settings_for(
                sandbox,
                database_url,
                folder,
                DESPACHO_PUBLIC_URL=address,
                DESPACHO_SANDBOX_URL=sandbox.url,
                DESPACHO_JUMPSELLER_CLIENT_ID=app.client_id,
                DESPACHO_JUMPSELLER_CLIENT_SECRET=app.client_secret,
                DESPACHO_JUMPSELLER_APP_CODE=app.code,
            )
            async with (
                open_hub(settings, bell, policy=IMPATIENT) as hub,
                _serving(hub, settings.admin_origin, door),
                _working(hub, bell),
            ):
                yield Theatre(address, sandbox, hub)


@asynccontextmanager
async def _serving(hub: Hub, admin_origin: str | None, door: socket.socket) -> AsyncIterator[None]:
    @asynccontextmanager
    async def services() -> AsyncIterator[Services]:
        yield hub.services

    app = create_app(services, admin_origin=admin_origin)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="on", ws="none"))
    serving = asyncio.create_task(server.serve(sockets=[door]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


@asynccontextmanager
async def _working(hub: Hub, bell: Bell) -> AsyncIterator[None]:
    async def work() -> None:
        while True:
            await bell.rung.wait()
            bell.rung.clear()
            await hub.services.work.look_at_everything()

    working = asyncio.create_task(work())
    try:
        yield
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)

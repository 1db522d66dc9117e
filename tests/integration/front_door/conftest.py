"""A command line in a world of its own: an empty data folder, and a sandbox that serves while commands run."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from click.testing import CliRunner, Result

from despacho.command_line import main
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from tests.databases import fresh_sqlite
from tests.town import CHILEXPRESS, FIRST_STORE


class Desk:
    """Runs commands in this process, as an operator types them.

    Attributes:
        environment: The hub's settings.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self.environment = environment

    def run(self, *arguments: str, given: str | None = None) -> Result:
        """Run one command; what it is not meant to raise is raised here."""
        foreign = {name: None for name in os.environ if name.startswith("DESPACHO_")}
        result = CliRunner().invoke(main, arguments, input=given, env={**foreign, **self.environment})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def whole_environment(self) -> dict[str, str]:
        """The environment of a command in a process of its own."""
        return {
            name: value for name, value in os.environ.items() if not name.startswith("DESPACHO_")
        } | self.environment

    def does(self, *arguments: str, given: str | None = None) -> str:
        """What a command that succeeds tells people."""
        result = self.run(*arguments, given=given)
        assert result.exit_code == 0, result.output
        return result.stdout

    def gives(self, *arguments: str, given: str | None = None) -> Any:
        """The JSON document of a command that succeeds."""
        return json.loads(self.does(*arguments, "--json", given=given))

    def fails(self, *arguments: str) -> dict[str, str]:
        """Code and message of a command that fails."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 1, result.output
        failure: dict[str, str] = json.loads(result.stdout)["error"]
        assert failure["message"] in result.stderr
        return failure

    def add_store(self, code: str = FIRST_STORE) -> Any:
        """Install a store of the sandbox with its login."""
        return self.gives(
            "stores", "add", code, "--login", f"fake-login-{code}", "--authtoken", f"fake-authtoken-{code}"
        )


class World:
    """The sandbox, and somebody who answers at the hub's public address, in a thread of their own: a command has a loop of its own.

    Attributes:
        sandbox: The simulated platform, carriers and invoicing systems.
        public_url: Where the platform finds the hub; every call is answered with 200, and nothing more is there.
    """

    def __init__(self) -> None:
        self.sandbox: Sandbox
        self.public_url = ""
        self._up, self._loop = threading.Event(), asyncio.new_event_loop()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()))

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(20)
        return self

    def __exit__(self, *_error: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(20)
        self._loop.close()

    def begin_again(self) -> None:
        """Forget everything that happened."""
        asyncio.run_coroutine_threadsafe(self._reset(), self._loop).result(20)

    async def _reset(self) -> None:
        self.sandbox.reset()

    async def _serve(self) -> None:
        self._end = asyncio.Event()
        door = await asyncio.start_server(_welcome, "127.0.0.1", 0)
        self.public_url = f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}"
        async with door, running_sandbox(seed=1) as self.sandbox:
            self._up.set()
            await self._end.wait()


async def _welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Let everybody in, as a hub does with the platform's probes."""
    await reader.readuntil(b"\r\n\r\n")
    body = b'{"live": true, "services": []}'
    writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    await writer.drain()
    writer.close()


@pytest.fixture(scope="session")
def old_world() -> Iterator[World]:
    """The world, started once."""
    with World() as world:
        yield world


@pytest.fixture
def world(old_world: World) -> World:
    """The world, as new."""
    old_world.begin_again()
    return old_world


@pytest.fixture
def sandbox(world: World) -> Sandbox:
    """The simulated part of it."""
    return world.sandbox


@pytest.fixture
def settings_of(tmp_path: Path) -> dict[str, str]:
    """The settings of a hub in an empty folder."""
    return {"DESPACHO_DATA_DIR": str(tmp_path), "DESPACHO_PUBLIC_URL": "http://127.0.0.1:8000"}


@pytest.fixture
def bare_desk(settings_of: dict[str, str]) -> Desk:
    """A command line with no database and no world."""
    return Desk(settings_of)


@pytest.fixture
def desk(world: World, settings_of: dict[str, str], tmp_path: Path) -> Desk:
    """A command line beside an empty hub, in the sandbox."""
    fresh_sqlite(tmp_path)
    sandbox = world.sandbox
    app = sandbox.store.oauth.app
    return Desk(
        {
            **settings_of,
            "DESPACHO_PUBLIC_URL": world.public_url,
            "DESPACHO_JUMPSELLER_API_URL": f"{sandbox.url}/jumpseller/v1",
            "DESPACHO_JUMPSELLER_ACCOUNTS_URL": f"{sandbox.url}/jumpseller",
            "DESPACHO_JUMPSELLER_CLIENT_ID": app.client_id,
            "DESPACHO_JUMPSELLER_CLIENT_SECRET": app.client_secret,
            "DESPACHO_ALLOWED_NETWORKS": "127.0.0.0/8",
        }
    )


@pytest.fixture
def carrier_settings(sandbox: Sandbox) -> list[str]:
    """The options that set up an account with the simulated carrier."""
    values = {**CHILEXPRESS, "base_url": f"{sandbox.url}/chilexpress"}
    return [part for key, value in values.items() for part in ("--set", f"{key}={value}")]

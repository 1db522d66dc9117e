"""A whole hub by one command: it starts on nothing, works, survives the death of its worker, and ends cleanly."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import make_url

from despacho_database.migrations import HEAD
from despacho_sandbox.kit.trust import trusted
from tests.databases import create_postgresql
from tests.integration.front_door.conftest import Desk, World
from tests.servers import Postgresql
from tests.town import FIRST_STORE

KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
PROGRAM = (sys.executable, "-m", "despacho")


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Look again and again: other processes tell nobody when they are ready."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5, verify=trusted()).status_code == 200
    except httpx.TransportError:
        return False


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Hub:
    """A hub that `despacho serve` runs, with the command line beside it."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk = desk
        self.run_dir = folder / "run"
        port = free_port()
        self.url = desk.environment["DESPACHO_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
        self.command = [*PROGRAM, "serve", "--port", str(port)]
        self.process = subprocess.Popen(self.command, env=desk.whole_environment(), stdout=subprocess.DEVNULL)

    def pid(self, name: str) -> int:
        try:
            return int((self.run_dir / f"{name}.pid").read_text("ascii") or 0)
        except FileNotFoundError:
            return 0

    def worked_off(self) -> list[str]:
        """States of the messages in the inbox."""
        return [row["state"] for row in self.desk.gives("inbox", "list")]


@pytest.fixture
def hub(world: World, settings_of: dict[str, str], tmp_path: Path) -> Iterator[Hub]:
    """A hub on an empty folder, in the sandbox."""
    sandbox = f"{world.sandbox.url}/jumpseller"
    desk = Desk(
        {
            **settings_of,
            "DESPACHO_JUMPSELLER_API_URL": f"{sandbox}/v1",
            "DESPACHO_JUMPSELLER_ACCOUNTS_URL": sandbox,
            "DESPACHO_SWEEP_SECONDS": "1",
        }
    )
    hub = Hub(desk, tmp_path)
    try:
        yield hub
    finally:
        hub.process.terminate()
        hub.process.wait(40)


@pytest.mark.redis
def test_a_whole_hub_from_an_empty_folder_to_its_orderly_end(
    hub: Hub, world: World, carrier_settings: list[str]
) -> None:
    until(lambda: answers(f"{hub.url}/health/ready"))

    # Installed through the running hub: the platform has tried the webhooks' address and fetched the services.
    hub.desk.add_store()
    hub.desk.does("accounts", "add", FIRST_STORE, "chilexpress", *carrier_settings)
    [method] = world.sandbox.store.store(FIRST_STORE).shipping_methods.values()
    assert {service.service_code.partition("-")[0] for service in method.services} == {"chilexpress"}
    orders = f"{world.sandbox.url}/jumpseller/admin/stores/{FIRST_STORE}/orders"
    assert httpx.post(orders, json={}, verify=trusted()).is_success
    until(lambda: bool(states := hub.worked_off()) and set(states) <= {"done", "ignored"})

    # A worker that is killed is replaced, and what came in meanwhile is worked off.
    before, messages = hub.pid("worker"), len(hub.worked_off())
    os.kill(before, signal.SIGKILL)
    assert httpx.post(orders, json={}, verify=trusted()).is_success
    until(lambda: hub.pid("worker") not in (0, before))
    until(lambda: len(states := hub.worked_off()) > messages and set(states) <= {"done", "ignored"})

    # There is one hub to a folder, and one listener to a port.
    second = subprocess.run(hub.command, env=hub.desk.whole_environment(), capture_output=True, text=True, check=False)
    assert second.returncode == 1
    assert "is taken. Choose another with --port" in second.stderr
    assert "is running on" in hub.desk.fails("serve", "--port", str(free_port()))["message"]

    children = [hub.pid(name) for name in ("redis", "web", "worker")]
    hub.process.send_signal(signal.SIGTERM)
    assert hub.process.wait(40) == 0
    assert not any(lives(pid) for pid in children)


@pytest.fixture
def empty_postgresql(bare_desk: Desk, postgresql_server: Postgresql) -> Desk:
    """A command line before a PostgreSQL database without any table."""
    name = create_postgresql(postgresql_server, migrated=False)
    bare_desk.environment |= {"DESPACHO_DATABASE_URL": postgresql_server.url(name), "DESPACHO_SECRET_KEY": KEY}
    return bare_desk


@pytest.mark.postgresql
def test_an_empty_postgresql_database_is_nobody_s_and_is_made(empty_postgresql: Desk) -> None:
    assert empty_postgresql.fails("stores", "list")["code"] == "schema-differs"
    assert empty_postgresql.gives("db", "upgrade", "--only-new") == {"revision": HEAD, "changed": True}
    assert empty_postgresql.gives("db", "upgrade", "--only-new") == {"revision": HEAD, "changed": False}
    assert empty_postgresql.gives("stores", "list") == []


@pytest.mark.postgresql
def test_a_postgresql_database_of_an_older_release_waits_for_a_person(
    empty_postgresql: Desk, postgresql_server: Postgresql, tmp_path: Path
) -> None:
    empty_postgresql.does("db", "upgrade")
    database = make_url(empty_postgresql.environment["DESPACHO_DATABASE_URL"]).database
    postgresql_server.sql("UPDATE alembic_version SET version_num = '0000'", database=str(database))
    assert "`despacho db upgrade`" in empty_postgresql.fails("db", "upgrade", "--only-new")["message"]
    started = subprocess.run(
        [*PROGRAM, "serve", "--port", str(free_port())],
        env=empty_postgresql.whole_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert started.returncode == 1
    assert "has the schema 0000" in started.stderr
    assert not (tmp_path / "run").exists()

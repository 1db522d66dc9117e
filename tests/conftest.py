"""Fixtures for every test: real databases and a real Redis.

``database_url`` and ``database`` run a test on SQLite and on PostgreSQL; ``sqlite_url`` and ``postgresql_url`` name one.
``redis_url`` is an empty Redis. Servers start when first asked for, and are shared between the processes of pytest-xdist.
"""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import settings
from redis import Redis

from despacho_database import Database
from tests import servers
from tests.databases import PlainSecrets, create_postgresql, empty_postgresql, fresh_sqlite, prepare_postgresql
from tests.examples import THOROUGH, examples
from tests.servers import Postgresql, Session

# Thousands of collected tests are no garbage: looking through them as often as Python does by itself is a tenth of all the time.
gc.set_threshold(20_000, 20, 20)

settings.register_profile("usual", examples())
settings.load_profile("usual")

LONG: tuple[str, ...] = (
    "e2e/test_torture.py",
    "e2e/test_demo.py",
    "browser/test_browser_morning.py",
    "browser/test_browser_everywhere.py",
    "browser/test_browser_start.py",
    "browser/test_browser_plain.py",
    "browser/test_browser_touch.py",
    *(f"test_the_app_is_installed_in_a_frame_of_the_admin_and_stays_signed_in[{one}]" for one in ("pt", "en")),
    *(f"test_an_app_that_was_removed_says_so_and_is_installed_again[{one}]" for one in ("pt", "en")),
)
LONG += ("desk/test_desk_security", "services/test_services_manifest_states.py", "flows/test_documents_machine.py")
LONG += tuple(f"test_conformance_{one}.py" for one in ("chilexpress", "ctt", "starken", "openfactura", "invoicexpress"))
"""What takes long, by a part of its name: CI runs it always, everybody else with ``DESPACHO_TEST_THOROUGH=1 make test``."""

BOTH_DATABASES = "integration/database/"
"""Where every test runs on both databases every day; what stands above the tables does so in CI."""

_session: list[Session] = []


def pytest_configure(config: pytest.Config) -> None:
    worker: dict[str, Any] | None = getattr(config, "workerinput", None)
    if worker is None:
        _session.append(Session())
    elif config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        config.args = _from_elsewhere(int(worker["workerid"].removeprefix("gw")), worker["workercount"])


def _from_elsewhere(worker: int, workers: int) -> list[str]:
    """All modules, from another one on for each process: what one of them has compiled the others need not."""
    modules = sorted(str(path) for path in Path(__file__).parent.rglob("test_*.py"))
    first = worker * len(modules) // workers
    return modules[first:] + modules[:first]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path)  # all processes have to name the same tests in the same order
    if THOROUGH:
        return
    left_out = pytest.mark.skip(reason="takes long: CI runs it; so does DESPACHO_TEST_THOROUGH=1 make test")
    for item in items:
        above = item.get_closest_marker("postgresql") is not None and BOTH_DATABASES not in item.nodeid
        if above or any(name in item.nodeid for name in LONG):
            item.add_marker(left_out)


OUT_OF_HAND = ("e2e/browser/", "jobs/test_worker.py")
"""Where a browser, or the machine's other work, decides how soon something happens: tried again before it counts as failed."""
TRIES = 3


def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if not any(name in item.nodeid for name in OUT_OF_HAND):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for left in reversed(range(TRIES)):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not left or not any(report.failed for report in reports):
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            break
        item._initrequest()  # type: ignore[attr-defined]  # fresh fixtures; pytest has no public way
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def pytest_unconfigure() -> None:
    while _session:
        _session.pop().end()


@pytest.fixture(scope="session")
def postgresql_server() -> Postgresql:
    """The session's PostgreSQL server."""
    return servers.postgresql(prepare_postgresql)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite database, migrated."""
    return fresh_sqlite(tmp_path)


@pytest.fixture(scope="session")
def own_postgresql(postgresql_server: Postgresql) -> str:
    """The name of this process's database on the session's server."""
    return create_postgresql(postgresql_server)


@pytest.fixture
def postgresql_url(postgresql_server: Postgresql, own_postgresql: str) -> str:
    """An empty PostgreSQL database, migrated."""
    empty_postgresql(postgresql_server, own_postgresql)
    return postgresql_server.url(own_postgresql)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database, migrated: SQLite, then PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty database, open: SQLite, then PostgreSQL."""
    opened = Database(database_url, PlainSecrets())
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def redis_server() -> str:
    """The address of this process's Redis."""
    return servers.start_redis(servers.session_folder())


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of a Redis with nothing in it."""
    with Redis.from_url(redis_server) as redis:
        redis.flushall()
    return redis_server

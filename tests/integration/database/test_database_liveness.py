"""Connections that a server ended, or a network forgot, are replaced before anybody's work goes over them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from despacho_database.engines import database_url
from despacho_database.liveness import check_idle_connections
from tests.servers import Postgresql

pytestmark = pytest.mark.postgresql


class Silence:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def silence() -> Silence:
    return Silence()


@pytest.fixture
async def engine(postgresql_url: str, silence: Silence) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(database_url(postgresql_url), pool_size=2, pool_use_lifo=True)
    check_idle_connections(made, idle_s=5, monotonic=silence)
    yield made
    await made.dispose()


async def _process(engine: AsyncEngine) -> int:
    """The server's process behind the connection that is lent next."""
    async with engine.connect() as connection:
        return int((await connection.execute(sa.text("SELECT pg_backend_pid()"))).scalar_one())


async def _driver(engine: AsyncEngine) -> Any:
    async with engine.connect() as connection:
        return (await connection.get_raw_connection()).driver_connection


def _ended(server: Postgresql, process: int) -> None:
    server.sql(f"SELECT pg_terminate_backend({process}, 5000)")


async def test_a_connection_that_is_well_is_lent_again_after_a_silence(engine: AsyncEngine, silence: Silence) -> None:
    first = await _process(engine)
    assert await _process(engine) == first
    silence.seconds += 60
    assert await _process(engine) == first


async def test_one_that_the_server_ended_is_replaced_at_once(
    engine: AsyncEngine, postgresql_server: Postgresql
) -> None:
    first, driver, heard = await _process(engine), await _driver(engine), asyncio.Event()
    driver.add_termination_listener(lambda _connection: heard.set())
    _ended(postgresql_server, first)
    await heard.wait()
    assert await _process(engine) != first


async def test_one_of_whose_end_nobody_heard_is_found_out_after_a_silence(
    engine: AsyncEngine, postgresql_server: Postgresql, silence: Silence
) -> None:
    first = await _process(engine)
    _ended(postgresql_server, first)  # this blocks the loop, so that the driver has not heard of it
    silence.seconds += 5
    assert await _process(engine) != first

"""Locks between tasks and processes, and what happens when a holder dies."""

import asyncio
import sys

import pytest

from despacho_database import Database
from tests.databases import PlainSecrets


async def test_two_do_not_hold_one_lock(database: Database, database_url: str) -> None:
    other_process = Database(database_url, PlainSecrets())
    inside = 0

    async def hold(locks: object) -> None:
        nonlocal inside
        async with locks.hold("renew:store-one"):  # type: ignore[attr-defined]  # either database's locks
            inside += 1
            assert inside == 1
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(hold(one.locks) for one in (database, other_process) for _ in range(4)))
    await other_process.close()


async def test_locks_of_different_names_do_not_wait_for_each_other(database: Database) -> None:
    async with database.locks.hold("a"), database.locks.hold("b"):
        pass


async def test_a_lock_is_free_again_after_an_error(database: Database) -> None:
    with pytest.raises(LookupError):
        async with database.locks.hold("a"):
            raise LookupError
    async with asyncio.timeout(5), database.locks.hold("a"):
        pass


async def test_whoever_takes_too_long_is_told_so(database: Database) -> None:
    with pytest.raises(TimeoutError):
        async with database.locks.hold("a", seconds=0.05):
            await asyncio.Event().wait()
    async with asyncio.timeout(5), database.locks.hold("a"):
        pass


DYING = """
import asyncio, os, sys
from despacho_database import Database
from tests.databases import PlainSecrets

async def main():
    async with Database(sys.argv[1], PlainSecrets()).locks.hold("a", seconds=0.5):
        os.kill(os.getpid(), 9)

asyncio.run(main())
"""


async def test_the_lock_of_a_dead_process_ends_by_itself(database: Database, database_url: str) -> None:
    dying = await asyncio.create_subprocess_exec(sys.executable, "-c", DYING, database_url)
    assert await dying.wait() == -9
    async with asyncio.timeout(5), database.locks.hold("a"):
        pass

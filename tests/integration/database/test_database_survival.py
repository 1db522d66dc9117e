"""Several processes, killed processes: what was acknowledged is there, and nobody shares a claim."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process

from despacho_core.ledgers import Lane
from despacho_database import Database
from tests.integration.database.samples import HOUR, NOON, add_stores, effect

ACCEPTING = """
import asyncio, sys
from despacho_database import Database
from tests.databases import PlainSecrets
from tests.integration.database.samples import message

async def accept(writer, worker):
    number = 0
    while True:
        await writer.accept(message(f"{worker}-{number}"))
        sys.stdout.write(f"{worker}-{number}\\n")
        sys.stdout.flush()
        number += 1

async def main():
    writer = Database(sys.argv[1], PlainSecrets()).inbox_writer
    await asyncio.gather(*(accept(writer, worker) for worker in range(20)))

asyncio.run(main())
"""

CLAIMING = """
import asyncio, sys
from datetime import timedelta
from despacho_core.ledgers import Lane
from despacho_database import Database
from tests.databases import PlainSecrets
from tests.integration.database.samples import NOON

async def claim(database):
    while True:
        async with database.units_of_work.begin() as unit:
            claimed = await unit.outbox.claim(Lane.BULK, limit=7, now=NOON, lease=timedelta(hours=1))
            await unit.commit()
        if not claimed:
            return
        for one in claimed:
            print(one.id)

async def main():
    database = Database(sys.argv[1], PlainSecrets())
    await asyncio.gather(*(claim(database) for _ in range(4)))
    await database.close()

asyncio.run(main())
"""


async def test_what_was_acknowledged_before_a_kill_is_there_after_it(database: Database, database_url: str) -> None:
    await add_stores(database)
    accepting = await _started(ACCEPTING, database_url)
    assert accepting.stdout is not None
    acknowledged = [await accepting.stdout.readline() for _ in range(200)]
    os.kill(accepting.pid, signal.SIGKILL)
    acknowledged += (await accepting.stdout.read()).splitlines(keepends=True)
    await accepting.wait()
    async with database.units_of_work.begin(write=False) as unit:
        kept = {row.dedupe_key for row in await unit.inbox.page("store-one", limit=100_000)}
    assert {line.decode().strip() for line in acknowledged if line.endswith(b"\n")} <= kept


async def test_processes_and_tasks_that_claim_at_once_share_nothing(database: Database, database_url: str) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(150):
            await unit.outbox.owe(effect(str(number)))
        await unit.commit()
    claiming = [await _started(CLAIMING, database_url) for _ in range(2)]
    claimed = [line for one in claiming for line in (await one.communicate())[0].split()]
    assert [one.returncode for one in claiming] == [0, 0]
    assert len(claimed) == len(set(claimed)) == 150


async def test_tasks_that_claim_at_once_share_nothing(database: Database) -> None:
    await add_stores(database)
    async with database.units_of_work.begin() as unit:
        for number in range(60):
            await unit.outbox.owe(effect(str(number)))
        await unit.commit()

    async def claim() -> list[str]:
        async with database.units_of_work.begin() as unit:
            claimed = await unit.outbox.claim(Lane.BULK, limit=7, now=NOON, lease=HOUR)
            await unit.commit()
        return [one.id for one in claimed]

    claimed = [one for some in await asyncio.gather(*(claim() for _ in range(12))) for one in some]
    assert len(claimed) == len(set(claimed)) == 60


async def _started(program: str, url: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-c", program, url, stdout=PIPE, limit=2**24)

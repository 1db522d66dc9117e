"""The worker as a process: asked to end by a signal, it finishes what it has begun, with and without Redis."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.jobs.redis_in_hand import RedisInHand, until

pytestmark = pytest.mark.redis

WORKER = """
import asyncio, sys
from pathlib import Path
from despacho_jobs.worker import run_worker

folder = Path(sys.argv[2])

class Labels:
    async def drain(self, lane):
        if lane == "bulk" and not (folder / "begun").exists():
            (folder / "begun").touch()
            while not (folder / "carrier answers").exists():
                await asyncio.sleep(0.01)
            (folder / "bought").touch()
        return 0
    async def drain_inbox(self):
        return 0
    async def sweep(self): pass
    async def track_due(self): pass
    async def reconcile(self): pass
    async def housekeep(self): pass

asyncio.run(run_worker(Labels(), sys.argv[1]))
"""


class WorkerProcess:
    """One worker that is buying a label."""

    def __init__(self, redis_url: str, folder: Path) -> None:
        self.folder = folder
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", WORKER, redis_url, str(folder)], stderr=log)

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def has_ended(self) -> bool:
        return self.process.poll() is not None


@pytest.fixture
def worker(redis_away: RedisInHand, tmp_path: Path) -> Iterator[WorkerProcess]:
    one = WorkerProcess(redis_away.url, tmp_path)
    yield one
    one.process.kill()
    one.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_asked_to_end_it_finishes_the_label_that_it_is_buying(
    worker: WorkerProcess, number: signal.Signals
) -> None:
    await until(lambda: worker.has("begun"))
    os.kill(worker.process.pid, number)
    (worker.folder / "carrier answers").touch()
    await until(worker.has_ended)
    assert worker.process.returncode == 0, (worker.folder / "log").read_text()
    assert worker.has("bought")


async def test_with_redis_there_it_ends_just_as_well(redis: RedisInHand, worker: WorkerProcess) -> None:
    (worker.folder / "carrier answers").touch()
    await until(lambda: worker.has("bought"))

    async def serves() -> bool:
        return len(await redis.client.keys("*:health-check")) == 6

    await until(serves)
    worker.process.terminate()
    await until(worker.has_ended)
    assert (worker.process.returncode, (worker.folder / "log").read_text()) == (0, "")

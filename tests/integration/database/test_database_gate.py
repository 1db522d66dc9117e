"""The queue of writers. Two gates on one file are to each other what two processes are."""

import asyncio
import fcntl
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from despacho_database.gate import WriteGate


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "despacho.db")


async def test_writers_of_a_process_queue_in_the_order_they_came(file: str) -> None:
    gate = WriteGate(file)
    turns = []

    async def write(number: int) -> None:
        async with gate.passed():
            turns.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(write(number) for number in range(20)))
    assert turns == list(range(20))


async def test_a_busy_process_does_not_overtake_the_one_that_waits(file: str) -> None:
    busy, patient = WriteGate(file), WriteGate(file)
    turns: list[str] = []

    async def write(gate: WriteGate, name: str) -> None:
        async with gate.passed():
            turns.append(name)

    async with busy.passed():
        waiting = asyncio.create_task(write(patient, "patient"))
        await asyncio.sleep(0)
        assert _somebody_is_first_in_line(file)
    for _ in range(3):
        await write(busy, "busy")
    await waiting
    assert turns == ["patient", "busy", "busy", "busy"]
    busy.close()
    patient.close()


async def test_two_processes_never_write_at_once(file: str) -> None:
    inside = 0

    async def write(gate: WriteGate) -> None:
        nonlocal inside
        for _ in range(30):
            async with gate.passed():
                inside += 1
                assert inside == 1
                await asyncio.sleep(0)
                inside -= 1

    await asyncio.gather(*(write(WriteGate(file)) for _ in range(4)))


async def test_a_turn_that_never_comes_ends_in_an_error(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("despacho_database.gate.LONGEST_WAIT", 0.02)
    ours, theirs = WriteGate(file), WriteGate(file)

    async def write(gate: WriteGate) -> None:
        async with gate.passed():
            pass

    async with ours.passed():
        for gate in (ours, theirs):
            with pytest.raises(TimeoutError):
                await asyncio.create_task(write(gate))
    monkeypatch.setattr("despacho_database.gate.LONGEST_WAIT", 5.0)
    await write(theirs)
    await write(ours)


HOLDING = """
import asyncio, sys
from despacho_database.gate import WriteGate

async def main():
    async with WriteGate(sys.argv[1]).passed():
        print("holding", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_the_turn_of_a_killed_process_is_free_at_once(file: str) -> None:
    holding = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDING, file, stdout=PIPE)
    assert holding.stdout is not None
    assert await holding.stdout.readline() == b"holding\n"
    holding.kill()
    await holding.wait()
    async with asyncio.timeout(5), WriteGate(file).passed():
        pass


async def test_postgresql_needs_no_queue() -> None:
    gate = WriteGate(None)
    entered = asyncio.Event()

    async def write() -> None:
        async with gate.passed():
            entered.set()

    async with gate.passed():
        async with asyncio.timeout(5):
            await asyncio.gather(write(), entered.wait())
        with pytest.raises(RuntimeError, match="open unit of work"):
            await write()


def _somebody_is_first_in_line(file: str) -> bool:
    with Path(f"{file}-next").open("r+") as head:
        try:
            fcntl.flock(head, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False

"""Group commit: many callers, few commits, duplicates told apart, nothing acknowledged that is not kept."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.ledgers import InboxRow
from despacho_database import Database
from despacho_database.group_commit import MOST_PER_COMMIT, GroupCommitWriter, Key, RowRefused, key_of
from despacho_ports.records import NewMessage, NotAccepted
from tests.databases import PlainSecrets
from tests.integration.database.samples import MINUTE, NOON, add_stores, message


class Shelf:
    """A database in memory that counts its commits and fails when told to."""

    def __init__(self, *, poison: frozenset[str] = frozenset(), broken: bool = False) -> None:
        self.kept: list[Key] = []
        self.batches: list[int] = []
        self.poison = poison
        self.broken = broken

    async def insert(self, messages: Sequence[NewMessage]) -> set[Key]:
        await asyncio.sleep(0)
        if self.broken:
            raise NotAccepted("the disk is full")
        if self.poison & {one.dedupe_key for one in messages}:
            raise RowRefused("not this one")
        self.batches.append(len(messages))
        new = {key_of(one) for one in messages} - set(self.kept)
        self.kept += new
        return new

    async def close(self) -> None:
        pass


async def _accept_all(writer: GroupCommitWriter, keys: Sequence[str]) -> list[bool | BaseException]:
    return await asyncio.gather(*(writer.accept(message(key)) for key in keys), return_exceptions=True)


async def test_a_thousand_at_once_need_few_commits(database: Database) -> None:
    await add_stores(database)
    writer = database.inbox_writer
    transactions, commits = writer._transactions, 0
    insert = transactions.insert

    async def counted(messages: Sequence[NewMessage]) -> set[Key]:
        nonlocal commits
        commits += 1
        return await insert(messages)

    transactions.insert = counted  # type: ignore[method-assign]  # counts what really happens
    answers = await _accept_all(writer, [str(number) for number in range(1000)])
    assert answers == [True] * 1000
    assert commits <= 1000 / MOST_PER_COMMIT + 2
    rows = await _rows(database)
    assert [row.dedupe_key for row in rows] == [str(number) for number in range(1000)], "in the order they came"


async def test_duplicates_are_told_apart_within_a_batch_and_across(database: Database) -> None:
    await add_stores(database)
    answers = await _accept_all(database.inbox_writer, ["a", "b", "a", "c"])
    assert answers == [True, True, False, True]
    assert await _accept_all(database.inbox_writer, ["d", "a", "e", "e"]) == [True, False, True, False]
    assert not await database.inbox_writer.accept(message("e", body=b"another body", received_at=NOON + MINUTE))
    assert [row.dedupe_key for row in await _rows(database)] == ["a", "b", "c", "d", "e"]


async def test_what_two_processes_accept_at_once_is_new_to_one_of_them(database: Database, database_url: str) -> None:
    await add_stores(database)
    other = Database(database_url, PlainSecrets())
    keys = [str(number) for number in range(300)]
    ours, theirs = await asyncio.gather(
        _accept_all(database.inbox_writer, keys), _accept_all(other.inbox_writer, keys[::-1])
    )
    assert [one != another for one, another in zip(ours, theirs[::-1], strict=True)] == [True] * 300
    assert len(await _rows(database)) == 300
    await other.close()


async def test_a_message_that_cannot_be_kept_does_not_take_its_neighbours_along(database: Database) -> None:
    await add_stores(database)
    messages = [message("a"), message("b", store_id="removed"), message("c"), message("a")]
    answers = await asyncio.gather(*map(database.inbox_writer.accept, messages), return_exceptions=True)
    assert isinstance(answers[1], NotAccepted)
    assert [answers[0], answers[2], answers[3]] == [True, True, False]
    assert [row.dedupe_key for row in await _rows(database)] == ["a", "c"]


async def test_headers_and_odd_texts_are_kept_as_far_as_a_database_can(database: Database) -> None:
    await add_stores(database)
    odd = message("k\x00", event="\ud800", source="ñ", headers={"a": "\x01 ü"}, body=bytes(range(256)) * 16)
    assert await database.inbox_writer.accept(odd)
    assert not await database.inbox_writer.accept(odd)
    (row,) = await _rows(database)
    assert (row.dedupe_key, row.event, row.source) == ("k\ufffd", "\ufffd", "ñ")
    assert (row.headers, row.body) == (odd.headers, odd.body)


async def test_nothing_is_acknowledged_by_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'nowhere' / 'despacho.db'}", PlainSecrets())
    answers = await _accept_all(database.inbox_writer, ["a", "b"])
    assert [type(answer) for answer in answers] == [NotAccepted, NotAccepted]
    await database.close()


async def test_a_server_that_cannot_be_reached_is_said_to_be_so(tmp_path: Path) -> None:
    database = Database(f"postgresql://nobody@/despacho?host={tmp_path}", PlainSecrets())
    with pytest.raises(NotAccepted):
        await database.inbox_writer.accept(message())
    await database.close()


async def test_writing_goes_on_after_a_failure() -> None:
    shelf = Shelf(broken=True)
    writer = GroupCommitWriter(shelf)
    assert all(isinstance(answer, NotAccepted) for answer in await _accept_all(writer, ["a", "b"]))
    shelf.broken = False
    assert await _accept_all(writer, ["a", "b"]) == [True, True]
    await writer.close()


@pytest.mark.postgresql
async def test_a_lost_connection_is_replaced(postgresql_url: str) -> None:
    database = Database(postgresql_url, PlainSecrets())
    await add_stores(database)
    await database.inbox_writer.accept(message("a"))
    held = database.inbox_writer._transactions._held  # type: ignore[attr-defined]  # cut by hand, as a restart would
    (await held.get_raw_connection()).driver_connection.terminate()
    assert await database.inbox_writer.accept(message("b"))
    assert len(await _rows(database)) == 2
    await database.close()


async def test_closing_keeps_what_waits_and_takes_nothing_more() -> None:
    shelf = Shelf()
    writer = GroupCommitWriter(shelf)
    waiting = [asyncio.create_task(writer.accept(message(str(number)))) for number in range(300)]
    await asyncio.sleep(0)
    await writer.close()
    assert await asyncio.gather(*waiting) == [True] * 300
    with pytest.raises(NotAccepted):
        await writer.accept(message("late"))


async def test_too_many_waiting_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("despacho_database.group_commit.MOST_WAITING", 3)
    writer = GroupCommitWriter(Shelf())
    answers = await _accept_all(writer, list("abcde"))
    assert [type(answer) for answer in answers] == [bool, bool, bool, NotAccepted, NotAccepted]
    await writer.close()


async def test_a_caller_that_went_away_harms_nobody() -> None:
    shelf = Shelf()
    writer = GroupCommitWriter(shelf)
    gone = asyncio.create_task(writer.accept(message("gone")))
    stays = asyncio.create_task(writer.accept(message("stays")))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays
    assert len(shelf.kept) == 2, "it was received, so it is kept"
    await writer.close()


async def test_an_interrupted_flush_leaves_no_caller_waiting() -> None:
    writer = GroupCommitWriter(Shelf())
    waiting = asyncio.create_task(writer.accept(message()))
    await asyncio.sleep(0)
    flushing = writer._flushing
    assert flushing is not None
    await asyncio.sleep(0)
    flushing.cancel()
    with pytest.raises(NotAccepted):
        await waiting
    with pytest.raises(asyncio.CancelledError):
        await flushing
    assert await writer.accept(message("next"))
    await writer.close()


@given(st.lists(st.sampled_from("abcdefgh"), max_size=30), st.frozensets(st.sampled_from("abcdefgh"), max_size=2))
def test_every_caller_gets_the_answer_that_is_true(keys: list[str], poison: frozenset[str]) -> None:
    async def accept() -> None:
        shelf = Shelf(poison=poison)
        writer = GroupCommitWriter(shelf)
        answers = await _accept_all(writer, keys)
        await writer.close()
        for key in set(keys):
            mine = [answer for one, answer in zip(keys, answers, strict=True) if one == key]
            if key in poison:
                assert all(isinstance(answer, NotAccepted) for answer in mine)
            else:
                assert mine == [True] + [False] * (len(mine) - 1)
        assert {key for _, key in shelf.kept} == set(keys) - poison

    asyncio.run(accept())


async def _rows(database: Database) -> list[InboxRow]:
    async with database.units_of_work.begin(write=False) as unit:
        return list(await unit.inbox.page("store-one", limit=2000))[::-1]

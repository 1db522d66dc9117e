"""The inbox: claims, settling, putting off, replaying, removing."""

from datetime import timedelta

from despacho_core.ledgers import InboxRow, InboxState
from despacho_database import Database
from tests.integration.database.samples import HOUR, MINUTE, NOON, add_stores, message

LEASE = timedelta(seconds=60)


async def _received(database: Database, *keys: str) -> None:
    await add_stores(database)
    for number, key in enumerate(keys):
        await database.inbox_writer.accept(message(key, received_at=NOON + timedelta(seconds=number)))


async def _claim(database: Database, *, now: object = NOON + MINUTE, limit: int = 10) -> list[InboxRow]:
    async with database.units_of_work.begin() as unit:
        rows = await unit.inbox.claim(limit=limit, now=now, lease=LEASE)  # type: ignore[arg-type]
        await unit.commit()
    return list(rows)


async def test_a_message_is_claimed_as_it_came(database: Database) -> None:
    await _received(database, "a")
    (row,) = await _claim(database)
    assert (row.store_id, row.source, row.event, row.dedupe_key) == ("store-one", "jumpseller", "order_paid", "a")
    assert (row.body, row.headers, row.received_at) == (message().body, message().headers, NOON)
    assert (row.state, row.attempts, row.error) == (InboxState.PENDING, 1, None)


async def test_claims_take_the_oldest_and_never_what_another_holds(database: Database) -> None:
    await _received(database, "a", "b", "c")
    assert [row.dedupe_key for row in await _claim(database, limit=2)] == ["a", "b"]
    assert [row.dedupe_key for row in await _claim(database, limit=2)] == ["c"]
    assert await _claim(database) == []
    again = await _claim(database, now=NOON + MINUTE + LEASE)
    assert [(row.dedupe_key, row.attempts) for row in again] == [("a", 2), ("b", 2), ("c", 2)]


async def test_a_settled_row_is_not_claimed_again(database: Database) -> None:
    await _received(database, "a", "b", "c")
    states = [InboxState.DONE, InboxState.IGNORED, InboxState.DEAD]
    rows = await _claim(database)
    async with database.units_of_work.begin() as unit:
        for row, state in zip(rows, states, strict=True):
            await unit.inbox.settle(row, state, error="broke" if state is InboxState.DEAD else None)
        assert await unit.inbox.counts() == {"dead": 1}
        await unit.commit()
    assert await _claim(database, now=NOON + HOUR) == []
    async with database.units_of_work.begin(write=False) as unit:
        (dead,) = await unit.inbox.page(None, state=InboxState.DEAD)
        assert (dead.error, dead.due_at) == ("broke", None)


async def test_a_row_put_off_comes_back_when_it_is_due(database: Database) -> None:
    await _received(database, "a")
    (row,) = await _claim(database)
    async with database.units_of_work.begin() as unit:
        await unit.inbox.put_off(row, due_at=NOON + HOUR, error="the store did not answer")
        await unit.commit()
    assert await _claim(database, now=NOON + HOUR - MINUTE) == []
    (again,) = await _claim(database, now=NOON + HOUR)
    assert (again.attempts, again.error) == (2, "the store did not answer")


async def test_a_worker_that_was_thought_dead_changes_nothing_any_more(database: Database) -> None:
    await _received(database, "a")
    (slow,) = await _claim(database)
    (other,) = await _claim(database, now=NOON + HOUR)
    async with database.units_of_work.begin() as unit:
        await unit.inbox.settle(slow, InboxState.DEAD, error="too late")
        await unit.inbox.put_off(slow, due_at=NOON, error="too late")
        assert await unit.inbox.get("store-one", slow.id) == other
        await unit.inbox.settle(other, InboxState.DONE)
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        assert await unit.inbox.counts() == {}


async def test_a_replayed_row_is_as_if_it_had_just_come(database: Database) -> None:
    await _received(database, "a", "b")
    rows = await _claim(database)
    async with database.units_of_work.begin() as unit:
        await unit.inbox.settle(rows[0], InboxState.DEAD, error="broke")
        await unit.inbox.put_off(rows[1], due_at=NOON + 24 * HOUR, error="later")
        assert await unit.inbox.replay("store-two", [row.id for row in rows], now=NOON) == 0
        assert await unit.inbox.replay("store-one", [row.id for row in rows], now=NOON + HOUR) == 2
        await unit.commit()
    again = await _claim(database, now=NOON + HOUR)
    assert [(row.dedupe_key, row.attempts, row.error) for row in again] == [("a", 1, None), ("b", 1, None)]


async def test_a_row_that_is_being_worked_on_is_not_replayed(database: Database) -> None:
    await _received(database, "a")
    (row,) = await _claim(database)
    async with database.units_of_work.begin() as unit:
        assert await unit.inbox.replay(None, [row.id], now=NOON + MINUTE) == 0
        assert await unit.inbox.replay(None, [row.id], now=NOON + MINUTE + LEASE) == 1


async def test_only_what_is_done_or_ignored_is_removed_with_age(database: Database) -> None:
    await _received(database, "a", "b", "c", "d")
    rows = await _claim(database, limit=3)
    async with database.units_of_work.begin() as unit:
        await unit.inbox.settle(rows[0], InboxState.DONE)
        await unit.inbox.settle(rows[1], InboxState.IGNORED)
        await unit.inbox.settle(rows[2], InboxState.DEAD, error="a person has to look")
        assert await unit.inbox.remove_older(NOON, 10) == 0
        assert await unit.inbox.remove_older(NOON + HOUR, 1) == 1
        assert await unit.inbox.remove_older(NOON + HOUR, 10) == 1
        assert [row.dedupe_key for row in await unit.inbox.page(None)] == ["d", "c"]


async def test_the_inbox_is_paged_newest_first(database: Database) -> None:
    await _received(database, "a", "b", "c")
    async with database.units_of_work.begin(write=False) as unit:
        newest = await unit.inbox.page("store-one", limit=2)
        oldest = await unit.inbox.page(None, limit=2, before=newest[-1].id)
        assert [row.dedupe_key for row in (*newest, *oldest)] == ["c", "b", "a"]
        assert len(await unit.inbox.page("store-one", state=InboxState.PENDING)) == 3
        assert await unit.inbox.page("store-one", state=InboxState.DONE) == []


async def test_what_was_about_an_order_is_found_by_its_number(database: Database) -> None:
    await _received(database, "a", "b", "c")
    about = {"a": 1001, "b": 1001, "c": None}
    async with database.units_of_work.begin() as unit:
        for row in await unit.inbox.claim(limit=10, now=NOON + MINUTE, lease=LEASE):
            await unit.inbox.settle(row, InboxState.DONE, order_number=about[row.dedupe_key])
        await unit.commit()
    async with database.units_of_work.begin(write=False) as unit:
        found = await unit.inbox.of_order("store-one", 1001)
        assert [(row.dedupe_key, row.order_number) for row in found] == [("b", 1001), ("a", 1001)]
        assert [row.dedupe_key for row in await unit.inbox.of_order("store-one", 1001, limit=1)] == ["b"]
        assert list(await unit.inbox.of_order("store-one", 10**30)) == []

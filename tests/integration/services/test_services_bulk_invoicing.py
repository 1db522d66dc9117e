"""Documents for many orders in one request: a result for each, exactly one document each, whatever dies or asks for patience meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from despacho.bootstrap import Hub
from despacho_core.batches import BatchLine, BatchPurpose, DocumentState
from despacho_core.errors import BatchEmpty, BatchTooLarge, NotFound, NotYetKnown
from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_core.orders import OrderStatus
from despacho_core.stores import Account, Store
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Provider, ProviderKind
from despacho_services.attaching import AttachHandler
from despacho_services.bulk_asking import AsksForLine, BatchHandler
from despacho_services.bulk_invoicing import DocumentBatch, DocumentLines
from despacho_services.effects import EffectRunner
from despacho_services.handling import Parties, Settlement, nothing_to_write
from tests.databases import fresh_sqlite
from tests.shop import open_shop, paid_order, provider
from tests.town import TurnedClock

REFUSED, LOST, HURRIED, HASTY, LOCKED = 1666, 1777, 1888, 1889, 1999
PATIENCE = {HURRIED: 30, HASTY: 0.1}
"""Seconds that the system asks for, once."""


class Ledger:
    """An invoicing system that refuses one order, loses the answer to another, and asks for patience at a third."""

    issued: ClassVar[Counter[int]] = Counter()
    numbers: ClassVar[dict[str, str]] = {}
    patience: ClassVar[list[int]] = []
    locked: ClassVar[list[int]] = []

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        order = request.document.order_number
        if order == REFUSED:
            raise Rejected("the buyer is unknown")
        if order in PATIENCE and order not in self.patience:
            self.patience.append(order)
            raise RateLimited("slowly", retry_after=PATIENCE[order])
        if order == LOCKED and not self.locked:
            self.locked.append(order)
            raise Unauthorized("the key has expired")
        self.issued[order] += 1
        self.numbers[request.reference] = str(len(self.numbers) + 1)
        if order == LOST:
            raise Uncertain("the connection was cut")
        return self._document(request.reference)

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        return self._document(request.reference) if request.reference in self.numbers else None

    def _document(self, reference: str) -> IssuedDocument:
        number = self.numbers[reference]
        return IssuedDocument(external_id=number, public_id=f"39-{number}", folio=number, pdf=None)


def invoicing() -> Provider:
    """The system as a provider."""
    return msgspec.structs.replace(provider("ledger", Ledger), kind=ProviderKind.INVOICING)


@pytest.fixture(autouse=True)
def nothing_issued() -> None:
    for kept in (Ledger.issued, Ledger.numbers, Ledger.patience, Ledger.locked):
        kept.clear()


class Desk:
    """Somebody who invoices in bulk."""

    def __init__(self, hub: Hub, store: Store, account: Account, clock: TurnedClock) -> None:
        self.hub, self.store, self.account, self.clock = hub, store, account, clock
        self.bulk = hub.services.bulk_invoicing

    async def orders(self, *numbers: int) -> list[int]:
        for number in numbers:
            await paid_order(self.hub, self.store, number)
        return list(numbers)

    async def cancel(self, number: int) -> None:
        office = self.hub.services.office
        self.clock.turn(1)
        async with office.units.begin() as work:
            record = await work.orders.get(self.store.id, number)
            assert record is not None
            changed = msgspec.structs.replace(record.order, status=OrderStatus.CANCELED)
            assert await work.orders.save(self.store.id, changed, read_at=office.now())
            await work.commit()

    async def invoice(self, orders: Sequence[int], *, key: str | None = None) -> DocumentBatch:
        return await self.bulk.invoice(self.store.id, orders, key=key, wait=10)

    async def work(self, *, rounds: int = 2, seconds: float = 0) -> None:
        for _ in range(rounds):
            self.clock.turn(seconds)
            await self.hub.services.work.look_at_everything()

    async def now(self, batch: DocumentBatch) -> DocumentBatch:
        return await self.bulk.get(self.store.id, batch.batch.id)


async def desk_in(hub: Hub, store: Store, clock: TurnedClock) -> Desk:
    [account] = await hub.services.accounts.all(store.id)
    return Desk(hub, store, account, clock)


@pytest.fixture
async def desk(database_url: str, tmp_path: Path) -> AsyncIterator[Desk]:
    clock = TurnedClock()
    async with open_shop(database_url, tmp_path, [invoicing()], clock=clock) as (hub, store):
        yield await desk_in(hub, store, clock)


def states(batch: DocumentBatch) -> dict[int, DocumentState]:
    return {one.line.order_number: one.state for one in batch.lines}


async def test_every_line_has_its_own_result(desk: Desk) -> None:
    orders = await desk.orders(1001, REFUSED, LOST, HURRIED, 1002)
    await desk.orders(1003)
    await desk.cancel(1003)
    batch = await desk.invoice([*orders, 1003, 1001])
    assert states(batch)[1002] is DocumentState.WAITING
    assert not batch.is_settled
    await desk.work()
    batch = await desk.now(batch)
    assert [one.state.value for one in batch.lines] == [
        "issued",
        "rejected",
        "uncertain",
        "waiting",
        "issued",
        "rejected",
        "rejected",
    ]
    done, refused, _, patient, _, cancelled, twice = batch.lines
    assert done.document is not None
    assert (done.document.public_id, done.problem("es")) == (f"39-{done.document.folio}", None)
    assert "the buyer is unknown" in (refused.problem("es") or "")
    assert "Revisa el motivo" in (refused.remedy("es") or "")
    assert refused.waiting is not None
    assert refused.waiting.account_id == desk.account.id
    assert [one.code for one in (refused, cancelled, twice)] == [
        "invoicing-refused",
        "order-not-paid",
        "order-twice-in-batch",
    ]
    assert patient.problem("en") is None, "it asked for patience, and gets it"
    assert batch.counts[DocumentState.ISSUED] == 2

    await desk.work(seconds=31)
    batch = await desk.now(batch)
    assert states(batch) | {1001: DocumentState.ISSUED} == {
        1001: DocumentState.ISSUED,
        REFUSED: DocumentState.REJECTED,
        LOST: DocumentState.ISSUED,
        HURRIED: DocumentState.ISSUED,
        1002: DocumentState.ISSUED,
        1003: DocumentState.REJECTED,
    }
    assert batch.is_settled
    assert set(Ledger.issued.values()) == {1}


async def test_what_is_there_already_is_the_result_and_nothing_is_issued_twice(desk: Desk) -> None:
    await desk.orders(1001, 1002)
    before = await desk.hub.services.invoicing.invoice(desk.store.id, 1001, wait=10)
    first = await desk.invoice([1001, 1002], key="monday")
    again = await desk.invoice([1001, 1002], key="monday")
    other = await desk.invoice([1002, 1001], key="tuesday")
    assert again.batch == first.batch
    await desk.work()
    first, other = await desk.now(first), await desk.now(other)
    assert {one.state for one in (*first.lines, *other.lines)} == {DocumentState.ISSUED}
    assert first.lines[0].document is not None
    assert first.lines[0].document.id == before.id
    assert Ledger.issued == {1001: 1, 1002: 1}
    found = await desk.bulk.by_key(desk.store.id, "monday")
    assert found is not None
    assert found.batch == first.batch
    assert await desk.bulk.by_key(desk.store.id, "friday") is None
    assert [one.id for one in await desk.bulk.page(desk.store.id)] == sorted(
        [first.batch.id, other.batch.id], reverse=True
    )


async def test_many_never_hold_up_a_single_one(desk: Desk) -> None:
    batch = await desk.invoice(await desk.orders(1001))
    async with desk.hub.services.office.units.begin(write=False) as work:
        [effect] = await work.outbox.of_subject(desk.store.id, batch.lines[0].line.invoice_id or "")
    assert (effect.lane, effect.kind) == (Lane.BULK, "issue")
    await desk.hub.services.work.drain(Lane.FISCAL)
    assert not Ledger.issued
    issued = await desk.hub.services.invoicing.invoice(desk.store.id, 1001, wait=10)
    assert issued.public_id == "39-1", "who asks for this one alone need not wait for the others"
    await desk.work()
    assert Ledger.issued == {1001: 1}


async def test_an_account_that_was_refused_is_named_with_what_to_do_and_all_goes_on_once_it_works(desk: Desk) -> None:
    batch = await desk.invoice(await desk.orders(LOCKED, 1001))
    await desk.work(rounds=1)
    [locked, _] = (await desk.now(batch)).lines
    assert (locked.state, locked.code) == (DocumentState.WAITING, "account-needs-attention")
    assert locked.waiting is not None
    assert locked.waiting.account_id == desk.account.id
    later = await desk.invoice(await desk.orders(1002))
    [refused] = later.lines
    assert (refused.state, refused.code) == (DocumentState.REJECTED, "account-needs-attention")
    await desk.hub.services.accounts.test(desk.store.id, desk.account.id)
    await desk.work(seconds=1000)
    for one in (batch, later):
        assert set(states(await desk.now(one)).values()) == {DocumentState.ISSUED}, "also what was refused then"
    assert set(Ledger.issued.values()) == {1}


async def test_a_person_who_can_wait_as_long_as_the_system_asks_need_not_ask_again(desk: Desk) -> None:
    await desk.orders(HASTY, HURRIED)
    issued = await desk.hub.services.invoicing.invoice(desk.store.id, HASTY, wait=10)
    assert (issued.public_id, Ledger.patience) == ("39-1", [HASTY])
    with pytest.raises(NotYetKnown):
        await desk.hub.services.invoicing.invoice(desk.store.id, HURRIED, wait=10)
    assert HURRIED not in Ledger.issued, "half a minute is more than ten seconds"


async def test_what_is_no_batch_and_what_is_another_stores(desk: Desk) -> None:
    with pytest.raises(BatchEmpty):
        await desk.invoice([])
    with pytest.raises(BatchTooLarge):
        await desk.invoice(range(1, 502))
    batch = await desk.invoice(await desk.orders(1001))
    with pytest.raises(NotFound):
        await desk.bulk.get("other", batch.batch.id)
    with pytest.raises(NotFound):
        await desk.hub.services.bulk.get(desk.store.id, batch.batch.id)
    assert await desk.hub.services.bulk.page(desk.store.id) == []


class Dying(BatchHandler):
    """Dies before, or after, the lines of some transactions are asked for, as a process does."""

    deaths: list[str]

    async def _ask(self, effect: Effect, asking: AsksForLine, lines: Sequence[BatchLine]) -> None:
        when = self.deaths.pop(0) if self.deaths else ""
        if when == "before":
            raise SystemError("killed")
        await super()._ask(effect, asking, lines)
        if when == "after":
            raise SystemError("killed")


class Attaching(AttachHandler):
    """Has nowhere to attach anything, and needs not."""

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        return Settlement(nothing_to_write)


async def _dies_and_lives_again(desk: Desk, first: int, count: int, deaths: list[str]) -> None:
    services = desk.hub.services
    dying = Dying(services.office, services.intake, {BatchPurpose.DOCUMENTS: _document_lines(services.runner)})
    dying.deaths = [*deaths]
    services.runner.register([dying, Attaching(services.office)])
    orders = await desk.orders(*range(first, first + count))
    batch = await desk.invoice(orders)
    for _ in range(len(deaths) + 2):
        await desk.work(rounds=1, seconds=60)
    batch = await desk.now(batch)
    assert {one.state for one in batch.lines} == {DocumentState.ISSUED}
    assert [Ledger.issued[number] for number in orders] == [1] * count
    async with services.office.units.begin(write=False) as work:
        held = [await work.invoices.of_order(desk.store.id, number) for number in orders]
        effect = await work.outbox.by_key(desk.store.id, f"batch:{batch.batch.id}")
    assert [len(documents) for documents in held] == [1] * count
    assert effect is not None
    assert effect.state is EffectState.DONE


def _document_lines(runner: EffectRunner) -> AsksForLine:
    handler = runner.handler("batch")
    assert isinstance(handler, BatchHandler)
    lines = handler._lines[BatchPurpose.DOCUMENTS]
    assert isinstance(lines, DocumentLines)
    return lines


def test_wherever_a_worker_dies_every_order_gets_exactly_one_document(tmp_path: Path) -> None:
    clock, firsts = TurnedClock(), iter(range(10_000, 100_000, 100))
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        shop = open_shop(fresh_sqlite(tmp_path), tmp_path, [invoicing()], clock=clock)
        desk = runner.run(desk_in(*runner.run(stack.enter_async_context(shop)), clock))

        @settings(max_examples=6, suppress_health_check=list(HealthCheck))
        @given(
            count=st.integers(min_value=1, max_value=11),
            deaths=st.lists(st.sampled_from(["before", "after", ""]), max_size=3),
        )
        def whenever(count: int, deaths: list[str]) -> None:
            runner.run(_dies_and_lives_again(desk, next(firsts), count, deaths))

        try:
            whenever()
        finally:
            runner.run(stack.aclose())


async def test_the_amounts_are_those_of_the_orders(desk: Desk) -> None:
    batch = await desk.invoice(await desk.orders(1001))
    await desk.work()
    [line] = (await desk.now(batch)).lines
    assert line.document is not None
    assert line.document.document.totals.total == Decimal(6990)

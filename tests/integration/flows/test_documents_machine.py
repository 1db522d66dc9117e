"""Fiscal documents as a state machine: whatever happens in whatever order, one document each, always attached in the end.

The machine drives a whole hub against the simulators: orders are paid, changed and cancelled, webhooks come and come again, the merchant
clicks and the platform attaches, people and programs ask for one and for many, settle by hand, credit parts and all, processes die after
acting, the invoicing system and the store fail before and after acting. At the end everything is given the time that it needs, and what
both sides hold is compared.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import msgspec
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from despacho_core.errors import DomainError
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_credits import Chosen
from despacho_core.ledgers import EffectState, Lane
from despacho_sandbox.store.model import Document
from despacho_sandbox.store.order import Order, OrderStatus
from despacho_services.settling_documents import FoundDocument
from tests.databases import fresh_sqlite
from tests.town import Town, open_town

T = TypeVar("T")
MOST_ORDERS = 2
CREDIT_NOTE_TYPE = 61
which = st.integers(min_value=0, max_value=MOST_ORDERS - 1)
BREAKS = ["fail_before", "fail_after", "cut_before", "cut_after", "malformed"]
FAULTS = st.sampled_from([*BREAKS, "rate_limited"])
"""Of the invoicing system. The store's own limit is waited for in real seconds, which no clock of a test can turn."""


class DocumentsMachine(RuleBasedStateMachine):
    """A shop, its merchant, its platform and its invoicing system."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._stack = AsyncExitStack()
        self._folder = tempfile.TemporaryDirectory()
        self._orders: list[Order] = []
        self._answers: dict[int, set[str]] = {}

    def _do(self, work: Coroutine[object, object, T]) -> T:
        return self._loop.run_until_complete(work)

    @initialize()
    def open_the_shop(self) -> None:
        folder = Path(self._folder.name)
        self._town: Town = self._do(self._stack.enter_async_context(open_town(fresh_sqlite(folder), folder)))
        limits = self._town.sandbox.openfactura.options
        limits.change({"requests_per_second": None, "requests_per_minute": None})
        self.an_order_is_paid()

    def teardown(self) -> None:
        try:
            if self._orders:
                self._do(self._settle())
                self._do(self._check_the_end())
        finally:
            self._do(self._stack.aclose())
            self._loop.close()
            self._folder.cleanup()

    @precondition(lambda self: len(self._orders) < MOST_ORDERS)
    @rule()
    def an_order_is_paid(self) -> None:
        order = self._town.sandbox.store.place_order(self._town.store.code, "several")
        self._orders.append(order)
        self._do(self._town.webhook(order))

    @rule(number=which)
    def the_store_tells_again(self, number: int) -> None:
        self._do(self._town.webhook(self._order(number), "order_updated"))

    @rule(number=which)
    def the_order_is_cancelled(self, number: int) -> None:
        order = self._order(number)
        if order.status is OrderStatus.PAID:
            self._town.sandbox.store.cancel(order.id, self._town.store.code)
            self._do(self._town.webhook(order, "order_canceled"))

    @rule(number=which, attaches=st.booleans())
    def the_merchant_clicks(self, number: int, attaches: bool) -> None:
        order = self._order(number)
        answer = self._do(self._clicked(order))
        if answer is not None and attaches:
            its = self._town.sandbox.store.store(self._town.store.code)
            if answer not in {one.public_id for one in its.documents if one.order_id == order.id}:
                its.documents.append(Document(order_id=order.id, document_type=1, public_id=answer, url="https://x"))

    @rule(number=which)
    def two_click_while_a_worker_is_at_it(self, number: int) -> None:
        order = self._order(number)
        self._do(self._at_once(order))

    @rule(number=which, line=st.integers(1, 4), units=st.integers(1, 2))
    def a_line_is_taken_back(self, number: int, line: int, units: int) -> None:
        self._do(self._credited(self._order(number), [Chosen(line=line, quantity=Decimal(units))]))

    @rule(number=which)
    def everything_is_taken_back(self, number: int) -> None:
        self._do(self._credited(self._order(number), None))

    @rule(kind=FAULTS, endpoint=st.sampled_from(["issue", "issued"]))
    def the_invoicing_system_fails(self, kind: str, endpoint: str) -> None:
        self._do(self._town.fault("openfactura", kind, endpoint))

    @rule(kind=st.sampled_from(BREAKS), endpoint=st.sampled_from(["documents.create", "orders.get"]))
    def the_store_fails(self, kind: str, endpoint: str) -> None:
        self._do(self._town.fault("jumpseller", kind, endpoint))

    @rule()
    def all_are_asked_for_together(self) -> None:
        numbers = [order.id for order in self._orders]
        self._do(self._town.services.bulk_invoicing.invoice(self._town.store.id, numbers, wait=5))

    @rule(number=which)
    def a_person_settles_what_nobody_knows(self, number: int) -> None:
        self._do(self._settled_by_hand(self._order(number)))

    @rule(acted=st.booleans(), lane=st.sampled_from([Lane.FISCAL, Lane.BULK]))
    def a_worker_dies(self, acted: bool, lane: Lane) -> None:
        self._do(self._dies(acted, lane))

    @rule(seconds=st.sampled_from([0, 10, 120]))
    def a_worker_works(self, seconds: float) -> None:
        self._do(self._town.work(rounds=1, seconds=seconds))

    @rule()
    def the_hub_looks_for_what_nobody_told(self) -> None:
        self._do(self._town.services.work.reconcile())

    @invariant()
    def no_order_has_two_documents_in_force(self) -> None:
        for order in self._orders:
            self._do(self._check_one(order))

    def _order(self, number: int) -> Order:
        return self._orders[number % len(self._orders)]

    async def _clicked(self, order: Order) -> str | None:
        body = msgspec.json.encode({"order": {"id": order.id}})
        try:
            answer = await self._town.services.button.press(self._town.store, body)
        except DomainError:
            return None
        return answer.public_id

    async def _at_once(self, order: Order) -> None:
        clicks = await asyncio.gather(self._clicked(order), self._clicked(order), self._town.work(rounds=1))
        answers = {one for one in clicks if one is not None}
        assert len(answers) <= 1, answers

    async def _credited(self, order: Order, chosen: list[Chosen] | None) -> None:
        for invoice in await self._documents(order):
            if invoice.state is InvoiceState.ISSUED and invoice.kind is not DocumentKind.CREDIT_NOTE:
                try:
                    await self._town.services.invoicing.credit(
                        self._town.store.id, invoice.id, reason=None, wait=5, chosen=chosen
                    )
                except DomainError:
                    continue

    async def _settled_by_hand(self, order: Order) -> None:
        """Somebody looks through the system's own pages: what is there is told by its number, what is not is issued once more."""
        settling, held = self._town.services.settling_documents, await self._documents(order)
        known = {one.public_id for one in held}
        theirs = self._town.sandbox.openfactura.documents_for(str(order.id))
        for invoice in held:
            if invoice.state is not InvoiceState.UNCERTAIN:
                continue
            is_note = invoice.kind is DocumentKind.CREDIT_NOTE
            there = [f"{one.kind}-{one.folio}" for one in theirs if (one.kind == CREDIT_NOTE_TYPE) is is_note]
            new = [one for one in there if one not in known]
            try:
                if new:
                    await settling.issued(invoice.store_id, invoice.id, FoundDocument(number=new[0]), note="there")
                    known.add(new[0])
                else:
                    await settling.not_issued(invoice.store_id, invoice.id, note="not there")
            except DomainError:
                continue

    async def _dies(self, acted: bool, lane: Lane) -> None:
        """A process takes an effect and is never heard of again: before it calls, or after."""
        office, runner = self._town.services.office, self._town.services.runner
        async with office.units.begin() as work:
            taken = await work.outbox.claim(lane, limit=1, now=office.now(), lease=runner.policy.lease)
            await work.commit()
        for effect in taken if acted else ():
            try:
                await runner.handler(effect.kind).perform(effect, await runner.parties(effect))
            except Exception:  # noqa: BLE001 - whatever it was, the process dies of it
                continue

    async def _documents(self, order: Order) -> list[Invoice]:
        async with self._town.services.office.units.begin(write=False) as work:
            return list(await work.invoices.of_order(self._town.store.id, order.id))

    async def _check_one(self, order: Order) -> None:
        """At no moment is there more than one document in force, nor more credited than invoiced."""
        held = await self._documents(order)
        sales = [one for one in held if one.credits_id is None and one.state is not InvoiceState.REJECTED]
        assert sum(one.credited_at is None for one in sales) <= 1
        for sale in sales:
            notes = [one for one in held if one.credits_id == sale.id and one.state is not InvoiceState.REJECTED]
            taken = sum((one.document.totals.total for one in notes), Decimal(0))
            assert taken <= sale.document.totals.total
            assert sale.credited_at is None or taken == sale.document.totals.total

    async def _settle(self) -> None:
        """The faults end, every lease and look and retry gets its time, and the store tells of everything once more."""
        for simulator in (self._town.sandbox.openfactura, self._town.sandbox.store):
            simulator.faults.clear()
        for order in self._orders:
            await self._town.webhook(order, "order_updated")
        for _ in range(40):
            await self._town.work(rounds=1, seconds=120)
            effects = await self._town.services.ledgers.outbox(self._town.store.id, limit=200)
            if all(one.state.is_settled for one in effects):
                break
        await self._town.services.work.reconcile()
        await self._town.work(rounds=2, seconds=120)

    async def _check_the_end(self) -> None:
        effects = await self._town.services.ledgers.outbox(self._town.store.id, limit=200)
        stuck = [one for one in effects if not one.state.is_settled or one.state is EffectState.DEAD]
        assert stuck == [], stuck
        for order in self._orders:
            issued = [one for one in await self._documents(order) if one.state is InvoiceState.ISSUED]
            theirs = self._town.sandbox.openfactura.documents_for(str(order.id))
            assert sorted(str(one.folio) for one in theirs) == sorted(str(one.folio) for one in issued)
            sales = [one for one in issued if one.credits_id is None]
            assert sum(one.credited_at is None for one in sales) <= 1
            if order.status is OrderStatus.PAID:
                assert sales, "a paid order has its document"
            else:
                assert all(one.credited_at for one in sales), "a cancelled one owes nothing"
            attached = [one.public_id for one in self._town.sandbox.store.documents(order.id, self._town.store.code)]
            assert sorted(one or "" for one in attached) == sorted(one.public_id or "" for one in issued), (
                "all of it attached, once"
            )
        assert await self._town.services.waiting.of_store(self._town.store.id) == []


TestDocuments = DocumentsMachine.TestCase
# A failing story is told as it was found: each step is real, and finding a shorter one takes minutes.
TestDocuments.settings = settings(
    max_examples=5,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

"""The outbox as a state machine: whatever workers, finders, crashes and people do, no effect is held twice or lost.

The machine keeps a model of every effect beside the database and compares them after each step.
"""

import asyncio
import itertools
import tempfile
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import msgspec
from hypothesis import HealthCheck
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from despacho_core.ledgers import Effect, EffectState, Lane
from despacho_database import Database
from despacho_ports.persistence import UnitOfWork
from tests.databases import PlainSecrets, fresh_sqlite
from tests.examples import examples
from tests.integration.database.samples import NOON, add_stores, effect

T = TypeVar("T")
LEASE = timedelta(minutes=5)
keys = st.integers(min_value=0, max_value=3)
limits = st.integers(min_value=1, max_value=3)


class OutboxMachine(RuleBasedStateMachine):
    """Workers and finders that claim, settle, die and come back late."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.new_event_loop()
        self._folder = tempfile.TemporaryDirectory()
        self._database = Database(fresh_sqlite(Path(self._folder.name)), PlainSecrets())
        self._now = NOON
        self._model: dict[str, Effect] = {}
        self._held: list[Effect] = []
        self._claims: set[str] = set()
        self._kept: dict[str, Effect] = {}
        self._ticks = itertools.count(1)

    def teardown(self) -> None:
        self._loop.run_until_complete(self._database.close())
        self._loop.close()
        self._folder.cleanup()

    def _do(self, work: Callable[[UnitOfWork], Awaitable[T]]) -> T:
        async def unit_of_work() -> T:
            async with self._database.units_of_work.begin() as unit:
                done = await work(unit)
                self._kept = {one.id: one for one in await unit.outbox.page(None, limit=100)}
                await unit.commit()
                return done

        return self._loop.run_until_complete(unit_of_work())

    @initialize()
    def open_the_shop(self) -> None:
        self._loop.run_until_complete(add_stores(self._database))
        for key in range(2):
            self.owe(key)

    @rule(key=keys)
    def owe(self, key: int) -> None:
        one = effect(str(key), created_at=self._now, due_at=self._now)
        assert self._do(lambda unit: unit.outbox.owe(one)) == (one.id not in self._model)
        self._model.setdefault(one.id, one)

    @rule(limit=limits)
    def claim(self, limit: int) -> None:
        taken = self._do(lambda unit: unit.outbox.claim(Lane.BULK, limit=limit, now=self._now, lease=LEASE))
        due = [one for one in self._model.values() if one.state is EffectState.PENDING and one.due_at <= self._now]
        assert len(taken) == min(limit, len(due)), "nothing that is due is passed over"
        for one in taken:
            before = self._model[one.id]
            assert before in due
            self._hold(one, msgspec.structs.replace(before, state=EffectState.RUNNING, attempts=before.attempts + 1))

    @rule(limit=limits)
    def look(self, limit: int) -> None:
        taken = self._do(lambda unit: unit.outbox.claim_uncertain(Lane.BULK, limit=limit, now=self._now, lease=LEASE))
        for one in taken:
            before = self._model[one.id]
            assert before.state is EffectState.UNCERTAIN
            assert before.lease_until is None or before.lease_until <= self._now, "no two finders at once"
            ended = before.lease_until is None
            self._hold(one, msgspec.structs.replace(before, lookups=before.lookups + ended))

    def _hold(self, taken: Effect, expected: Effect) -> None:
        assert taken.claim is not None
        assert taken.claim not in self._claims or any(one.claim == taken.claim for one in self._held), "a fresh claim"
        self._claims.add(taken.claim)
        lease_until = self._now + LEASE
        assert taken == msgspec.structs.replace(expected, claim=taken.claim, lease_until=lease_until)
        self._model[taken.id] = taken
        self._held.append(taken)

    @precondition(lambda self: self._held)
    @rule(which=st.integers(min_value=0), how=st.sampled_from(["done", "rejected", "dead", "later", "uncertain"]))
    def settle(self, which: int, how: str) -> None:
        """A runner comes back: in time, late, or so late that another has taken over."""
        held = self._held.pop(which % len(self._held))
        message = str(next(self._ticks))
        settled: Effect = getattr(held, how)(self._now, message)
        still_mine = self._model[held.id].claim == held.claim
        assert self._do(lambda unit: unit.outbox.settle(held, settled)) == still_mine
        if still_mine:
            self._model[held.id] = settled

    @precondition(lambda self: self._held)
    @rule(which=st.integers(min_value=0))
    def a_runner_dies(self, which: int) -> None:
        self._held.pop(which % len(self._held))

    @rule(minutes=st.sampled_from([1, 5]))
    def time_passes_and_the_sweeper_comes(self, minutes: int) -> None:
        self._now += timedelta(minutes=minutes)
        over = [
            one
            for one in self._model.values()
            if one.state is EffectState.RUNNING and one.lease_until is not None and one.lease_until <= self._now
        ]
        assert len(self._do(lambda unit: unit.outbox.expire(self._now, look_at=self._now))) == len(over)
        for one in over:
            left = self._do(lambda unit, lost=one: unit.outbox.get(None, lost.id))  # type: ignore[misc]
            assert left == one.uncertain(self._now, left.message)
            self._model[one.id] = left

    @rule(key=keys)
    def a_person_retries(self, key: int) -> None:
        one = self._model.get(effect(str(key)).id)
        if one is not None and one.state in {EffectState.REJECTED, EffectState.DEAD}:
            again = one.retried(self._now, repeatable=True)
            self._do(lambda unit: unit.outbox.save(again))
            self._model[one.id] = again

    @rule(key=keys, happened=st.booleans())
    def a_person_decides(self, key: int, happened: bool) -> None:
        one = self._model.get(effect(str(key)).id)
        if one is not None and one.state is EffectState.UNCERTAIN and one.claim is None:
            decided = one.resolved(self._now, happened=happened, message="asked by telephone")
            self._do(lambda unit: unit.outbox.save(decided))
            self._model[one.id] = decided

    @invariant()
    def every_doubt_is_a_new_one(self) -> None:
        """A "not found" about one attempt says nothing about the next: one look would be enough to buy twice."""
        again = [one for one in self._model.values() if one.state in {EffectState.PENDING, EffectState.RUNNING}]
        assert not any(one.lookups for one in again)

    @invariant()
    def the_database_is_what_the_model_says(self) -> None:
        assert self._kept == self._model


TestOutbox = OutboxMachine.TestCase
TestOutbox.settings = examples(
    80,
    stateful_step_count=30,
    suppress_health_check=[HealthCheck.too_slow],
)

"""Coming in: a consent that the browser itself carries, and registration that may fail without keeping anybody out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from despacho.bootstrap import Hub
from despacho_core.stores import Store
from despacho_ports.errors import Unavailable
from despacho_services.consenting import CONSENT_MINUTES, LONGEST_STATE, ConsentStates, ConsentUnknown
from despacho_system.sealing import Sealer
from tests.databases import fresh_sqlite
from tests.shop import open_shop
from tests.town import TurnedClock

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Gate:
    """A hub, and states sealed with its key."""

    hub: Hub
    store: Store
    clock: TurnedClock
    states: ConsentStates


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def gate(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Gate]:
    folder: Path = tmp_path_factory.mktemp("hub")
    clock = TurnedClock()
    async with open_shop(fresh_sqlite(folder), folder, [], clock=clock) as (hub, store):
        yield Gate(hub, store, clock, ConsentStates(hub.services.office, Sealer(b"k" * 32)))


async def test_a_state_tells_the_browser_that_carries_it_nothing_and_the_hub_where_to_go_on(gate: Gate) -> None:
    text = gate.states.new(browser="mine", return_to="/app/orders?x=1")
    assert "orders" not in text
    opened = await gate.states.opened(text, browser="mine")
    assert (opened.browser, opened.return_to) == ("mine", "/app/orders?x=1")
    assert text != gate.states.new(browser="mine", return_to="/app/orders?x=1")


async def test_a_state_is_for_one_browser_and_for_a_quarter_of_an_hour(gate: Gate) -> None:
    text = gate.states.new(browser="mine", return_to="/")
    with pytest.raises(ConsentUnknown):
        await gate.states.opened(text, browser="theirs")
    gate.clock.turn(CONSENT_MINUTES * 60 - 1)
    assert (await gate.states.opened(text, browser="mine")).browser == "mine"
    gate.clock.turn(1)
    with pytest.raises(ConsentUnknown):
        await gate.states.opened(text, browser="mine")


async def test_of_many_who_bring_the_same_state_one_comes_in(gate: Gate) -> None:
    text = gate.states.new(browser="mine", return_to="/")
    begun = [await gate.states.opened(text, browser="mine") for _ in range(4)]
    came = await asyncio.gather(*(gate.states.use_up(one) for one in begun), return_exceptions=True)
    assert [type(one) for one in came if one is not None] == [ConsentUnknown] * 3
    with pytest.raises(ConsentUnknown):
        await gate.states.opened(text, browser="mine")


@given(text=st.text(max_size=80) | st.binary(max_size=LONGEST_STATE).map(lambda some: some.hex()))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
async def test_what_the_hub_did_not_make_is_no_state(gate: Gate, text: str) -> None:
    with pytest.raises(ConsentUnknown):
        await gate.states.opened(text, browser="mine")


async def test_the_longest_way_back_fits_into_a_state(gate: Gate) -> None:
    text = gate.states.new(browser="b" * 64, return_to="/" + "a" * 500)
    assert len(text) < LONGEST_STATE
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


@pytest.mark.parametrize("within", [0.0, 30.0])
async def test_a_platform_that_does_not_answer_is_given_up_and_the_reason_kept(gate: Gate, within: float) -> None:
    registration, office = gate.hub.services.registration, gate.hub.services.office
    with pytest.raises(Unavailable) as given_up:
        await registration.repair(gate.store, within=within)
    store = await office.store(gate.store.id)
    assert store.registration_problem == str(given_up.value)
    async with office.units.begin() as work:
        await work.stores.save(msgspec.structs.replace(store, registration_problem=None))
        await work.commit()

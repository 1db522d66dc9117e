"""The kit's own parts: light to import, troubles where they were ordered, and odd answers that can always be made."""

from __future__ import annotations

import subprocess
import sys
from random import Random

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_ports.conformance.expecting import outcome_of
from despacho_ports.conformance.line import LOST, NEVER_SENT, Line, Trouble, answering
from despacho_ports.conformance.odd import mangled
from despacho_ports.errors import ProviderError, Rejected

GONE = answering("gone", 410, b"")


class Counter:
    """A world that counts."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        return httpx.Response(200, json={"asked": self.asked, "said": request.content.decode()})


@pytest.fixture
def world() -> Counter:
    return Counter()


@pytest.fixture
def line(world: Counter) -> Line:
    return Line(httpx.MockTransport(world))


def loaded_by(module: str) -> set[str]:
    code = f"import sys, {module}; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    return set(shown.stdout.split())


def test_a_provider_that_runs_loads_nothing_of_the_kit() -> None:
    loaded = loaded_by("despacho_ports.providers, despacho_ports.settings, despacho_ports.connectors")
    assert not loaded & {"despacho_ports.conformance", "pytest", "hypothesis", "httpx"}


def test_the_kit_loads_pytest_and_hypothesis_only_when_checks_run() -> None:
    loaded = loaded_by("despacho_ports.conformance")
    assert "despacho_ports.conformance" in loaded
    assert not loaded & {"pytest", "hypothesis"}


async def test_trouble_comes_where_it_was_ordered_and_nowhere_else(line: Line, world: Counter) -> None:
    async with httpx.AsyncClient(transport=line) as http:
        line.order(GONE, first=2, last=3)
        statuses = [(await http.post("http://w.example", content=b"x")).status_code for _ in range(4)]
        assert (statuses, world.asked, line.requests) == ([200, 410, 410, 200], 2, 4)
        line.order(GONE)
        line.calm()
        assert (await http.get("http://w.example")).status_code == 200


@pytest.mark.parametrize("way", LOST, ids=lambda way: way.name)
async def test_what_is_lost_was_carried_out(line: Line, world: Counter, way: Trouble) -> None:
    async with httpx.AsyncClient(transport=line) as http:
        line.order(way)
        try:
            answer = await http.post("http://w.example", content=b"hello")
        except httpx.RequestError:
            answer = httpx.Response(500)
        assert world.asked == 1
        assert b'"hello"' not in answer.content


async def test_what_was_never_sent_was_not_carried_out(line: Line, world: Counter) -> None:
    async with httpx.AsyncClient(transport=line) as http:
        line.order(NEVER_SENT)
        with pytest.raises(httpx.ConnectError):
            await http.get("http://w.example")
    assert world.asked == 0


async def test_an_outcome_is_an_answer_or_one_of_the_five() -> None:
    async def ends(error: Exception | None) -> int:
        if error is not None:
            raise error
        return 7

    refusal = Rejected("no")
    assert await outcome_of(ends(None), "now") == 7
    assert await outcome_of(ends(refusal), "now") is refusal
    with pytest.raises(AssertionError, match="now: raised KeyError"):
        await outcome_of(ends(KeyError("x")), "now")
    with pytest.raises(AssertionError, match="now: raised ProviderError"):
        await outcome_of(ends(ProviderError("a sixth")), "now")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
    max_leaves=8,
)


@given(st.binary(max_size=200) | json_values.map(msgspec.json.encode), st.integers(0, 2**32))
def test_any_answer_can_be_made_odd_and_the_same_way_again(body: bytes, seed: int) -> None:
    assert mangled(body, Random(seed)) == mangled(body, Random(seed))


def test_odd_answers_stay_close_to_the_real_one() -> None:
    real = msgspec.json.encode({"status": "ok", "parcels": [{"number": "T1"}, {"number": "T2"}]})
    odd = {mangled(real, Random(seed)) for seed in range(200)}
    assert len(odd) > 50
    assert any(b'"status":"ok"' in one and one != real for one in odd)
    xml = b"<a><status>ok</status><number>T1</number></a>"
    assert any(b"<number>T1</number>" in mangled(xml, Random(seed)) != xml for seed in range(20))

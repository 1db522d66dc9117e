"""Faults, control and clock as a real client sees them: httpx against uvicorn on a real socket."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime

import httpx
import pytest
import pytest_asyncio

from despacho_sandbox.kit.asgi import Message, Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.simulator import Simulator

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Counter(Simulator):
    """A service that counts: small enough to see what a fault did to it."""

    name = "counter"

    def __init__(self, clock: SandboxClock, *, seed: int = 0) -> None:
        routes = (
            Route(Endpoint("count", "POST", "/count"), self.count),
            Route(Endpoint("echo", "GET", "/echo/{text}"), self.echo),
        )
        super().__init__(clock, seed=seed, endpoints=tuple(route.endpoint for route in routes))
        self.app = Router(routes)
        self.reset()

    async def count(self, request: Request) -> Reply:
        self.counted += len(request.body)
        return json_reply({"counted": self.counted})

    async def echo(self, request: Request) -> Reply:
        return json_reply({"text": request.params["text"], "query": request.query, "base": self.base_url})

    def state(self) -> dict[str, object]:
        return {"counted": self.counted}

    def counts(self) -> dict[str, int]:
        return {"counted": self.counted}

    def reset(self) -> None:
        self.counted = 0

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:
        return json_reply({"slow": endpoint, "seconds": retry_after}, 429)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Sandbox]:
    async with running_sandbox(seed=1, speed=0, simulators=(Counter,)) as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def sandbox(running: Sandbox) -> Sandbox:
    running.reset()
    running.clock.speed = 0
    return running


@pytest_asyncio.fixture(loop_scope="module")
async def client(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=sandbox.url, timeout=10, verify=False) as one:
        yield one


async def ask_for(client: httpx.AsyncClient, **fault: object) -> None:
    answer = await client.post("/counter/_sandbox/faults", json=fault)
    assert answer.status_code == 201, answer.text


async def counted(client: httpx.AsyncClient) -> int:
    state: dict[str, int] = (await client.get("/counter/_sandbox/state")).json()
    return state["counted"]


async def test_a_simulator_answers_under_its_prefix_and_knows_its_own_address(
    client: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    answer = await client.get("/counter/echo/ñandú?A=1")
    assert answer.json() == {"text": "ñandú", "query": {"a": "1"}, "base": f"{sandbox.url}/counter"}


@pytest.mark.parametrize(("path", "status"), [("/nobody/count", 404), ("/counter/none", 404), ("/counter/count", 405)])
async def test_what_does_not_exist_is_refused(client: httpx.AsyncClient, path: str, status: int) -> None:
    assert (await client.get(path)).status_code == status


@pytest.mark.parametrize(("kind", "acts"), [("fail_before", False), ("fail_after", True)])
async def test_a_500_comes_before_or_after_acting(client: httpx.AsyncClient, kind: str, acts: bool) -> None:
    await ask_for(client, kind=kind, endpoint="count", times=1)
    assert (await client.post("/counter/count", content=b"abc")).status_code == 500
    assert await counted(client) == (3 if acts else 0)
    assert (await client.post("/counter/count", content=b"abc")).status_code == 200


@pytest.mark.parametrize(("kind", "acts"), [("cut_before", False), ("cut_after", True)])
@pytest.mark.parametrize("size", [3, 200_000])
async def test_a_cut_connection_reaches_the_client_as_one(
    client: httpx.AsyncClient, kind: str, acts: bool, size: int
) -> None:
    await ask_for(client, kind=kind, endpoint="count", times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)) as caught:
        await client.post("/counter/count", content=b"x" * size)
    if acts:
        assert not isinstance(caught.value, httpx.WriteError), "the request was read whole before the cut"
    assert await counted(client) == (size if acts else 0)
    assert (await client.post("/counter/count", content=b"abc")).status_code == 200


async def test_a_malformed_answer_is_a_200_after_acting(client: httpx.AsyncClient) -> None:
    await ask_for(client, kind="malformed", endpoint="count", times=1)
    answer = await client.post("/counter/count", content=b"abc")
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert await counted(client) == 3


async def test_refusals_use_the_words_of_the_service(client: httpx.AsyncClient) -> None:
    await ask_for(client, kind="rate_limited", endpoint="count", times=1, retry_after=7)
    await ask_for(client, kind="unauthorized", endpoint="count", times=1)
    answer = await client.post("/counter/count", content=b"abc")
    assert (answer.status_code, answer.json()) == (429, {"slow": "count", "seconds": 7})
    assert (await client.post("/counter/count", content=b"abc")).status_code == 401
    assert await counted(client) == 0


async def test_a_latency_is_real_and_the_answer_right(client: httpx.AsyncClient) -> None:
    await ask_for(client, kind="latency", latency_ms=60)
    before = time.monotonic()
    assert (await client.post("/counter/count", content=b"abc")).json() == {"counted": 3}
    assert time.monotonic() - before >= 0.06


async def test_the_control_api_is_never_hit_by_faults(client: httpx.AsyncClient) -> None:
    await ask_for(client, kind="fail_before")
    for path in ("/counter/_sandbox/state", "/counter/_sandbox/faults", "/_sandbox/", "/_sandbox/clock"):
        assert (await client.get(path)).status_code == 200


async def test_faults_can_be_listed_and_taken_back(client: httpx.AsyncClient) -> None:
    await ask_for(client, kind="fail_before", endpoint="count")
    await ask_for(client, kind="fail_before", endpoint="echo")
    listed = (await client.get("/counter/_sandbox/faults")).json()
    assert listed["endpoints"] == ["count", "echo"]
    first, second = listed["faults"]
    assert (await client.delete(f"/counter/_sandbox/faults/{first['id']}")).status_code == 204
    assert (await client.delete(f"/counter/_sandbox/faults/{first['id']}")).status_code == 404
    assert (await client.post("/counter/count")).status_code == 200
    assert (await client.delete("/counter/_sandbox/faults")).status_code == 204
    assert (await client.get("/counter/echo/a")).status_code == 200
    assert second["endpoint"] == "echo"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/counter/_sandbox/faults", b"not json"),
        ("/counter/_sandbox/faults", b'{"kind":"fail_before","endpoint":"unknown"}'),
        ("/_sandbox/clock", b'{"advance_seconds":-5}'),
        ("/_sandbox/clock", b'{"sped":5}'),
    ],
)
async def test_a_slip_in_the_control_api_is_a_400_that_says_so(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    answer = await client.post(path, content=body)
    assert answer.status_code == 400
    assert answer.json()["error"]


async def test_the_clock_is_turned_over_http(client: httpx.AsyncClient, sandbox: Sandbox) -> None:
    before = sandbox.clock.now()
    shown = (await client.post("/_sandbox/clock", json={"advance_seconds": 3600})).json()
    assert (datetime.fromisoformat(shown["now"]) - before).total_seconds() == 3600
    assert (await client.post("/_sandbox/clock", json={"speed": 60})).json()["speed"] == 60
    assert (await client.get("/_sandbox/clock")).json()["speed"] == 60


async def test_a_reset_empties_state_faults_and_counts(client: httpx.AsyncClient) -> None:
    await client.post("/counter/count", content=b"abc")
    await ask_for(client, kind="fail_before")
    (shown,) = (await client.get("/_sandbox/")).json()["simulators"]
    assert (shown["counts"], shown["calls"], len(shown["faults"])) == ({"counted": 3}, {"count": 1}, 1)
    for path in ("/counter/_sandbox/reset", "/_sandbox/reset"):
        assert (await client.post(path)).status_code == 204
    (shown,) = (await client.get("/_sandbox/")).json()["simulators"]
    assert (shown["counts"], shown["calls"], shown["faults"]) == ({"counted": 0}, {}, [])


async def test_under_a_server_that_cannot_cut_the_answer_breaks_off_in_the_middle() -> None:
    sandbox = Sandbox(SandboxClock(speed=0), simulators=(Counter,))
    counter = sandbox.simulator(Counter)
    counter.faults.add(Fault(kind=FaultKind.CUT_AFTER))
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"abc"}

    async def send(message: Message) -> None:
        sent.append(message)

    path = "/counter/count"
    await sandbox({"type": "http", "method": "POST", "path": path, "raw_path": path.encode()}, receive, send)
    assert counter.counted == 3
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[1]["more_body"]


async def test_a_simulator_that_was_not_asked_for_is_not_there(sandbox: Sandbox) -> None:
    with pytest.raises(LookupError, match="ChilexpressSimulator"):
        _ = sandbox.chilexpress


async def test_a_taken_port_is_reported_at_once(sandbox: Sandbox) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with running_sandbox(port=port, simulators=(Counter,)):
            pass


async def test_many_clients_at_once_lose_nothing(client: httpx.AsyncClient) -> None:
    await asyncio.gather(*(client.post("/counter/count", content=b"x") for _ in range(200)))
    assert await counted(client) == 200

"""The HTTP client that a provider is handed, seen from the provider's side."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unavailable, Uncertain
from despacho_ports.providers import RateLimit
from despacho_system.breaker import BreakerPolicy
from despacho_system.outbound import OutboundClients, OutboundPolicy

URL = "https://carrier.example/v1/labels"
POLICY = OutboundPolicy(
    most_bytes=10_000, breaker=BreakerPolicy(failures=2, ratio=0.5, window_s=30, cool_down_s=10, patience_s=2)
)
Answer = Callable[[httpx.Request], httpx.Response]


class Time:
    """Seconds moved by hand; whoever sleeps moves them."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


class Carrier:
    """A provider's server, without the network. ``answer`` may be exchanged in the middle of a story."""

    def __init__(self) -> None:
        self.seen: list[httpx.Request] = []
        self.answer: Answer = lambda _request: httpx.Response(200, json={"ok": True})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.seen.append(request)
        return self.answer(request)

    def says(self, status: int, **more: object) -> None:
        self.answer = lambda _request: httpx.Response(status, **more)  # type: ignore[arg-type]  # as the test gives them

    def raises(self, error: type[httpx.TransportError]) -> None:
        def broken(_request: httpx.Request) -> httpx.Response:
            raise error("down")

        self.answer = broken


@pytest.fixture
def carrier() -> Carrier:
    return Carrier()


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def clients(carrier: Carrier, time: Time) -> AsyncIterator[OutboundClients]:
    made = OutboundClients(POLICY, pool=httpx.MockTransport(carrier), monotonic=time, sleep=time.sleep)
    yield made
    await made.aclose()


async def test_a_provider_gets_the_whole_answer(clients: OutboundClients, carrier: Carrier) -> None:
    carrier.says(201, content=gzip.compress(b'{"label": 7}'), headers={"content-encoding": "gzip", "x-request": "abc"})
    answer = await clients.client("1").post(URL, json={"weight": 3})
    assert answer.status_code == 201
    assert answer.json() == {"label": 7}
    assert answer.headers["x-request"] == "abc"
    assert answer.request.url == URL
    assert carrier.seen[0].content == b'{"weight":3}'


async def test_the_hub_introduces_itself(clients: OutboundClients, carrier: Carrier) -> None:
    await clients.client("1").get(URL)
    assert carrier.seen[0].headers["user-agent"] == "Despacho"


async def test_an_account_keeps_its_client_until_its_settings_change(clients: OutboundClients) -> None:
    first = clients.client("1", secrets=["a"])
    assert clients.client("1", secrets=["a"]) is first
    assert clients.client("2", secrets=["a"]) is not first
    assert clients.client("1", secrets=["b"]) is not first
    clients.forget("2")


async def test_redirects_are_not_followed(clients: OutboundClients, carrier: Carrier) -> None:
    carrier.says(302, headers={"location": "https://elsewhere.example/"})
    assert (await clients.client("1").get(URL)).status_code == 302
    assert len(carrier.seen) == 1


async def test_a_cookie_of_one_account_never_reaches_another(clients: OutboundClients, carrier: Carrier) -> None:
    carrier.says(200, headers={"set-cookie": "session=ana"})
    await clients.client("1").get(URL)
    await clients.client("1").get(URL)
    await clients.client("2").get(URL)
    assert ["cookie" in request.headers for request in carrier.seen] == [False, True, False]


@pytest.mark.parametrize("address", ["ftp://carrier.example/", "file:///etc/passwd", "https:///v1"])
async def test_only_web_addresses_are_called(clients: OutboundClients, carrier: Carrier, address: str) -> None:
    with pytest.raises(Rejected, match="must begin with https://"):
        await clients.client("1").get(address)
    assert carrier.seen == []


@pytest.mark.parametrize(
    ("method", "raised"), [("GET", Unavailable), ("HEAD", Unavailable), ("POST", Uncertain), ("DELETE", Uncertain)]
)
async def test_too_large_an_answer_leaves_a_purchase_uncertain(
    clients: OutboundClients, carrier: Carrier, method: str, raised: type[ProviderError]
) -> None:
    carrier.says(200, content=b"x" * 10_001)
    with pytest.raises(raised, match="larger than 9 KiB"):
        await clients.client("1").request(method, URL)


async def test_the_largest_answer_is_still_read(clients: OutboundClients, carrier: Carrier) -> None:
    carrier.says(200, content=b"x" * 10_000)
    assert len((await clients.client("1").get(URL)).content) == 10_000


async def test_an_answer_without_announced_length_is_cut_off_as_well(
    clients: OutboundClients, carrier: Carrier
) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    carrier.says(200, content=endless())
    with pytest.raises(Unavailable, match="larger"):
        await clients.client("1").get(URL)


async def test_an_answer_that_unpacks_to_too_much_is_cut_off(clients: OutboundClients, carrier: Carrier) -> None:
    bomb = gzip.compress(bytes(1_000_000))
    assert len(bomb) < 10_000
    carrier.says(200, content=bomb, headers={"content-encoding": "gzip"})
    with pytest.raises(Unavailable, match="larger"):
        await clients.client("1").get(URL)


async def test_a_call_ends_even_when_the_answer_never_does() -> None:
    async def dribble() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    pool = httpx.MockTransport(lambda _request: httpx.Response(200, content=dribble()))
    clients = OutboundClients(OutboundPolicy(whole_s=0.02), pool=pool)
    with pytest.raises(httpx.ReadTimeout, match=r"within 0\.02 s"):
        await clients.client("1").get(URL)
    await clients.aclose()


async def test_a_call_that_is_known_to_be_slow_gets_its_time() -> None:
    async def slow() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(0.05)

    policy = OutboundPolicy(read_s=0.01, whole_s=0.02, slow_s=5)
    clients = OutboundClients(policy, pool=httpx.MockTransport(lambda _request: httpx.Response(200, content=slow())))
    assert (await clients.client("1").get(URL, timeout=300)).content == b"x"
    with pytest.raises(httpx.ReadTimeout, match=r"within 0\.02 s"):
        await clients.client("1").get(URL)
    await clients.aclose()


async def test_a_slow_call_ends_all_the_same() -> None:
    async def dribble() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.Event().wait()

    pool = httpx.MockTransport(lambda _request: httpx.Response(200, content=dribble()))
    clients = OutboundClients(OutboundPolicy(read_s=0.01, whole_s=0.01, slow_s=0.02), pool=pool)
    with pytest.raises(httpx.ReadTimeout, match=r"within 0\.02 s"):
        await clients.client("1").get(URL, timeout=300)
    await clients.aclose()


async def test_calls_are_spaced_a_little_wider_than_the_provider_declares(
    clients: OutboundClients, carrier: Carrier, time: Time
) -> None:
    client = clients.client("1", rate_limits=[RateLimit(2, 5)])
    times = []
    for _ in range(5):
        await client.get(URL)
        times.append(time.now)
    assert times == pytest.approx([0, 0, 5.1, 5.1, 10.2])


async def test_a_turn_that_comes_too_late_is_refused(clients: OutboundClients, carrier: Carrier) -> None:
    client = clients.client("1", rate_limits=[RateLimit(1, 60)])
    await client.get(URL)
    with pytest.raises(RateLimited) as refused:
        await client.get(URL)
    assert refused.value.retry_after == pytest.approx(60.1)
    assert len(carrier.seen) == 1


async def test_after_a_429_the_account_pauses_as_long_as_it_was_told(
    clients: OutboundClients, carrier: Carrier, time: Time
) -> None:
    carrier.says(429, headers={"retry-after": "20"})
    assert (await clients.client("1").get(URL)).status_code == 429
    with pytest.raises(RateLimited):
        await clients.client("1").get(URL)
    await clients.client("2").get(URL)
    time.now += 20
    carrier.says(200)
    assert (await clients.client("1").get(URL)).status_code == 200


@pytest.mark.parametrize("told", [{}, {"retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}, {"retry-after": "-5"}])
async def test_a_429_that_says_no_seconds_is_left_to_the_provider(
    clients: OutboundClients, carrier: Carrier, told: dict[str, str]
) -> None:
    carrier.says(429, headers=told)
    await clients.client("1").get(URL)
    assert (await clients.client("1").get(URL)).status_code == 429


async def test_a_provider_that_does_not_answer_is_left_alone(
    clients: OutboundClients, carrier: Carrier, time: Time
) -> None:
    client = clients.client("1")
    carrier.raises(httpx.ConnectError)
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            await client.get(URL)
    with pytest.raises(Unavailable, match="has not been answering"):
        await client.get(URL)
    assert len(carrier.seen) == 2
    time.now += 10
    carrier.says(200)
    assert (await client.get(URL)).status_code == 200
    assert (await client.get(URL)).status_code == 200


async def test_one_account_s_breaker_is_no_other_s(clients: OutboundClients, carrier: Carrier) -> None:
    carrier.says(503)
    for _ in range(2):
        await clients.client("1").get(URL)
    with pytest.raises(Unavailable):
        await clients.client("1").get(URL)
    assert (await clients.client("2").get(URL)).status_code == 503


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 422, 429])
async def test_a_provider_that_refuses_is_alive(clients: OutboundClients, carrier: Carrier, status: int) -> None:
    carrier.says(status)
    for _ in range(6):
        assert (await clients.client("1").get(URL)).status_code == status


@pytest.mark.parametrize("error", [httpx.PoolTimeout, httpx.LocalProtocolError])
async def test_our_own_shortcomings_are_not_held_against_the_provider(
    clients: OutboundClients, carrier: Carrier, error: type[httpx.TransportError]
) -> None:
    carrier.raises(error)
    for _ in range(4):
        with pytest.raises(error):
            await clients.client("1").get(URL)


async def test_a_refusal_by_the_breaker_takes_no_turn(clients: OutboundClients, carrier: Carrier, time: Time) -> None:
    client = clients.client("1", rate_limits=[RateLimit(3, 60)])
    carrier.says(500)
    await client.get(URL)
    await client.get(URL)
    for _ in range(5):
        with pytest.raises(Unavailable):
            await client.get(URL)
    time.now += 10
    carrier.says(200)
    assert (await client.get(URL)).status_code == 200


async def test_a_checkout_that_stopped_waiting_counts_as_a_time_out(time: Time) -> None:
    called = asyncio.Event()

    async def hangs(_request: httpx.Request) -> httpx.Response:
        called.set()
        return await asyncio.Future()

    clients = OutboundClients(POLICY, pool=httpx.MockTransport(hangs), monotonic=time)
    for _ in range(2):
        called.clear()
        quoting = asyncio.create_task(clients.client("1").get(URL))
        await called.wait()
        time.now += 3
        quoting.cancel()
        await asyncio.gather(quoting, return_exceptions=True)
    with pytest.raises(Unavailable):
        await clients.client("1").get(URL)
    await clients.aclose()


def lines(caplog: pytest.LogCaptureFixture) -> str:
    return "\n".join(record.getMessage() for record in caplog.records)


async def test_the_call_log_tells_what_happened_and_no_secret(
    clients: OutboundClients, carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    carrier.says(200, json={"token": "answer-secret"}, headers={"x-secret": "answer-header-secret"})
    client = clients.client("acc_1", secrets=["k3y/one", "k3y", ""])
    await client.post(
        f"{URL}/k3y%2Fone/7?rut=query-secret",
        headers={"authorization": "Bearer header-secret"},
        json={"name": "body-secret"},
    )
    assert lines(caplog) == "acc_1 POST carrier.example/v1/labels/••••/7 → 200 in 0 ms"


async def test_the_call_log_names_the_kind_of_failure_only(
    clients: OutboundClients, carrier: Carrier, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    carrier.raises(httpx.ReadTimeout)
    with pytest.raises(httpx.ReadTimeout):
        await clients.client("acc_1").get(URL)
    assert lines(caplog) == "acc_1 GET carrier.example/v1/labels → ReadTimeout after 0 ms"


async def test_calls_that_never_went_out_are_not_in_the_call_log(
    clients: OutboundClients, caplog: pytest.LogCaptureFixture
) -> None:
    client = clients.client("1", rate_limits=[RateLimit(1, 60)])
    await client.get(URL)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(RateLimited):
        await client.get(URL)
    assert lines(caplog) == ""

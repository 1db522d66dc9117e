"""Ten thousand paid orders of many accounts at OpenFactura, which lets 3 calls a second and 100 a minute through for each (contract 2.1).

Virtual: the time, the network, the ledger, and that a document which gets no turn is tried again when it was told to. Real: every document
is computed and encoded, goes through the account's own HTTP client with its pacing, breaker and log, and is checked and issued by the
simulated OpenFactura, in front of which the quota is counted as a gateway does it. A call takes from 20 to 90 ms to arrive.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import msgspec

from bench.fiscal import document_of, order_of
from bench.ground import Ground
from bench.results import Measure
from bench.virtual import run_virtually
from despacho_core.fiscal import DocumentKind
from despacho_core.tax_ids import rut_check_digit
from despacho_openfactura import OpenFactura, OpenFacturaSettings, despacho_providers
from despacho_ports.errors import RateLimited
from despacho_ports.invoicing import IssueRequest
from despacho_ports.providers import Toolbox
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.quota import Quota, seconds_to_wait
from despacho_sandbox.openfactura.companies import Company
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.simulator import OpenFacturaSimulator
from despacho_system.outbound import OutboundClients
from tests.town import OPENFACTURA

ACCOUNTS = 25
ORDERS_EACH = 400
WORKERS_EACH = 6
"""Documents of one account that are asked for at once, as the worker does it."""
ARRIVES_S = (0.02, 0.09)
LEAST_MINUTES = (ORDERS_EACH - 100) / 100
"""No account could be done earlier: 100 at once, and 100 more each minute."""


class Gateway(httpx.AsyncBaseTransport):
    """The way to the simulated OpenFactura, and its quota.

    Attributes:
        passed: Calls let through.
        refused: Calls over the quota.
    """

    def __init__(self, simulator: OpenFacturaSimulator) -> None:
        self._inner = httpx.ASGITransport(simulator.app)
        self._random = random.Random(4)
        now = asyncio.get_running_loop().time
        self._quotas = (Quota(3, 1, monotonic=now), Quota(100, 60, monotonic=now))
        self.passed = 0
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """429 over the quota, else what the simulator answers."""
        await asyncio.sleep(self._random.uniform(*ARRIVES_S))
        if seconds_to_wait(self._quotas, request.headers["apikey"]):
            self.refused += 1
            return httpx.Response(429, json={"message": "API rate limit exceeded"})
        self.passed += 1
        return await self._inner.handle_async_request(request)


class _Clock:
    def now(self) -> datetime:
        return datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


def measure(_ground: Ground) -> Iterator[Measure]:
    """Refusals, and the time until all are issued."""
    begun = time.perf_counter()
    gateway, minutes, issued = run_virtually(worked_off(ACCOUNTS, ORDERS_EACH))
    took = time.perf_counter() - begun
    if issued != ACCOUNTS * ORDERS_EACH:
        raise RuntimeError(f"{issued} documents for {ACCOUNTS * ORDERS_EACH} orders")
    what = f"{issued} orders, {ACCOUNTS} accounts at once, {ORDERS_EACH} each; time and network are virtual"
    yield Measure(name="paced_refusals", value=gateway.refused, unit="calls", reach=0, note=what)
    yield Measure(
        name="paced_minutes",
        value=minutes,
        unit="virtual min",
        note=f"the quota alone allows {LEAST_MINUTES:g} and a little; {took:.0f} s of real work, {issued / took:,.0f} documents/s",
    )


async def worked_off(accounts: int, orders_each: int) -> tuple[Gateway, float, int]:
    """All accounts at once. Returns the gateway, virtual minutes, and how many orders have exactly one document in the end."""
    loop = asyncio.get_running_loop()
    simulator = OpenFacturaSimulator(SandboxClock(speed=0), seed=1)
    simulator.options.current = OpenFacturaOptions(requests_per_second=None, requests_per_minute=None)
    gateway = Gateway(simulator)
    clients = OutboundClients(pool=gateway, monotonic=loop.time)
    begun = loop.time()
    await asyncio.gather(*(_account(clients, simulator, number, orders_each) for number in range(accounts)))
    minutes = (loop.time() - begun) / 60
    await clients.aclose()
    once = [count for keys in simulator.ledger.per_key().values() for count in keys.values() if count == 1]
    return gateway, minutes, len(once)


async def _account(clients: OutboundClients, simulator: OpenFacturaSimulator, number: int, orders_each: int) -> None:
    """One taxpayer's orders, some at a time."""
    company = msgspec.structs.replace(simulator.companies.all()[0], rut=_rut(number), api_key=f"bench-key-{number:04d}")
    simulator.companies.add(msgspec.convert(msgspec.to_builtins(company), Company, strict=False))
    wanted = OPENFACTURA | {"rut": company.rut, "api_key": company.api_key, "base_url": "http://openfactura.example"}
    http = clients.client(f"account-{number}", rate_limits=despacho_providers()[0].rate_limits)
    toolbox = Toolbox(http=http, clock=_Clock(), renderer=None, account_id=str(number))  # type: ignore[arg-type] # draws nothing
    account = OpenFactura(msgspec.convert(wanted, OpenFacturaSettings), toolbox)
    orders = iter(range(1, orders_each + 1))
    await asyncio.gather(*(_worker(account, orders, number) for _ in range(WORKERS_EACH)))


async def _worker(account: OpenFactura, orders: Iterator[int], number: int) -> None:
    for order in orders:
        document = document_of(order_of("CL", order), "CL", DocumentKind.RECEIPT)
        request = IssueRequest(reference=f"D-{order}-{number:04d}", document=document)
        while not await _issued(account, request):
            pass


async def _issued(account: OpenFactura, request: IssueRequest) -> bool:
    """Whether it was issued; if it got no turn, the time it was told to wait has passed."""
    try:
        await account.issue_document(request)
    except RateLimited as limit:
        await asyncio.sleep(limit.retry_after or 1)
        return False
    return True


def _rut(number: int) -> str:
    body = str(77_000_000 + number)
    return f"{body}-{rut_check_digit(body)}"

"""All simulators in one process behind one port, each under a prefix of its own."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TypeVar

import uvicorn

from despacho_sandbox.chilexpress.simulator import ChilexpressSimulator
from despacho_sandbox.ctt.simulator import CttSimulator
from despacho_sandbox.invoicexpress.simulator import InvoiceXpressSimulator
from despacho_sandbox.kit.asgi import Receive, Scope, Send, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.control import reset_simulator, sandbox_control, simulator_control
from despacho_sandbox.kit.cutting import CuttableProtocol
from despacho_sandbox.kit.injection import FaultInjector
from despacho_sandbox.kit.simulator import Simulator
from despacho_sandbox.openfactura.simulator import OpenFacturaSimulator
from despacho_sandbox.own_fleet.simulator import OwnFleetSimulator
from despacho_sandbox.starken.simulator import StarkenSimulator
from despacho_sandbox.store.simulator import StoreSimulator

SIMULATORS: tuple[type[Simulator], ...] = (
    StoreSimulator,
    ChilexpressSimulator,
    CttSimulator,
    StarkenSimulator,
    OwnFleetSimulator,
    OpenFacturaSimulator,
    InvoiceXpressSimulator,
)
"""Every simulator there is, in the order in which they are shown."""

SimulatorT = TypeVar("SimulatorT", bound=Simulator)


class Sandbox:
    """The whole simulated world as one ASGI application.

    Args:
        clock: Shared by all simulators.
        seed: Makes everything that is drawn at random repeatable.
        simulators: Classes to make; all of them by default.

    Attributes:
        url: Where it listens, without a final slash; empty until the server runs.
    """

    def __init__(
        self,
        clock: SandboxClock | None = None,
        *,
        seed: int = 0,
        simulators: tuple[type[Simulator], ...] | None = None,
    ) -> None:
        self.clock = clock or SandboxClock()
        self.seed = seed
        self.url = ""
        made = (one(self.clock, seed=seed) for one in (SIMULATORS if simulators is None else simulators))
        self.simulators = {simulator.name: simulator for simulator in made}
        self._services = {name: FaultInjector(one) for name, one in self.simulators.items()}
        self._controls = {name: simulator_control(one) for name, one in self.simulators.items()}
        self._control = sandbox_control(self.clock, tuple(self.simulators.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands one request to the simulator that its path names."""
        if scope["type"] != "http":
            raise RuntimeError(f"the sandbox speaks HTTP only, not {scope['type']}")
        name, _, rest = scope["path"].removeprefix("/").partition("/")
        raw_path = scope["raw_path"].removeprefix(f"/{name}".encode())
        inner = {**scope, "path": f"/{rest}", "raw_path": raw_path}
        if name == "_sandbox":
            await self._control(scope, receive, send)
        elif name not in self._services:
            await json_reply({"error": f"nothing is simulated at /{name}", "index": "/_sandbox/"}, 404).send_to(send)
        elif rest.startswith("_sandbox/"):
            await self._controls[name](inner, receive, send)
        else:
            await self._services[name](inner, receive, send)

    @property
    def store(self) -> StoreSimulator:
        """The simulated Jumpseller stores, in this process."""
        return self.simulator(StoreSimulator)

    @property
    def chilexpress(self) -> ChilexpressSimulator:
        """The simulated Chilexpress, in this process."""
        return self.simulator(ChilexpressSimulator)

    @property
    def ctt(self) -> CttSimulator:
        """The simulated CTT Expresso, in this process."""
        return self.simulator(CttSimulator)

    @property
    def starken(self) -> StarkenSimulator:
        """The simulated Starken, in this process."""
        return self.simulator(StarkenSimulator)

    @property
    def own_fleet(self) -> OwnFleetSimulator:
        """The drivers of the merchant's own fleet, in this process."""
        return self.simulator(OwnFleetSimulator)

    @property
    def openfactura(self) -> OpenFacturaSimulator:
        """The simulated OpenFactura, in this process."""
        return self.simulator(OpenFacturaSimulator)

    @property
    def invoicexpress(self) -> InvoiceXpressSimulator:
        """The simulated InvoiceXpress, in this process."""
        return self.simulator(InvoiceXpressSimulator)

    def simulator(self, kind: type[SimulatorT]) -> SimulatorT:
        """The simulator of a class.

        Raises:
            LookupError: If this sandbox was made without it.
        """
        for one in self.simulators.values():
            if isinstance(one, kind):
                return one
        raise LookupError(f"this sandbox has no {kind.__name__}")

    def reset(self) -> None:
        """Empties every simulator, its faults and its call counts; the clock stays where it is."""
        for simulator in self.simulators.values():
            reset_simulator(simulator)

    def listening_at(self, url: str) -> None:
        """Tells every simulator its address."""
        self.url = url
        for name, simulator in self.simulators.items():
            simulator.base_url = f"{url}/{name}"


class _Server(uvicorn.Server):
    """uvicorn that says when it is up and ends when told, so that nobody has to poll for either."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()
        self.told_to_end = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()

    async def main_loop(self) -> None:
        ticks = 0
        while not self.told_to_end.is_set() and not await self.on_tick(ticks):
            ticks = (ticks + 1) % 864_000
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self.told_to_end.wait()


@asynccontextmanager
async def running_sandbox(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    seed: int = 0,
    speed: float = 1.0,
    simulators: tuple[type[Simulator], ...] | None = None,
) -> AsyncIterator[Sandbox]:
    """Serves the sandbox from the running loop while the block runs.

    Args:
        host: Address to listen on.
        port: 0 takes a free one.
        seed: See `Sandbox`.
        speed: Clock seconds per real second; 0 stops the clock.
        simulators: See `Sandbox`.

    Raises:
        OSError: If the port is taken.
    """
    sandbox = Sandbox(SandboxClock(speed=speed), seed=seed, simulators=simulators)
    listener = socket.create_server((host, port), backlog=2048)
    # asyncio overlooks sockets made like this one, and Nagle's algorithm then holds every answer back for 40 ms.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sandbox.listening_at(f"http://{host}:{listener.getsockname()[1]}")
    config = uvicorn.Config(
        sandbox,
        http=CuttableProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=2,
    )
    server = _Server(config)
    # Not `serve`: that one would take the signals away from whoever runs this loop.
    serving = asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - see above
    async with AsyncExitStack() as stack:
        stack.push_async_callback(_shut_down, server, serving)
        await server.up.wait()
        for simulator in sandbox.simulators.values():
            await simulator.start()
            stack.push_async_callback(simulator.stop)
        yield sandbox


async def serve(
    host: str,
    port: int,
    *,
    seed: int = 0,
    speed: float = 1.0,
    when_up: Callable[[Sandbox], None] | None = None,
) -> None:
    """Serves the sandbox until the process is asked to end (SIGINT or SIGTERM).

    Raises:
        OSError: If the port is taken.
    """
    asked_to_end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, asked_to_end.set)
    try:
        async with running_sandbox(host=host, port=port, seed=seed, speed=speed) as sandbox:
            if when_up is not None:
                when_up(sandbox)
            await asked_to_end.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _shut_down(server: _Server, serving: asyncio.Task[None]) -> None:
    server.told_to_end.set()
    await serving

"""What every simulator is: a name, an ASGI application, a state that can be seen and emptied."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Sequence
from random import Random

from despacho_sandbox.kit.asgi import AsgiApp, Reply, Scope, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.faults import FaultBook
from despacho_sandbox.kit.routing import Endpoint, EndpointTable, Route


class Simulator(ABC):
    """One simulated service.

    A subclass sets `name`, passes its endpoints to `super().__init__`, and sets `app`, which sees paths without the
    prefix `/<name>`. Requests to named endpoints can be hit by faults; anything else never is.

    Attributes:
        name: First part of every path of this simulator, and its name in the control API.
        app: The service as an ASGI application.
        clock: The sandbox's clock.
        random: This simulator's own seeded source.
        base_url: Where it can be reached once the server runs, prefix included, without a final slash.
        faults: The fault rules in force.
        calls: Requests per endpoint name since the last reset, those hit by faults included.
    """

    name: str
    app: AsgiApp

    def __init__(self, clock: SandboxClock, *, seed: int = 0, endpoints: tuple[Endpoint, ...] = ()) -> None:
        self.clock = clock
        self.random = Random(f"{seed}:{self.name}")  # noqa: S311 - a repeatable story, nothing secret
        self.base_url = ""
        self.endpoints = EndpointTable(endpoints)
        # A source of its own, so that asking for faults does not change what the service itself draws.
        self.faults = FaultBook(Random(f"{seed}:{self.name}:faults"), self.endpoints.names())  # noqa: S311 - as above
        self.calls: Counter[str] = Counter()

    def endpoint_of(self, scope: Scope) -> str | None:
        """Name of the endpoint that a request is meant for, None for none: by method and path, unless the service says otherwise."""
        found = self.endpoints.match(scope["method"], scope["path"])
        return found[0].name if found else None

    @abstractmethod
    def state(self) -> dict[str, object]:
        """Everything this service knows, ready for JSON (msgspec encodes it)."""

    @abstractmethod
    def reset(self) -> None:
        """Forgets everything that happened; accounts made at the start are there again."""

    def counts(self) -> dict[str, int]:
        """A few figures for the index and the terminal view."""
        return {}

    def hub_accounts(self) -> Sequence[dict[str, object]]:
        """What a hub has to fill into its own forms to work with this service: `provider`, `name`, `settings`; none by default."""
        return ()

    def controls(self) -> tuple[Route, ...]:
        """Further routes under `/_sandbox/`, which are never hit by faults."""
        return ()

    async def start(self) -> None:  # noqa: B027 - most have nothing to start
        """Called when the server is up and `base_url` is known: the place to start background tasks."""

    async def stop(self) -> None:  # noqa: B027 - most have nothing to end
        """Called before the server goes down: the place to end them."""

    def rate_limited(self, endpoint: str, retry_after: int) -> Reply:  # noqa: ARG002 - subclasses look at the endpoint
        """A 429 in this service's own words; `retry_after` in seconds."""
        return json_reply({"message": "Too many requests"}, 429, retry_after=str(retry_after))

    def unauthorized(self, endpoint: str) -> Reply:  # noqa: ARG002 - subclasses look at the endpoint
        """A 401 in this service's own words."""
        return json_reply({"message": "Unauthorized"}, 401)

    def server_error(self, endpoint: str) -> Reply:  # noqa: ARG002 - subclasses look at the endpoint
        """A 500 in this service's own words."""
        return json_reply({"message": "Internal server error"}, 500)

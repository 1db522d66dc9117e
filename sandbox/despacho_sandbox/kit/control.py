"""The control API: faults, state, reset and the clock, over HTTP. Nothing here exists at the real services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Handler, Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.faults import Fault
from despacho_sandbox.kit.routing import Endpoint, Route, Router
from despacho_sandbox.kit.simulator import Simulator


class Turn(msgspec.Struct, forbid_unknown_fields=True):
    """What to do to the clock: move it forward, change its speed, or both."""

    advance_seconds: float | None = None
    speed: float | None = None


def control_route(method: str, path: str, handler: Callable[[Request], Reply]) -> Route:
    """A route under `/_sandbox/` whose mistakes in the input become a 400 that says what is wrong."""

    async def answer(request: Request) -> Reply:
        try:
            return handler(request)
        except (msgspec.DecodeError, msgspec.ValidationError, ValueError) as error:
            return json_reply({"error": str(error)}, 400)

    handle: Handler = answer
    return Route(Endpoint(f"sandbox:{method}:{path}", method, f"/_sandbox/{path}"), handle)


def simulator_control(simulator: Simulator) -> Router:
    """`faults`, `state` and `reset` of one simulator, and whatever it adds."""

    def list_faults(_: Request) -> Reply:
        return json_reply({"endpoints": simulator.endpoints.names(), "faults": simulator.faults.rules})

    def add_fault(request: Request) -> Reply:
        return json_reply(simulator.faults.add(msgspec.json.decode(request.body, type=Fault)), 201)

    def clear_faults(_: Request) -> Reply:
        simulator.faults.clear()
        return Reply(204)

    def remove_fault(request: Request) -> Reply:
        if simulator.faults.remove(int(request.params["id"])):
            return Reply(204)
        return json_reply({"error": "no such fault"}, 404)

    def reset(_: Request) -> Reply:
        reset_simulator(simulator)
        return Reply(204)

    return Router(
        (
            control_route("GET", "faults", list_faults),
            control_route("POST", "faults", add_fault),
            control_route("DELETE", "faults", clear_faults),
            control_route("DELETE", "faults/{id}", remove_fault),
            control_route("GET", "state", lambda _: json_reply(simulator.state())),
            control_route("POST", "reset", reset),
            *simulator.controls(),
        )
    )


def sandbox_control(clock: SandboxClock, simulators: tuple[Simulator, ...]) -> Router:
    """The index, the clock and a reset of everything."""

    def index(_: Request) -> Reply:
        return json_reply({"clock": _shown(clock), "simulators": [_summary(one) for one in simulators]})

    def turn(request: Request) -> Reply:
        wanted = msgspec.json.decode(request.body, type=Turn)
        if wanted.speed is not None:
            clock.speed = wanted.speed
        if wanted.advance_seconds is not None:
            clock.advance(wanted.advance_seconds)
        return json_reply(_shown(clock))

    def reset(_: Request) -> Reply:
        for simulator in simulators:
            reset_simulator(simulator)
        return Reply(204)

    def accounts(_: Request) -> Reply:
        return json_reply({"accounts": [account for one in simulators for account in one.hub_accounts()]})

    return Router(
        (
            control_route("GET", "", index),
            control_route("GET", "accounts", accounts),
            control_route("GET", "clock", lambda _: json_reply(_shown(clock))),
            control_route("POST", "clock", turn),
            control_route("POST", "reset", reset),
        )
    )


def reset_simulator(simulator: Simulator) -> None:
    """Empties a simulator's state, its faults and its call counts."""
    simulator.faults.clear()
    simulator.calls.clear()
    simulator.reset()


def _shown(clock: SandboxClock) -> dict[str, Any]:
    return {"now": clock.now(), "speed": clock.speed}


def _summary(simulator: Simulator) -> dict[str, Any]:
    return {
        "name": simulator.name,
        "url": simulator.base_url,
        "counts": simulator.counts(),
        "calls": dict(simulator.calls),
        "endpoints": simulator.endpoints.names(),
        "faults": simulator.faults.rules,
    }

"""Makes the faults happen, around a simulator that knows nothing of them.

"After" is meant honestly: the request is first answered by the real application, with all its effects, and only its
answer is lost or replaced.
"""

from __future__ import annotations

import asyncio

from despacho_sandbox.kit.asgi import JSON, Message, Receive, Reply, Scope, Send, encode_headers
from despacho_sandbox.kit.cutting import ABORT
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.simulator import Simulator


class FaultInjector:
    """An ASGI application: one simulator with its faults."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, harmed or not."""
        simulator = self._simulator
        endpoint = simulator.endpoint_of(scope)
        if endpoint is None:
            await simulator.app(scope, receive, send)
            return
        simulator.calls[endpoint] += 1
        decisive: Fault | None = None
        for fault in simulator.faults.take(endpoint):
            if fault.kind is FaultKind.LATENCY:
                await asyncio.sleep(fault.latency_ms / 1000)
            else:
                decisive = fault
        if decisive is None:
            await simulator.app(scope, receive, send)
        else:
            await self._fail(decisive, endpoint, scope, receive, send)

    async def _fail(self, fault: Fault, endpoint: str, scope: Scope, receive: Receive, send: Send) -> None:
        acts = fault.kind in (FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED)
        swallowed = _Swallowed()
        if acts:
            await self._simulator.app(scope, receive, swallowed)
        if fault.kind in (FaultKind.CUT_BEFORE, FaultKind.CUT_AFTER):
            await _cut(scope, receive, send)
            return
        await self._replacement(fault, endpoint, bytes(swallowed.body)).send_to(send)

    def _replacement(self, fault: Fault, endpoint: str, body: bytes) -> Reply:
        if fault.kind is FaultKind.RATE_LIMITED:
            return self._simulator.rate_limited(endpoint, fault.retry_after)
        if fault.kind is FaultKind.UNAUTHORIZED:
            return self._simulator.unauthorized(endpoint)
        if fault.kind is FaultKind.MALFORMED:
            return Reply(200, body[: len(body) // 2] or b'{"', {"content-type": JSON})
        return self._simulator.server_error(endpoint)


class _Swallowed:
    """A `send` that keeps the body and lets nothing out."""

    def __init__(self) -> None:
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        self.body += message.get("body", b"")


async def _cut(scope: Scope, receive: Receive, send: Send) -> None:
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        # Under another server the best that ASGI allows: promise more than is sent, and leave.
        headers = encode_headers({"content-type": JSON, "content-length": "1000"})
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"', "more_body": True})
        return
    abort()
    while (await receive())["type"] != "http.disconnect":
        continue

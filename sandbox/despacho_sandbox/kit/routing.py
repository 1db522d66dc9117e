"""Named endpoints: the names by which faults are asked for, and a small router for simulators without a framework."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from despacho_sandbox.kit.asgi import Handler, Receive, Reply, Request, Scope, Send, json_reply, read_body


class Endpoint(msgspec.Struct, frozen=True):
    """One operation of a simulated service: `orders.get`, `GET`, `/v1/orders/{id}.json`."""

    name: str
    method: str
    template: str


class Route(msgspec.Struct, frozen=True):
    """An endpoint and who answers it."""

    endpoint: Endpoint
    handler: Handler


class EndpointTable:
    """Finds which endpoint a request is meant for; letter case in fixed parts of the path does not matter."""

    def __init__(self, endpoints: Iterable[Endpoint]) -> None:
        self.endpoints = tuple(endpoints)
        self._patterns = [(endpoint, _pattern(endpoint.template)) for endpoint in self.endpoints]

    def names(self) -> list[str]:
        """Every endpoint's name, sorted."""
        return sorted({endpoint.name for endpoint in self.endpoints})

    def match(self, method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
        """The first endpoint that fits, with what its placeholders matched; None if there is none."""
        for endpoint, pattern in self._patterns:
            if endpoint.method == method and (found := pattern.fullmatch(path)):
                return endpoint, found.groupdict()
        return None

    def methods(self, path: str) -> list[str]:
        """The methods that this path knows, empty if it is unknown."""
        return [endpoint.method for endpoint, pattern in self._patterns if pattern.fullmatch(path)]


class Router:
    """An ASGI application made of routes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        known = tuple(routes)
        self.table = EndpointTable(route.endpoint for route in known)
        self._handlers = {route.endpoint: route.handler for route in known}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        reply = await self.answer(scope, receive)
        await reply.send_to(send)

    async def answer(self, scope: Scope, receive: Receive) -> Reply:
        """The answer to one request; an unknown path is a 404, an unknown method a 405."""
        found = self.table.match(scope["method"], scope["path"])
        if found is not None:
            endpoint, params = found
            return await self._handlers[endpoint](Request(scope, params, await read_body(receive)))
        if allowed := self.table.methods(scope["path"]):
            return json_reply({"statusCode": 405, "message": "Method not allowed"}, 405, allow=", ".join(allowed))
        return json_reply({"statusCode": 404, "message": "Resource not found"}, 404)


def _pattern(template: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", template)
    literal, names = parts[::2], parts[1::2]
    source = re.escape(literal[0]) + "".join(
        f"(?P<{name}>[^/]+?){re.escape(text)}" for name, text in zip(names, literal[1:], strict=True)
    )
    return re.compile(source, re.IGNORECASE)

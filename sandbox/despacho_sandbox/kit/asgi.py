"""Requests and replies as plain values, and the little of ASGI that the simulators need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import msgspec

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

JSON = "application/json; charset=utf-8"


class Request:
    """One request, read whole.

    Args:
        scope: The ASGI scope.
        params: What the path's `{placeholders}` matched.
        body: The raw body.
    """

    def __init__(self, scope: Scope, params: dict[str, str], body: bytes) -> None:
        self.scope = scope
        self.params = params
        self.body = body

    @cached_property
    def headers(self) -> dict[str, str]:
        """Headers by lower-case name; of repeated ones the last."""
        return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in self.scope["headers"]}

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters by lower-case name, because the simulated services ignore case there."""
        return {name.lower(): value for name, value in parse_qsl(self.scope["query_string"].decode("latin-1"))}

    def json(self) -> Any:
        """The body as JSON values.

        Raises:
            msgspec.DecodeError: If it is no JSON.
        """
        return msgspec.json.decode(self.body)


class Reply(msgspec.Struct, frozen=True):
    """One answer: status, body and headers (lower-case names)."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}

    async def send_to(self, send: Send) -> None:
        """Sends this answer with its content length."""
        headers = {**self.headers, "content-length": str(len(self.body))}
        await send({"type": "http.response.start", "status": self.status, "headers": encode_headers(headers)})
        await send({"type": "http.response.body", "body": self.body})


Handler = Callable[[Request], Awaitable[Reply]]


def json_reply(value: object, status: int = 200, **headers: str) -> Reply:
    """An answer with a JSON body; bytes inside become base64, times ISO 8601, Decimals text."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, msgspec.json.encode(value), {"content-type": JSON, **named})


def encode_headers(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as ASGI wants them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]


async def read_body(receive: Receive) -> bytes:
    """Reads a request's body to its end (or to the moment when the client left)."""
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return b"".join(chunks)

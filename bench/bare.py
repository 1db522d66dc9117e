"""What webhooks are compared with: a Litestar handler that reads the body and answers 200, under the hub's own server settings.

``python -m bench.bare PORT`` serves it. ``python -m bench.bare PORT --nothing`` is no HTTP server at all: it answers every full request
with constant octets, and shows what the load generator can do.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, cast

import uvloop
from litestar import Litestar, Request, get, post

from bench.messages import OCTETS
from despacho_http.server import run_web

_ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"


@post("/jumpseller/webhooks", status_code=200)
async def read_and_answer(request: Request[Any, Any, Any]) -> None:
    """Nothing but reading."""
    await request.body()


@get("/health/ready")
async def ready() -> None:
    """Up."""


class Nothing(asyncio.Protocol):
    """Counts octets until a request is whole."""

    def __init__(self) -> None:
        self._wanted = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's does not inherit from it

    def data_received(self, data: bytes) -> None:
        if self._wanted <= 0:
            head = data.find(b"\r\n\r\n")
            self._wanted = head + 4 + (OCTETS if data.startswith(b"POST") else 0)
        self._wanted -= len(data)
        if self._wanted <= 0:
            self._transport.write(_ANSWER)


async def _serve_nothing(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Nothing, "127.0.0.1", port)
    await server.serve_forever()


def main() -> None:
    """Serve until ended."""
    port = int(sys.argv[1])
    if "--nothing" in sys.argv:
        uvloop.run(_serve_nothing(port))
    run_web(Litestar([read_and_answer, ready], openapi_config=None, logging_config=None), "127.0.0.1", port)


if __name__ == "__main__":
    main()

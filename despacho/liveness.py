"""A worker's sign of life: an answer to ``GET /health/live``, for whoever keeps workers running (systemd, Kubernetes, …).

It comes from the loop that does the work, so that a worker that is stuck does not give it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_LONGEST_REQUEST = 8 * 1024
_PATIENCE_S = 5.0


@asynccontextmanager
async def answering(host: str, port: int) -> AsyncIterator[None]:
    """Answer while the block runs. Raises ``OSError`` where the port is taken."""
    server = await asyncio.start_server(_answer, host, port, limit=_LONGEST_REQUEST)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(_PATIENCE_S):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_reply(head))
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        pass  # whoever asks so gets no answer
    finally:
        writer.close()


def _reply(head: bytes) -> bytes:
    method, _, rest = head.partition(b" ")
    path = rest.partition(b" ")[0]
    if method not in {b"GET", b"HEAD"} or path != b"/health/live":
        status, body = b"404 Not Found", b'{"status":"not found"}'
    else:
        status, body = b"200 OK", b'{"status":"live"}'
    header = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return header % (status, len(body)) + (b"" if method == b"HEAD" else body)

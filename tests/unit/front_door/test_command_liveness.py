"""A worker's sign of life."""

import asyncio
import socket

import httpx
import pytest

from despacho.liveness import answering


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def test_a_worker_that_lives_says_so_and_nothing_else() -> None:
    port = free_port()
    async with answering("127.0.0.1", port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        live = await client.get("/health/live")
        assert (live.status_code, live.json()) == (200, {"status": "live"})
        assert (await client.head("/health/live")).content == b""
        assert (await client.get("/metrics")).status_code == 404
        assert (await client.post("/health/live")).status_code == 404


@pytest.mark.parametrize("said", [b"", b"GET", b"x" * 9_000 + b"\r\n\r\n"])
async def test_who_does_not_speak_http_gets_no_answer_and_harms_nobody(said: bytes) -> None:
    port = free_port()
    async with answering("127.0.0.1", port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        writer.write_eof()
        assert await reader.read() == b""
        writer.close()
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"http://127.0.0.1:{port}/health/live")).is_success


async def test_a_port_that_is_taken_is_refused() -> None:
    port = free_port()
    async with answering("127.0.0.1", port):
        with pytest.raises(OSError, match="in use"):
            async with answering("127.0.0.1", port):
                pass

"""The whole sandbox as a process of its own: it comes up, answers, and goes when asked."""

import asyncio
import signal
import sys

import httpx
import pytest

PROGRAM = """
import asyncio
from despacho_sandbox.kit.server import serve
asyncio.run(serve("127.0.0.1", 0, seed=3, speed=60, when_up=lambda sandbox: print(sandbox.url, flush=True)))
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_every_simulator_until_it_is_asked_to_end(number: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    url = (await asyncio.wait_for(process.stdout.readline(), 30)).decode().strip()
    async with httpx.AsyncClient(base_url=url, timeout=10, verify=False) as client:
        index = (await client.get("/_sandbox/")).json()
    assert {"jumpseller", "chilexpress", "openfactura"} <= {one["name"] for one in index["simulators"]}
    assert all(one["url"] == f"{url}/{one['name']}" for one in index["simulators"])
    assert index["clock"]["speed"] == 60
    process.send_signal(number)
    _, complaints = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0, complaints.decode()

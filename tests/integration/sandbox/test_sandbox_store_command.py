"""`despacho sandbox` as a process: it says where it is, serves, and ends cleanly when interrupted."""

import asyncio
import signal
import sys

import httpx

PROGRAM = "from despacho_sandbox.command import main_sandbox; main_sandbox('127.0.0.1', 0, 1, 1.0)"


async def test_the_sandbox_command_serves_until_it_is_interrupted() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", PROGRAM, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(20):
            url = await _api_url(process.stdout)
            async with httpx.AsyncClient(auth=("fake-login-tienda-sur", "fake-authtoken-tienda-sur")) as client:
                shown = (await client.get(f"{url}/store/info.json")).json()
            process.send_signal(signal.SIGINT)
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert shown["store"]["code"] == "tienda-sur"


async def _api_url(output: asyncio.StreamReader) -> str:
    async for line in output:
        name, _, value = line.decode().strip().partition("=")
        if name == "DESPACHO_JUMPSELLER_API_URL":
            return value
    raise AssertionError("the sandbox never said where its API is")

"""`despacho sandbox` in the terminal: where everything is, with which credentials, and what is happening."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table

from despacho_sandbox.kit.server import Sandbox, serve
from despacho_sandbox.kit.simulator import Simulator

REFRESH_SECONDS = 0.5


def main_sandbox(host: str, port: int, seed: int, speed: float) -> None:
    """Serves the sandbox until it is interrupted.

    On a terminal a table shows what the simulators count; elsewhere each change of a count is a line.

    Args:
        host: Address to listen on.
        port: 0 takes a free one.
        seed: Makes what is drawn at random repeatable.
        speed: Sandbox seconds per real second.

    Raises:
        OSError: If the port is taken.
    """
    asyncio.run(_serve_and_show(Console(), host, port, seed, speed))


def introduction(sandbox: Sandbox) -> list[str]:
    """What a hub must be told to live in this sandbox: addresses, settings, credentials."""
    store = sandbox.store
    app = store.oauth.app
    lines = [
        f"sandbox            {sandbox.url}/_sandbox/",
        f"stores' pages      {store.base_url}/admin/",
        "",
        f"DESPACHO_JUMPSELLER_API_URL={store.base_url}/v1",
        f"DESPACHO_JUMPSELLER_ACCOUNTS_URL={store.base_url}",
        f"DESPACHO_JUMPSELLER_CLIENT_ID={app.client_id}",
        f"DESPACHO_JUMPSELLER_CLIENT_SECRET={app.client_secret}",
        f"DESPACHO_SANDBOX_URL={sandbox.url}",
        "",
    ]
    lines += [
        f"despacho stores add {one.code} --login {one.login} --authtoken {one.authtoken}"
        for one in store.stores.values()
    ]
    for other in sandbox.simulators.values():
        if other is not store:
            lines += ["", f"{other.name:<18} {other.base_url}", *_accounts(other)]
    return lines


def counts_table(sandbox: Sandbox) -> Table:
    """One row for each simulator: its counts and the faults in force."""
    table = Table("simulator", "counts", "calls", "faults", title=f"{sandbox.clock.now():%Y-%m-%d %H:%M:%S} UTC")
    for simulator in sandbox.simulators.values():
        counts = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in simulator.counts().items())
        faults = ", ".join(f"{rule.kind.value} {rule.endpoint}" for rule in simulator.faults.rules) or "none"
        table.add_row(simulator.name, counts, str(simulator.calls.total()), faults)
    return table


def changed_lines(sandbox: Sandbox, before: dict[str, int]) -> list[str]:
    """A line for every count that differs from `before`, which is brought up to date."""
    now = {
        f"{simulator.name} {name.replace('_', ' ')}": number
        for simulator in sandbox.simulators.values()
        for name, number in simulator.counts().items()
    }
    lines = [f"{name}: {number}" for name, number in now.items() if before.get(name, 0) != number]
    before.clear()
    before.update(now)
    return lines


def _accounts(simulator: Simulator) -> list[str]:
    """The accounts (companies, at an invoicing system) that a simulator shows in its state, one line of JSON each."""
    state = simulator.state()
    accounts = state.get("accounts") or state.get("companies")
    return [_credentials(account) for account in accounts] if isinstance(accounts, list | tuple) else []


def _credentials(account: object) -> str:
    """What a hub's account needs of it: the plain values, without lists of taxes and the like."""
    plain = {name: value for name, value in msgspec.to_builtins(account).items() if not isinstance(value, dict | list)}
    return msgspec.json.encode(plain).decode()


async def _serve_and_show(console: Console, host: str, port: int, seed: int, speed: float) -> None:
    shows: list[asyncio.Task[None]] = []

    def when_up(sandbox: Sandbox) -> None:
        for line in introduction(sandbox):
            console.print(line, soft_wrap=True, highlight=False, markup=False)
        show = _show_table if console.is_terminal else _show_lines
        shows.append(asyncio.get_running_loop().create_task(show(sandbox, console)))

    try:
        await serve(host, port, seed=seed, speed=speed, when_up=when_up)
    finally:
        for task in shows:
            task.cancel()
        await asyncio.gather(*shows, return_exceptions=True)


async def _show_table(sandbox: Sandbox, console: Console) -> None:
    def shown() -> RenderableType:
        return Group(counts_table(sandbox), "Ctrl-C ends the sandbox.")

    with Live(shown(), console=console, auto_refresh=False) as live:
        await _every(REFRESH_SECONDS, lambda: live.update(shown(), refresh=True))


async def _show_lines(sandbox: Sandbox, console: Console) -> None:
    before: dict[str, int] = {}

    def show() -> None:
        for line in changed_lines(sandbox, before):
            console.print(line, highlight=False, markup=False)

    await _every(REFRESH_SECONDS, show)


async def _every(seconds: float, act: Callable[[], None]) -> None:
    while True:
        act()
        await asyncio.sleep(seconds)

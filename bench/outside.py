"""The outside world of a hub under measurement: the sandbox as a process, its stores, and accounts with its carrier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import msgspec

from bench.ground import Ground
from bench.processes import free_port, python, running, wait_for
from tests.town import CHILEXPRESS

UNLIMITED = {"per_second": 1_000_000, "per_minute": 1_000_000}


class StoreCredentials(msgspec.Struct, frozen=True):
    """What the platform shows a merchant."""

    code: str
    login: str
    authtoken: str
    hooks_token: str


@dataclass(frozen=True)
class Outside:
    """A running sandbox."""

    url: str
    process_id: int

    @property
    def carrier_settings(self) -> dict[str, object]:
        """Settings of an account with the simulated Chilexpress."""
        return {**CHILEXPRESS, "base_url": f"{self.url}/chilexpress"}

    @property
    def environment(self) -> dict[str, str]:
        """What a hub has to be told to live in it."""
        return {"DESPACHO_JUMPSELLER_API_URL": f"{self.url}/jumpseller/v1", "DESPACHO_SANDBOX_URL": self.url}

    def open_store(self, code: str) -> StoreCredentials:
        """A new store whose API takes as many calls as one likes."""
        opened = self.admin("stores", {"code": code})
        self.admin(f"stores/{code}/settings", {"limits": UNLIMITED})
        return msgspec.convert(opened, StoreCredentials)

    def place_orders(self, code: str, count: int) -> list[int]:
        """Numbers of new orders of a store."""
        placed = self.admin(f"stores/{code}/orders", {"count": count})["orders"]
        return [int((order.get("order") or order)["id"]) for order in placed]

    def admin(self, path: str, wanted: dict[str, object]) -> Any:
        """What merchants and buyers do."""
        return httpx.post(f"{self.url}/jumpseller/admin/{path}", json=wanted, timeout=60).raise_for_status().json()


@contextmanager
def outside(ground: Ground) -> Iterator[Outside]:
    """Run a sandbox."""
    port = free_port()
    argv = python("-m", "despacho", "sandbox", "--port", str(port), "--seed", "1")
    with running(argv, log=ground.folder / "sandbox.log") as process:
        wait_for(f"http://127.0.0.1:{port}/jumpseller/admin/stores", process)
        yield Outside(f"http://127.0.0.1:{port}", process.pid)

"""Whether the outside world can reach the hub at the address that it is told."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

import msgspec

from despacho.settings import Settings


class Unreachable(msgspec.Struct, frozen=True):
    """Why nobody outside can call the hub, and what to do: a sentence each."""

    found: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.found} {self.remedy}"


def unreachable_from_outside(settings: Settings) -> Unreachable | None:
    """What keeps the real platform from calling the public address; None where nothing speaks against it.

    A hub that is pointed at a sandbox on this machine is called from this machine.
    """
    if is_local(settings.jumpseller_api_url):
        return None
    if is_local(settings.public_url):
        return Unreachable(
            f"DESPACHO_PUBLIC_URL is {settings.public_url}, which nobody outside this machine reaches.",
            "Set it to the hub's https address, then run `despacho stores repair` for each store.",
        )
    if not settings.public_url.startswith("https://"):
        return Unreachable(
            f"DESPACHO_PUBLIC_URL is {settings.public_url}: orders and tokens would travel in the open.",
            "Put a proxy with a certificate before the hub, and set its https address.",
        )
    return None


def is_local(url: str) -> bool:
    """Whether an address is this machine's, or at least nobody's in the internet."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))

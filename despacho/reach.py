"""Whether the outside world can reach the hub at the address that it is told."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from despacho.settings import Settings


def unreachable_from_outside(settings: Settings) -> str | None:
    """Why the real platform cannot call the public address, and what to do; None where nothing speaks against it.

    A hub that is pointed at a sandbox on this machine is called from this machine.
    """
    if is_local(settings.jumpseller_api_url):
        return None
    if is_local(settings.public_url):
        return (
            f"DESPACHO_PUBLIC_URL is {settings.public_url}: nobody outside this machine reaches it. "
            "Set it to the hub's https address, then run `despacho stores repair` for each store."
        )
    if not settings.public_url.startswith("https://"):
        return f"DESPACHO_PUBLIC_URL is {settings.public_url}: orders and tokens would travel in the open. Use an https address."
    return None


def is_local(url: str) -> bool:
    """Whether an address is this machine's, or at least nobody's in the internet."""
    host = urlsplit(url).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))

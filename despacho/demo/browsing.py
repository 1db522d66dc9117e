"""A browser of the demo's: follows where it is sent, and trusts this machine with secure cookies as real browsers do."""

from __future__ import annotations

import httpx


def merchants_browser() -> httpx.AsyncClient:
    """A browser without cookies. ``httpx`` alone keeps secure cookies from addresses without TLS, this machine's own among them."""
    browser = httpx.AsyncClient(follow_redirects=True, timeout=30, trust_env=False)

    async def with_cookies(request: httpx.Request) -> None:
        mine = [
            f"{one.name}={one.value}"
            for one in browser.cookies.jar
            if one.domain == request.url.host and request.url.path.startswith(one.path)
        ]
        if mine:
            request.headers["cookie"] = "; ".join(mine)

    browser.event_hooks["request"].append(with_cookies)
    return browser

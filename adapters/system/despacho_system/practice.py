"""The sandbox as a hub sees it: asked over HTTP which accounts can be practised with. No provider is named here."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import msgspec

from despacho_ports.errors import Unavailable
from despacho_ports.practice import PracticeAccount

PATIENCE_S = 5.0


class _Index(msgspec.Struct):
    accounts: list[PracticeAccount]


class SandboxGround:
    """Implements :class:`despacho_ports.practice.PracticeGround`. ``url`` is the sandbox's, None where this hub knows none."""

    def __init__(self, url: str | None, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._url = url
        self._transport = transport

    @property
    def is_there(self) -> bool:
        """Whether this hub knows of a sandbox."""
        return self._url is not None

    async def accounts(self) -> Sequence[PracticeAccount]:
        """What the sandbox offers. Raises ``Unavailable``."""
        if self._url is None:
            return ()
        try:
            async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False, transport=self._transport) as client:
                answer = await client.get(f"{self._url}/_sandbox/accounts")
            answer.raise_for_status()
            return msgspec.json.decode(answer.content, type=_Index).accounts
        except (httpx.HTTPError, ValueError) as error:
            raise Unavailable(f"the sandbox does not say which accounts it has ({type(error).__name__})") from error

"""HTTP with the carrier's three services: addresses, three ways to show credentials, and what a broken connection proves."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from despacho_ports.calls import Answer, unanswered
from despacho_ports.errors import Rejected
from despacho_starken.settings import StarkenSettings

if TYPE_CHECKING:
    import httpx

_CARRIER = ".starken.cl"


class Gateway:
    """Sends requests and returns answers unread.

    Args:
        settings: The account.
        http: The hub's client: it has time-outs, limits and a log already.
    """

    def __init__(self, settings: StarkenSettings, http: httpx.AsyncClient) -> None:
        self._rest_url = settings.base_url.rstrip("/")
        self._emission_url = settings.emission_url
        self._label_url = settings.label_url
        self._rest = {"Rut": settings.company, "Clave": settings.clave}
        pair = f"{settings.label_user}:{settings.label_password}".encode()
        self._basic = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        self._http = http

    async def read(self, operation: str) -> Answer:
        """A question to the REST services that needs no body. Raises as :meth:`ask`."""
        return await self._send("GET", f"{self._rest_url}/{operation}", None, self._rest)

    async def ask(self, operation: str, body: bytes) -> Answer:
        """A question to the REST services.

        Raises:
            ProviderError: ``Unavailable`` without an answer.
        """
        return await self._send("POST", f"{self._rest_url}/{operation}", body, self._rest)

    async def emit(self, body: bytes) -> Answer:
        """An emission, which acts. Its credentials are in the body.

        Raises:
            ProviderError: ``Unavailable`` if it certainly was not sent; ``Uncertain`` if it may have acted.
        """
        return await self._send("POST", self._emission_url, body, {}, acting=True)

    async def print(self, query: str) -> Answer:
        """A question for labels. Raises as :meth:`ask`."""
        return await self._send("POST", f"{self._label_url}?{query}", None, self._basic)

    async def document(self, url: str) -> Answer:
        """The document behind an address that the labels' service gave, with the same credentials.

        Raises:
            ProviderError: ``Rejected`` for an address elsewhere, to which the credentials must not go; ``Unavailable`` without an answer.
        """
        if not self._is_the_carriers(url):
            raise Rejected("Starken's label is at an address that is not Starken's.", code="label-address")
        return await self._send("GET", url, None, self._basic)

    def _is_the_carriers(self, url: str) -> bool:
        try:
            there, here = urlsplit(url), urlsplit(self._label_url)
            host = there.hostname or ""
        except ValueError:
            return False
        if (there.scheme, there.netloc) == (here.scheme, here.netloc):
            return True
        return there.scheme == "https" and host.endswith(_CARRIER) and "@" not in there.netloc

    async def _send(
        self, method: str, url: str, body: bytes | None, credentials: Mapping[str, str], *, acting: bool = False
    ) -> Answer:
        import httpx  # noqa: PLC0415 - whoever made the client has loaded it; importing the provider must not

        headers = {"Content-Type": "application/json", "Accept": "application/json", **credentials}
        try:
            answer = await self._http.request(method, url, content=body, headers=headers)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise unanswered("Starken", error, acting=acting) from error
        return Answer(answer.status_code, answer.content, dict(answer.headers))

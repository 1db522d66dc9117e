"""HTTP with InvoiceXpress: addresses, the key that stands in them, and what a broken connection proves.

The key is a parameter of every address (contract/invoicing.md 9.1). So no error raised here names an address or keeps the exception
that does, and what the service says back is searched for the key before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, urlsplit

import msgspec

from despacho_invoicexpress.settings import InvoiceXpressSettings
from despacho_ports.calls import Answer, unanswered
from despacho_ports.errors import Rejected

if TYPE_CHECKING:
    import httpx

HIDDEN = "••••".encode()
Query = Mapping[str, str | Sequence[str]]
_ENCODER = msgspec.json.Encoder(decimal_format="number")


class Gateway:
    """Sends requests and returns answers unread.

    Args:
        settings: The account.
        http: The hub's client: it has time-outs, limits and a log already.
    """

    def __init__(self, settings: InvoiceXpressSettings, http: httpx.AsyncClient) -> None:
        self._address = settings.address
        self._key = settings.api_key
        self._http = http
        written = {self._key, quote(self._key, safe=""), quote_plus(self._key), quote(self._key)}
        self._secrets = sorted((one.encode() for one in written), key=len, reverse=True)

    def __repr__(self) -> str:
        """Without the key."""
        return f"Gateway({self._address!r})"

    async def read(self, path: str, query: Query | None = None) -> Answer:
        """A question.

        Raises:
            Unavailable: There was no answer.
        """
        return await self._send(
            "GET", self._address + path, {**(query or {}), "api_key": self._key}, None, acting=False
        )

    async def tell(self, method: str, path: str, body: object) -> Answer:
        """A change without legal force, safe to repeat: a client's data, the end of a draft.

        Raises:
            Unavailable: There was no answer.
        """
        return await self._send(method, self._address + path, {"api_key": self._key}, body, acting=False)

    async def act(self, method: str, path: str, body: object) -> Answer:
        """Make a document, or make it final.

        Raises:
            Unavailable: It certainly was not sent.
            Uncertain: It may have arrived.
        """
        return await self._send(method, self._address + path, {"api_key": self._key}, body, acting=True)

    async def download(self, url: str) -> Answer:
        """A file at an address that the service named; the key stays here.

        Raises:
            Rejected: The address is none that a PDF can be fetched from.
            Unavailable: There was no answer.
        """
        if not self._is_safe(url):
            raise Rejected("InvoiceXpress named an address for the PDF that is not safe to open.", field="pdfUrl")
        return await self._send("GET", url, None, None, acting=False)

    def _is_safe(self, url: str) -> bool:
        """Whether an address is encrypted, or at least that of the account itself, as in a simulation."""
        try:
            target, own = urlsplit(url), urlsplit(self._address)
        except ValueError:
            return False
        at_home = (target.scheme, target.netloc) == (own.scheme, own.netloc)
        return bool(target.netloc) and (target.scheme == "https" or at_home)

    async def _send(self, method: str, url: str, query: Query | None, body: object, *, acting: bool) -> Answer:
        import httpx  # noqa: PLC0415 - whoever made the client has loaded it; importing the provider must not

        content = None if body is None else _ENCODER.encode(body)
        headers = {"Accept": "application/json"} | ({} if body is None else {"Content-Type": "application/json"})
        try:
            answer = await self._http.request(method, url, params=query, content=content, headers=headers)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            broken = unanswered("InvoiceXpress", error, acting=acting)
        else:
            return Answer(answer.status_code, self._scrubbed(answer.content), dict(answer.headers))
        raise broken  # out of the handler: the exception in it holds the request, and so the key

    def _scrubbed(self, body: bytes) -> bytes:
        for secret in self._secrets:
            body = body.replace(secret, HIDDEN)
        return body

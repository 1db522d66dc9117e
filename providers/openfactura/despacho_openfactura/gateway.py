"""HTTP with OpenFactura: addresses, the key, and what a broken connection proves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from despacho_openfactura.settings import OpenFacturaSettings
from despacho_ports.calls import Answer, unanswered

if TYPE_CHECKING:
    import httpx

PREFIX = "/v2/dte"


class Gateway:
    """Sends requests and returns answers unread.

    Args:
        settings: The account.
        http: The hub's client: it has time-outs, limits and a log already.
    """

    def __init__(self, settings: OpenFacturaSettings, http: httpx.AsyncClient) -> None:
        self._address = settings.base_url.rstrip("/") + PREFIX
        self._headers = {"apikey": settings.api_key, "Content-Type": "application/json", "Accept": "application/json"}
        self._http = http

    async def read(self, path: str, body: bytes | None = None) -> Answer:
        """A question that changes nothing: GET, or POST with a body.

        Raises:
            Unavailable: There was no answer.
        """
        return await self._send("GET" if body is None else "POST", path, body, {}, acting=False)

    async def issue(self, body: bytes, *, reference: str) -> Answer:
        """Ask for a document, under our reference as idempotency key (contract/invoicing.md 2.4).

        Raises:
            Unavailable: It certainly was not sent.
            Uncertain: It may have arrived.
        """
        return await self._send("POST", "/document", body, {"Idempotency-Key": reference}, acting=True)

    async def _send(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str], *, acting: bool
    ) -> Answer:
        import httpx  # noqa: PLC0415 - whoever made the client has loaded it; importing the provider must not

        try:
            answer = await self._http.request(
                method, f"{self._address}{path}", content=body, headers={**self._headers, **headers}
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise unanswered("OpenFactura", error, acting=acting) from error
        return Answer(answer.status_code, answer.content, dict(answer.headers))

"""HTTP with the carrier's gateway: addresses, subscription keys, and what a broken connection proves."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from despacho_chilexpress.settings import ChilexpressSettings
from despacho_ports.calls import Answer, unanswered

if TYPE_CHECKING:
    import httpx


class Product(enum.StrEnum):
    """The three products by the start of their paths; each has a subscription key of its own (contract/carriers.md 1.1)."""

    COVERAGE = "/georeference/api/v1.0"
    RATING = "/rating/api/v1.0"
    SHIPPING = "/transport-orders/api/v1.0"


class Gateway:
    """Sends requests and returns answers unread.

    Args:
        settings: The account.
        http: The hub's client: it has time-outs, limits and a log already.
    """

    def __init__(self, settings: ChilexpressSettings, http: httpx.AsyncClient) -> None:
        self._base_url = settings.base_url.rstrip("/")
        self._keys = {
            Product.COVERAGE: settings.key_coverage,
            Product.RATING: settings.key_rating,
            Product.SHIPPING: settings.key_shipping,
        }
        self._http = http

    async def send(
        self, product: Product, method: str, path: str, body: bytes | None = None, *, acting: bool = False
    ) -> Answer:
        """One request.

        Args:
            product: Which product's path and key.
            method: HTTP method.
            path: What follows the product's path, query included.
            body: JSON, if any.
            acting: Whether it can change something at the carrier.

        Raises:
            ProviderError: ``Unavailable`` if it certainly was not sent or only asked; ``Uncertain`` if it may have acted.
        """
        import httpx  # noqa: PLC0415 - whoever made the client has loaded it; importing the provider must not

        try:
            answer = await self._http.request(
                method, f"{self._base_url}{product}{path}", content=body, headers=self._headers(product)
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise unanswered("Chilexpress", error, acting=acting) from error
        return Answer(answer.status_code, answer.content, dict(answer.headers))

    def _headers(self, product: Product) -> dict[str, str]:
        return {
            "Ocp-Apim-Subscription-Key": self._keys[product],
            "Content-Type": "application/json",
            "Accept": "application/json",
            "Cache-Control": "no-cache",
        }

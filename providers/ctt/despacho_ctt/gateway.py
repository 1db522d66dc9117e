"""The way to the carrier's web services: addresses, actions, and what a broken connection proves."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

import msgspec

from despacho_ports.calls import Answer, unanswered

if TYPE_CHECKING:
    import httpx

CLOSING_PATIENCE_S = 300.0
"""Closing takes minutes (contract/carriers.md 2.4); the hub gives such a call as much."""


class Operation(msgspec.Struct, frozen=True):
    """One operation: its service's file, its interface (which is not always spelt like the file), its name.

    ``acting`` says whether it can change something at the carrier.
    """

    service: str
    interface: str
    name: str
    acting: bool = False
    patience_s: float | None = None

    @property
    def action(self) -> str:
        """The ``SOAPAction`` header, quotes included."""
        return f'"http://tempuri.org/{self.interface}/{self.name}"'


class Operations(enum.Enum):
    """What is asked (contract/carriers.md 2.1)."""

    CREATE = Operation("CTTShipmentProviderWS", "ICTTShipmentProviderWS", "CreateShipment", acting=True)
    CLOSE = Operation(
        "CTTShipmentProviderWS", "ICTTShipmentProviderWS", "CloseShipment", acting=True, patience_s=CLOSING_PATIENCE_S
    )
    EVENTS = Operation("EventosWS", "IEventosWS", "GetEventosObjectos_V3")
    POINTS = Operation("Referenciasws", "IReferenciasWS", "ObterTodosPontosEntrega")
    POINTS_SPAIN = Operation("Referenciasws", "IReferenciasWS", "ObterTodosPontosEntregaES")


class Gateway:
    """Sends envelopes and returns answers unread.

    Args:
        base_url: What stands before the service's name.
        http: The hub's client: it has time-outs, limits and a log already.
    """

    def __init__(self, base_url: str, http: httpx.AsyncClient) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = http

    async def send(self, operation: Operation, body: bytes) -> Answer:
        """One call.

        Raises:
            ProviderError: ``Unavailable`` if it certainly was not sent or only asked; ``Uncertain`` if it may have acted.
        """
        import httpx  # noqa: PLC0415 - whoever made the client has loaded it; importing the provider must not

        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": operation.action}
        patience = operation.patience_s
        timeout = httpx.USE_CLIENT_DEFAULT if patience is None else httpx.Timeout(patience, connect=5.0, pool=5.0)
        try:
            answer = await self._http.post(
                f"{self._base_url}/{operation.service}.svc", content=body, headers=headers, timeout=timeout
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            raise unanswered("CTT", error, acting=operation.acting) from error
        return Answer(answer.status_code, answer.content, dict(answer.headers))

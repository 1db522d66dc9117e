"""The world of the tracking measure: carriers that answer after 200 ms, stores that count, and shipments on their way."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import httpx
import msgspec

from despacho.provider_loader import ProviderCatalogue
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_ports.carriers import LabelHandle, TrackingReport
from despacho_ports.providers import Provider, ProviderKind, RateLimit, Toolbox
from despacho_system.outbound import OutboundClients

STORES = 20
BATCHES = (1, 10, 40)
ACCOUNTS = STORES * len(BATCHES)
LIMIT = RateLimit(50, 1.0)
"""What each account allows."""
TAKES_S = 0.2
BEGAN = datetime(2026, 11, 20, 12, tzinfo=UTC)
HUB_SCANS_EVERY, DELIVERED_EVERY = 5, 100
"""Of so many shipments one has a new event that changes nothing for the store, and one was delivered."""

_decode = msgspec.json.Decoder(list[tuple[str, list[tuple[int, str, str]]]])


def number_of(shipment: int) -> str:
    """The tracking number of the n-th shipment."""
    return f"TN{shipment:09d}"


def is_delivered(shipment: int) -> bool:
    """Whether the n-th shipment arrived since it was last asked about; every account has as many such as another."""
    return shipment // ACCOUNTS % DELIVERED_EVERY == 0


def told_of(shipment: int) -> list[tuple[int, str, str]]:
    """Hours, status and words of all that the carrier says; the first two the hub has already."""
    told = [(0, "in_transit", "Recibido"), (5, "in_transit", "En tránsito a destino")]
    if is_delivered(shipment):
        told.append((20, "delivered", "Entregado"))
    elif shipment // ACCOUNTS % HUB_SCANS_EVERY == 0:
        told.append((18, "in_transit", "En centro de distribución"))
    return told


def event(number: str, hours: int, status: str, words: str) -> TrackingEvent:
    """One thing that the carrier said."""
    return TrackingEvent(
        tracking_number=number,
        occurred_at=BEGAN + timedelta(hours=hours),
        description=words,
        code=f"E{hours}",
        status=TrackingStatus(status),
    )


class Calls:
    """When whom was called, to see afterwards that no limit was exceeded."""

    def __init__(self) -> None:
        self.at: defaultdict[str, list[float]] = defaultdict(list)
        self.by_kind: Counter[str] = Counter()
        self.things: Counter[str] = Counter()

    def noted(self, whom: str, kind: str, things: int = 1) -> None:
        """A call arrived, about so many things."""
        self.at[whom].append(time.monotonic())
        self.by_kind[kind] += 1
        self.things[whom] += things

    def speed(self, whom: str) -> float:
        """Things a second, from the first call to the last one's answer."""
        moments = self.at[whom]
        return self.things[whom] / (moments[-1] - moments[0] + TAKES_S)

    def most_within(self, seconds: float) -> int:
        """The most calls that anybody got within any such stretch."""
        most = 0
        for moments in self.at.values():
            first = 0
            for last, moment in enumerate(moments):
                while moments[first] < moment - seconds:
                    first += 1
                most = max(most, last - first + 1)
        return most


class CarrierLine(httpx.AsyncBaseTransport):
    """All carriers: answers after 200 ms."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """All that is known of the numbers asked about."""
        numbers: list[str] = msgspec.json.decode(await request.aread())
        self._calls.noted(request.headers["x-account"], "track", len(numbers))
        await asyncio.sleep(TAKES_S)
        told = [(number, told_of(int(number[2:]))) for number in numbers]
        return httpx.Response(200, content=msgspec.json.encode(told))


class StoreLine(httpx.AsyncBaseTransport):
    """All stores: counts what it is told."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """An order under way for whoever reads one; nothing else is looked at."""
        kind = f"{request.method} {request.url.path.split('/')[2]}"
        self._calls.noted(request.headers["authorization"], kind)
        number = request.url.path.rpartition("/")[2].partition(".")[0]
        order = {"id": number, "status": "Paid", "currency": "CLP", "total": 9990, "shipment_status": "in_transit"}
        return httpx.Response(200, json={"order": order})


def catalogue(calls: Calls) -> ProviderCatalogue:
    """A carrier for each batch size, called through the hub's own limits and breakers."""
    clients = OutboundClients(pool=CarrierLine(calls))
    return ProviderCatalogue({f"batch-{size}": _provider(size, clients) for size in BATCHES})


def _provider(size: int, clients: OutboundClients) -> Provider:
    class Carrier:
        """Tells where parcels are."""

        batch_size = size

        def __init__(self, settings: object, toolbox: Toolbox) -> None:  # noqa: ARG002 - as a connector is opened
            self._account = f"{size} {toolbox.account_id}"
            self._http = clients.client(toolbox.account_id, rate_limits=(LIMIT,))

        async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
            """One call."""
            content = msgspec.json.encode([one.tracking_number for one in labels])
            answer = await self._http.post(
                "https://carrier.example/track", content=content, headers={"x-account": self._account}
            )
            return [_report(number, told) for number, told in _decode.decode(answer.content)]

    return Provider(
        id=f"batch-{size}",
        name=f"Batch {size}",
        kind=ProviderKind.CARRIER,
        version="1",
        settings=NoSettings,
        connector=Carrier,
        rate_limits=(LIMIT,),
    )


class NoSettings(msgspec.Struct, frozen=True):
    """Nothing to set."""


def _report(number: str, told: Iterable[tuple[int, str, str]]) -> TrackingReport:
    return TrackingReport(tracking_number=number, events=tuple(event(number, *one) for one in told))

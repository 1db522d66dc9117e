"""Our side: Chilexpress's connector against answers that never left the process, and our own labels. Prints one JSON object.

Run by a fresh interpreter, as the other side is. The stub stands where the network does: under the ``httpx`` client.
"""

from __future__ import annotations

import time

BEGUN = time.perf_counter()

import despacho_chilexpress  # noqa: E402, F401 - the clock starts before the imports

IMPORTED = time.perf_counter() - BEGUN

import asyncio  # noqa: E402
import base64  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Awaitable, Callable  # noqa: E402
from datetime import UTC, datetime  # noqa: E402
from decimal import Decimal  # noqa: E402
from pathlib import Path  # noqa: E402

import httpx  # noqa: E402
import msgspec  # noqa: E402

from despacho_chilexpress.connector import Chilexpress  # noqa: E402
from despacho_chilexpress.rating import SERVICES, added_up, questions, read_rates  # noqa: E402
from despacho_chilexpress.settings import ChilexpressSettings  # noqa: E402
from despacho_core.addresses import Address  # noqa: E402
from despacho_core.money import Money  # noqa: E402
from despacho_core.parcels import Parcel  # noqa: E402
from despacho_core.quotes import RateRequest  # noqa: E402
from despacho_documents.renderer import DocumentRenderer  # noqa: E402
from despacho_ports.calls import Answer  # noqa: E402
from despacho_ports.carriers import LabelFormat, LabelHandle, ShipmentRequest  # noqa: E402
from despacho_ports.documents import LabelForm  # noqa: E402
from despacho_ports.providers import Toolbox  # noqa: E402

ACCOUNTS = 24
TAKES_S = 0.2
KEY = "c0ffee00000000000000000000000001"
SETTINGS = {
    "key_coverage": KEY,
    "key_rating": KEY,
    "key_shipping": KEY,
    "customer_card": "18578680",
    "company_rut": "96756430",
    "sender_phone": "223824861",
    "base_url": "http://stub",
}
ORIGIN = Address(
    country="CL",
    municipality="Providencia",
    street="Av. Providencia",
    street_number="1234",
    name="Ana Soto",
    phone="+56 2 2222 3333",
    email="ana@example.com",
)
TARGET = msgspec.structs.replace(ORIGIN, municipality="Viña del Mar", street="Calle Valparaíso", street_number="55")
PARCELS = (Parcel(weight_g=1500, length_mm=300, width_mm=200, height_mm=150),)
VALUE = Money(Decimal(24990), "CLP")
CART = RateRequest(origin=ORIGIN, destination=TARGET, parcels=PARCELS, declared_value=VALUE)
SHIPMENT = ShipmentRequest(
    reference="DSP-1",
    service_code="3",
    origin=ORIGIN,
    destination=TARGET,
    parcels=PARCELS,
    declared_value=VALUE,
    order_number=1001,
)
FORM = LabelForm(
    carrier="Own",
    service="Standard",
    order_number=1001,
    reference="DSP-1-1",
    piece=1,
    pieces=1,
    tracking_number="1234567890",
    barcode="1234567890",
    sender=ORIGIN,
    receiver=TARGET,
    parcel=PARCELS[0],
)

Answering = Callable[[httpx.Request], Awaitable[httpx.Response]]


class SystemClock:
    """The time."""

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.now(UTC)


def envelope(data: object) -> bytes:
    """The carrier's envelope around an answer."""
    return msgspec.json.encode({"data": data, "statusCode": 0, "statusDescription": "OK", "errors": None})


RATES = envelope(
    {
        "courierServiceOptions": [
            {
                "serviceTypeCode": code,
                "serviceDescription": name.upper(),
                "finalWeight": "2.00",
                "serviceValue": str(3000 + 400 * code),
                "serviceValueDiscount": str(2800 + 400 * code),
                "deliveryType": 0,
            }
            for code, name in list(SERVICES.items())[:4]
        ]
    }
)
SHIPPED = envelope(
    {
        "header": {"certificateNumber": 712100832940},
        "detail": [
            {
                "transportOrderNumber": 708212345678,
                "reference": "DSP-1-1",
                "barcode": "70821234567832000001420",
                "classificationData": "NORTE",
                "label": {"labelData": base64.b64encode(b"%PDF" + os.urandom(10_000)).decode()},
                "statusCode": 0,
            }
        ],
    }
)
TRACKED = envelope(
    {
        "transportOrderData": {"transportOrderNumber": 708212345678, "reference": "DSP-1-1"},
        "trackingEvents": [
            {
                "eventDate": f"{20 - number:02d}-11-2026",
                "eventHour": "10:15:00",
                "description": words,
                "location": "Santiago",
            }
            for number, words in enumerate(
                ["PIEZA EN REPARTO", "PIEZA EN TRANSITO", "PIEZA EN CENTRO", "PIEZA RECIBIDA"]
            )
        ],
    }
)


def opened(body: bytes, seconds: float = 0.0) -> tuple[Chilexpress, httpx.AsyncClient]:
    """An account whose every question gets one answer."""

    async def answer(_request: httpx.Request) -> httpx.Response:
        if seconds:
            await asyncio.sleep(seconds)
        return httpx.Response(200, content=body)

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    settings = msgspec.convert(SETTINGS, ChilexpressSettings)
    toolbox = Toolbox(http=client, clock=SystemClock(), renderer=DocumentRenderer(), account_id="a")
    return Chilexpress(settings, toolbox), client


async def microseconds(operation: Callable[[], Awaitable[object]], repeats: int, rounds: int = 7) -> list[float]:
    """The time of one operation in each of several rounds; an operation that gives nothing was not understood."""
    if not await operation():
        raise RuntimeError("an answer was not understood")
    taken = []
    for _ in range(rounds):
        begun = time.perf_counter()
        for _ in range(repeats):
            await operation()
        taken.append((time.perf_counter() - begun) / repeats * 1e6)
    return taken


async def calls() -> dict[str, list[float]]:
    """What goes through the connector."""
    settings = msgspec.convert(SETTINGS, ChilexpressSettings)
    answer = Answer(200, RATES)

    async def mapped() -> object:
        return added_up(questions(settings, CART), [read_rates(answer)])

    figures = {"rate_mapping": await microseconds(mapped, 200)}
    rating, one = opened(RATES)
    shipping, two = opened(SHIPPED)
    tracking, three = opened(TRACKED)
    handle = LabelHandle(tracking_number="708212345678", reference="DSP-1-1")

    async def tracked() -> object:
        return (await tracking.track_shipments([handle]))[0].events

    async with one, two, three:
        figures["rate"] = await microseconds(lambda: rating.quote_rates(CART), 50)
        figures["shipment"] = await microseconds(lambda: shipping.buy_shipment(SHIPMENT), 50)
        figures["tracking"] = await microseconds(tracked, 50)
    figures["rate_shop_24"] = await shop()
    return figures


async def shop() -> list[float]:
    """All accounts at once."""
    accounts = [opened(RATES, TAKES_S) for _ in range(ACCOUNTS)]

    async def asked() -> object:
        return await asyncio.gather(*(connector.quote_rates(CART) for connector, _ in accounts))

    try:
        return await microseconds(asked, 1, rounds=5)
    finally:
        for _, client in accounts:
            await client.aclose()


async def labels() -> tuple[dict[str, list[float]], int]:
    """What we draw ourselves."""
    renderer = DocumentRenderer()

    async def pdf() -> object:
        return renderer.label(FORM, LabelFormat.PDF)

    async def zpl() -> object:
        return renderer.label(FORM, LabelFormat.ZPL)

    figures = {"label_zpl": await microseconds(zpl, 50), "label_pdf": await microseconds(pdf, 20)}
    return figures, len(renderer.label(FORM, LabelFormat.PDF))


def resident_mb() -> float:
    """What the process holds."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) * 1024 / 1e6


async def main() -> None:
    """Take all figures."""
    figures = await calls()
    drawn, octets = await labels()
    whole = {
        "figures": {**figures, **drawn},
        "import_s": IMPORTED,
        "resident_mb": resident_mb(),
        "label_octets": octets,
        "offered": ACCOUNTS * 4,
    }
    sys.stdout.buffer.write(msgspec.json.encode(whole))


if __name__ == "__main__":
    asyncio.run(main())

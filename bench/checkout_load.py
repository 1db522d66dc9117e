"""Carts of checkouts: a closed loop of keep-alive connections, each sending its next cart when the last one is answered. Run as a process.

Every request is made before the clock starts. Answers without rates are counted apart: a quick nothing is no quote.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

import msgspec
import uvloop

from bench.load import Connection, Ledger

COMUNAS = (
    "Providencia", "Las Condes", "Ñuñoa", "Maipú", "Puente Alto", "La Florida", "Viña del Mar", "Concepción", "Temuco", "Arica",
)  # fmt: skip


class Carts(msgspec.Struct, frozen=True, kw_only=True):
    """What one round saw; ``bare`` carts were answered without rates, or not with 200."""

    answered: int
    bare: int
    seconds: float
    p50_ms: float
    p95_ms: float


class Checkout(Connection):
    """A connection that looks whether there are rates in what comes back."""

    bare = 0
    _rates = False

    def data_received(self, data: bytes) -> None:
        """Count an answer that held no rate; it comes in one or more pieces."""
        self._rates = self._rates or b'"rate_id"' in data
        still_open = self._ledger.open
        super().data_received(data)
        if self._ledger.open < still_open:
            Checkout.bare += not self._rates
            self._rates = False


def cart_of(number: int) -> bytes:
    """A cart as the platform sends it (contract/jumpseller.md 1.3): three products, each number another weight and place."""
    place = {"country": "Chile", "region": "12", "municipality_name": COMUNAS[number % len(COMUNAS)], "name": None}
    products = [
        {
            "name": f"Producto {line}",
            "sku": f"SKU-{line}",
            "quantity": 1 + line,
            "price": 9990 + line,
            "product_id": 64 + line,
            "variant_id": None,
            "weight": 1 + number / 1000 if line == 0 else 0.4,
            "shipping_required": True,
        }
        for line in range(3)
    ]
    request = {
        "from": {"country": "Chile", "region": "12", "municipality_name": "Providencia", "name": "Bench"},
        "to": place,
        "products": products,
        "unit_measurement": "cm",
        "weight_unit": "kg",
        "currency": "CLP",
        "locale": "es",
    }
    return msgspec.json.encode({"request": request})


def requests_of(host: str, store_key: str, numbers: range, distinct: int) -> list[bytes]:
    """Whole HTTP requests, ready to be written; a number counts within ``distinct``, so that carts come again where it is small."""
    requests = []
    for number in numbers:
        body = cart_of(number % distinct)
        head = (
            f"POST /jumpseller/rates/{store_key} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Jumpseller\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        requests.append(head.encode() + body)
    return requests


async def load(port: int, store_key: str, *, numbers: range, distinct: int, connections: int) -> Carts:
    """One round."""
    ledger = Ledger(0, requests_of(f"127.0.0.1:{port}", store_key, numbers, distinct))
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: Checkout(ledger), "127.0.0.1", port) for _ in range(connections)]
    begun = time.perf_counter()
    for _, connection in opened:
        connection.send_next()
    await ledger.done
    seconds = time.perf_counter() - begun
    for transport, _ in opened:
        transport.close()
    times = sorted(one * 1000 for one in ledger.latencies)
    wrong = sum(status != 200 for status in ledger.statuses.values())
    return Carts(
        answered=len(times),
        bare=max(Checkout.bare, wrong),
        seconds=seconds,
        p50_ms=times[len(times) // 2],
        p95_ms=times[min(len(times) * 95 // 100, len(times) - 1)],
    )


def main() -> None:
    """Read the wish from the arguments, print what was seen as JSON."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port", type=int)
    arguments.add_argument("store_key")
    arguments.add_argument("--first", type=int, required=True)
    arguments.add_argument("--count", type=int, required=True)
    arguments.add_argument("--distinct", type=int, required=True)
    arguments.add_argument("--connections", type=int, required=True)
    wish = arguments.parse_args()
    numbers = range(wish.first, wish.first + wish.count)
    seen = uvloop.run(
        load(wish.port, wish.store_key, numbers=numbers, distinct=wish.distinct, connections=wish.connections)
    )
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    main()

"""The load generator: a fixed number of requests over keep-alive connections, as fast as they are answered. Run as a process.

Everything is made before the clock starts: bodies, signatures, whole requests. While it runs it only writes octets, finds the end of an
answer, and notes the time; ``webhooks_generator_ceiling`` shows what it can do against a server that does nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Iterator
from typing import cast

import msgspec
import uvloop

from bench.messages import Sender, requests_of

_END = b"\r\n\r\n"
_LENGTH = b"content-length:"


class Round(msgspec.Struct, frozen=True, kw_only=True):
    """What one round of load saw.

    Attributes:
        acknowledged: Numbers of the messages that were answered 200.
        refused: How many others there were, by status.
        cpu: Share of one processor that the generator itself used.
    """

    seconds: float
    acknowledged: list[int]
    refused: dict[int, int]
    p50_ms: float
    p99_ms: float
    cpu: float

    @property
    def rate(self) -> float:
        """Acknowledged messages per second."""
        return len(self.acknowledged) / self.seconds


class Ledger:
    """What is still to send, and what came back."""

    def __init__(self, first: int, requests: list[bytes]) -> None:
        self.unsent: Iterator[tuple[int, bytes]] = iter(list(enumerate(requests, first)))
        self.open = len(requests)
        self.latencies: list[float] = []
        self.statuses: dict[int, int] = {}
        self.done = asyncio.get_running_loop().create_future()

    def answered(self, number: int, status: int, seconds: float) -> None:
        """Note one answer."""
        self.latencies.append(seconds)
        self.statuses[number] = status
        self.open -= 1
        if not self.open and not self.done.done():
            self.done.set_result(None)

    def lost(self) -> None:
        """A connection broke: the round means nothing."""
        if not self.done.done():
            self.done.set_exception(ConnectionError("the server closed a connection"))


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request under way."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._received = b""
        self._number = 0
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's does not inherit from it

    def send_next(self) -> None:
        """Send one more, if there is one."""
        following = next(self._ledger.unsent, None)
        if following is not None:
            self._number, request = following
            self._sent_at = time.perf_counter()
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        received = self._received + data if self._received else data
        head = received.find(_END)
        if head < 0 or len(received) < head + 4 + _length(received[:head]):
            self._received = received
            return
        self._received = b""
        self._ledger.answered(self._number, int(received[9:12]), time.perf_counter() - self._sent_at)
        self.send_next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        if self._ledger.open:
            self._ledger.lost()


def _length(head: bytes) -> int:
    at = head.find(_LENGTH)
    return int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0


async def load(host: str, port: int, sender: Sender, *, first: int, count: int, connections: int) -> Round:
    """One round: ``count`` messages numbered from ``first``."""
    ledger = Ledger(first, requests_of(sender, f"{host}:{port}", first, count))
    loop = asyncio.get_running_loop()
    opened = [await loop.create_connection(lambda: Connection(ledger), host, port) for _ in range(connections)]
    cpu, begun = time.process_time(), time.perf_counter()
    for _, connection in opened:
        connection.send_next()
    await ledger.done
    seconds = time.perf_counter() - begun
    cpu = (time.process_time() - cpu) / seconds
    for transport, _ in opened:
        transport.close()
    return _summed_up(ledger, seconds, cpu)


def _summed_up(ledger: Ledger, seconds: float, cpu: float) -> Round:
    latencies = sorted(ledger.latencies)
    refused: dict[int, int] = {}
    for status in ledger.statuses.values():
        if status != 200:
            refused[status] = refused.get(status, 0) + 1
    return Round(
        seconds=seconds,
        acknowledged=sorted(number for number, status in ledger.statuses.items() if status == 200),
        refused=refused,
        p50_ms=latencies[len(latencies) // 2] * 1000,
        p99_ms=latencies[min(len(latencies) * 99 // 100, len(latencies) - 1)] * 1000,
        cpu=cpu,
    )


def main() -> None:
    """Read the wish from the arguments and the sender from standard input, print the round as JSON."""
    arguments = argparse.ArgumentParser()
    arguments.add_argument("port", type=int)
    arguments.add_argument("--first", type=int, required=True)
    arguments.add_argument("--count", type=int, required=True)
    arguments.add_argument("--connections", type=int, default=64)
    wish = arguments.parse_args()
    sender = msgspec.json.decode(sys.stdin.buffer.read(), type=Sender)
    seen = uvloop.run(
        load("127.0.0.1", wish.port, sender, first=wish.first, count=wish.count, connections=wish.connections)
    )
    sys.stdout.buffer.write(msgspec.json.encode(seen))


if __name__ == "__main__":
    main()

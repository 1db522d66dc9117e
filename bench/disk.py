"""What the disk itself takes to make 4 KB durable: everything durable stands on it, so it belongs beside the other figures."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from bench.ground import Ground
from bench.results import Measure, median

WRITES = 200


def measure(ground: Ground) -> Iterator[Measure]:
    """The median time of a write and an ``fsync``, in the folder where the databases lie."""
    yield Measure(
        name="disk_fsync", value=fsync_seconds(ground) * 1000, unit="ms", note="4 KB appended to a file, and fsync"
    )


def fsync_seconds(ground: Ground, writes: int = WRITES) -> float:
    """The median over so many writes."""
    descriptor = os.open(ground.new_folder() / "durable", os.O_CREAT | os.O_WRONLY, 0o600)
    times = []
    try:
        for _ in range(writes):
            begun = time.perf_counter()
            os.write(descriptor, bytes(4096))
            os.fsync(descriptor)
            times.append(time.perf_counter() - begun)
    finally:
        os.close(descriptor)
    return median(times)

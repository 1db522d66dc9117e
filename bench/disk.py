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
    path = ground.new_folder() / "durable"
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    times = []
    try:
        for _ in range(WRITES):
            begun = time.perf_counter()
            os.write(descriptor, bytes(4096))
            os.fsync(descriptor)
            times.append(time.perf_counter() - begun)
    finally:
        os.close(descriptor)
    yield Measure(name="disk_fsync", value=median(times) * 1000, unit="ms", note="4 KB appended to a file, and fsync")

"""How long ``despacho --version`` takes: what every command pays before it does anything."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.ground import Ground
from bench.results import Measure, median, spread

ROUNDS = 11
REACH_S = 0.3


def measure(_ground: Ground) -> Iterator[Measure]:
    """The median; the first one of all is left out."""
    _timed()
    times = [_timed() for _ in range(ROUNDS)]
    yield Measure(name="version_time", value=median(times), unit="s", reach=REACH_S, note=f"rounds {spread(times)}")


def _timed() -> float:
    command = Path(sys.executable).with_name("despacho")
    begun = time.perf_counter()
    subprocess.run([command, "--version"], check=True, capture_output=True)
    return time.perf_counter() - begun

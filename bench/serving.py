"""From ``despacho serve`` on a folder that is not there yet until ``/health/ready`` is 200: key, Redis, migrations, web."""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.ground import Ground
from bench.processes import free_port, python, running, wait_for
from bench.results import Measure, median, spread

ROUNDS = 5
REACH_S = 3.0


def measure(ground: Ground) -> Iterator[Measure]:
    """The median of several starts, each in a folder of its own; the first one of all is left out, it may compile modules."""
    _ready_after(ground)
    times = [_ready_after(ground) for _ in range(ROUNDS)]
    yield Measure(
        name="serve_until_ready",
        value=median(times),
        unit="s",
        reach=REACH_S,
        note=f"rounds {spread(times)}; the modules are in the file cache, the data folder does not exist",
    )


def _ready_after(ground: Ground) -> float:
    folder = ground.new_folder()
    port = free_port()
    environment = {"DESPACHO_DATA_DIR": str(folder / "data")}
    begun = time.perf_counter()
    with running(
        python("-m", "despacho", "serve", "--port", str(port)), environment=environment, log=folder / "serve.log"
    ) as process:
        wait_for(f"http://127.0.0.1:{port}/health/ready", process, every_s=0.005)
        return time.perf_counter() - begun

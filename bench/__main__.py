"""``python -m bench [NAME …]``: take the measures, all of them or those named, and write them down in ``bench-output/``."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import (
    button,
    checkouts,
    disk,
    embedding,
    fiscal,
    listing,
    manifests,
    mapping,
    memory,
    order_page,
    pacing,
    printing,
    quoting,
    results,
    serving,
    tracking,
    version,
    webhooks,
    working,
)
from bench.beside import measure as beside
from bench.ground import Ground
from bench.results import Measure
from tests.servers import Session

MEASURES: dict[str, Callable[[Ground], Iterator[Measure]]] = {
    "disk": disk.measure,
    "webhooks": webhooks.measure,
    "quoting": quoting.measure,
    "checkouts": checkouts.measure,
    "fiscal": fiscal.measure,
    "button": button.measure,
    "pacing": pacing.measure,
    "mapping": mapping.measure,
    "serve": serving.measure,
    "embedding": embedding.measure,
    "version": version.measure,
    "memory": memory.measure,
    "inbox": working.measure,
    "listing": listing.measure,
    "order_page": order_page.measure,
    "manifests": manifests.measure,
    "printing": printing.measure,
    "tracking": tracking.measure,
    "beside": beside.measure,
}
OUTPUT = Path("bench-output")


def main(names: list[str]) -> int:
    """Take the measures. Returns 0 whether reaches are met or not, 2 for a name that there is not."""
    unknown = sorted(set(names) - set(MEASURES))
    if unknown:
        print(f"no measure is called {', '.join(unknown)}; there are {', '.join(MEASURES)}", file=sys.stderr)
        return 2
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its modules compiled
    session = Session()
    taken: list[Measure] = []
    try:
        ground = Ground(session.folder)
        for name in names or MEASURES:
            begun = time.monotonic()
            print(f"{name} …", end=" ", flush=True)
            taken += MEASURES[name](ground)
            results.write(taken, OUTPUT)  # what is known by now stays known if a later one breaks
            print(f"{time.monotonic() - begun:.0f} s", flush=True)
    finally:
        session.end()
    print(f"\n{results.table(taken)}\n{OUTPUT / 'results.json'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What a script pays that embeds the domain and the providers, without web, database or jobs: a fresh interpreter, nothing subtracted."""

from __future__ import annotations

import pkgutil
import subprocess
import time
from collections.abc import Iterator

import msgspec

import despacho_core
import despacho_ports
from bench.ground import Ground
from bench.processes import python
from bench.results import Measure, median, spread

ROUNDS = 11
REACH_S = 0.25
REACH_MB = 45.0
PROVIDERS = ("despacho_chilexpress", "despacho_openfactura")
UNWANTED = ("litestar", "uvicorn", "sqlalchemy", "alembic", "asyncpg", "aiosqlite", "arq", "redis", "despacho_services")

_SCRIPT = """
import sys
import {modules}
there = [name for name in {unwanted} if name in sys.modules]
try:
    kilobytes = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmRSS"))
except OSError:
    import resource
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "darwin" else 1)
print(kilobytes * 1024 / 1e6, *there)
"""


def measure(_ground: Ground) -> Iterator[Measure]:
    """Medians over fresh interpreters; the first one of all is left out, it may compile modules."""
    modules = _modules()
    bare = _import(())
    _import(modules)
    seen = [_import(modules) for _ in range(ROUNDS)]
    times = [seconds for seconds, _ in seen]
    yield Measure(
        name="embedding_time",
        value=median(times),
        unit="s",
        reach=REACH_S,
        note=f"whole life of an interpreter that imports {len(modules)} modules; rounds {spread(times)}",
    )
    yield Measure(
        name="embedding_memory",
        value=median(resident for _, resident in seen),
        unit="MB",
        reach=REACH_MB,
        note=f"resident at the end; an interpreter that imports nothing took {bare[1]:.3g} MB and {bare[0]:.2g} s",
    )


def _modules() -> tuple[str, ...]:
    """All modules of the domain and of the ports, and both providers; not the kit that tests providers, which needs pytest."""
    packages = (despacho_core, despacho_ports)
    found = (info for one in packages for info in pkgutil.iter_modules(one.__path__, f"{one.__name__}."))
    return (*sorted(info.name for info in found if not info.ispkg), *PROVIDERS)


def _import(modules: tuple[str, ...]) -> tuple[float, float]:
    """Seconds and MB of one interpreter."""
    script = _SCRIPT.format(modules=", ".join(modules or ("sys",)), unwanted=UNWANTED)
    begun = time.perf_counter()
    done = subprocess.run(python("-c", script), check=True, capture_output=True, text=True)
    seconds = time.perf_counter() - begun
    resident, *there = done.stdout.split()
    if there:
        raise RuntimeError(f"an embedding script would load {', '.join(there)}")
    return seconds, msgspec.convert(resident, float, strict=False)

"""Both sides in fresh interpreters, one after the other, in one run.

Karrio lives in an environment of its own, made from ``requirements/karrio.txt`` when the measure is first taken.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from bench.ground import Ground
from bench.processes import python
from bench.results import Measure, median, spread

PINS = Path("requirements/karrio.txt")
HOME = Path("bench-output/karrio")
SCRIPT = Path(__file__).parent / "karrio_side.py"
OPERATIONS = {
    "rate_mapping": "a request mapped and an answer of four services read, no transport",
    "rate": "one account asked for rates, stub transport",
    "shipment": "one shipment bought with a label of 10 kB, stub transport",
    "tracking": "one parcel with four events, stub transport",
    "label_zpl": "an own label as ZPL",
    "label_pdf": "an own label as PDF",
    "rate_shop_24": "24 accounts that take 200 ms each, asked at once",
}


_IMPORTED = {"ours": "Chilexpress's package", "karrio": "its SDK and both connectors, found and loaded"}


class Side(msgspec.Struct, frozen=True):
    """What one side reports: microseconds of each operation by round, and its size."""

    figures: dict[str, list[float]]
    import_s: float
    resident_mb: float
    label_octets: int
    offered: int


def measure(_ground: Ground) -> Iterator[Measure]:
    """Every operation of both sides. Without the registry only ours are reported, and it is said."""
    sides = {"ours": _run(python("-m", "bench.beside.our_side"))}
    try:
        sides["karrio"] = _run([str(_environment()), str(SCRIPT)])
    except subprocess.CalledProcessError as error:
        print(f"Karrio could not be run, only our side is reported: {error}", file=sys.stderr)
    for operation, words in OPERATIONS.items():
        for name, side in sides.items():
            taken = side.figures[operation]
            note = f"{words}; µs by round: {spread(taken)}"
            yield Measure(name=f"beside_{operation}_{name}", value=median(taken), unit="µs", note=note)
    for name, side in sides.items():
        yield Measure(name=f"beside_import_{name}", value=side.import_s, unit="s", note=_IMPORTED[name])
        yield Measure(name=f"beside_memory_{name}", value=side.resident_mb, unit="MB", note="resident at the end")
        yield Measure(name=f"beside_label_size_{name}", value=side.label_octets / 1000, unit="kB", note="the PDF label")


def _run(argv: Sequence[str]) -> Side:
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE)
    return msgspec.json.decode(done.stdout, type=Side)


def _environment() -> Path:
    """The interpreter that has Karrio; made anew when the pins have changed."""
    folder = HOME / hashlib.sha256(PINS.read_bytes()).hexdigest()[:12]
    interpreter = folder / "bin" / "python"
    if not (folder / "complete").exists():
        venv.create(folder, with_pip=True, clear=True)
        pip = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
        subprocess.run([*pip, "-r", str(PINS)], check=True)
        (folder / "complete").touch()
    return interpreter

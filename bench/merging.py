"""``python -m bench.merging KIND COUNT``: many labels into one file, in a process of its own; what it took, as JSON."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import BinaryIO

from bench.printing import PAPERS, carrier_label, form
from despacho_core.labels import LabelPaper
from despacho_documents import DocumentRenderer

CHUNK = 50


def main(kind: str, count: int) -> None:
    """The documents lie in files, as they lie in a database; only a chunk of them is in memory at a time."""
    paper = PAPERS[kind]
    with tempfile.TemporaryDirectory() as folder:
        documents = [] if kind == "own" else _made(Path(folder), count)
        _written(tempfile.TemporaryFile(), paper, documents[:CHUNK], CHUNK)  # noqa: SIM115 - closed by whom it is given
        _forget_the_peak()
        before = _peak_mb()
        begun = time.perf_counter()
        pages, size = _written(tempfile.TemporaryFile(dir=folder), paper, documents, count)  # noqa: SIM115 - as above
        seconds = time.perf_counter() - begun
    growth = max(0.0, _peak_mb() - before)
    print(json.dumps({"seconds": seconds, "growth": growth, "pages": pages, "megabytes": size / 1e6}))


def _made(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.pdf" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(carrier_label(number))
    return paths


def _written(file: BinaryIO, paper: LabelPaper, documents: list[Path], count: int) -> tuple[int, int]:
    """Pages and octets."""
    with file:
        book = DocumentRenderer().book(file, paper)
        for path in documents:
            book.add(path.read_bytes())
        for first in range(0, 0 if documents else count, CHUNK):
            book.draw([form(number) for number in range(first, min(first + CHUNK, count))])
        return book.finish(), file.tell()


def _forget_the_peak() -> None:
    """What was in memory at most, begins anew here (proc(5), clear_refs)."""
    Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""What a measure gives, and how all of them are written down."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. A ``reach`` of None only reports; ``at_least`` says on which side of the reach one wants to be."""

    name: str
    value: float
    unit: str
    reach: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def met(self) -> bool | None:
        """Whether the reach is met; None where there is none."""
        if self.reach is None:
            return None
        return self.value >= self.reach if self.at_least else self.value <= self.reach


class Result(msgspec.Struct, frozen=True):
    """A measure as results.json holds it."""

    value: float
    unit: str
    reach: float | None
    met: bool | None


def results_json(measures: Iterable[Measure]) -> bytes:
    """One object, from a measure's name to its result. Values have four significant digits."""
    results = {
        one.name: Result(value=_rounded(one.value), unit=one.unit, reach=one.reach, met=one.met) for one in measures
    }
    return msgspec.json.format(msgspec.json.encode(results), indent=2) + b"\n"


def table(measures: Sequence[Measure]) -> str:
    """The figures for people, in Markdown, with the notes below."""
    lines = ["| measure | value | reach | met |", "|---|---:|---:|---|"]
    lines += [
        f"| {one.name} | {_rounded(one.value):,.10g} {one.unit} | {_wanted(one)} | {_WORDS[one.met]} |"
        for one in measures
    ]
    notes = [f"- `{one.name}`: {one.note}" for one in measures if one.note]
    return "\n".join([*lines, *(["", *notes] if notes else [])]) + "\n"


def write(measures: Sequence[Measure], folder: Path) -> None:
    """Leave ``results.json`` and ``table.md`` in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "results.json").write_bytes(results_json(measures))
    (folder / "table.md").write_text(table(measures), "utf-8")


def median(values: Iterable[float]) -> float:
    """The middle of several rounds: one disturbed round does not move it."""
    return statistics.median(values)


def percentile(values: Iterable[float], percent: int) -> float:
    """The smallest value that ``percent`` of all do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def spread(values: Iterable[float], digits: int = 3) -> str:
    """All rounds, smallest first, for a note."""
    return ", ".join(f"{value:.{digits}g}" for value in sorted(values))


_WORDS = {True: "yes", False: "NO", None: "–"}


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def _wanted(one: Measure) -> str:
    return "–" if one.reach is None else f"{'≥' if one.at_least else '≤'} {one.reach:g}"

"""Where the bars of the pictures stand. Templates draw them; everything is numbers in one picture's own units.

Pictures are 480 units wide: on the narrowest screen a unit is two thirds of a pixel, so that letters of 15 units can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 480
COLUMNS_HEIGHT = 150
BASELINE = 160
ROW = 46
BAR_TOP = 22
LONGEST = 400
"""The longest bar; its number stands beside it."""

_LABELS = 3


@dataclass(frozen=True)
class Column:
    """One upright bar, and the words below it, if there is room for them."""

    x: float
    y: float
    width: float
    height: float
    value: int
    name: str
    anchor: str = ""
    """How the name is set below: ``start``, ``middle``, ``end``; empty where it is not shown."""


@dataclass(frozen=True)
class Piece:
    """A part of a lying bar; ``place`` counts from 0 and decides its colour."""

    x: float
    width: float
    value: int
    place: int


@dataclass(frozen=True)
class Row:
    """A lying bar below its name. ``total`` is what stands at its end, at ``end``."""

    y: int
    name: str
    pieces: tuple[Piece, ...]
    total: int
    end: float


@dataclass(frozen=True)
class Span:
    """How long it usually took, and how long at worst in nine of ten cases: a dark bar within a light one."""

    y: int
    name: str
    usual: Decimal
    slow: Decimal
    usual_width: float
    slow_width: float


def columns_of(values: Sequence[tuple[str, int]]) -> tuple[Column, ...]:
    """Upright bars, the highest as high as the picture; the first, the middle and the last have their names below."""
    highest = max((value for _, value in values), default=0) or 1
    step = WIDTH / max(len(values), 1)
    gap = min(step / 5, 4)
    named = _named(len(values))
    return tuple(
        Column(
            x=_short(place * step + gap / 2),
            y=_short(BASELINE - COLUMNS_HEIGHT * value / highest),
            width=_short(step - gap),
            height=_short(COLUMNS_HEIGHT * value / highest),
            value=value,
            name=name,
            anchor=named.get(place, ""),
        )
        for place, (name, value) in enumerate(values)
    )


def stacks_of(rows: Sequence[tuple[str, Sequence[int]]]) -> tuple[Row, ...]:
    """Lying bars made of pieces, the longest as long as there is room."""
    longest = max((sum(values) for _, values in rows), default=0) or 1
    return tuple(_stack(place, name, values, longest) for place, (name, values) in enumerate(rows))


def spans_of(rows: Sequence[tuple[str, Decimal, Decimal]]) -> tuple[Span, ...]:
    """Pairs of lying bars, the longest as long as there is room."""
    longest = max((slow for _, _, slow in rows), default=Decimal(0)) or Decimal(1)
    return tuple(
        Span(
            y=place * ROW,
            name=name,
            usual=usual,
            slow=slow,
            usual_width=_short(float(LONGEST * usual / longest)),
            slow_width=_short(float(LONGEST * slow / longest)),
        )
        for place, (name, usual, slow) in enumerate(rows)
    )


def _stack(place: int, name: str, values: Sequence[int], longest: int) -> Row:
    pieces = []
    x = 0.0
    for number, value in enumerate(values):
        width = LONGEST * value / longest
        if value:
            pieces.append(Piece(_short(x), _short(width), value, number))
        x += width
    return Row(y=place * ROW, name=name, pieces=tuple(pieces), total=sum(values), end=_short(x + 6))


def _named(count: int) -> dict[int, str]:
    if count < _LABELS:
        return dict.fromkeys(range(count), "middle")
    return {0: "start", count // 2: "middle", count - 1: "end"}


def _short(number: float) -> float:
    return round(number, 1)

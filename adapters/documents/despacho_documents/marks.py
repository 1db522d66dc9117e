"""What a layout is made of. Places and lengths are millimetres from the top left corner, type sizes are points.

A layout is a list of marks and knows no file format; a pen turns marks into one.
"""

from __future__ import annotations

import enum

import msgspec

from despacho_core.labels import LabelPaper, Matrix

MM_PER_POINT = 25.4 / 72


class LabelSize(msgspec.Struct, frozen=True, kw_only=True):
    """The paper of a label, in millimetres; 100 by 150 fits the printers of every carrier that we know.

    Raises:
        ValueError: A side is outside 70..300 mm (width) or 45..420 mm (height): nothing readable would fit.
    """

    width_mm: float = 100
    height_mm: float = 150

    def __post_init__(self) -> None:
        if not (70 <= self.width_mm <= 300 and 45 <= self.height_mm <= 420):
            raise ValueError(f"a label of {self.width_mm:g} × {self.height_mm:g} mm cannot be laid out")

    @classmethod
    def of(cls, paper: LabelPaper) -> LabelSize:
        """The size of one label on this paper; a sheet of A4 has four of 105 by 148.5 mm."""
        return _SIZES[paper]


_SIZES = {
    LabelPaper.THERMAL: LabelSize(),
    LabelPaper.A6: LabelSize(width_mm=105, height_mm=148),
    LabelPaper.SMALL: LabelSize(width_mm=100, height_mm=50),
    LabelPaper.A4: LabelSize(width_mm=105, height_mm=148.5),
}


class Align(enum.StrEnum):
    """Where a line of text stands within its box."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Box(msgspec.Struct, frozen=True):
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    def inset(self, by: float) -> Box:
        """The box, smaller by so much on every side."""
        return Box(self.x + by, self.y + by, self.width - 2 * by, self.height - 2 * by)

    def from_top(self, height: float) -> tuple[Box, Box]:
        """The box cut in two below so much: what was cut off, what is left."""
        return (
            Box(self.x, self.y, self.width, height),
            Box(self.x, self.y + height, self.width, self.height - height),
        )

    def from_bottom(self, height: float) -> tuple[Box, Box]:
        """The box cut in two above so much: what was cut off, what is left."""
        upper, lower = self.from_top(self.height - height)
        return lower, upper

    def from_right(self, width: float) -> tuple[Box, Box]:
        """The box cut in two, so much from its right edge: what was cut off, what is left."""
        kept = self.width - width
        return Box(self.x + kept, self.y, width, self.height), Box(self.x, self.y, kept, self.height)

    def columns(self, *shares: float, gap: float = 0) -> list[Box]:
        """The box side by side in these proportions."""
        unit = (self.width - gap * (len(shares) - 1)) / sum(shares)
        boxes, x = [], self.x
        for share in shares:
            boxes.append(Box(x, self.y, share * unit, self.height))
            x += share * unit + gap
        return boxes


class Text(msgspec.Struct, frozen=True):
    """One line, ``y`` at its baseline; ``width`` is that of the box it is aligned in. The text is clean already."""

    x: float
    y: float
    width: float
    size: float
    text: str
    bold: bool = False
    align: Align = Align.LEFT


class Rule(msgspec.Struct, frozen=True):
    """A black rectangle: a line, mostly."""

    box: Box


class Bars(msgspec.Struct, frozen=True):
    """A Code 128 symbol, centred in its box with its quiet zones; ``turned`` ones run from the bottom up.

    ``widest`` bounds the module, so that a short code does not become a fence.
    """

    box: Box
    code: str
    turned: bool = False
    widest: float = 0.5

    @property
    def length(self) -> float:
        """What the box offers along the code."""
        return self.box.height if self.turned else self.box.width


class Symbol(msgspec.Struct, frozen=True):
    """A two-dimensional code, in the middle of its box with the white around it; ``widest`` bounds the module."""

    box: Box
    matrix: Matrix
    widest: float = 1.0


class Picture(msgspec.Struct, frozen=True):
    """A PNG or JPEG, as large as its box allows."""

    box: Box
    content: bytes


Mark = Text | Rule | Bars | Symbol | Picture


class Page(msgspec.Struct, frozen=True):
    """One page with all its marks."""

    width: float
    height: float
    marks: tuple[Mark, ...]


def horizontal(box: Box, *, at: float, thickness: float = 0.2) -> Rule:
    """A line across the box at this height."""
    return Rule(Box(box.x, at - thickness / 2, box.width, thickness))


def outline(box: Box, thickness: float = 0.2) -> list[Mark]:
    """The box's four edges."""
    return [
        Rule(Box(box.x, box.y, box.width, thickness)),
        Rule(Box(box.x, box.bottom - thickness, box.width, thickness)),
        Rule(Box(box.x, box.y, thickness, box.height)),
        Rule(Box(box.right - thickness, box.y, thickness, box.height)),
    ]

"""How labels are printed: on which paper, for which printer; and what stands on them beside the bars."""

from __future__ import annotations

import enum

import msgspec


class LabelPaper(enum.StrEnum):
    """The papers that labels are printed on; A4 takes four of A6."""

    THERMAL = "100x150"
    A6 = "a6"
    SMALL = "100x50"
    A4 = "a4"

    @property
    def places(self) -> int:
        """How many labels one sheet takes."""
        return 4 if self is LabelPaper.A4 else 1


class PrintFormat(enum.StrEnum):
    """What the merchant's printer understands."""

    PDF = "pdf"
    ZPL = "zpl"


RESOLUTIONS = (203, 300, 600)
"""Dots per inch of the label printers that are sold."""


class LabelChoice(msgspec.Struct, frozen=True, kw_only=True):
    """What an account's labels are printed as. ``dpi`` matters to ZPL alone; a PDF has no resolution.

    Raises:
        ValueError: No printer has that resolution, or four labels on a sheet of A4 are wanted of a label printer.
    """

    format: PrintFormat = PrintFormat.PDF
    paper: LabelPaper = LabelPaper.THERMAL
    dpi: int = 203

    def __post_init__(self) -> None:
        if self.dpi not in RESOLUTIONS:
            raise ValueError(f"printers have {', '.join(map(str, RESOLUTIONS))} dots per inch, not {self.dpi}")
        if self.format is PrintFormat.ZPL and self.paper is LabelPaper.A4:
            raise ValueError("a label printer takes one label at a time, not a sheet of A4")

    @classmethod
    def parse(cls, text: str) -> LabelChoice:
        """A choice as people write it: ``a6``, ``a4``, ``100x50``, ``zpl``, ``zpl-300``, ``zpl-300-100x50``.

        Raises:
            ValueError: Some part of it is no format, paper or resolution, or stands there twice.
        """
        named: dict[str, object] = {}
        for part in filter(None, text.strip().lower().replace("×", "x").split("-")):
            field = _field_of(part)
            if field is None or field in named:
                raise ValueError(f"“{part}” is not understood; there are {', '.join(EXAMPLES)}")
            named[field] = part
        if not named:
            raise ValueError(f"nothing is chosen; there are {', '.join(EXAMPLES)}")
        if "dpi" in named:
            named.setdefault("format", PrintFormat.ZPL)
        try:
            return msgspec.convert(named, cls, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(str(error)) from error

    @property
    def name(self) -> str:
        """The choice as :meth:`parse` reads it."""
        if self.format is PrintFormat.PDF:
            return self.paper.value
        return f"zpl-{self.dpi}" + (f"-{self.paper.value}" if self.paper is not LabelPaper.THERMAL else "")

    def on(self, *, paper: LabelPaper | None = None, dpi: int | None = None) -> LabelChoice:
        """The choice with what one printing wants otherwise. Raises ``ValueError`` as the choice itself does."""
        return msgspec.structs.replace(self, paper=paper or self.paper, dpi=dpi or self.dpi)

    def as_format(self, wanted: PrintFormat) -> LabelChoice:
        """The choice for a document of this format; a label printer takes A6 where sheets of A4 were chosen."""
        if wanted is self.format:
            return self
        paper = LabelPaper.A6 if wanted is PrintFormat.ZPL and self.paper is LabelPaper.A4 else self.paper
        return LabelChoice(format=wanted, paper=paper, dpi=self.dpi)


EXAMPLES = ("100x150", "a6", "100x50", "a4", "zpl-203", "zpl-300", "zpl-300-100x50")
"""Choices as people write them."""


class MatrixKind(enum.StrEnum):
    """Two-dimensional codes that carriers' sorters and scanners read."""

    QR = "qr"
    DATA_MATRIX = "data_matrix"


class Matrix(msgspec.Struct, frozen=True, kw_only=True):
    """A two-dimensional code beside the bars, where the carrier uses one."""

    kind: MatrixKind
    text: str


def _field_of(part: str) -> str | None:
    if part in set(PrintFormat):
        return "format"
    if part in set(LabelPaper):
        return "paper"
    return "dpi" if part.isascii() and part.isdigit() else None

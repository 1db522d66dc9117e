"""Files of labels while they are being written: a PDF page by page, or ZPL label by label. Blocking; run in a thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from despacho_core.labels import LabelChoice, LabelPaper, PrintFormat
from despacho_core.shipments import Label, Shipment
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import LabelBook, LabelForm, Renderer

KEPT_IN_MEMORY = 1_000_000
"""Octets; a longer file goes to disk."""


def _temporary() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # closed by whoever is given it


@dataclass(frozen=True)
class Ready:
    """A label with the carrier's document if there is one, and what ours would show."""

    shipment: Shipment
    label: Label
    form: LabelForm
    document: bytes | None = None
    problem: str | None = None
    """Why the carrier's document could not be had at the moment."""


@dataclass
class LabelFile:
    """Writes labels; collects whose document was ``unusable``, so that ours was drawn, and what could not even be drawn (``failed``)."""

    renderer: Renderer
    choice: LabelChoice
    start: int = 1
    file: BinaryIO = field(default_factory=lambda: cast("BinaryIO", _temporary()))
    written: int = 0
    unusable: list[tuple[Ready, str]] = field(default_factory=list)
    failed: list[tuple[Ready, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._book: LabelBook | None = None
        if self.choice.format is PrintFormat.PDF:
            self._book = self.renderer.book(self.file, self.choice.paper, start=self.start)

    def put(self, labels: Sequence[Ready]) -> None:
        """Write labels, in this sequence."""
        ours: list[Ready] = []
        for one in labels:
            if one.document is not None:
                self._draw(ours)
                if self._taken(one, one.document):
                    self.written += 1
                    continue
            ours.append(one)
        self._draw(ours)

    def alone(self, one: Ready) -> bool:
        """Write a single carrier's document to the octet as it is; False where that cannot be, or four labels go on a sheet."""
        if one.document is None or self._book is None or self.choice.paper is LabelPaper.A4:
            return False
        try:
            self.renderer.check(one.document)
        except ValueError:
            return False
        self.file.seek(0)
        self.file.truncate()
        self.file.write(one.document)
        self.written, self._book = 1, None
        return True

    def finish(self) -> None:
        """End the file, unless there is nothing in it."""
        if self._book is not None and self.written:
            self._book.finish()

    def _taken(self, one: Ready, document: bytes) -> bool:
        """Whether the carrier's document could be used. ZPL is taken for readable if a label begins and ends in it."""
        try:
            if self._book is not None:
                self._book.add(document)
            else:
                self.file.write(_label_of(document))
        except ValueError as error:
            self.unusable.append((one, str(error)))
            return False
        return True

    def _draw(self, ours: list[Ready]) -> None:
        """Ours together; if they cannot be, one by one, so that only what is impossible is missing."""
        labels = ours.copy()
        ours.clear()
        try:
            self._drawn(labels)
        except ValueError:
            for one in labels:
                try:
                    self._drawn([one])
                except ValueError as error:
                    self.failed.append((one, str(error)))

    def _drawn(self, labels: Sequence[Ready]) -> None:
        if self._book is not None:
            self._book.draw([one.form for one in labels])
        else:
            self.file.write(b"".join(self.renderer.label(one.form, LabelFormat.ZPL, self.choice) for one in labels))
        self.written += len(labels)


def _label_of(document: bytes) -> bytes:
    """ZPL, ending in a new line. Raises ``ValueError`` unless a label begins and ends in it."""
    text = document.strip()
    if b"^XA" not in text or not text.endswith(b"^XZ"):
        raise ValueError("it is no ZPL")
    return text + b"\n"

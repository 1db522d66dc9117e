"""What labels of every size have in common."""

from __future__ import annotations

from despacho_core.labels import Matrix, MatrixKind
from despacho_documents.marks import Box, Mark, Symbol
from despacho_documents.words import LabelWords
from despacho_ports.documents import LabelForm

_GAP = 1.0


def symbols_of(form: LabelForm, box: Box, most: float) -> tuple[list[Mark], Box]:
    """The two-dimensional codes one below the other at the right of the box, ``most`` millimetres wide, and what is left of it."""
    matrices = [form.matrix] if form.matrix else []
    if form.link:
        matrices.append(Matrix(kind=MatrixKind.QR, text=form.link))
    if not matrices:
        return [], box
    side = min(most, box.height / len(matrices))
    column, rest = box.from_right(side)
    marks: list[Mark] = []
    for matrix in matrices:
        place, column = column.from_top(side)
        marks.append(Symbol(place, matrix))
    return marks, Box(rest.x, rest.y, rest.width - _GAP, rest.height)


def service_line(form: LabelForm, words: LabelWords) -> str:
    """The service, marked where the parcel is on its way back."""
    return f"{words.returning} · {form.service}" if form.returning else form.service

"""Two-dimensional codes as dark and light modules: QR (ISO/IEC 18004) and Data Matrix ECC 200 (ISO/IEC 16022).

QR is reportlab's own encoder, asked for one mask instead of the best of eight: every reader takes any mask, and choosing would
cost more than the whole label. Data Matrix is ours, see :mod:`despacho_documents.data_matrix`.
"""

from __future__ import annotations

from functools import lru_cache

from despacho_core.labels import Matrix, MatrixKind
from despacho_documents import data_matrix

LONGEST_TEXT = 300
"""Octets: what is longer has modules too small for a label. Addresses and carriers' codes have a third of it."""

QUIET = {MatrixKind.QR: 4, MatrixKind.DATA_MATRIX: 1}
"""The white that must stand on every side, in modules."""

_MASK = 4

Rows = tuple[tuple[bool, ...], ...]


@lru_cache(maxsize=128)
def rows_of(matrix: Matrix) -> Rows:
    """The code's modules from the top left corner, without the white around.

    Raises:
        ValueError: There is no text, or too much of it; a Data Matrix takes Latin-1 alone.
    """
    if not matrix.text or len(matrix.text.encode()) > LONGEST_TEXT:
        raise ValueError(f"a two-dimensional code holds 1 to {LONGEST_TEXT} octets")
    if matrix.kind is MatrixKind.DATA_MATRIX:
        return data_matrix.rows_of(matrix.text)
    from reportlab.graphics.barcode import qrencoder  # noqa: PLC0415 - only labels that have one need it

    code = qrencoder.QRCode(None, qrencoder.QRErrorCorrectLevel.M)
    # Left to itself it would put letters that Japanese has too into its Kanji mode, which few scanners give back right.
    plain = matrix.text.isascii()
    code.addData(matrix.text if plain else qrencoder.QR8bitByte(matrix.text.encode()))
    code.version = code.calculate_version()
    code.makeImpl(False, _MASK)
    return tuple(tuple(map(bool, row)) for row in code.modules)


def modules(matrix: Matrix) -> int:
    """Length of a side in modules, with the white around. Raises ``ValueError`` as :func:`rows_of`."""
    return len(rows_of(matrix)) + 2 * QUIET[matrix.kind]


def runs(rows: Rows) -> list[tuple[int, int, int]]:
    """The dark modules as strips: column, row and width in modules."""
    found: list[tuple[int, int, int]] = []
    for y, row in enumerate(rows):
        start: int | None = None
        for x, dark in enumerate((*row, False)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                found.append((start, y, x - start))
                start = None
    return found

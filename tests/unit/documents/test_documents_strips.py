"""Two-dimensional codes for a screen: what is drawn from their strips is read back."""

from __future__ import annotations

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from despacho_core.labels import Matrix, MatrixKind
from despacho_documents.renderer import DocumentRenderer

LINK = "https://despacho.example/manifests/" + "Ab3_-" * 6


@pytest.mark.parametrize("kind", list(MatrixKind))
def test_a_code_that_is_drawn_on_a_screen_is_read_back(kind: MatrixKind) -> None:
    side, dark = DocumentRenderer().strips(Matrix(kind=kind, text=LINK))
    image = Image.new("L", (side * 4, side * 4), 255)
    pen = ImageDraw.Draw(image)
    for x, y, width in dark:
        pen.rectangle((x * 4, y * 4, (x + width) * 4 - 1, y * 4 + 3), fill=0)
    assert [found.text for found in zxingcpp.read_barcodes(image)] == [LINK]


def test_nothing_can_be_said_without_a_text() -> None:
    with pytest.raises(ValueError, match="holds 1 to"):
        DocumentRenderer().strips(Matrix(kind=MatrixKind.QR, text=""))

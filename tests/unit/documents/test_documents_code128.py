"""Our own Code 128 encoder against a scanner that knows nothing of it."""

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from despacho_documents import code128

CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
printable = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=48)
mostly_digits = st.text(st.sampled_from("0123456789012345678901234567890123456789AbZ-"), min_size=1, max_size=48)


def scanned(text: str) -> list[str]:
    image = Image.new("L", (3 * code128.modules(text), 40), 255)
    pen = ImageDraw.Draw(image)
    for start, width in code128.bars(text):
        pen.rectangle((3 * start, 0, 3 * (start + width) - 1, 40), fill=0)
    return [code.text for code in zxingcpp.read_barcodes(image, formats=CODE_128)]


@settings(deadline=None)
@given(st.one_of(printable, mostly_digits))
def test_a_scanner_reads_what_was_encoded(text: str) -> None:
    assert scanned(text) == [text]


@given(st.one_of(printable, mostly_digits))
def test_bars_fill_the_symbol_and_leave_the_quiet_zones_white(text: str) -> None:
    drawn = list(code128.bars(text))
    assert drawn[0][0] == code128.QUIET_MODULES
    assert sum(drawn[-1]) == code128.modules(text) - code128.QUIET_MODULES
    assert all(1 <= width <= 4 for _, width in drawn)


@given(
    st.integers(1, 24).flatmap(
        lambda pairs: st.text(st.sampled_from("0123456789"), min_size=2 * pairs, max_size=2 * pairs)
    )
)
def test_digits_are_packed_two_to_a_symbol(digits: str) -> None:
    start_check_stop = 11 + 11 + 13
    assert code128.modules(digits) == start_check_stop + 11 * len(digits) // 2 + 2 * code128.QUIET_MODULES


def test_packing_never_makes_a_code_longer() -> None:
    for text in ("A1234", "1234A", "A12345B", "A123456B", "12345", "1A2B3C"):
        unpacked = 11 * (len(text) + 2) + 13 + 2 * code128.QUIET_MODULES
        assert code128.modules(text) <= unpacked


@pytest.mark.parametrize("text", ["", "ñ", "a\nb", "\x7f", "٣"])
def test_what_our_bars_cannot_hold_is_refused(text: str) -> None:
    assert not code128.encodable(text)
    with pytest.raises(ValueError, match="printable ASCII"):
        code128.modules(text)

"""Text in boxes: never outside, whole words where possible, nothing lost before the smallest size."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from despacho_documents.fitting import LEADING, Paragraph, fit, fit_line
from despacho_documents.fonts import clean, typeface
from despacho_documents.marks import MM_PER_POINT, Box, Text

words = st.lists(st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=1, max_size=14), max_size=25)
boxes = st.builds(Box, st.just(10.0), st.just(20.0), st.floats(8, 120), st.floats(8, 80))
paragraphs = st.lists(st.builds(Paragraph, words.map(" ".join), st.booleans(), st.floats(1, 1.5)), max_size=5)


def lines(marks: list[Any]) -> list[Text]:
    assert all(isinstance(mark, Text) for mark in marks)
    return marks


def width_mm(line: Text) -> float:
    return typeface().width(line.text, bold=line.bold) * line.size * MM_PER_POINT


@settings(deadline=None)
@given(paragraphs, boxes, st.floats(6, 24))
def test_no_line_leaves_its_box(texts: list[Paragraph], box: Box, largest: float) -> None:
    for line in lines(fit(texts, box, largest=largest)):
        assert width_mm(line) <= box.width + 0.01
        assert box.y < line.y <= box.bottom + 0.01
        assert line.x == box.x


@settings(deadline=None)
@given(paragraphs, boxes)
def test_what_is_not_cut_is_complete_and_in_order(texts: list[Paragraph], box: Box) -> None:
    drawn = lines(fit(texts, box, largest=12))
    meant = "".join(clean(one.text) for one in texts).replace(" ", "")
    shown = "".join(line.text for line in drawn).replace(" ", "")
    if shown != meant:
        assert shown.endswith("…") or not shown
        assert meant.startswith(shown.rstrip("…"))


@settings(deadline=None)
@given(st.text(max_size=80), boxes)
def test_one_line_stays_one_line_inside_its_box(text: str, box: Box) -> None:
    drawn = lines(fit_line(text, box, largest=30))
    assert len(drawn) == (1 if clean(text) else 0)
    for line in drawn:
        assert width_mm(line) <= box.width + 0.01
        assert line.size * LEADING * MM_PER_POINT <= box.height + 0.01
        assert box.y < line.y < box.bottom


def test_words_stay_whole_while_a_smaller_size_can_keep_them_so() -> None:
    drawn = lines(fit(["Ferroviaria Provincial"], Box(0, 0, 30, 40), largest=16))
    assert [line.text for line in drawn] == ["Ferroviaria", "Provincial"]


def test_a_text_that_fits_is_not_shrunk() -> None:
    (line,) = lines(fit(["Ñuñoa"], Box(0, 0, 100, 20), largest=15))
    assert line.size == 15


def test_in_the_middle_the_white_above_and_below_is_the_same() -> None:
    box = Box(0, 100, 100, 20)
    top, middle = (lines(fit(["Ñuñoa"], box, largest=10, middle=middle))[0] for middle in (False, True))
    spare = box.height - 10 * LEADING * MM_PER_POINT
    assert abs(middle.y - top.y - spare / 2) < 1e-9


def test_spanish_and_portuguese_are_left_as_they_are() -> None:
    text = "ÁÉÍÓÚÜÑáéíóúüñ ÀÂÃÇÊÔÕàâãçêôõ º ª ° – — · … « » “ ” ¿ ¡ € & / #"
    assert clean(text) == text


def test_letters_that_the_typeface_lacks_become_their_nearest() -> None:
    assert clean("Dvořák № 5 Ⅻ") == "Dvorák No 5 XII"
    assert clean("e\u0301") == "é", "a letter and its accent sent apart are one"
    assert clean("a‑b") == "a-b"
    assert clean("漢字") == "??"


def test_what_cannot_be_seen_is_not_printed() -> None:
    assert clean("Ana\x00\x1b[2J\u202e\u200b\ufeff\ud800 María\r\n\t 🌸 Paz") == "Ana[2J María Paz"


@given(st.text(max_size=400))
def test_clean_text_can_always_be_drawn(text: str) -> None:
    once = clean(text)
    face = typeface()
    assert face.width(once, bold=True) >= 0
    assert face.width(once, bold=False) >= 0
    assert clean(once) == once
    assert "\n" not in once

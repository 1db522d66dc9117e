"""What labels are printed on, as merchants write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.labels import EXAMPLES, RESOLUTIONS, LabelChoice, LabelPaper, PrintFormat


def choices() -> st.SearchStrategy[LabelChoice]:
    pdf = st.builds(LabelChoice, format=st.just(PrintFormat.PDF), paper=st.sampled_from(LabelPaper), dpi=st.just(203))
    thermal = st.sampled_from([paper for paper in LabelPaper if paper is not LabelPaper.A4])
    zpl = st.builds(LabelChoice, format=st.just(PrintFormat.ZPL), paper=thermal, dpi=st.sampled_from(RESOLUTIONS))
    return pdf | zpl


@given(choice=choices())
def test_what_a_choice_is_called_is_read_as_that_choice(choice: LabelChoice) -> None:
    assert LabelChoice.parse(choice.name) == choice
    assert LabelChoice.parse(f" {choice.name.upper()} ") == choice


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_understood(text: str) -> None:
    assert LabelChoice.parse(text).name == text


@pytest.mark.parametrize(
    ("text", "paper", "dpi"),
    [("zpl", LabelPaper.THERMAL, 203), ("300", LabelPaper.THERMAL, 300), ("100×50-zpl", LabelPaper.SMALL, 203)],
)
def test_a_label_printer_is_meant_by_its_language_or_its_resolution(text: str, paper: LabelPaper, dpi: int) -> None:
    choice = LabelChoice.parse(text)
    assert (choice.format, choice.paper, choice.dpi) == (PrintFormat.ZPL, paper, dpi)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "nothing is chosen"),
        ("a5", "“a5” is not understood; there are 100x150, a6"),
        ("a6-a6", "“a6” is not understood"),
        ("zpl-150", "printers have 203, 300, 600 dots per inch, not 150"),
        ("zpl-a4", "one label at a time"),
        ("١٢", "is not understood"),
    ],
)
def test_what_no_printer_does_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        LabelChoice.parse(text)


@given(text=st.text(max_size=20))
def test_whatever_is_written_is_a_choice_or_refused(text: str) -> None:
    try:
        choice = LabelChoice.parse(text)
    except ValueError:
        return
    assert LabelChoice.parse(choice.name) == choice


def test_sheets_of_a4_become_a6_for_a_label_printer() -> None:
    sheets = LabelChoice(paper=LabelPaper.A4)
    assert sheets.as_format(PrintFormat.ZPL).paper is LabelPaper.A6
    assert sheets.as_format(PrintFormat.PDF) == sheets

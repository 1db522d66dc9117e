"""Blocks on pages: in order, never cut, never over each other, and headed where they need to be."""

from functools import partial
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from despacho_documents.flow import Block, poured
from despacho_documents.marks import Box, Mark, Text

AREA = Box(10, 20, 100, 60)
HEADING = "heading"


def named(name: str, box: Box) -> list[Mark]:
    return [Text(box.x, box.y, box.height, 1, name)]


def block(name: str, height: float, heading: Block | None = None) -> Block:
    return Block(height=height, draw=partial(named, name), heading=heading)


def drawn(pages: list[list[Mark]]) -> list[list[tuple[str, float, float]]]:
    """Name, upper edge and height of everything on each page."""
    return [[(mark.text, mark.y, mark.width) for mark in page if isinstance(mark, Text)] for page in pages]


@st.composite
def documents(draw: st.DrawFn) -> list[Block]:
    heading = block(HEADING, 5)
    heights = draw(st.lists(st.floats(1, 50), max_size=40))
    return [
        block(str(number), height, heading if draw(st.booleans()) else None) for number, height in enumerate(heights)
    ]


@given(documents())
def test_every_block_stands_once_in_order_and_inside_the_area(blocks: list[Block]) -> None:
    pages = drawn(poured(blocks, AREA))
    names = [name for page in pages for name, _, _ in page if name != HEADING]
    assert names == [str(number) for number in range(len(blocks))]
    for page in pages:
        bottom = AREA.y
        for _, y, height in page:
            assert y >= bottom - 1e-6, "over the one before"
            bottom = y + height
        assert bottom <= AREA.bottom + 1e-6


@given(documents())
def test_what_needs_a_heading_has_it_above_on_the_same_page(blocks: list[Block]) -> None:
    headed = {str(number) for number, one in enumerate(blocks) if one.heading}
    for page in drawn(poured(blocks, AREA)):
        above = ""
        for name, _, _ in page:
            if name == HEADING:
                assert above not in headed | {HEADING}, "what continues is not headed anew"
            elif name in headed:
                assert above in headed | {HEADING}
            else:
                assert above != HEADING, "a heading of nothing"
            above = name
        assert above != HEADING


@given(documents())
def test_no_page_is_begun_while_the_next_block_would_still_fit(blocks: list[Block]) -> None:
    pages = drawn(poured(blocks, AREA))
    for page, following in pairwise(pages):
        _, y, height = page[-1]
        needed = sum(height for name, _, height in following[: 2 if following[0][0] == HEADING else 1])
        assert y + height + needed > AREA.bottom - 5 - 1e-6


def test_nothing_to_pour_is_one_empty_page() -> None:
    assert poured([], AREA) == [[]]


def test_a_block_taller_than_the_page_gets_one_of_its_own_and_is_not_lost() -> None:
    pages = drawn(poured([block("a", 10), block("b", 100), block("c", 10)], AREA))
    assert [[name for name, _, _ in page] for page in pages] == [["a"], ["b"], ["c"]]

"""Blocks of known height poured onto pages, so that the number of pages is known before the first is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from despacho_documents.marks import Box, Mark

Drawing = Callable[[Box], list[Mark]]


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is never cut in two. Under a ``heading``, which is repeated on every page that has such blocks."""

    height: float
    draw: Drawing
    heading: Block | None = None


def poured(blocks: Iterable[Block], area: Box) -> list[list[Mark]]:
    """The marks of each page; at least one page. A block taller than the area gets a page of its own."""
    pages: list[list[Mark]] = [[]]
    heading: Block | None = None
    free = area
    for block in blocks:
        new_heading = block.heading if block.heading is not heading else None
        if _height(block, new_heading) > free.height and free.height < area.height:
            pages.append([])
            free, new_heading = area, block.heading
        for part in (new_heading, block):
            if part is not None:
                box, free = free.from_top(part.height)
                pages[-1].extend(part.draw(box))
        heading = block.heading
    return pages


def _height(block: Block, heading: Block | None) -> float:
    return block.height + (heading.height if heading else 0)

"""Order numbers on the command line."""

from __future__ import annotations

import re

import click

MOST = 5_000
_PART = re.compile(r"([0-9]{1,15})(?:-([0-9]{1,15}))?", re.ASCII)


class OrderNumbers(click.ParamType[list[int]]):
    """``1001,1005,1010-1020`` as numbers, in this sequence."""

    name = "NUMBERS"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        """The numbers."""
        found: list[int] = []
        for part in filter(None, re.split(r"[,\s]+", value)):
            match = _PART.fullmatch(part)
            if match is None:
                self.fail(f"“{part}” is neither a number nor a range such as 1010-1020", param, ctx)
            first, last = int(match[1]), int(match[2] or match[1])
            if not first <= last < first + MOST - len(found):
                self.fail(f"“{part}” is no range of at most {MOST} numbers", param, ctx)
            found += range(first, last + 1)
        if not found:
            self.fail("must name an order", param, ctx)
        return found

"""Data Matrix ECC 200 (ISO/IEC 16022): text to modules, in ASCII encodation, square symbols up to 44 by 44 modules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple


class _Size(NamedTuple):
    """A symbol: modules along a side, codewords of data and of error correction, data regions along a side."""

    side: int
    data: int
    check: int
    regions: int = 1


_SIZES = (
    _Size(10, 3, 5), _Size(12, 5, 7), _Size(14, 8, 10), _Size(16, 12, 12), _Size(18, 18, 14), _Size(20, 22, 18),
    _Size(22, 30, 20), _Size(24, 36, 24), _Size(26, 44, 28), _Size(32, 62, 36, 2), _Size(36, 86, 42, 2),
    _Size(40, 114, 48, 2), _Size(44, 144, 56, 2),
)  # fmt: skip
_PAD, _UPPER, _POLYNOMIAL = 129, 235, 0x12D

Rows = tuple[tuple[bool, ...], ...]


def rows_of(text: str) -> Rows:
    """The symbol's modules from the top left corner, without the white around.

    Raises:
        ValueError: The text has a letter outside Latin-1, or is too long for 44 by 44 modules.
    """
    words = list(_codewords(text))
    size = next((one for one in _SIZES if len(words) <= one.data), None)
    if size is None:
        raise ValueError(f"a Data Matrix of {len(text)} characters is too large for a label")
    words = _padded(words, size.data)
    return _framed(_placed(words + _check_words(words, size.check), size.side - 2 * size.regions), size)


def _codewords(text: str) -> Iterator[int]:
    """Two digits in one codeword, everything else one by one; what is beyond ASCII takes two."""
    at = 0
    while at < len(text):
        pair = text[at : at + 2]
        if len(pair) == 2 and pair.isascii() and pair.isdigit():
            yield int(pair) + 130
            at += 2
            continue
        code = ord(text[at])
        if code > 255:
            raise ValueError(f"a Data Matrix has no “{text[at]}”")
        if code > 127:
            yield _UPPER
            code -= 128
        yield code + 1
        at += 1


def _padded(words: Sequence[int], length: int) -> list[int]:
    """Filled up with the standard's pseudo-random padding (5.2.3)."""
    full = list(words)
    if len(full) < length:
        full.append(_PAD)
    while len(full) < length:
        value = _PAD + 149 * (len(full) + 1) % 253 + 1
        full.append(value if value <= 254 else value - 254)
    return full


def _check_words(words: Sequence[int], count: int) -> list[int]:
    """Reed-Solomon over GF(256) with the standard's polynomial (annex E)."""
    logarithms, powers = _field()
    generator = [1]
    for root in range(1, count + 1):
        shifted = [*generator, 0]
        for place, factor in enumerate(generator):
            shifted[place + 1] ^= powers[(logarithms[factor] + root) % 255] if factor else 0
        generator = shifted
    rest = [0] * count
    for word in words:
        factor = word ^ rest[0]
        rest = [*rest[1:], 0]
        if factor:
            for place, one in enumerate(generator[1:]):
                rest[place] ^= powers[(logarithms[one] + logarithms[factor]) % 255] if one else 0
    return rest


def _field() -> tuple[list[int], list[int]]:
    logarithms, powers, value = [0] * 256, [0] * 255, 1
    for exponent in range(255):
        powers[exponent], logarithms[value] = value, exponent
        value <<= 1
        if value > 255:
            value ^= _POLYNOMIAL
    return logarithms, powers


def _placed(words: Sequence[int], side: int) -> dict[tuple[int, int], bool]:
    """Where every bit stands in the square of all data regions (annex F)."""
    grid: dict[tuple[int, int], bool] = {}
    queue = iter(words)

    def put(cells: Sequence[tuple[int, int]]) -> None:
        word = next(queue)
        for bit, (row, column) in enumerate(cells):
            grid[_wrapped(row, column, side)] = bool(word >> (7 - bit) & 1)

    row, column = 4, 0
    while row < side or column < side:
        corner = _corner(row, column, side)
        if corner:
            put(corner)
        for up, bounded in ((2, _rising), (-2, _falling)):
            while True:
                if 0 <= row < side and 0 <= column < side and (row, column) not in grid:
                    put(_standard(row, column))
                row, column = row - up, column + up
                if not bounded(row, column, side):
                    break
            row, column = (row + 1, column + 3) if up > 0 else (row + 3, column + 1)
    if (side - 1, side - 1) not in grid:
        last = side - 1
        grid |= {(last, last): True, (last - 1, last - 1): True, (last, last - 1): False, (last - 1, last): False}
    return grid


def _rising(row: int, column: int, side: int) -> bool:
    return row >= 0 and column < side


def _falling(row: int, column: int, side: int) -> bool:
    return row < side and column >= 0


def _wrapped(row: int, column: int, side: int) -> tuple[int, int]:
    if row < 0:
        row, column = row + side, column + 4 - (side + 4) % 8
    if column < 0:
        row, column = row + 4 - (side + 4) % 8, column + side
    return row, column


def _standard(row: int, column: int) -> list[tuple[int, int]]:
    steps = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (-1, 0), (0, -2), (0, -1), (0, 0))
    return [(row + down, column + right) for down, right in steps]


def _corner(row: int, column: int, side: int) -> list[tuple[int, int]]:
    """The shapes that fill corners. In squares of our sizes only the first two and the fourth can come; all are the standard's."""
    last = side - 1
    if (row, column) == (side, 0):
        return [(last, 0), (last, 1), (last, 2), (0, last - 1), (0, last), (1, last), (2, last), (3, last)]
    if (row, column) == (side - 2, 0) and side % 4:
        return [(last - 2, 0), (last - 1, 0), (last, 0), *((0, last - back) for back in (3, 2, 1, 0)), (1, last)]
    if (row, column) == (side - 2, 0) and side % 8 == 4:
        return [(last - 2, 0), (last - 1, 0), (last, 0), (0, last - 1), (0, last), (1, last), (2, last), (3, last)]
    if (row, column) == (side + 4, 2) and side % 8 == 0:
        return [
            (last, 0),
            (last, last),
            (0, last - 2),
            (0, last - 1),
            (0, last),
            (1, last - 2),
            (1, last - 1),
            (1, last),
        ]
    return []


def _framed(grid: dict[tuple[int, int], bool], size: _Size) -> Rows:
    """Every data region within its finder: solid to the left and below, dotted above and to the right."""
    inner = (size.side - 2 * size.regions) // size.regions
    rows = [[False] * size.side for _ in range(size.side)]
    for y in range(size.side):
        for x in range(size.side):
            (region_y, within_y), (region_x, within_x) = divmod(y, inner + 2), divmod(x, inner + 2)
            if within_x == 0 or within_y == inner + 1:
                rows[y][x] = True
            elif within_y == 0:
                rows[y][x] = within_x % 2 == 0
            elif within_x == inner + 1:
                rows[y][x] = within_y % 2 == 1
            else:
                rows[y][x] = grid[region_y * inner + within_y - 1, region_x * inner + within_x - 1]
    return tuple(map(tuple, rows))

"""Code 128 (ISO/IEC 15417): text to bars, in the shortest of the usual encodings.

Pairs of digits are packed two to a symbol (set C) where that pays, everything else is set B; this is also what a ZPL printer
does in its automatic mode, so that both drawings of a label are equally long.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

QUIET_MODULES = 10
"""The white that must stand on either side, in modules."""

_CODE_C, _CODE_B, _START_B, _START_C = 99, 100, 104, 105
_STOP = "2331112"
_SYMBOLS = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
    123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
    232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
    313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
    111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
    111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
    114311 411113 411311 113141 114131 311141 411131 211412 211214 211232
    """.split()  # noqa: SIM905 - the standard's table reads better as words


def encodable(text: str) -> bool:
    """Whether the text can stand in our bars: printable ASCII, at least one character."""
    return bool(text) and text.isascii() and text.isprintable()


def modules(text: str) -> int:
    """Length of the symbol in modules, quiet zones included."""
    return 11 * (len(_values(text)) + 1) + 13 + 2 * QUIET_MODULES


def bars(text: str) -> Iterator[tuple[int, int]]:
    """Each black bar's start and width in modules, from the left edge of the quiet zone.

    Raises:
        ValueError: The text is not :func:`encodable`.
    """
    values = _values(text)
    check = (values[0] + sum(place * value for place, value in enumerate(values))) % 103
    at, black = QUIET_MODULES, True
    for width in map(int, "".join(_SYMBOLS[value] for value in (*values, check)) + _STOP):
        if black:
            yield at, width
        at += width
        black = not black


@lru_cache(maxsize=256)
def _values(text: str) -> tuple[int, ...]:
    """The symbol's values with the start, without check and stop."""
    if not encodable(text):
        raise ValueError("a barcode is made of printable ASCII characters, at least one")
    packed = _digits(text, 0) >= 4 or (len(text) == 2 and _digits(text, 0) == 2)
    values, at = [_START_C if packed else _START_B], 0
    while at < len(text):
        run = _digits(text, at)
        if packed and run >= 2:
            values.append(int(text[at : at + 2]))
            at += 2
            continue
        if packed:
            values.append(_CODE_B)
        elif run % 2 == 0 and (run >= 6 or (run == 4 and at + run == len(text))):
            values.append(_CODE_C)
            packed = True
            continue
        packed = False
        values.append(ord(text[at]) - 32)
        at += 1
    return tuple(values)


def _digits(text: str, at: int) -> int:
    """How many digits follow from here."""
    return len(text) - at - len(text[at:].lstrip("0123456789"))

"""Marks to ZPL II, the language of Zebra's label printers and their many imitators.

Texts are UTF-8 (``^CI28``, firmware x.14 of 2008 and later) in the printer's own scalable font 0, which is condensed: a line
that fits in the PDF's typeface fits in it too. Whatever could be read as a command is sent as a hexadecimal escape (``^FH``),
so no name can steer the printer.
"""

from __future__ import annotations

from collections.abc import Sequence

from despacho_documents import code128, matrix_codes
from despacho_documents.marks import MM_PER_POINT, Align, Bars, Page, Picture, Rule, Symbol, Text

_ESCAPES = {ord(character): f"_{ord(character):02X}" for character in "^~_"}
_TOP = 0.75
"""From the top of font 0's cell to its baseline, in type sizes."""


def draw(page: Page, dpi: int) -> bytes:
    """One label as UTF-8 text, for a printer of this resolution (203, 300 or 600 dots per inch)."""
    # Printers sold as 203 dpi have exactly 8 dots per millimetre.
    scale = 8.0 if dpi == 203 else dpi / 25.4
    commands = ["^XA", "^CI28", f"^PW{round(page.width * scale)}", f"^LL{round(page.height * scale)}", "^LH0,0"]
    for mark in page.marks:
        if isinstance(mark, Text):
            commands.append(_text(mark, scale))
        elif isinstance(mark, Rule):
            commands.append(_rule(mark, scale))
        elif isinstance(mark, Bars):
            commands.append(_bars(mark, scale))
        elif isinstance(mark, Symbol):
            commands.append(_symbol(mark, scale))
        elif isinstance(mark, Picture):
            raise TypeError("a label holds no pictures")
    return "\n".join([*commands, "^PQ1", "^XZ", ""]).encode()


def _text(mark: Text, scale: float) -> str:
    dots = round(mark.size * MM_PER_POINT * scale)
    font = f"^A0N,{dots},{dots}"
    x, baseline = round(mark.x * scale), round(mark.y * scale)
    if mark.align is Align.LEFT:
        return f"^FT{x},{baseline}{font}^FH_^FD{_data(mark.text)}^FS"
    side = "R" if mark.align is Align.RIGHT else "C"
    # In a field block a backslash starts an escape of its own and is doubled.
    data = _data(mark.text.replace("\\", "\\\\"))
    return f"^FO{x},{round(baseline - _TOP * dots)}{font}^FB{round(mark.width * scale)},1,0,{side},0^FH_^FD{data}^FS"


def _rule(mark: Rule, scale: float) -> str:
    box = mark.box
    width, height = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    return f"^FO{round(box.x * scale)},{round(box.y * scale)}^GB{width},{height},{min(width, height)}^FS"


def _bars(mark: Bars, scale: float) -> str:
    """The printer draws the bars itself (automatic mode); we choose whole dots, and place it in the middle of its box."""
    count = code128.modules(mark.code)
    module = max(1, min(int(mark.length * scale / count), round(mark.widest * scale)))
    black = (count - 2 * code128.QUIET_MODULES) * module
    before = (mark.length * scale - black) / 2
    box = mark.box
    x, y = (box.x * scale, box.y * scale + before) if mark.turned else (box.x * scale + before, box.y * scale)
    height = round((box.width if mark.turned else box.height) * scale)
    turn = "B" if mark.turned else "N"
    return f"^FO{round(x)},{round(y)}^BY{module}^BC{turn},{height},N,N,N,A^FH_^FD{_data(mark.code)}^FS"


def _symbol(mark: Symbol, scale: float) -> str:
    """Our own modules as a graphic: printers' encoders (``^BQ``, ``^BX``) differ by firmware in what they escape and where they begin."""
    rows = matrix_codes.rows_of(mark.matrix)
    box, count = mark.box, matrix_codes.modules(mark.matrix)
    module = max(1, min(int(min(box.width, box.height) * scale / count), round(mark.widest * scale)))
    side = module * len(rows)
    x, y = box.x * scale + (box.width * scale - side) / 2, box.y * scale + (box.height * scale - side) / 2
    octets = -(-side // 8)
    # A colon repeats the line above it.
    lines = "".join(_line(row, module, octets) + ":" * (module - 1) for row in rows)
    return f"^FO{round(x)},{round(y)}^GFA,{octets * side},{octets * side},{octets},{lines}^FS"


def _line(row: Sequence[bool], module: int, octets: int) -> str:
    bits = "".join(("1" if dark else "0") * module for dark in row).ljust(octets * 8, "0")
    return f"{int(bits, 2):0{octets * 2}X}"


def _data(text: str) -> str:
    return text.translate(_ESCAPES)

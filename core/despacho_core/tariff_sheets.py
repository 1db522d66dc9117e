"""A tariff as a spreadsheet: one line for each weight bracket, in the CSV that spreadsheets write and read.

Reading is lenient about what differs between a Chilean, a Portuguese and an English spreadsheet: comma, semicolon or tab between cells,
columns in any order, a byte-order mark, and numbers as :mod:`despacho_core.written` reads them: a price by its line's currency, so
that ``2.990`` pesos are two thousand nine hundred and ninety; weights in grams and days as counts. Lines that differ only in weight
and price are one row of the tariff.

A text that a spreadsheet would take for a formula is written behind an apostrophe, which reading takes off again: names of services come
from carriers, and nobody who opens a tariff shall run what stands in one.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from despacho_core.areas import Area
from despacho_core.errors import Misfit, PlanInvalid, UnknownCurrency
from despacho_core.tariffs import Bracket, TariffRow
from despacho_core.written import amount_written, read_amount, read_count

COLUMNS = (
    "account", "service_code", "service_name", "countries", "regions", "comunas", "postcodes",
    "up_to_g", "price", "per_kg", "currency", "days_min", "days_max", "divisor",
)  # fmt: skip
"""Lists of places have ``|`` between them."""

MOST_LINES = 50_000
T = TypeVar("T")
N = TypeVar("N")
_LISTS = ("countries", "regions", "comunas", "postcodes")
_WHOLE = ("days_min", "days_max", "divisor")
NO_PLACE = "the area names no place; name at least a country"
_APART = frozenset({"up_to_g", "price"})
_WORDS = ("account", "service_code", "service_name", *_LISTS)
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
_NEEDED = ("service_code", "up_to_g", "price", "currency")


class Sheet(msgspec.Struct, frozen=True):
    """What was read: rows, what could not be read, and what else can be said of rows of which something could not be read.

    ``spoilt`` are such rows with their accounts and areas alone, so that they can be checked. ``lines`` are those that the rows, and then
    the spoilt ones, begin in; the header is line 1.
    """

    rows: tuple[TariffRow, ...]
    spoilt: tuple[TariffRow, ...]
    lines: tuple[int, ...]
    misfits: tuple[Misfit, ...]


def sheet_of(rows: Iterable[TariffRow], mark: str = ".") -> str:
    """The rows as CSV with a header. With a decimal comma there are semicolons between cells, as such spreadsheets expect."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n", delimiter=";" if mark == "," else ",")
    writer.writeheader()
    for row in rows:
        shared = {name: _cell(getattr(row, name)) for name in COLUMNS if name not in _APART and name not in _LISTS}
        shared["per_kg"] = _money(row.per_kg, row.currency, mark)
        places = {name: "|".join(getattr(row.area, name)) for name in _LISTS}
        texts = {name: _plain_text(str({**shared, **places}[name])) for name in _WORDS}
        for bracket in row.brackets:
            price = _money(bracket.price, row.currency, mark)
            writer.writerow({**shared, **texts, "up_to_g": bracket.up_to_g, "price": price})
    return text.getvalue()


def rows_of(sheet: str) -> tuple[TariffRow, ...]:
    """The rows in a CSV.

    Raises:
        PlanInvalid: As :attr:`Sheet.misfits`.
    """
    read = read_sheet(sheet)
    if read.misfits:
        raise PlanInvalid.of(read.misfits)
    return read.rows


def read_sheet(sheet: str) -> Sheet:
    """The rows in a CSV, and everything in it that cannot be read, by line and column.

    A line's brackets may stand in any order; the rows keep the order of their first lines.
    """
    reader = _Reader()
    try:
        lines = csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(sheet))
        reader.read(lines)
    except csv.Error as error:
        reader.found(0, "", f"this is no CSV: {error}")
    lines_of_all = (*reader.rows, *reader.spoilt)
    misfits = tuple(sorted(reader.misfits, key=line_of))
    return Sheet(tuple(reader.rows.values()), tuple(reader.spoilt.values()), lines_of_all, misfits)


def line_of(misfit: Misfit) -> int:
    """The line that a misfit of a sheet is in."""
    word = misfit.path.removeprefix("line ").partition(",")[0]
    return int(word) if word.isdecimal() else 0


def _plain_text(text: str) -> str:
    """A text as a cell that stays one; an apostrophe of its own is doubled, so that reading gives it back."""
    return f"'{text}" if text.startswith((*_BEGIN_FORMULAS, "'")) else text


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*_BEGIN_FORMULAS, "'")) else cell


def _delimiter(sheet: str) -> str:
    header = sheet.partition("\n")[0]
    return max(",;\t", key=header.count)


class _Reader:
    """Reads line by line; ``rows`` and ``spoilt`` are by the lines that they begin in."""

    def __init__(self) -> None:
        self.rows: dict[int, TariffRow] = {}
        self.spoilt: dict[int, TariffRow] = {}
        self.misfits: dict[Misfit, None] = {}

    def read(self, lines: csv.DictReader[str]) -> None:
        if not self._has_columns([(name or "").strip() for name in lines.fieldnames or ()]):
            return
        groups: dict[tuple[str, ...], tuple[int, dict[str, str], list[Bracket]]] = {}
        for number, raw in enumerate(lines, start=2):
            if number > MOST_LINES:
                self.found(number, "", "the sheet is too long")
                return
            line = {(name or "").strip(): (cell or "").strip() for name, cell in raw.items() if isinstance(cell, str)}
            line |= {name: _as_meant(line[name]) for name in _WORDS if name in line}
            if any(line.values()):
                same = tuple(line.get(name, "") for name in COLUMNS if name not in _APART)
                brackets = groups.setdefault(same, (number, line, []))[2]
                brackets.extend(self._brackets(line, number))
        for number, line, brackets in groups.values():
            self._row(number, line, brackets)

    def found(self, number: int, column: str, reason: str) -> None:
        where = ", ".join(part for part in (f"line {number}" if number else "$", column) if part)
        self.misfits[Misfit(where, reason)] = None

    def _has_columns(self, names: Sequence[str]) -> bool:
        unknown = [name for name in names if name and name not in COLUMNS]
        missing = [name for name in _NEEDED if name not in names]
        for name in unknown:
            self.found(1, name, "there is no such column")
        for name in missing:
            self.found(1, name, "the column is missing")
        return not unknown and not missing

    def _brackets(self, line: Mapping[str, str], number: int) -> list[Bracket]:
        """The line's bracket, or none where it cannot be read."""
        found = len(self.misfits)
        for needed in ("up_to_g", "price"):
            if not line.get(needed):
                self.found(number, needed, f"a line needs {needed}")
        up_to = self._number(line, "up_to_g", number, read_count)
        price = self._number(line, "price", number, _amounts_in(line))
        if len(self.misfits) > found:
            return []
        bracket = self._converted({"up_to_g": up_to, "price": price}, Bracket, number)
        return [] if bracket is None else [bracket]

    def _row(self, number: int, line: Mapping[str, str], brackets: Sequence[Bracket]) -> None:
        found = len(self.misfits)
        places = {name: [part.strip() for part in line.get(name, "").split("|") if part.strip()] for name in _LISTS}
        area = self._converted(places, Area, number)
        fields = {
            "account": line.get("account") or None,
            "service_code": line.get("service_code", ""),
            "service_name": line.get("service_name") or line.get("service_code", ""),
            "area": area,
            "brackets": sorted(brackets, key=lambda one: one.up_to_g),
            "per_kg": self._number(line, "per_kg", number, _amounts_in(line)),
            "currency": line.get("currency", "").upper(),
            **{name: self._number(line, name, number, read_count) for name in _WHOLE},
        }
        if area is not None and area.is_everywhere:
            self.found(number, "countries", NO_PLACE)
        row = self._converted(fields, TariffRow, number) if brackets and len(self.misfits) == found else None
        if row is not None:
            self.rows[number] = row
        elif area is not None and not area.is_everywhere:
            self.spoilt[number] = _placed(line.get("account") or None, area)

    def _number(self, line: Mapping[str, str], name: str, number: int, read: Callable[[str], N]) -> N | None:
        if not line.get(name):
            return None
        try:
            return read(line[name])
        except UnknownCurrency:
            self.found(number, "currency", "this is no ISO 4217 currency code")
            return None
        except ValueError as error:
            self.found(number, name, str(error))
            return None

    def _converted(self, fields: object, shape: type[T], number: int) -> T | None:
        try:
            return msgspec.convert(fields, shape)
        except msgspec.ValidationError as error:
            reason, _, path = str(error).partition(" - at ")
            column = path.strip("`").removeprefix("$").removeprefix(".").partition("[")[0]
            self.found(number, column, reason)
            return None


def _placed(account: str | None, area: Area) -> TariffRow:
    """A row of which nothing is known but whose it is and where it holds."""
    brackets = (Bracket(up_to_g=1, price=Decimal(0)),)
    return TariffRow(account=account, service_code="-", service_name="-", area=area, brackets=brackets, currency="CLP")


def _amounts_in(line: Mapping[str, str]) -> Callable[[str], Decimal]:
    """A reader of amounts in the line's currency."""
    return lambda text: read_amount(text, line.get("currency", "").upper())


def _money(amount: Decimal | None, currency: str, mark: str) -> str:
    if amount is None:
        return ""
    try:
        return amount_written(amount, currency, mark)
    except UnknownCurrency:
        return f"{amount:f}"


def _cell(value: object) -> str:
    return "" if value is None else str(value)

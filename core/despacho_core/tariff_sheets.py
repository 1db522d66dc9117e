"""A tariff as a spreadsheet: one line for each weight bracket, in the CSV that spreadsheets write and read.

Reading is lenient about what differs between a Chilean, a Portuguese and an English spreadsheet: comma, semicolon or tab between cells, a
decimal comma, a byte-order mark, columns in any order. Lines that differ only in weight and price are one row of the tariff.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

import msgspec

from despacho_core.areas import Area
from despacho_core.errors import PlanInvalid
from despacho_core.money import decimal_from
from despacho_core.tariffs import Bracket, TariffRow

COLUMNS = (
    "account", "service_code", "service_name", "countries", "regions", "comunas", "postcodes",
    "up_to_g", "price", "per_kg", "currency", "days_min", "days_max", "divisor",
)  # fmt: skip
"""Lists of places have ``|`` between them."""

MOST_LINES = 50_000
T = TypeVar("T")
_LISTS = ("countries", "regions", "comunas", "postcodes")
_WHOLE = ("days_min", "days_max", "divisor")
_APART = frozenset({"up_to_g", "price"})


def sheet_of(rows: Iterable[TariffRow]) -> str:
    """The rows as CSV, with a header and commas."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        shared = {name: _cell(getattr(row, name)) for name in COLUMNS if name not in _APART and name not in _LISTS}
        places = {name: "|".join(getattr(row.area, name)) for name in _LISTS}
        for bracket in row.brackets:
            writer.writerow({**shared, **places, "up_to_g": bracket.up_to_g, "price": _cell(bracket.price)})
    return text.getvalue()


def rows_of(sheet: str) -> tuple[TariffRow, ...]:
    """The rows in a CSV. A line's brackets may stand in any order; the rows keep the order of their first lines.

    Raises:
        PlanInvalid: A column is missing or unknown, or a cell cannot be read; the path says in which line.
    """
    try:
        return _grouped(
            csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"), newline=""), delimiter=_delimiter(sheet))
        )
    except csv.Error as error:
        raise PlanInvalid(path="$", reason=f"this is no CSV: {error}") from error


def _grouped(lines: csv.DictReader[str]) -> tuple[TariffRow, ...]:
    _check_header([(name or "").strip() for name in lines.fieldnames or ()])
    groups: dict[tuple[str, ...], tuple[int, dict[str, str], list[Bracket]]] = {}
    for number, raw in enumerate(lines, start=2):
        if number > MOST_LINES:
            raise PlanInvalid(path=f"line {number}", reason="the sheet is too long")
        line = {(name or "").strip(): (cell or "").strip() for name, cell in raw.items() if isinstance(cell, str)}
        if not any(line.values()):
            continue
        same = tuple(line.get(name, "") for name in COLUMNS if name not in _APART)
        groups.setdefault(same, (number, line, []))[2].append(_bracket(line, number))
    return tuple(_row(number, line, brackets) for number, line, brackets in groups.values())


def _delimiter(sheet: str) -> str:
    header = sheet.partition("\n")[0]
    return max(",;\t", key=header.count)


def _check_header(names: Sequence[str]) -> None:
    for name in names:
        if name and name not in COLUMNS:
            raise PlanInvalid(path=f"line 1, {name}", reason="there is no such column")
    for needed in ("service_code", "up_to_g", "price", "currency"):
        if needed not in names:
            raise PlanInvalid(path=f"line 1, {needed}", reason="the column is missing")


def _bracket(line: Mapping[str, str], number: int) -> Bracket:
    up_to, price = _number(line, "up_to_g", number), _number(line, "price", number)
    if up_to is None or price is None:
        raise PlanInvalid(path=f"line {number}", reason="a line needs up_to_g and price")
    if up_to != int(up_to):
        raise PlanInvalid(path=f"line {number}, up_to_g", reason="this is no whole number")
    return _converted({"up_to_g": int(up_to), "price": price}, Bracket, number)


def _row(number: int, line: Mapping[str, str], brackets: Sequence[Bracket]) -> TariffRow:
    places = {name: [part.strip() for part in line.get(name, "").split("|") if part.strip()] for name in _LISTS}
    wholes = {name: _number(line, name, number) for name in _WHOLE}
    fields = {
        "account": line.get("account") or None,
        "service_code": line.get("service_code", ""),
        "service_name": line.get("service_name") or line.get("service_code", ""),
        "area": _converted(places, Area, number),
        "brackets": sorted(brackets, key=lambda one: one.up_to_g),
        "per_kg": _number(line, "per_kg", number),
        "currency": line.get("currency", ""),
        **{name: None if value is None else int(value) for name, value in wholes.items()},
    }
    return _converted(fields, TariffRow, number)


def _number(line: Mapping[str, str], name: str, number: int) -> Decimal | None:
    text = line.get(name, "").replace(" ", "").replace("\u00a0", "")
    if not text:
        return None
    if "," in text and "." not in text:
        text = text.replace(",", ".")
    try:
        return decimal_from(text)
    except ValueError as error:
        raise PlanInvalid(path=f"line {number}, {name}", reason="this is no number") from error


def _converted(fields: object, shape: type[T], number: int) -> T:
    try:
        return msgspec.convert(fields, shape)
    except msgspec.ValidationError as error:
        reason, _, path = str(error).partition(" - at ")
        where = path.strip("`").removeprefix("$").removeprefix(".")
        raise PlanInvalid(path=f"line {number}, {where}" if where else f"line {number}", reason=reason) from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)

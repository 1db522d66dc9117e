"""Parcels in a form: kilograms and centimetres as people write them, with a comma or a point."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from despacho_core.errors import InvalidParcel
from despacho_core.packing import Boxed
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G, Parcel
from despacho_http.desk.forms import FormData

FIELDS = ("weight", "length", "width", "height")
_MOST_ROWS = 100
_LONGEST = 12
_MOST = 10**9


def rows_of(boxed: Sequence[Boxed]) -> list[dict[str, str]]:
    """The rows of the form for these parcels, and an empty one for one more."""
    rows = [
        {
            "weight": _plain(one.parcel.weight_g, 1000),
            "length": _plain(one.parcel.length_mm, 10),
            "width": _plain(one.parcel.width_mm, 10),
            "height": _plain(one.parcel.height_mm, 10),
            "box": one.box or "",
        }
        for one in boxed
    ]
    return [*rows, dict.fromkeys((*FIELDS, "box"), "")]


def parcels_in(form: FormData) -> tuple[Parcel, ...]:
    """The parcels of a form; empty rows are none.

    Raises:
        InvalidParcel: A row is filled in part, or holds no numbers.
    """
    columns = [[str(value).strip() for value in form.fields.getall(name, [])] for name in FIELDS]
    rows = [row for row in zip(*columns, strict=False) if any(row)][:_MOST_ROWS]
    return tuple(_parcel(piece, row) for piece, row in enumerate(rows, start=1))


def _parcel(piece: int, row: Sequence[str]) -> Parcel:
    weight, *sides = (_whole(text, 10 if at else 1000) for at, text in enumerate(row))
    if weight is None:
        raise InvalidParcel(piece=piece, field="weight", value=row[0], least=1, most=MAX_WEIGHT_G, unit="g")
    for name, text, side in zip(FIELDS[1:], row[1:], sides, strict=True):
        if side is None:
            raise InvalidParcel(piece=piece, field=name, value=text, least=1, most=MAX_SIDE_MM, unit="mm")
    length, width, height = (side or 0 for side in sides)
    return Parcel(weight_g=weight, length_mm=length, width_mm=width, height_mm=height)


def _whole(text: str, factor: int) -> int | None:
    """Grams or millimetres, rounded up: a carrier measures what is there. None for what is no number above 0."""
    try:
        value = Decimal(text[:_LONGEST].replace(",", ".")) * factor
        whole = int(value.to_integral_value(ROUND_CEILING)) if value.is_finite() else 0
    except InvalidOperation:
        return None
    return whole if 0 < whole < _MOST else None


def _plain(value: int, factor: int) -> str:
    return f"{(Decimal(value) / factor).normalize():f}"

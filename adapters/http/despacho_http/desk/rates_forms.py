"""Forms of boxes, rows of the tariff, rules and preselections: kilograms and centimetres on the page, grams and millimetres within."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

import msgspec

from despacho_core.addresses import Address
from despacho_core.area_checks import settled_area
from despacho_core.areas import Area, postcode_problem
from despacho_core.bounds import bounds_of
from despacho_core.boxes import Box
from despacho_core.errors import Misfit, UnknownCurrency
from despacho_core.money import minor_digits
from despacho_core.places import country_of
from despacho_core.shipping_rules import MARK_UP, PERCENT, STEP, AddDays, Conditions, Preselection, Rule, Towards
from despacho_core.tariffs import AMOUNT, Bracket, TariffRow
from despacho_http.desk.reading import NEEDED, Reading
from despacho_http.desk.wording import marked

Row: TypeAlias = Box | TariffRow | Rule | Preselection
SHAPES: dict[str, type[Row]] = {"boxes": Box, "tariff": TariffRow, "rules": Rule, "preselections": Preselection}
PLACES = ("countries", "regions", "comunas", "postcodes")
MOST_BRACKETS = 100
SPARE_BRACKETS = 4
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LONGEST_PLACE = 80

NO_PLACE = marked("Name at least a country.")
NO_BRACKET = marked("Give at least one weight with its price.")
HALF_BRACKET = marked("A weight needs a price, and a price a weight.")
NOT_ABOVE = marked("Each weight must be above the one before.")
NO_TIME = marked("Hours and minutes, such as 14:30.")
NOT_SO = marked("This cannot be meant so.")
MORE_THAN_MOST = marked("This is more than the most.")


def row_in(section: str, reading: Reading) -> Row | None:
    """The row that a form holds; None where something is wrong, which then stands in ``reading.errors``."""
    fields = _FORMS[section](reading)
    if reading.errors:
        return None
    try:
        return msgspec.convert(fields, SHAPES[section])
    except msgspec.ValidationError as error:
        _beside(reading, str(error))
        return None


def put_beside(reading: Reading, misfits: Iterable[Misfit], section: str, at: int) -> None:
    """What the plan's checks found in a row, beside the fields that it is about; all else, with its place, above the form."""
    for one in misfits:
        prefix = f"$.{section}[{at}]."
        if one.path.startswith(prefix):
            reading.wrong(_field(one.path.removeprefix(prefix), reading), one.reason)
        else:
            reading.wrong("row", f"{one.path}: {one.reason}")


def _field(path: str, reading: Reading) -> str:
    """The field for a path within a row: ``brackets[1].price`` is the price of the second weight that was given."""
    bracket = re.match(r"brackets\[(\d+)\]", path)
    if bracket is not None:
        given = [n for n in range(MOST_BRACKETS) if reading.form.text(f"up_to_{n}")]
        return f"price_{given[int(bracket[1])]}"
    return str(re.findall(r"[a-z_]+", path)[-1])


def time_in(reading: Reading, name: str) -> str | None:
    """A time of day; None where none is said."""
    text = reading.text(name)
    if text and not _TIME.fullmatch(text):
        reading.errors[name] = NO_TIME
    return text or None


def brackets_written(form: Mapping[str, object]) -> list[tuple[str, str]]:
    """Weights and prices as they were written, with a few empty ones behind them."""
    pairs = [(str(form.get(f"up_to_{n}", "")), str(form.get(f"price_{n}", ""))) for n in range(MOST_BRACKETS)]
    filled = max((n for n, pair in enumerate(pairs, start=1) if any(pair)), default=0)
    return pairs[: min(filled + SPARE_BRACKETS, MOST_BRACKETS)]


def _box(reading: Reading) -> dict[str, object]:
    sides = {
        f"{side}_mm": reading.scaled(f"{side}_cm", 10, *bounds_of(Box, f"{side}_mm"))
        for side in ("length", "width", "height")
    }
    return {
        "name": reading.needed("name"),
        **sides,
        "wall_mm": reading.whole("wall_mm", *bounds_of(Box, "wall_mm"), optional=True) or 0,
        "own_weight_g": reading.scaled("own_weight_kg", 1000, *bounds_of(Box, "own_weight_g"), optional=True) or 0,
        "max_weight_g": reading.scaled("max_weight_kg", 1000, *bounds_of(Box, "max_weight_g")),
        "fill_percent": reading.whole("fill_percent", *bounds_of(Box, "fill_percent"), optional=True) or 90,
    }


def _tariff_row(reading: Reading) -> dict[str, object]:
    area = _area(reading)
    if not any(area.values()):
        reading.errors["countries"] = NO_PLACE
    currency = _currency(reading)
    return {
        "account": reading.text("account") or None,
        "service_code": reading.needed("service_code"),
        "service_name": reading.text("service_name") or reading.text("service_code"),
        "currency": currency,
        "area": area,
        "brackets": _brackets(reading, currency),
        "per_kg": reading.amount("per_kg", *AMOUNT, optional=True, currency=currency),
        "days_min": reading.whole("days_min", *bounds_of(TariffRow, "days_min"), optional=True),
        "days_max": reading.whole("days_max", *bounds_of(TariffRow, "days_max"), optional=True),
        "divisor": reading.whole("divisor", *bounds_of(TariffRow, "divisor"), optional=True),
    }


def _currency(reading: Reading) -> str:
    currency = reading.needed("currency").upper()
    try:
        minor_digits(currency)
    except UnknownCurrency:
        if currency:
            reading.wrong("currency", "this is no ISO 4217 currency code")
    return currency


def _brackets(reading: Reading, currency: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(MOST_BRACKETS):
        weight, price = f"up_to_{number}", f"price_{number}"
        given = [bool(reading.form.text(one)) for one in (weight, price)]
        if not any(given):
            continue
        if not all(given):
            reading.errors[weight] = HALF_BRACKET
            continue
        up_to = reading.scaled(weight, 1000, *bounds_of(Bracket, "up_to_g"))
        if found and up_to is not None and up_to <= Decimal(str(found[-1]["up_to_g"] or 0)):
            reading.errors[weight] = NOT_ABOVE
        found.append({"up_to_g": up_to, "price": reading.amount(price, *AMOUNT, currency=currency)})
    if not found:
        reading.errors["up_to_0"] = NO_BRACKET
    return found


def _rule(reading: Reading) -> dict[str, object]:
    when = {
        **_when(reading),
        "accounts": reading.form.texts("accounts"),
        "services": _names(reading.form.text("services")),
    }
    return {"label": reading.text("label"), "action": _action(reading), "when": when}


def _preselection(reading: Reading) -> dict[str, object]:
    return {
        "account": reading.needed("account"),
        "service_code": reading.needed("service_code"),
        "label": reading.text("label"),
        "when": _when(reading),
    }


def _when(reading: Reading) -> dict[str, object]:
    """What a cart must fulfil; accounts and services apart."""
    area = _area(reading)
    return {
        "weight_from_g": reading.scaled("weight_from_kg", 1000, *bounds_of(Conditions, "weight_from_g"), optional=True),
        "weight_to_g": reading.scaled("weight_to_kg", 1000, *bounds_of(Conditions, "weight_to_g"), optional=True),
        "value_from": reading.amount("value_from", *AMOUNT, optional=True),
        "value_below": reading.amount("value_below", *AMOUNT, optional=True),
        "po_box": {"yes": True, "no": False}.get(reading.text("po_box")),
        "area": area if any(area.values()) else None,
    }


def _action(reading: Reading) -> dict[str, object]:
    do = reading.text("do")
    match do:
        case "mark_up":
            percent = reading.number("percent", *PERCENT, optional=True)
            amount = reading.amount("amount", *MARK_UP, optional=True)
            if not percent and not amount and not reading.errors:
                reading.errors["percent"] = NEEDED
            return {"do": do, "percent": percent or Decimal(0), "amount": amount or Decimal(0)}
        case "round":
            to = reading.amount("to", *STEP)
            ending = reading.amount("ending", *AMOUNT, optional=True) or Decimal(0)
            if to is not None and ending >= to:
                reading.errors["ending"] = NOT_SO
            return {"do": do, "to": to, "ending": ending, "towards": reading.choice("towards", Towards, Towards.UP)}
        case "rename":
            name, description = reading.text("name")[:80] or None, reading.text("description") or None
            if name is None and description is None:
                reading.errors["name"] = NEEDED
            return {"do": do, "name": name, "description": description}
        case "add_days":
            return {
                "do": do,
                "days": reading.whole("days", *bounds_of(AddDays, "days")),
                "after": time_in(reading, "after"),
            }
        case _:
            return {"do": do}


def _area(reading: Reading) -> dict[str, list[str]]:
    """The places of a form by their own names; those that are none are told of beside their field."""
    area = {name: _names(reading.form.text(name)) for name in PLACES}
    area["countries"] = [country_of(Address(country=one)) for one in area["countries"]]
    misfits = [*_odd(area)]
    if not misfits:
        settled, found = settled_area(msgspec.convert(area, Area))
        area, misfits = {name: list(getattr(settled, name)) for name in PLACES}, [*found]
    for one in misfits:
        reading.wrong(one.path.partition("[")[0], one.reason)
    return area


def _odd(area: Mapping[str, list[str]]) -> Iterable[Misfit]:
    """What cannot stand in an area whatever the places are."""
    for name, written in area.items():
        for one in written:
            if len(one) > _LONGEST_PLACE:
                yield Misfit(name, f"“{one[:_LONGEST_PLACE]}…” is too long")
    for one in area["countries"]:
        if not _COUNTRY.fullmatch(one):
            yield Misfit("countries", f"“{one}” is no country's code")
    for one in area["postcodes"]:
        if (problem := postcode_problem(one)) is not None:
            yield Misfit("postcodes", f"{one}: {problem}")


def _names(text: str) -> list[str]:
    """Names with commas, semicolons or line breaks between them."""
    return [part.strip() for part in re.split(r"[,;\n|]", text) if part.strip()]


def _beside(reading: Reading, message: str) -> None:
    """The decoder's objection beside the field that it is about; its own words are for engineers."""
    _, _, path = message.partition(" - at ")
    names = [one for one in re.findall(r"[a-z_]+", path) if one not in {"when", "action", "area"}]
    renamed = {"length_mm": "length_cm", "width_mm": "width_cm", "height_mm": "height_cm"}
    last = renamed.get(names[-1], names[-1]) if names else ""
    if not last and "days_min" in message:
        reading.errors["days_min"] = MORE_THAN_MOST
    else:
        reading.errors[last or "row"] = NOT_SO


_FORMS = {"boxes": _box, "tariff": _tariff_row, "rules": _rule, "preselections": _preselection}

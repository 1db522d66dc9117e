"""Forms of boxes, rows of the tariff and rules: kilograms and centimetres on the page, grams and millimetres within."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from despacho_core.boxes import Box
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G
from despacho_core.shipping_rules import Rule, Towards
from despacho_core.tariffs import MOST_AMOUNT, TariffRow
from despacho_http.desk.settings_forms import NEEDED, Reading
from despacho_http.desk.wording import marked

Row: TypeAlias = Box | TariffRow | Rule
SHAPES: dict[str, type[Box | TariffRow | Rule]] = {"boxes": Box, "tariff": TariffRow, "rules": Rule}
PLACES = ("countries", "regions", "comunas", "postcodes")
MOST_BRACKETS = 100
SPARE_BRACKETS = 4
_HEAVIEST = Decimal(MAX_WEIGHT_G) / 1000
_LONGEST = Decimal(MAX_SIDE_MM) / 10
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

NO_PLACE = marked("Name at least a country.")
NO_BRACKET = marked("Give at least one weight with its price.")
HALF_BRACKET = marked("A weight needs a price, and a price a weight.")
NOT_ABOVE = marked("Each weight must be above the one before.")
NO_TIME = marked("Hours and minutes, such as 14:30.")
NOT_SO = marked("This cannot be meant so.")


def row_in(section: str, reading: Reading) -> Row | None:
    """The row that a form holds; None where something is wrong, which then stands in ``reading.errors``."""
    fields = {"boxes": _box, "tariff": _tariff_row, "rules": _rule}[section](reading)
    if reading.errors:
        return None
    try:
        return msgspec.convert(fields, SHAPES[section])
    except msgspec.ValidationError as error:
        _beside(reading, str(error))
        return None


def time_in(reading: Reading, name: str) -> str | None:
    """A time of day; None where none is said."""
    text = reading.text(name)
    if text and not _TIME.fullmatch(text):
        reading.errors[name] = NO_TIME
    return text or None


def written(row: Row | None, section: str, currency: str, country: str) -> dict[str, Any]:
    """A row as its form shows it; the usual values for a new one."""
    if row is None:
        return _new(section, currency, country)
    if isinstance(row, Box):
        return _written_box(row)
    return _written_tariff(row) if isinstance(row, TariffRow) else _written_rule(row)


def digest(row: Row) -> str:
    """Tells a row from all others, wherever it has moved meanwhile."""
    return hashlib.sha256(msgspec.json.encode(row)).hexdigest()[:16]


def brackets_written(form: Mapping[str, object]) -> list[tuple[str, str]]:
    """Weights and prices as they were written, with a few empty ones behind them."""
    pairs = [(str(form.get(f"up_to_{n}", "")), str(form.get(f"price_{n}", ""))) for n in range(MOST_BRACKETS)]
    filled = max((n for n, pair in enumerate(pairs, start=1) if any(pair)), default=0)
    return pairs[: min(filled + SPARE_BRACKETS, MOST_BRACKETS)]


def _box(reading: Reading) -> dict[str, object]:
    sides = {f"{side}_mm": _scaled(reading, f"{side}_cm", 10, _LONGEST) for side in ("length", "width", "height")}
    return {
        "name": reading.text("name") or _missing(reading, "name"),
        **sides,
        "wall_mm": reading.whole("wall_mm", 0, 100, optional=True) or 0,
        "own_weight_g": _scaled(reading, "own_weight_kg", 1000, _HEAVIEST, least=0, optional=True) or 0,
        "max_weight_g": _scaled(reading, "max_weight_kg", 1000, _HEAVIEST),
        "fill_percent": reading.whole("fill_percent", 1, 100, optional=True) or 90,
    }


def _tariff_row(reading: Reading) -> dict[str, object]:
    area = _area(reading)
    if not any(area.values()):
        reading.errors["countries"] = NO_PLACE
    return {
        "account": reading.text("account") or None,
        "service_code": reading.text("service_code") or _missing(reading, "service_code"),
        "service_name": reading.text("service_name") or reading.text("service_code"),
        "currency": reading.text("currency").upper() or _missing(reading, "currency"),
        "area": area,
        "brackets": _brackets(reading),
        "per_kg": reading.amount("per_kg", 0, MOST_AMOUNT, optional=True),
        "days_min": reading.whole("days_min", 0, 365, optional=True),
        "days_max": reading.whole("days_max", 0, 365, optional=True),
        "divisor": reading.whole("divisor", 100, 100_000, optional=True),
    }


def _brackets(reading: Reading) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number in range(MOST_BRACKETS):
        weight, price = f"up_to_{number}", f"price_{number}"
        given = [bool(reading.form.text(one)) for one in (weight, price)]
        if not any(given):
            continue
        if not all(given):
            reading.errors[weight] = HALF_BRACKET
            continue
        up_to = _scaled(reading, weight, 1000, _HEAVIEST)
        if found and up_to is not None and up_to <= Decimal(str(found[-1]["up_to_g"] or 0)):
            reading.errors[weight] = NOT_ABOVE
        found.append({"up_to_g": up_to, "price": reading.amount(price, 0, MOST_AMOUNT)})
    if not found:
        reading.errors["up_to_0"] = NO_BRACKET
    return found


def _rule(reading: Reading) -> dict[str, object]:
    when: dict[str, object] = {
        "weight_from_g": _scaled(reading, "weight_from_kg", 1000, _HEAVIEST, optional=True),
        "weight_to_g": _scaled(reading, "weight_to_kg", 1000, _HEAVIEST, optional=True),
        "value_from": reading.amount("value_from", 0, MOST_AMOUNT, optional=True),
        "value_below": reading.amount("value_below", 0, MOST_AMOUNT, optional=True),
        "po_box": {"yes": True, "no": False}.get(reading.text("po_box")),
        "accounts": reading.form.texts("accounts"),
        "services": _names(reading.form.text("services")),
    }
    area = _area(reading)
    return {
        "label": reading.text("label"),
        "action": _action(reading),
        "when": {**when, "area": area if any(area.values()) else None},
    }


def _action(reading: Reading) -> dict[str, object]:
    do = reading.text("do")
    match do:
        case "mark_up":
            percent = reading.number("percent", -100, 1000, optional=True)
            amount = reading.amount("amount", -MOST_AMOUNT, MOST_AMOUNT, optional=True)
            if not percent and not amount and not reading.errors:
                reading.errors["percent"] = NEEDED
            return {"do": do, "percent": percent or Decimal(0), "amount": amount or Decimal(0)}
        case "round":
            to = reading.amount("to", Decimal("0.01"), 1_000_000)
            ending = reading.amount("ending", 0, MOST_AMOUNT, optional=True) or Decimal(0)
            if to is not None and ending >= to:
                reading.errors["ending"] = NOT_SO
            return {"do": do, "to": to, "ending": ending, "towards": reading.choice("towards", Towards, Towards.UP)}
        case "rename":
            name, description = reading.text("name")[:80] or None, reading.text("description") or None
            if name is None and description is None:
                reading.errors["name"] = NEEDED
            return {"do": do, "name": name, "description": description}
        case "add_days":
            return {"do": do, "days": reading.whole("days", 1, 60), "after": time_in(reading, "after")}
        case _:
            return {"do": do}


def _area(reading: Reading) -> dict[str, list[str]]:
    area = {name: _names(reading.form.text(name)) for name in PLACES}
    return {**area, "countries": [one.upper() for one in area["countries"]]}


def _names(text: str) -> list[str]:
    """Names with commas, semicolons or line breaks between them."""
    return [part.strip() for part in re.split(r"[,;\n|]", text) if part.strip()]


def _scaled(
    reading: Reading,
    name: str,
    factor: int,
    most: Decimal,
    *,
    least: Decimal | int = Decimal("0.001"),
    optional: bool = False,
) -> int | None:
    value = reading.number(name, least, most, optional=optional)
    return None if value is None else round(value * factor)


def _missing(reading: Reading, name: str) -> str:
    reading.errors[name] = NEEDED
    return ""


def _beside(reading: Reading, message: str) -> None:
    """The decoder's objection beside the field that it is about; its own words are for engineers."""
    _, _, path = message.partition(" - at ")
    names = [one for one in re.findall(r"[a-z_]+", path) if one not in {"when", "action", "area"}]
    renamed = {"length_mm": "length_cm", "width_mm": "width_cm", "height_mm": "height_cm"}
    last = renamed.get(names[-1], names[-1]) if names else ""
    if not last:
        # Of several fields together: the two ways in which they can disagree.
        last = "postcodes" if "area" in path else "days_min" if "days_min" in message else ""
    reading.errors[last or "row"] = NOT_SO


def _new(section: str, currency: str, country: str) -> dict[str, Any]:
    usual = {
        "boxes": {"max_weight_kg": "30", "fill_percent": "90", "wall_mm": "3"},
        "tariff": {"currency": currency, "countries": country},
        "rules": {},
    }
    return dict(usual[section])


def _written_box(box: Box) -> dict[str, Any]:
    return {
        "name": box.name,
        "length_cm": _plain(box.length_mm, 10),
        "width_cm": _plain(box.width_mm, 10),
        "height_cm": _plain(box.height_mm, 10),
        "wall_mm": box.wall_mm,
        "own_weight_kg": _plain(box.own_weight_g, 1000),
        "max_weight_kg": _plain(box.max_weight_g, 1000),
        "fill_percent": box.fill_percent,
    }


def _written_tariff(row: TariffRow) -> dict[str, Any]:
    numbered = enumerate(row.brackets)
    pairs = [{f"up_to_{n}": _plain(one.up_to_g, 1000), f"price_{n}": _plain(one.price)} for n, one in numbered]
    return {
        "account": row.account or "",
        "service_code": row.service_code,
        "service_name": row.service_name,
        "currency": row.currency,
        **_written_places(row.area.countries, row.area.regions, row.area.comunas, row.area.postcodes),
        **{name: value for pair in pairs for name, value in pair.items()},
        "per_kg": _plain(row.per_kg),
        "days_min": _plain(row.days_min),
        "days_max": _plain(row.days_max),
        "divisor": _plain(row.divisor),
    }


def _written_rule(rule: Rule) -> dict[str, Any]:
    when, area = rule.when, rule.when.area
    places = (area.countries, area.regions, area.comunas, area.postcodes) if area is not None else ((), (), (), ())
    values = {
        name: value if isinstance(value, str) else _plain(value)
        for name, value in msgspec.structs.asdict(rule.action).items()
    }
    return {
        **values,
        "do": rule.action.__struct_config__.tag,
        "label": rule.label,
        "weight_from_kg": _plain(when.weight_from_g, 1000),
        "weight_to_kg": _plain(when.weight_to_g, 1000),
        "value_from": _plain(when.value_from),
        "value_below": _plain(when.value_below),
        "po_box": {True: "yes", False: "no", None: ""}[when.po_box],
        "accounts": list(when.accounts),
        "services": ", ".join(when.services),
        **_written_places(*places),
    }


def _written_places(*lists: Sequence[str]) -> dict[str, str]:
    return {name: ", ".join(some) for name, some in zip(PLACES, lists, strict=True)}


def _plain(value: Decimal | int | None, divisor: int = 1) -> str:
    """A number without an exponent, as a field of a form holds it; empty for None."""
    if value is None:
        return ""
    text = f"{(Decimal(value) / divisor).normalize():f}"
    # Three decimals would be read back as thousands.
    return f"{text}0" if divisor == 1 and text.rpartition(".")[1] and len(text.rpartition(".")[2]) == 3 else text

"""Boxes, rows of the tariff, rules and preselections as their forms show them: written so that they are read back the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

from despacho_core.boxes import Box
from despacho_core.errors import UnknownCurrency
from despacho_core.shipping_rules import Conditions, Preselection, Rule
from despacho_core.tariffs import TariffRow
from despacho_core.written import amount_written, measure_written
from despacho_http.desk.rates_forms import PLACES, Row

_MONEY = frozenset({"amount", "to", "ending"})


def digest(row: Row) -> str:
    """Tells a row from all others, wherever it has moved meanwhile."""
    return hashlib.sha256(msgspec.json.encode(row)).hexdigest()[:16]


@dataclass(frozen=True)
class Writer:
    """Writes with the store's decimal separator; amounts within rules are in ``currency``."""

    mark: str
    currency: str
    country: str

    def written(self, row: Row | None, section: str) -> dict[str, Any]:
        """A row as its form shows it; the usual values for a new one."""
        match row:
            case None:
                return self._new(section)
            case Box():
                return self._box(row)
            case TariffRow():
                return self._tariff(row)
            case Rule():
                return self._rule(row)
            case Preselection():
                conditions = self._conditions(row.when)
                return {**conditions, "account": row.account, "service_code": row.service_code, "label": row.label}

    def measure(self, value: Decimal | int | None, divisor: int = 1) -> str:
        """A number, or so many of a smaller unit in a larger one; empty for None."""
        return "" if value is None else measure_written(Decimal(value) / divisor, self.mark)

    def amount(self, value: Decimal | None, currency: str) -> str:
        """An amount of money; empty for None."""
        if value is None:
            return ""
        try:
            return amount_written(value, currency, self.mark)
        except UnknownCurrency:
            return self.measure(value)

    def _new(self, section: str) -> dict[str, Any]:
        usual = {
            "boxes": {"max_weight_kg": "30", "fill_percent": "90", "wall_mm": "3"},
            "tariff": {"currency": self.currency, "countries": self.country},
        }
        return dict(usual.get(section, {}))

    def _box(self, box: Box) -> dict[str, Any]:
        return {
            "name": box.name,
            "length_cm": self.measure(box.length_mm, 10),
            "width_cm": self.measure(box.width_mm, 10),
            "height_cm": self.measure(box.height_mm, 10),
            "wall_mm": box.wall_mm,
            "own_weight_kg": self.measure(box.own_weight_g, 1000),
            "max_weight_kg": self.measure(box.max_weight_g, 1000),
            "fill_percent": box.fill_percent,
        }

    def _tariff(self, row: TariffRow) -> dict[str, Any]:
        pairs: dict[str, str] = {}
        for number, one in enumerate(row.brackets):
            pairs[f"up_to_{number}"] = self.measure(one.up_to_g, 1000)
            pairs[f"price_{number}"] = self.amount(one.price, row.currency)
        return {
            "account": row.account or "",
            "service_code": row.service_code,
            "service_name": row.service_name,
            "currency": row.currency,
            **_places(row.area.countries, row.area.regions, row.area.comunas, row.area.postcodes),
            **pairs,
            "per_kg": self.amount(row.per_kg, row.currency),
            "days_min": self.measure(row.days_min),
            "days_max": self.measure(row.days_max),
            "divisor": self.measure(row.divisor),
        }

    def _rule(self, rule: Rule) -> dict[str, Any]:
        action = msgspec.structs.asdict(rule.action)
        return {
            **self._conditions(rule.when),
            **{name: self._of_action(name, value) for name, value in action.items()},
            "do": rule.action.__struct_config__.tag,
            "label": rule.label,
            "accounts": list(rule.when.accounts),
            "services": ", ".join(rule.when.services),
        }

    def _of_action(self, name: str, value: object) -> str:
        if isinstance(value, str):
            return value
        if name in _MONEY and isinstance(value, Decimal):
            return self.amount(value, self.currency)
        return self.measure(value) if isinstance(value, Decimal | int) else ""

    def _conditions(self, when: Conditions) -> dict[str, Any]:
        area = when.area
        places = (area.countries, area.regions, area.comunas, area.postcodes) if area is not None else ((), (), (), ())
        return {
            "weight_from_kg": self.measure(when.weight_from_g, 1000),
            "weight_to_kg": self.measure(when.weight_to_g, 1000),
            "value_from": self.amount(when.value_from, self.currency),
            "value_below": self.amount(when.value_below, self.currency),
            "po_box": {True: "yes", False: "no", None: ""}[when.po_box],
            **_places(*places),
        }


def _places(*lists: Sequence[str]) -> dict[str, str]:
    return {name: ", ".join(some) for name, some in zip(PLACES, lists, strict=True)}

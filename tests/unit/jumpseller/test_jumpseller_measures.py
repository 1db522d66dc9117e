"""Sides of products, where the store gives them; the cart of a store that gives none is read as ever."""

from __future__ import annotations

from typing import Any

import pytest

from despacho_core.boxes import Sides
from despacho_jumpseller.carts import cart_from
from despacho_jumpseller.fields import root
from despacho_jumpseller.orders import order


@pytest.mark.parametrize(
    ("product", "unit", "sides"),
    [
        ({"length": 30, "width": 20, "height": 10}, "cm", Sides(300, 200, 100)),
        ({"length": "30.5", "width": 20.0, "height": "0.01"}, "cm", Sides(305, 200, 1)),
        ({"length": 30, "width": 20, "height": 10}, "mm", Sides(30, 20, 10)),
        ({"length": 12, "width": 6, "height": 1}, "in", Sides(305, 152, 25)),
        ({"length": 30, "width": 20, "height": 10}, None, Sides(300, 200, 100)),
        ({"length": 60, "width": 0, "height": 0, "diameter": 8}, "cm", Sides(600, 80, 80)),  # a roll
        ({"length": 0, "width": 0, "height": 0}, "cm", None),  # the platform's way to say nothing
        ({"length": 30, "width": 20}, "cm", None),
        ({"length": 30, "width": 20, "height": None}, "cm", None),
        ({"length": 9_999, "width": 20, "height": 10}, "cm", None),
        ({"length": "long", "width": 20, "height": 10}, "cm", None),
        ({"length": -1, "width": 20, "height": 10}, "cm", None),
        ({}, "cm", None),
    ],
)
def test_sides_are_read_where_they_are(product: dict[str, Any], unit: str | None, sides: Sides | None) -> None:
    request: dict[str, Any] = {
        "to": {},
        "products": [{"name": "Póster", "weight": 1, **product}],
        "unit_measurement": unit,
    }
    assert cart_from(root({"request": request}, "request")).lines[0].sides == sides
    if unit in {None, "cm"}:
        read = order({"order": {"id": 1, "products": [{"id": 1, "qty": 1, "price": 1, **product}]}})
        assert read.lines[0].sides == sides

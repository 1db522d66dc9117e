"""Bounds are said where a number is declared, and read from there."""

from __future__ import annotations

from decimal import Decimal

import pytest

from despacho_core.bounds import Bounds, bounds_of
from despacho_core.boxes import Box
from despacho_core.shipping_plans import AccountTerms, ShippingPlan
from despacho_core.tariffs import TariffRow


def test_the_bounds_of_a_field_are_those_that_its_struct_refuses_beyond() -> None:
    assert bounds_of(Box, "wall_mm") == Bounds(Decimal(0), Decimal(100))
    assert (
        bounds_of(ShippingPlan, "handling_days") == bounds_of(TariffRow, "days_min") == Bounds(Decimal(0), Decimal(365))
    )
    assert bounds_of(AccountTerms, "divisor") == Bounds(Decimal(100), Decimal(100_000)), "optional or not"


@pytest.mark.parametrize("field", ["name", "colour", "volume_mm3"])
def test_what_has_no_bounds_is_not_made_up(field: str) -> None:
    with pytest.raises(LookupError):
        bounds_of(Box, field)


def test_a_bound_is_written_without_an_exponent() -> None:
    assert Bounds(Decimal("0.250"), Decimal("1E+9")).reason == "it must be between 0.25 and 1000000000"
    assert not Bounds(Decimal(0), Decimal(1)).hold(Decimal("NaN"))

"""Sharing out an amount in whole minor units, so that the shares add up to it exactly."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal


def share_out(amount: Decimal, weights: Sequence[Decimal], unit: Decimal) -> list[Decimal]:
    """Shares in proportion to the weights, by largest remainder; among equal remainders the first gets more.

    A share is never more than its exact proportion rounded up to the unit; weight 0 gets nothing.

    Args:
        amount: A whole number of units, not negative.
        weights: Not negative; their sum is positive unless the amount is 0.
        unit: The currency's minor unit: 1 for CLP, 0.01 for EUR.
    """
    if not amount:
        return [Decimal(0)] * len(weights)
    whole = sum(weights, Decimal(0))
    exact = [amount / unit * weight / whole for weight in weights]
    floors = [share.to_integral_value(ROUND_FLOOR) for share in exact]
    left = int(amount / unit - sum(floors, Decimal(0)))
    most_cut = sorted(range(len(weights)), key=lambda at: (floors[at] - exact[at], at))
    for at in most_cut[:left]:
        floors[at] += 1
    return [share * unit for share in floors]

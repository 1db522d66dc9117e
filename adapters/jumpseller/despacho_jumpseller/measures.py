"""Sides of a product, where the store gives them.

The platform's product has ``length``, ``width``, ``height`` and ``diameter`` (jumpseller-openapi.json); whether its carts and orders repeat
them is not documented (contract/jumpseller.md 1.3), so they are read where they are and missed where they are not.
"""

from __future__ import annotations

from despacho_core.boxes import Sides
from despacho_core.parcels import MAX_SIDE_MM
from despacho_jumpseller.fields import Fields
from despacho_jumpseller.units import millimetres


def sides_of(fields: Fields, unit: str | None) -> Sides | None:
    """The sides of one piece, each at least a millimetre; None unless all are given and plausible. A roll is as wide and high as thick.

    Args:
        fields: The product, tolerant of what cannot be read.
        unit: Of the lengths; None is the platform's default, the centimetre.
    """
    if not fields.has("length"):
        return None
    diameter = fields.not_negative("diameter")
    given = [fields.not_negative(side) or diameter for side in ("width", "height")]
    lengths = [fields.not_negative("length"), *given]
    if not all(lengths):
        return None
    sides = [max(millimetres(length, unit), 1) for length in lengths if length]
    return Sides(*sides) if max(sides) <= MAX_SIDE_MM else None

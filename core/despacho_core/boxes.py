"""The merchant's boxes, and the products that go into them: grams and millimetres."""

from __future__ import annotations

from typing import Annotated

import msgspec

from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G, Parcel

Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE_MM)]
Weight = Annotated[int, msgspec.Meta(ge=1, le=MAX_WEIGHT_G)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]


class Box(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A box that the merchant packs into.

    Attributes:
        name: What people call it; one of a kind within a plan.
        length_mm: Inner side, as ``width_mm`` and ``height_mm``.
        wall_mm: How much thicker the box is than its inside, on each of the six faces: what the carrier measures.
        own_weight_g: Weight of the empty box.
        max_weight_g: What the packed box may weigh, itself included.
        fill_percent: Part of the inner volume that products may take when there are several: nobody packs without gaps.
    """

    name: Name
    length_mm: Side
    width_mm: Side
    height_mm: Side
    wall_mm: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    own_weight_g: Annotated[int, msgspec.Meta(ge=0, le=MAX_WEIGHT_G)] = 0
    max_weight_g: Weight = 30_000
    fill_percent: Annotated[int, msgspec.Meta(ge=1, le=100)] = 90

    @property
    def volume_mm3(self) -> int:
        """Inner volume."""
        return self.length_mm * self.width_mm * self.height_mm

    def packed(self, contents_g: int, contents: str = "") -> Parcel:
        """The box as the carrier gets it."""
        wall = 2 * self.wall_mm
        return Parcel(
            weight_g=contents_g + self.own_weight_g,
            length_mm=min(self.length_mm + wall, MAX_SIDE_MM),
            width_mm=min(self.width_mm + wall, MAX_SIDE_MM),
            height_mm=min(self.height_mm + wall, MAX_SIDE_MM),
            contents=contents,
        )


class Sides(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Three sides, in whatever order they were measured."""

    length_mm: Side
    width_mm: Side
    height_mm: Side

    @property
    def volume_mm3(self) -> int:
        """Volume of the cuboid."""
        return self.length_mm * self.width_mm * self.height_mm

    @property
    def longest_first(self) -> tuple[int, int, int]:
        """The sides by size: a product may be turned any way."""
        longest, middle, shortest = sorted((self.length_mm, self.width_mm, self.height_mm), reverse=True)
        return longest, middle, shortest


class PackedItem(msgspec.Struct, frozen=True):
    """A product as far as packing cares: grams and sides of one piece (None when the store does not say), and how many."""

    weight_g: int | None
    quantity: int
    sides: Sides | None = None


def longest_first(box: Box) -> tuple[int, int, int]:
    """A box's inner sides by size."""
    return Sides(box.length_mm, box.width_mm, box.height_mm).longest_first

"""Physical pieces: weights in whole grams, sides in whole millimetres."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from despacho_core.errors import InvalidParcel, NothingToShip

MAX_WEIGHT_G = 1_000_000
MAX_SIDE_MM = 5_000
MAX_PIECES = 99


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """One physical piece, ready to be handed over."""

    weight_g: int
    length_mm: int
    width_mm: int
    height_mm: int
    contents: str = ""

    @property
    def volume_mm3(self) -> int:
        """Volume of the box in cubic millimetres."""
        return self.length_mm * self.width_mm * self.height_mm

    def volumetric_weight_g(self, divisor_cm3_per_kg: int) -> int:
        """Weight that the carrier would charge for the volume, in grams, rounded up."""
        return -(-self.volume_mm3 // divisor_cm3_per_kg)


def check_parcels(parcels: Sequence[Parcel]) -> None:
    """Refuse an empty list and impossible weights or sides.

    Raises:
        NothingToShip: There is no parcel.
        InvalidParcel: A weight outside 1 g..1000 kg, a side outside 1 mm..5 m, or more than 99 pieces.
    """
    if not parcels:
        raise NothingToShip
    if len(parcels) > MAX_PIECES:
        raise InvalidParcel(piece=len(parcels), field="pieces", value=len(parcels), least=1, most=MAX_PIECES, unit="")
    for piece, parcel in enumerate(parcels, start=1):
        _within(piece, "weight", parcel.weight_g, MAX_WEIGHT_G, "g")
        for side in ("length", "width", "height"):
            _within(piece, side, getattr(parcel, f"{side}_mm"), MAX_SIDE_MM, "mm")


def _within(piece: int, field: str, value: int, most: int, unit: str) -> None:
    if not 1 <= value <= most:
        raise InvalidParcel(piece=piece, field=field, value=value, least=1, most=most, unit=unit)

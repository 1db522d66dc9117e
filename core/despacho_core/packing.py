"""From products to parcels: one parcel for everything, or the merchant's boxes, filled largest product first.

A small first-fit-decreasing of our own: volume, weight and each side are counted, positions are not (docs/decisions tells which libraries
were looked at). It is exact about what it counts, does not depend on the order of the products, and takes microseconds for any quantity,
since equal pieces are placed by division and not one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from despacho_core.boxes import Box, PackedItem, Sides, longest_first
from despacho_core.errors import InvalidParcel, NothingToShip
from despacho_core.parcels import MAX_PIECES, MAX_SIDE_MM, MAX_WEIGHT_G, Parcel

__all__ = ["Boxed", "PackedItem", "one_parcel", "pack", "parcels_for"]


class Boxed(msgspec.Struct, frozen=True):
    """A parcel, and the name of the merchant's box that it is packed in; None for a product that fits into none."""

    parcel: Parcel
    box: str | None = None


class _Piece(msgspec.Struct, frozen=True, order=True):
    """One kind of piece. Compared by volume, then weight, then sides: what is largest is packed first."""

    volume_mm3: int
    weight_g: int
    sides: tuple[int, int, int]

    def goes_into(self, box: Box) -> bool:
        """Whether a single one fits, turned any way."""
        within = zip(self.sides, longest_first(box), strict=True)
        return all(side <= inner for side, inner in within) and self.weight_g <= box.max_weight_g - box.own_weight_g


_Pieces = dict[_Piece, int]
"""How many of each kind."""


def one_parcel(items: Iterable[PackedItem], *, package: Parcel | None, default: Parcel) -> Parcel:
    """A single parcel that holds everything.

    The weight is the sum of the products', with the default's weight for a product without one. The sides are the platform's estimate of
    the whole package; else, where every product has sides, those of a cuboid that has their volume and every one's largest side; else the
    default's.

    Raises:
        NothingToShip: There is no item.
        InvalidParcel: A negative weight or quantity.
    """
    packed = _checked(items)
    weight = sum((item.weight_g or default.weight_g) * item.quantity for item in packed)
    if weight == 0:
        raise NothingToShip
    box = package or _around(packed) or default
    return Parcel(
        weight_g=weight,
        length_mm=box.length_mm or default.length_mm,
        width_mm=box.width_mm or default.width_mm,
        height_mm=box.height_mm or default.height_mm,
    )


def parcels_for(
    items: Iterable[PackedItem],
    *,
    boxes: Sequence[Box],
    most_g: int | None,
    package: Parcel | None,
    default: Parcel,
) -> tuple[Boxed, ...]:
    """The parcels of a cart or order: in the merchant's boxes, or in one parcel where there are none.

    One parcel heavier than ``most_g`` becomes several, as far as its products allow.

    Raises:
        NothingToShip: There is no item.
        InvalidParcel: A negative weight or quantity, or more than 99 parcels.
    """
    packed = list(items)
    if boxes:
        return pack(packed, boxes, default=default)
    whole = one_parcel(packed, package=package, default=default)
    if most_g is None or whole.weight_g <= most_g:
        return (Boxed(whole),)
    # A box of any size that bears so much: what is left to decide is the weight alone.
    anything = Box(name="-", length_mm=MAX_SIDE_MM, width_mm=MAX_SIDE_MM, height_mm=MAX_SIDE_MM, max_weight_g=most_g)
    measured = all(item.sides is not None for item in packed)
    return tuple(
        Boxed(_share(parcel, whole, measured=measured)) for parcel in _weighed(_counted(packed, default), anything)
    )


def _weighed(left: _Pieces, anything: Box) -> list[_Pieces]:
    groups: list[_Pieces] = []
    while left:
        _check_count(len(groups) + 1)
        taken = _filled(anything, left) or {max(left): 1}
        left = {piece: count - taken.get(piece, 0) for piece, count in left.items() if count > taken.get(piece, 0)}
        groups.append(taken)
    return groups


def _share(pieces: _Pieces, whole: Parcel, *, measured: bool) -> Parcel:
    """A part of what was to be one parcel: around its own products where these were measured, else as high as its share of the weight."""
    weight = _weight(pieces)
    if measured:
        items = [PackedItem(piece.weight_g, count, Sides(*piece.sides)) for piece, count in pieces.items()]
        return one_parcel(items, package=None, default=whole)
    high = max(1, -(-whole.height_mm * weight // whole.weight_g))
    return msgspec.structs.replace(whole, weight_g=weight, height_mm=high)


def pack(items: Iterable[PackedItem], boxes: Sequence[Box], *, default: Parcel) -> tuple[Boxed, ...]:
    """All pieces in boxes: each time the smallest box that takes everything that is left, else the one that takes most of it.

    Every parcel holds its products by weight, by volume and by each side; a product larger or heavier than every box goes alone. A
    product without weight or sides counts with the default's.

    Raises:
        NothingToShip: There is no item.
        InvalidParcel: A negative weight or quantity, or more than 99 parcels.
    """
    left = _counted(items, default)
    smallest_first = sorted(boxes, key=lambda box: (box.volume_mm3, box.max_weight_g, box.own_weight_g, box.name))
    parcels: list[Boxed] = []
    for piece in sorted(left, reverse=True):
        if not any(piece.goes_into(box) for box in smallest_first):
            count = left.pop(piece)
            _check_count(len(parcels) + count)
            parcels += [_alone(piece)] * count
    while left:
        _check_count(len(parcels) + 1)
        box, taken = _best(left, smallest_first)
        left = {piece: count - taken.get(piece, 0) for piece, count in left.items() if count > taken.get(piece, 0)}
        parcels.append(Boxed(box.packed(_weight(taken)), box.name))
    return tuple(parcels)


def _best(left: _Pieces, boxes: Sequence[Box]) -> tuple[Box, _Pieces]:
    filled = [(box, _filled(box, left)) for box in boxes]
    for box, taken in filled:
        if taken == left:
            return box, taken
    return max(filled, key=lambda one: (_volume(one[1]), _weight(one[1]), -one[0].volume_mm3))


def _filled(box: Box, left: _Pieces) -> _Pieces:
    """What of the pieces goes into one box, largest first. A piece that is alone in it needs no gaps around it."""
    volume = box.volume_mm3 * box.fill_percent // 100
    weight = box.max_weight_g - box.own_weight_g
    taken: _Pieces = {}
    for piece in sorted(left, reverse=True):
        if not piece.goes_into(box):
            continue
        count = min(left[piece], volume // piece.volume_mm3, weight // piece.weight_g)
        if count < 1 and not taken:
            return {piece: 1}
        if count > 0:
            taken[piece] = count
            volume -= count * piece.volume_mm3
            weight -= count * piece.weight_g
    return taken


def _counted(items: Iterable[PackedItem], default: Parcel) -> _Pieces:
    counted: _Pieces = {}
    usual = Sides(*(max(side, 1) for side in (default.length_mm, default.width_mm, default.height_mm)))
    for item in _checked(items):
        sides = item.sides or usual
        piece = _Piece(sides.volume_mm3, max(item.weight_g or default.weight_g, 1), sides.longest_first)
        if item.quantity:
            counted[piece] = counted.get(piece, 0) + item.quantity
    if not counted:
        raise NothingToShip
    return counted


def _checked(items: Iterable[PackedItem]) -> list[PackedItem]:
    packed = list(items)
    if not packed:
        raise NothingToShip
    for position, item in enumerate(packed, start=1):
        if (item.weight_g or 0) < 0 or item.quantity < 0:
            value = min(item.weight_g or 0, item.quantity)
            raise InvalidParcel(piece=position, field="weight", value=value, least=0, most=MAX_WEIGHT_G, unit="g")
    return packed


def _around(items: Sequence[PackedItem]) -> Sides | None:
    """A cuboid around all pieces: as long and as wide as the largest need, as high as their volume then asks."""
    known = [(item.sides, item.quantity) for item in items if item.sides is not None and item.quantity]
    if not known or any(item.sides is None and item.quantity for item in items):
        return None
    length, width, height = (max(sides.longest_first[at] for sides, _ in known) for at in range(3))
    volume = sum(sides.volume_mm3 * quantity for sides, quantity in known)
    high = max(height, -(-volume // (length * width)))
    if high > MAX_SIDE_MM:  # a tower: as long and as wide as high instead
        length = width = high = max(length, _cube_root(volume))
    return Sides(length, width, high)


def _cube_root(volume: int) -> int:
    side = int(volume ** (1 / 3))
    while side**3 < volume:
        side += 1
    return side


def _alone(piece: _Piece) -> Boxed:
    length, width, height = piece.sides
    return Boxed(Parcel(weight_g=piece.weight_g, length_mm=length, width_mm=width, height_mm=height))


def _check_count(parcels: int) -> None:
    if parcels > MAX_PIECES:
        raise InvalidParcel(piece=parcels, field="pieces", value=parcels, least=1, most=MAX_PIECES, unit="")


def _weight(pieces: _Pieces) -> int:
    return sum(piece.weight_g * count for piece, count in pieces.items())


def _volume(pieces: _Pieces) -> int:
    return sum(piece.volume_mm3 * count for piece, count in pieces.items())

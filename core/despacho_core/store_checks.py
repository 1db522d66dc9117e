"""What a store's settings must fulfil beyond their shape: one table, which pages, the command line and services read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from despacho_core.bounds import Bounds
from despacho_core.document_rules import LEFT_OUT
from despacho_core.errors import Misfit, SettingInvalid
from despacho_core.fiscal_portugal import EXEMPTIONS
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G
from despacho_core.stores import StoreSettings

_SIDE = Bounds(Decimal(1), Decimal(MAX_SIDE_MM))
BOUNDS: dict[str, Bounds] = {
    "tracking_hours": Bounds(Decimal("0.25"), Decimal(168)),
    "untaxed_rate": Bounds(Decimal(0), Decimal(100)),
    "default_parcel.weight_g": Bounds(Decimal(1), Decimal(MAX_WEIGHT_G)),
    "default_parcel.length_mm": _SIDE,
    "default_parcel.width_mm": _SIDE,
    "default_parcel.height_mm": _SIDE,
}
"""Numbers among the settings, those of a part with a dot; hours, per cent, grams, millimetres."""

_COUNTRY = re.compile(r"([A-Z]{2})?")


def exemption_problem(code: str) -> str | None:
    """What is wrong with what is said of gift cards in Portugal; None for a code in force, for leaving out, and for nothing."""
    known = code in {"", LEFT_OUT, *EXEMPTIONS}
    return None if known else "it must be a code in force, such as M99, or left-out"


def country_problem(country: str) -> str | None:
    """What is wrong with a country; an empty one is not said yet."""
    return None if _COUNTRY.fullmatch(country) else "it must be two capital letters, such as CL"


def setting_misfits(settings: StoreSettings) -> tuple[Misfit, ...]:
    """Everything that is wrong, by the setting's name."""
    return tuple(Misfit(name, reason) for name, reason in _problems(settings) if reason is not None)


def check_settings(settings: StoreSettings, before: StoreSettings) -> None:
    """Refuse what does not fit; what did not fit before keeps nobody from changing something else.

    Raises:
        SettingInvalid: The first thing that does not fit.
    """
    left = frozenset(setting_misfits(before))
    for one in setting_misfits(settings):
        if one not in left:
            raise SettingInvalid(setting=one.path, reason=one.reason)


def _problems(settings: StoreSettings) -> Iterator[tuple[str, str | None]]:
    for name, bounds in BOUNDS.items():
        value = _value(settings, name)
        if value is not None:
            yield name, None if bounds.hold(value) else bounds.reason
    if settings.origin is not None:
        yield "origin.country", country_problem(settings.origin.country)
    yield "documents.gift_card_exemption", exemption_problem(settings.documents.gift_card_exemption)
    for name, since in {"documents.since": settings.documents.since, "labels_since": settings.labels_since}.items():
        zoneless = since is not None and since.tzinfo is None
        yield name, "it must say its zone, such as 2026-11-01T12:00:00-03:00, or be a day" if zoneless else None


def _value(settings: StoreSettings, name: str) -> Decimal | int | None:
    part, _, field = name.rpartition(".")
    value: Decimal | int | None = getattr(getattr(settings, part) if part else settings, field)
    return value

"""Portugal's IVA: its rates in each region, and the codes that say why a line bears none (contract/invoicing.md 8.2 and 8.3)."""

from __future__ import annotations

import enum
import re
from decimal import Decimal


class Region(enum.StrEnum):
    """Where tax is due, as the tax authority's files (SAF-T) write it."""

    MAINLAND = "PT"
    AZORES = "PT-AC"
    MADEIRA = "PT-MA"


RATES: dict[Region, tuple[Decimal, Decimal, Decimal]] = {
    Region.MAINLAND: (Decimal(23), Decimal(13), Decimal(6)),
    Region.AZORES: (Decimal(16), Decimal(9), Decimal(4)),
    Region.MADEIRA: (Decimal(22), Decimal(12), Decimal(4)),
}
"""Normal, intermediate and reduced rate in per cent, of November 2026; Madeira's reduced one was 5 until September 2024."""

EXEMPTIONS = frozenset(
    {
        "M01", "M02", "M04", "M05", "M06", "M07", "M09", "M10", "M11", "M12", "M13", "M14", "M15", "M16", "M19", "M20", "M21", "M25",
        "M30", "M31", "M32", "M33", "M40", "M41", "M42", "M43", "M44", "M45", "M46", "M99",
    }
)  # fmt: skip
"""Codes in force. M03, M08 and M26 are not any more; M00, which InvoiceXpress knows, says that nothing is exempt."""

_CODE = re.compile(r"(?<![A-Z0-9])M[0-9]{2}(?![0-9])")


def exemption_in(text: str) -> str | None:
    """The one code in force that a text names, such as the name of a tax of 0 %: ``Isento (M07)`` gives ``M07``.

    None where it names none, or more than one.
    """
    named = set(_CODE.findall(text.upper())) & EXEMPTIONS
    return named.pop() if len(named) == 1 else None


def all_rates() -> frozenset[Decimal]:
    """Every rate of every region."""
    return frozenset(rate for rates in RATES.values() for rate in rates)

"""Tax ids: the RUT of Chile and the NIF of Portugal, brought to the form that tax authorities write, check digit verified."""

from __future__ import annotations

import re

from despacho_core.errors import TaxIdInvalid

FINAL_CONSUMER_RUT = "66666666-6"
"""Stands for a buyer without a name on a boleta (contract/invoicing.md 1.1). Nobody can be invoiced under it."""

FINAL_CONSUMER_NIF = "999999990"
"""Stands for a buyer without a name in Portugal (contract/invoicing.md 8.1). Nobody can be invoiced under it."""

_RUT = re.compile(r"0*([1-9]\d{0,7})([0-9K])")
_NIF = re.compile(r"[1-9]\d{8}")
_SEPARATORS = re.compile(r"[\s.\-‐‑‒–−]+")


def rut_check_digit(body: str) -> str:
    """The check digit of a RUT's digits: weights 2 to 7 from the right, ``11 - sum mod 11``, 11 → ``0``, 10 → ``K``."""
    weighted = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body)))
    return "0123456789K0"[11 - weighted % 11]


def canonical_rut(text: str) -> str:
    """``12.531.909-2``, ``125319092`` and ``cl 12531909-2`` as ``12531909-2``: no dots, one hyphen, capital K.

    Raises:
        TaxIdInvalid: No RUT, or its check digit is wrong.
    """
    compact = _SEPARATORS.sub("", text).upper().removeprefix("CL")
    found = _RUT.fullmatch(compact) if compact.isascii() else None
    if found is None or rut_check_digit(found[1]) != found[2]:
        raise TaxIdInvalid(tax_id=text)
    return f"{found[1]}-{found[2]}"


def nif_check_digit(body: str) -> str:
    """The ninth digit of a NIF: weights 9 to 2 over the first eight, ``11 - sum mod 11``, 10 and 11 → ``0``."""
    weighted = sum(int(digit) * (9 - place) for place, digit in enumerate(body))
    return "01234567890"[(11 - weighted % 11) % 11]


def canonical_nif(text: str) -> str:
    """``PT 501 964 843`` as ``501964843`` (contract/invoicing.md 8.1).

    Raises:
        TaxIdInvalid: Not nine digits, or the check digit is wrong.
    """
    compact = _SEPARATORS.sub("", text).upper().removeprefix("PT")
    if not (compact.isascii() and _NIF.fullmatch(compact)) or nif_check_digit(compact[:8]) != compact[8]:
        raise TaxIdInvalid(tax_id=text)
    return compact


def canonical_tax_id(text: str, country: str) -> str:
    """A tax id as its country writes it; where we know no rule, the text without spaces around it.

    Args:
        text: As the buyer typed it.
        country: Whose tax id it is, ISO 3166 alpha-2.

    Raises:
        TaxIdInvalid: It breaks the rule of its country.
    """
    if country == "CL":
        return canonical_rut(text)
    if country == "PT":
        return canonical_nif(text)
    return text.strip()

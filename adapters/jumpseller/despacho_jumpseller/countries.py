"""Countries by the names that the platform gives them, and the time zone that each keeps.

The rates callback and ``order.country`` name the country in the store's language (``Chile``, ``España``), other places give the
ISO 3166 code (contract/jumpseller.md 1.3 and 6.7).
"""

from __future__ import annotations

import unicodedata
import zoneinfo
from functools import cache

_COUNTRIES = {
    "AR": ("America/Argentina/Buenos_Aires", "argentina"),
    "BO": ("America/La_Paz", "bolivia"),
    "BR": ("America/Sao_Paulo", "brazil", "brasil"),
    "CL": ("America/Santiago", "chile"),
    "CO": ("America/Bogota", "colombia"),
    "CR": ("America/Costa_Rica", "costa rica"),
    "DE": ("Europe/Berlin", "germany", "alemania", "alemanha"),
    "DO": ("America/Santo_Domingo", "dominican republic", "republica dominicana"),
    "EC": ("America/Guayaquil", "ecuador", "equador"),
    "ES": ("Europe/Madrid", "spain", "espana", "espanha"),
    "FR": ("Europe/Paris", "france", "francia", "franca"),
    "GB": ("Europe/London", "united kingdom", "reino unido"),
    "GT": ("America/Guatemala", "guatemala"),
    "HN": ("America/Tegucigalpa", "honduras"),
    "IT": ("Europe/Rome", "italy", "italia"),
    "MX": ("America/Mexico_City", "mexico"),
    "NI": ("America/Managua", "nicaragua"),
    "PA": ("America/Panama", "panama"),
    "PE": ("America/Lima", "peru"),
    "PT": ("Europe/Lisbon", "portugal"),
    "PY": ("America/Asuncion", "paraguay", "paraguai"),
    "SV": ("America/El_Salvador", "el salvador"),
    "US": ("America/New_York", "united states", "united states of america", "estados unidos"),
    "UY": ("America/Montevideo", "uruguay", "uruguai"),
    "VE": ("America/Caracas", "venezuela"),
}
_CODES = {name: code for code, (_, *names) in _COUNTRIES.items() for name in names}


def country_code(name: str | None) -> str:
    """ISO 3166 alpha-2 of a country's name in English, Spanish or Portuguese, or of a code; empty where it is unknown."""
    plain = _plain(name or "")
    if len(plain) == 2 and plain.isascii() and plain.isalpha():
        return plain.upper()
    return _CODES.get(plain, "")


def time_zone(name: str | None, country: str) -> str:
    """An IANA zone: the one named, else the country's own, else UTC.

    The platform documents ``timezone`` as text only; names that are not IANA's (``Santiago``) lead to the country's zone.
    """
    if name in _zones():
        return name
    known = _COUNTRIES.get(country)
    return known[0] if known else "UTC"


@cache
def _zones() -> frozenset[str]:
    """All zones' names, read once: they lie in hundreds of files."""
    return frozenset(zoneinfo.available_timezones())


def _plain(name: str) -> str:
    spread = unicodedata.normalize("NFKD", name.casefold())
    return " ".join("".join(letter for letter in spread if not unicodedata.combining(letter)).split())

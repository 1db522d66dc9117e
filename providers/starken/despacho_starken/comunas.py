"""The names under which the carrier knows Chile's comunas (contract/carriers.md 3A).

Which comuna an address means is the hub's affair; here is only what Starken calls it: in capitals, without accents and Ñ, and sometimes
by its main town. The names were compared with the carrier's own list in October 2026.
"""

from __future__ import annotations

import msgspec

from despacho_core.addresses import Address
from despacho_core.places import comuna_of
from despacho_starken.words import plain

OTHER_NAMES = {
    "ALTO BIOBIO": "ALTO BIO BIO",
    "AYSEN": "PUERTO AYSEN",
    "CABO DE HORNOS": "PUERTO WILLIAMS",
    "CISNES": "PUERTO CISNES",
    "MARIQUINA": "SAN JOSE DE LA MARIQUINA",
    "MOSTAZAL": "SAN FRANCISCO DE MOSTAZAL",
    "NATALES": "PUERTO NATALES",
    "O HIGGINS": "VILLA OHIGGINS",
    "PAIGUANO": "PAIHUANO",
    "SAAVEDRA": "PUERTO SAAVEDRA",
    "SAN FABIAN": "SAN FABIAN DE ALICO",
    "SAN VICENTE": "SAN VICENTE DE TAGUATAGUA",
    "SANTO DOMINGO": "ROCAS DE SANTO DOMINGO",
    "TREGUACO": "TREHUACO",
}
"""Official names with the carrier's own, where they differ."""

NOT_LISTED = frozenset({"ANTARTICA", "CHILLAN VIEJO", "JUAN FERNANDEZ", "OLLAGUE", "TIRUA"})
"""Comunas that the carrier's list lacked then. Its own answers decide; this only says beforehand what to expect."""


class Place(msgspec.Struct, frozen=True):
    """A comuna: the carrier's name for it, the official one in the same letters, and the number of its region (13 is Metropolitana)."""

    name: str
    region: int
    official: str


def place_of(address: Address) -> Place | None:
    """The comuna of an address; None outside Chile, and where it is not certain which one is meant."""
    comuna = comuna_of(address).comuna
    if comuna is None or comuna.country != "CL":
        return None
    name = plain(comuna.name)
    return Place(OTHER_NAMES.get(name, name), int(comuna.code[:2]), name)


def listed_name(address: Address) -> str | None:
    """What the carrier calls the comuna of an address; None where it is not known to go, and where it is not clear which is meant."""
    place = place_of(address)
    return None if place is None or place.official in NOT_LISTED else place.name

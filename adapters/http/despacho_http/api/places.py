"""Places: which comuna or concelho an address names, and what a person may choose from where that is in doubt."""

from __future__ import annotations

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import QueryParameter

from despacho_core.addresses import Address
from despacho_core.places import Comuna, MatchedBy, Zone, regions_of
from despacho_http.access import Hub, StoreId
from despacho_services.places import check_address

PlaceName = Annotated[str, QueryParameter(name="name", min_length=1, max_length=200, description="What was written.")]
RegionName = Annotated[
    str, QueryParameter(name="region", max_length=200, description="The region beside it, by name or code.")
]
PostalCode = Annotated[str, QueryParameter(name="postal_code", max_length=40, description="The postcode beside it.")]
CountryCode = Annotated[
    str | None,
    QueryParameter(name="country", pattern="^[A-Z]{2}$", description="ISO 3166 alpha-2; the store's own unless said."),
]


class ComunaView(msgspec.Struct, frozen=True, kw_only=True):
    """A comuna of Chile (``code`` is its CUT) or a concelho of Portugal (its DICO); ``region`` is ISO 3166-2."""

    country: str
    code: str
    name: str
    region: str
    region_name: str


class PlaceView(msgspec.Struct, frozen=True, kw_only=True):
    """Where an address is. Without a ``comuna``, a person chooses among the ``candidates``, likeliest first.

    ``matched_by`` is how it was found: ``exact``, ``alias`` (another name, a locality), ``code``, ``fuzzy`` (a misspelling),
    or ``ambiguous`` or ``unknown``. ``region_differs``: the address states another region than the comuna's. ``region`` is the
    comuna's, or where none is known the stated one; ``postcode`` and ``zone`` are null where there is none that could be.
    """

    matched_by: MatchedBy
    comuna: ComunaView | None
    candidates: list[ComunaView]
    region_differs: bool
    region: str | None
    postcode: str | None
    zone: Zone | None


@get("/places")
async def find_place(
    services: Hub,
    store_id: StoreId,
    *,
    name: PlaceName,
    region: RegionName = "",
    postal_code: PostalCode = "",
    country: CountryCode = None,
) -> PlaceView:
    """The comuna or concelho that a text names, or those that it may name."""
    where = country or (await services.office.store(store_id)).country
    return place_view(Address(country=where, municipality=name, region=region, postal_code=postal_code))


def place_view(address: Address) -> PlaceView:
    """The place of an address as the API shows it."""
    checked = check_address(address)
    match = checked.match
    return PlaceView(
        matched_by=match.matched_by,
        comuna=_comuna_view(match.comuna) if match.comuna else None,
        candidates=[_comuna_view(comuna) for comuna in match.candidates],
        region_differs=match.region_differs,
        region=checked.region.code if checked.region else None,
        postcode=checked.postcode.written if checked.postcode else None,
        zone=checked.zone,
    )


def _comuna_view(comuna: Comuna) -> ComunaView:
    return ComunaView(
        country=comuna.country,
        code=comuna.code,
        name=comuna.name,
        region=comuna.region,
        region_name=regions_of(comuna.country)[comuna.region].name,
    )


ROUTES = (find_place,)

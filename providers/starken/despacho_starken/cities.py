"""The carrier's lists of cities with their comunas: prices are asked for by the code of a city (contract/carriers.md 3A).

The whole lists are published nowhere, so they are asked for, and kept for half a day. While they cannot be had, the last ones serve, and
before any were had the few codes that are known (:data:`KNOWN`): what those do not hold is then "cannot tell", never "does not go
there".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable
from despacho_ports.system import Clock
from despacho_starken.answers import lenient, many, replied, text_of
from despacho_starken.comunas import Place
from despacho_starken.gateway import Gateway
from despacho_starken.numbers import NOTHING, whole
from despacho_starken.words import key_of

if TYPE_CHECKING:
    import asyncio

ORIGINS, DESTINATIONS = "listarCiudadesOrigen", "listarCiudadesDestino"
FRESH = timedelta(hours=12)
AGAIN = timedelta(minutes=1)
"""How long a list that could not be had is not asked for again."""


class City(msgspec.Struct, frozen=True):
    """A city by the carrier's code, with the region's number, None where it tells none."""

    code: int
    region: int | None
    name: str


class Cities:
    """A list of cities, by the names of their comunas and their own."""

    def __init__(self, found: Iterable[tuple[City, tuple[str, ...]]]) -> None:
        self._by_comuna: dict[str, list[City]] = {}
        self._by_name: dict[str, list[City]] = {}
        for city, comunas in found:
            self._by_name.setdefault(key_of(city.name), []).append(city)
            for comuna in comunas:
                self._by_comuna.setdefault(key_of(comuna), []).append(city)

    def code_of(self, place: Place) -> int | None:
        """The code of the city that a comuna belongs to.

        None where the carrier does not list it, and where it lists several places of that name and neither the region nor a city of the
        same name decides: a price for the wrong one would be worse than none.
        """
        for index in (self._by_comuna, self._by_name):
            here = [city for city in index.get(key_of(place.name), ()) if city.region in {None, place.region}]
            called_so = [city for city in here if key_of(city.name) == key_of(place.name)]
            for some in (here, called_so):
                codes = {city.code for city in some}
                if len(codes) == 1:
                    return codes.pop()
        return None


KNOWN = Cities(
    (
        (City(1, 13, "SANTIAGO"), ("SANTIAGO", "NUNOA")),
        (City(39, 15, "ARICA"), ("ARICA",)),
        (City(73, 9, "PUCON"), ("PUCON",)),
        (City(385, 10, "DALCAHUE"), ("DALCAHUE",)),
        (City(388, 10, "CASTRO"), ("CASTRO",)),
        (City(389, 10, "ANCUD"), ("ANCUD",)),
        (City(1063, 10, "QUELLON"), ("QUELLON",)),
    )
)
"""What is known of the lists without asking."""


class _City(msgspec.Struct, rename="camel"):
    codigo_ciudad: msgspec.Raw = NOTHING
    codigo_region: msgspec.Raw = NOTHING
    nombre_ciudad: object = None
    lista_comunas: msgspec.Raw = NOTHING


class _Comuna(msgspec.Struct, rename="camel"):
    nombre_comuna: object = None


class _Kept(msgspec.Struct, frozen=True):
    cities: Cities = KNOWN
    asked_again_from: datetime | None = None
    problem: str = ""
    refused: bool = False


class CityLists:
    """Both lists of one account, asked for when needed.

    Args:
        gateway: Where they are asked for.
        clock: Says when they are old.
    """

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._kept = {ORIGINS: _Kept(), DESTINATIONS: _Kept()}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def code_of(self, place: Place, which: str) -> int | None:
        """The code of a comuna's city in one of the lists; None where the carrier does not go.

        Raises:
            ProviderError: ``Unauthorized``; ``Unavailable`` where only a list that cannot be had could tell.
        """
        kept = await self._current(which)
        code = kept.cities.code_of(place)
        if kept.refused:
            raise Unauthorized(kept.problem)
        if code is None and kept.problem:
            raise Unavailable(kept.problem)
        return code

    async def _current(self, which: str) -> _Kept:
        import asyncio  # noqa: PLC0415 - by now there is a loop; a script that only imports the provider does not pay for it

        if self._is_due(which):
            asking = self._asking.get(which)
            if asking is None or asking.done():
                asking = self._asking[which] = asyncio.create_task(self._ask(which))
            # A checkout that can wait no longer goes on; the list is had all the same, for the next one.
            await asyncio.shield(asking)
        return self._kept[which]

    def _is_due(self, which: str) -> bool:
        then = self._kept[which].asked_again_from
        return then is None or self._clock.now() >= then

    async def _ask(self, which: str) -> None:
        now = self._clock.now()
        try:
            reply = replied(await self._gateway.read(which))
            listed = reply.lista_ciudades_origen if which == ORIGINS else reply.lista_ciudades_destino
            found = read_cities(listed)
        except Unauthorized as error:
            self._kept[which] = _Kept(self._kept[which].cities, now, error.message, refused=True)
        except (Unavailable, RateLimited, Rejected) as error:
            problem = f"Starken's list of cities cannot be had. {error.message}"
            self._kept[which] = _Kept(self._kept[which].cities, now + AGAIN, problem)
        else:
            self._kept[which] = _Kept(found, now + FRESH)


def read_cities(raw: msgspec.Raw) -> Cities:
    """A list of cities; those without a code or a name are left out.

    Raises:
        Unavailable: Not one can be read: lists that come empty are known to go wrong, and prove nothing.
    """
    found = [one for one in map(_city, many(raw)) if one is not None]
    if not found:
        raise Unavailable("Starken's list of cities is empty.")
    return Cities(found)


def _city(raw: msgspec.Raw) -> tuple[City, tuple[str, ...]] | None:
    read = lenient(raw, _City)
    code, name = (whole(read.codigo_ciudad), text_of(read.nombre_ciudad)) if read else (None, "")
    if read is None or code is None or not 0 < code < 10**9 or not name:
        return None
    comunas = (lenient(one, _Comuna) for one in many(read.lista_comunas))
    names = (text_of(one.nombre_comuna) for one in comunas if one is not None)
    return City(code, whole(read.codigo_region), name), tuple(one for one in names if one)

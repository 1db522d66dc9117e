"""What a question for rates really depends on, as a key: another spelling of the same place is the same question."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import msgspec

from despacho_core.addresses import Address
from despacho_core.places_words import LONGEST, plain
from despacho_core.quotes import RateRequest
from despacho_core.stores import Account

_encode = msgspec.msgpack.Encoder(decimal_format="string").encode
_VERSION = 1
"""Raised when the meaning of what is kept changes, so that nothing old is read as new."""


def place_of(address: Address) -> Address:
    """The address as far as a price may depend on it: the place, and neither the street nor the person."""
    return Address(
        country=address.country,
        region=address.region,
        region_code=address.region_code,
        municipality=address.municipality,
        municipality_code=address.municipality_code,
        city=address.city,
        postal_code=address.postal_code,
    )


def question_of(request: RateRequest) -> RateRequest:
    """What carriers are asked: the request without what no price may depend on."""
    return msgspec.structs.replace(request, origin=place_of(request.origin), destination=place_of(request.destination))


def question_key(question: RateRequest) -> bytes:
    """A digest of places, parcels, value and currency."""
    parcels = [(one.weight_g, one.length_mm, one.width_mm, one.height_mm) for one in question.parcels]
    value = question.declared_value
    places = (_normalised(question.origin), _normalised(question.destination))
    return hashlib.sha256(_encode((_VERSION, places, parcels, value.plain(), value.currency))).digest()


def account_key(account: Account) -> bytes:
    """A digest of whose account it is and of its settings: a changed account never answers from before."""
    return hashlib.sha256(_encode((account.store_id, account.id, account.provider, account.settings))).digest()


def rates_key(account: bytes, question: bytes) -> str:
    """The key under which an account's answer to a question is kept."""
    return hashlib.sha256(account + question).hexdigest()


def _normalised(place: Address) -> tuple[str, ...]:
    written = (
        place.country,
        place.region or "",
        place.region_code or "",
        place.municipality or "",
        place.municipality_code or "",
        place.city or "",
        place.postal_code or "",
    )
    return _plain(tuple(field[:LONGEST] for field in written))


@lru_cache(maxsize=4096)
def _plain(fields: tuple[str, ...]) -> tuple[str, ...]:
    """Kept by what is looked at: a checkout sends texts of any length."""
    return tuple(plain(field) for field in fields)

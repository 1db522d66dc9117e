"""What is remembered of texts that a checkout sends: their beginnings, so that nobody fills the memory with endless ones."""

from __future__ import annotations

from decimal import Decimal
from functools import _lru_cache_wrapper
from typing import Any

import pytest

from despacho_core import areas, places_words
from despacho_core.addresses import Address
from despacho_core.areas import destination_of
from despacho_core.money import Money
from despacho_core.places_words import LONGEST, key_of
from despacho_core.quotes import RateRequest
from despacho_services import rate_keys
from despacho_services.rate_keys import question_key


def to(city: str) -> RateRequest:
    """A question for prices to a city."""
    here = Address(country="CL", municipality="Providencia")
    value = Money(Decimal(10_000), "CLP")
    return RateRequest(origin=here, destination=Address(country="CL", city=city), parcels=(), declared_value=value)


def looked_up(kept: _lru_cache_wrapper[Any]) -> int:
    return kept.cache_info().misses


@pytest.mark.parametrize(
    ("kept", "ask"),
    [
        (places_words._words_of, key_of),
        (areas._place, lambda text: destination_of(Address(country="CL", municipality=text, street=text))),
        (rate_keys._plain, lambda text: question_key(to(text))),
    ],
    ids=["words", "destination", "rates"],
)
def test_endless_texts_that_begin_alike_are_remembered_once(kept: _lru_cache_wrapper[Any], ask: Any) -> None:
    beginning = f"{kept.__name__} " + "x" * LONGEST
    ask(beginning)
    before = looked_up(kept)
    for ending in range(20):
        ask(f"{beginning}{ending}" * 100)
    assert looked_up(kept) == before

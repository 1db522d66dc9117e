"""Whether a provider's declaration makes sense. A Struct does not check the types of what it is made with, so this does."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, cast

import msgspec

from despacho_ports import carriers, invoicing
from despacho_ports.providers import PORTS, Provider, ProviderKind, RateLimit, capabilities_of
from despacho_ports.settings import fields_of

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_COUNTRY = re.compile(r"[A-Z]{2}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_PORTS_OF = {
    kind: frozenset(name for name, port in PORTS.items() if port.__module__ == module.__name__) - {"ChecksAccount"}
    for kind, module in ((ProviderKind.CARRIER, carriers), (ProviderKind.INVOICING, invoicing))
}


class ProviderNonsense(ValueError):
    """What a package declares cannot be used; says what it should be."""


def checked(provider: object) -> Provider:
    """The declaration itself, if it makes sense.

    Raises:
        ProviderNonsense: It does not; the first thing that is wrong.
    """
    if not isinstance(provider, Provider):
        raise ProviderNonsense(f"despacho_providers must return Provider objects, not {type(provider).__name__}")
    for is_right, wanted in _RULES:
        if not is_right(provider):
            raise ProviderNonsense(f"provider {provider.id!r}: {wanted}")
    _check_settings(provider)
    if not _PORTS_OF[provider.kind].intersection(capabilities_of(provider)):
        wanted = ", ".join(sorted(_PORTS_OF[provider.kind]))
        raise ProviderNonsense(
            f"provider {provider.id!r}: its connector offers nothing of kind “{provider.kind}”: {wanted}"
        )
    return provider


def _check_settings(provider: Provider) -> None:
    try:
        fields_of(provider.settings)
    except (TypeError, NameError) as error:
        raise ProviderNonsense(f"provider {provider.id!r}: its settings cannot be read: {error}") from error


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _all_match(values: object, pattern: re.Pattern[str]) -> bool:
    return isinstance(values, (tuple, list)) and all(
        isinstance(value, str) and pattern.fullmatch(value) for value in values
    )


def _are_limits(values: object) -> bool:
    return isinstance(values, (tuple, list)) and all(
        isinstance(limit, RateLimit) and _is_sane(limit) for limit in values
    )


def _are_words(values: object) -> bool:
    return isinstance(values, Mapping) and all(
        isinstance(language, str)
        and isinstance(table, Mapping)
        and all(_is_said(field, said) for field, said in table.items())
        for language, table in values.items()
    )


def _is_said(field: object, said: object) -> bool:
    """A title and a description."""
    is_pair = isinstance(said, tuple) and len(said) == len(("title", "description"))
    return isinstance(field, str) and is_pair and all(isinstance(one, str) for one in cast("tuple[object, ...]", said))


def _is_sane(limit: Any) -> bool:
    return (
        isinstance(limit.calls, int)
        and isinstance(limit.seconds, (int, float))
        and limit.calls >= 1
        and 0 < limit.seconds < math.inf
    )


_RULES: tuple[tuple[Callable[[Any], object], str], ...] = (
    (lambda p: isinstance(p.id, str) and _ID.fullmatch(p.id), "its id must be lower-case words joined by hyphens"),
    (lambda p: _is_text(p.name), "its name must be a text"),
    (lambda p: isinstance(p.kind, ProviderKind), "its kind must be a ProviderKind"),
    (lambda p: _is_text(p.version), "its version must be a text"),
    (
        lambda p: isinstance(p.settings, type) and issubclass(p.settings, msgspec.Struct),
        "its settings must be a msgspec Struct class",
    ),
    (lambda p: isinstance(p.connector, type), "its connector must be a class, called with settings and toolbox"),
    (lambda p: _all_match(p.countries, _COUNTRY), "its countries must be ISO 3166 codes of two capitals"),
    (lambda p: _all_match(p.currencies, _CURRENCY), "its currencies must be ISO 4217 codes of three capitals"),
    (lambda p: _are_words(p.words), "its words must be titles and descriptions by field, by language"),
    (lambda p: _are_limits(p.rate_limits), "its rate_limits must be RateLimits: at least one call in a positive time"),
)

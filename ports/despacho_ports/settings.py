"""Reading a provider's settings Struct: its form, its checks, its secrets."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.inspect import (
    BoolType,
    CollectionType,
    DictType,
    IntType,
    LiteralType,
    Metadata,
    StrType,
    StructType,
    UnionType,
    type_info,
)

T = TypeVar("T", bound=msgspec.Struct)


class SettingsInvalid(ValueError):
    """The settings do not fit the provider; the message names the field and what it should be."""


class FieldKind(enum.StrEnum):
    """What a person fills a field in with."""

    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    CHOICE = "choice"


class SettingField(msgspec.Struct, frozen=True, kw_only=True):
    """One field of the form. ``choices`` are the allowed texts of a choice, ``longest`` the letters that a text may have.

    ``address`` tells that the account's calls go there.
    """

    name: str
    title: str
    help: str
    required: bool
    secret: bool
    default: object = None
    kind: FieldKind = FieldKind.TEXT
    choices: tuple[str, ...] = ()
    longest: int | None = None
    address: bool = False


def fields_of(settings: type[msgspec.Struct]) -> list[SettingField]:
    """The form of a settings Struct, in its own order. Defaults of secrets are never shown."""
    return list(_fields(settings))


@cache
def _fields(settings: type[msgspec.Struct]) -> tuple[SettingField, ...]:
    """The form, worked out once: an account's connector is made anew with every call, and its settings are checked each time."""
    info = type_info(settings)
    if not isinstance(info, StructType):
        raise TypeError(f"{settings!r} is not a msgspec Struct")
    fields = []
    for field in info.fields:
        meta, extra = _metadata(field.type)
        secret = bool(extra.get("secret"))
        kind, choices, longest = _filled_in(field.type)
        fields.append(
            SettingField(
                name=field.name,
                title=str(meta.get("title") or field.name),
                help=str(meta.get("description") or ""),
                required=field.required,
                secret=secret,
                default=None if secret or field.default is msgspec.NODEFAULT else field.default,
                kind=kind,
                choices=choices,
                longest=longest,
                address=bool(extra.get("address")),
            )
        )
    return tuple(fields)


def read_settings(settings: type[T], values: Mapping[str, object]) -> T:
    """The checked Struct. Texts are read as numbers and booleans where the field wants one, as a command line gives them.

    Raises:
        SettingsInvalid: A field is unknown, missing or does not fit. No value is repeated in the message.
    """
    known = {field.name for field in fields_of(settings)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise SettingsInvalid(f"unknown setting “{unknown[0]}”; known are {', '.join(sorted(known))}")
    try:
        return msgspec.convert(dict(values), settings, strict=False)
    except msgspec.ValidationError as error:
        address = _address_in(settings, str(error))
        if address is not None:
            raise SettingsInvalid(f"{address} must look like https://api.example.com/v1: {NO_ADDRESS}") from None
        raise SettingsInvalid(_without_values(str(error))) from None


NO_ADDRESS = "no user, no password, no “?” and no “#”"


def secrets_at_risk(
    settings: type[msgspec.Struct], kept: Mapping[str, object], wanted: Mapping[str, object]
) -> list[str]:
    """Names of the secrets that are kept and would go to an address that they were not given for, in the form's order.

    Whoever may change an account's address may not learn its secrets by it: where an address changes, they have to be typed again.
    """
    fields = fields_of(settings)
    addresses = [one for one in fields if one.address]
    if all(kept.get(one.name, one.default) == wanted.get(one.name, one.default) for one in addresses):
        return []
    return [one.name for one in fields if one.secret and kept.get(one.name)]


def hidden(settings: type[msgspec.Struct], values: Mapping[str, object]) -> dict[str, object]:
    """The values for listings: every secret replaced by dots, and every value of a field that is not known (any more)."""
    open_fields = {field.name for field in fields_of(settings) if not field.secret}
    return {name: value if name in open_fields else "••••" for name, value in values.items()}


def _filled_in(kind: object) -> tuple[FieldKind, tuple[str, ...], int | None]:
    """How a person fills a field of this type in; whatever is none of the simple ones is written as text."""
    while isinstance(kind, Metadata):
        kind = kind.type
    if isinstance(kind, BoolType):
        return FieldKind.FLAG, (), None
    if isinstance(kind, IntType):
        return FieldKind.NUMBER, (), None
    if isinstance(kind, LiteralType) and all(isinstance(value, str) for value in kind.values):
        return FieldKind.CHOICE, tuple(map(str, kind.values)), None
    return FieldKind.TEXT, (), kind.max_length if isinstance(kind, StrType) else None


def _without_values(message: str) -> str:
    """The decoder's message without the one thing that it repeats: a value that an enumeration does not have."""
    _, at, path = message.rpartition(" - at ")
    return f"Not one of the allowed values{at}{path}" if message.startswith("Invalid enum value") else message


def _address_in(settings: type[msgspec.Struct], message: str) -> str | None:
    """The address that a decoder's message is about."""
    path = message.rpartition(" - at ")[2].strip("`").removeprefix("$.")
    return next((field.name for field in fields_of(settings) if field.address and field.name == path), None)


def _metadata(kind: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """JSON-schema extras and our own extras, wherever they stand: an optional secret and a list of secrets are secrets too."""
    if isinstance(kind, Metadata):
        meta, extra = _metadata(kind.type)
        return {**meta, **(kind.extra_json_schema or {})}, {**extra, **(kind.extra or {})}
    inner: tuple[object, ...] = ()
    if isinstance(kind, UnionType):
        inner = kind.types
    elif isinstance(kind, CollectionType):
        inner = (kind.item_type,)
    elif isinstance(kind, DictType):
        inner = (kind.value_type,)
    found = [_metadata(one) for one in inner]
    return (
        {name: value for meta, _ in reversed(found) for name, value in meta.items()},
        {name: value for _, extra in reversed(found) for name, value in extra.items()},
    )

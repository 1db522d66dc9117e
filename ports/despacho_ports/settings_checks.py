"""What is wrong with the fields of a form, each by itself, so that a person sees everything at once."""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from typing import get_type_hints

import msgspec

from despacho_ports.settings import FieldKind, SettingField, SettingsInvalid, fields_of, read_settings

_FIRST_WORD = re.compile(r"\w+")


class Wrong(enum.StrEnum):
    """In what way a field does not fit."""

    MISSING = "missing"
    NUMBER = "number"
    CHOICE = "choice"
    LENGTH = "length"
    ADDRESS = "address"
    AGAIN = "again"
    FORM = "form"


class FieldProblem(msgspec.Struct, frozen=True):
    """One field that does not fit; ``name`` is empty for what concerns several. ``said`` are the provider's own words, if it has any."""

    name: str
    wrong: Wrong
    said: str = ""


def problems_in(settings: type[msgspec.Struct], values: Mapping[str, object]) -> list[FieldProblem]:
    """Everything that is wrong with the values, in the form's order; empty where :func:`read_settings` would take them."""
    types = get_type_hints(settings, include_extras=True)
    fields = fields_of(settings)
    found = [one for field in fields if (one := _problem(field, types[field.name], values)) is not None]
    if found:
        return found
    try:
        read_settings(settings, values)
    except SettingsInvalid as error:
        return [_of_the_whole(str(error), {field.name for field in fields})]
    return []


def _problem(field: SettingField, kind: object, values: Mapping[str, object]) -> FieldProblem | None:
    if field.name not in values:
        return FieldProblem(field.name, Wrong.MISSING) if field.required else None
    value = values[field.name]
    if field.required and value in {"", None}:
        return FieldProblem(field.name, Wrong.MISSING)
    try:
        msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return FieldProblem(field.name, _way(field, value))
    return None


def _way(field: SettingField, value: object) -> Wrong:
    if field.kind is FieldKind.NUMBER:
        return Wrong.NUMBER
    if field.kind is FieldKind.CHOICE:
        return Wrong.CHOICE
    if field.address:
        return Wrong.ADDRESS
    too_long = field.longest is not None and isinstance(value, str) and len(value) > field.longest
    return Wrong.LENGTH if too_long else Wrong.FORM


def _of_the_whole(message: str, names: set[str]) -> FieldProblem:
    """What a provider says of its settings as a whole: by custom its sentence begins with the field that it is about."""
    first = _FIRST_WORD.match(message)
    name = first[0] if first and first[0] in names else ""
    return FieldProblem(name, Wrong.FORM, message.removeprefix(name).strip())

"""The merchant's decisions as ``KEY=VALUE``: every field of :class:`StoreSettings`, those of its parts with a dot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from despacho_core.addresses import Address
from despacho_core.document_rules import DocumentRules
from despacho_core.parcels import Parcel
from despacho_core.store_checks import BOUNDS, setting_misfits
from despacho_core.stores import StoreSettings
from despacho_core.written import Unclear, read_count, read_measure

_PARTS: dict[str, type[msgspec.Struct]] = {"origin": Address, "default_parcel": Parcel, "documents": DocumentRules}
_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_HELP = {
    "labels": "when labels are bought: manual or on_paid",
    "labels_since": "orders placed earlier get no label by themselves (2026-11-01, UTC); empty: since the installation",
    "invoices": "when invoices are issued: manual, on_paid or on_shipped (the first label bought)",
    "documents.half_given": "an invoice is wanted, its data are not complete: wait (for the merchant) or receipt (with a note)",
    "documents.invoice_field": "label of the checkout field that asks for an invoice; empty: the usual ones",
    "documents.invoice_value": "the answer in that field that asks for one; any other asks for a receipt",
    "documents.since": "orders placed earlier get no document by themselves (2026-11-01, UTC); empty: since the installation",
    "documents.gift_card_exemption": "code for lines of gift cards sold, such as M99, or left-out; empty: usual in the country",
    "credit_on_cancel": "whether a cancelled order gets a credit note by itself",
    "tracking_hours": "how often the carrier is asked about a parcel, in hours",
    "notify_buyers": "whether the platform mails the buyer when a parcel is on its way",
    "allow_unsigned_invoices": "whether the secret invoices address is trusted alone",
    "untaxed_rate": "tax in per cent within prices of orders that name none; empty: usual in the country",
    "default_parcel": "stands in for products without weight or size",
    "origin": "where parcels leave from",
}


class SettingWrong(ValueError):
    """A setting that does not exist or a value that does not fit; the message names it."""


def flat(settings: StoreSettings) -> dict[str, object]:
    """Every setting by its name; a part that is not given has its fields as None."""
    values: dict[str, object] = {}
    for name in StoreSettings.__struct_fields__:
        value = getattr(settings, name)
        if name not in _PARTS:
            values[name] = msgspec.to_builtins(value)
            continue
        for field in _PARTS[name].__struct_fields__:
            values[f"{name}.{field}"] = None if value is None else msgspec.to_builtins(getattr(value, field))
    return values


def described(name: str) -> str:
    """What a setting is, for people."""
    part, _, _field = name.partition(".")
    return _HELP.get(name) or _HELP.get(part, "")


def changed(settings: StoreSettings, wanted: Mapping[str, str]) -> StoreSettings:
    """The settings with some of them changed; an empty value goes back to the default.

    Raises:
        SettingWrong: A name is unknown or a value does not fit.
    """
    tree: dict[str, Any] = msgspec.to_builtins(settings)
    known = flat(settings)
    for name, text in wanted.items():
        if name not in known:
            raise SettingWrong(f"There is no setting “{name}”. There are: {', '.join(known)}.")
        part, _, field = name.rpartition(".")
        _put(_branch(tree, part), field, _number(name, text) if name in BOUNDS and text.strip() else text)
    try:
        result = msgspec.convert(tree, StoreSettings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingWrong(_explained(str(error))) from None
    _check(result)
    return result


def _number(name: str, text: str) -> str:
    """A number as people write it, plainly. Raises ``SettingWrong``."""
    try:
        return str(read_measure(text) if name in _MEASURES else read_count(text))
    except Unclear as error:
        raise SettingWrong(f"{name}: {error}. It says {described(name)}.") from error


def _branch(tree: dict[str, Any], part: str) -> dict[str, Any]:
    if not part:
        return tree
    if tree.get(part) is None:
        tree[part] = {}
    branch: dict[str, Any] = tree[part]
    return branch


def _put(branch: dict[str, Any], field: str, text: str) -> None:
    if field in {"since", "labels_since"} and _DAY.fullmatch(text.strip()):
        branch[field] = f"{text.strip()}T00:00:00Z"
    elif text.strip():
        branch[field] = _WORDS.get(text.strip().lower(), text.strip()) if field in _SWITCHES else text.strip()
    else:
        branch.pop(field, None)


def _explained(message: str) -> str:
    """The decoder's message with our way of naming fields, and what the field is."""
    said, at, path = message.partition(" - at `$.")
    name = path.rstrip("`")
    return f"{name}: {said}. It says {described(name)}." if at else f"{message}."


def _check(settings: StoreSettings) -> None:
    for one in setting_misfits(settings):
        raise SettingWrong(f"{one.path}: {one.reason}. It says {described(one.path)}.")


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SWITCHES = frozenset(field.name for field in msgspec.structs.fields(StoreSettings) if isinstance(field.default, bool))
_MEASURES = frozenset({"tracking_hours", "untaxed_rate"})
"""Settings with decimals; the other numbers are counts of grams and millimetres."""

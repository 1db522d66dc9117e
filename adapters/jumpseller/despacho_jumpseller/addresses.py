"""The platform's addresses, in all the forms that it gives them.

Orders name region and municipality and give a region code beside; the rates callback gives codes with the names beside
(``region_name``, ``municipality_name``) or, in its older form, names alone; locations give codes; the reduced invoice order knows
``zip`` for ``postal`` (contract/jumpseller.md 1.3, 2.5, 4.6, 5.2).
"""

from __future__ import annotations

from urllib.parse import unquote

from despacho_core.addresses import Address
from despacho_jumpseller.countries import country_code
from despacho_jumpseller.fields import Fields


def address(fields: Fields) -> Address | None:
    """The address; None where the object says nothing at all (``{"name": null, …}``)."""
    region, region_code = _name_and_code(fields, "region")
    municipality, municipality_code = _name_and_code(fields, "municipality")
    found = Address(
        country=country_code(fields.text("country_code")) or country_code(fields.text("country")),
        region=region,
        region_code=region_code,
        municipality=municipality,
        municipality_code=municipality_code,
        city=_unescaped(fields.text("city")),
        postal_code=fields.text("postal", "zip", "postal_code"),
        street=fields.text("address"),
        street_number=fields.text("street_number"),
        complement=fields.text("complement"),
        name=full_name(fields),
        company=fields.text("company", "company_name"),
        email=fields.text("email"),
        phone=fields.text("phone"),
        tax_id=fields.text("taxid", "tax_id"),
    )
    return None if found == Address() else found


def full_name(fields: Fields) -> str | None:
    """Name and surname together."""
    parts = [part for part in (fields.text("name"), fields.text("surname")) if part]
    return " ".join(parts) or None


def _name_and_code(fields: Fields, kind: str) -> tuple[str | None, str | None]:
    """Name and code of a region or municipality; which of them ``kind`` itself holds, its neighbours and its digits tell."""
    given = _unescaped(fields.text(kind))
    name = _unescaped(fields.text(f"{kind}_name"))
    code = fields.text(f"{kind}_code")
    if given is None or given == name:
        return name, code
    if name is not None:
        return name, code or given
    if given.isdecimal():
        return None, code or given
    return given, code


def _unescaped(name: str | None) -> str | None:
    """Live locations came with ``Bogot%C3%A1`` (contract 4.6); no place has a percent sign of its own."""
    return unquote(name) if name and "%" in name else name

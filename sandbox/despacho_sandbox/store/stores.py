"""The stores that the sandbox opens with, and how further ones are made. Every credential is plainly fake."""

from __future__ import annotations

from decimal import Decimal

import msgspec

from despacho_sandbox.store.geography import countries
from despacho_sandbox.store.model import Location, Product, Store
from despacho_sandbox.store.order import Address, Tax
from despacho_sandbox.store.web import ApiError

DEFAULT_CODES = ("tienda-norte", "tienda-sur")


class StoreSpec(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a new store is to be; what is left out follows from the country (CL or PT)."""

    code: str
    name: str | None = None
    country: str = "CL"
    currency: str | None = None
    timezone: str | None = None
    language: str | None = None
    login: str | None = None
    authtoken: str | None = None
    hooks_token: str | None = None


class _Home(msgspec.Struct):
    """What stores of one country have in common."""

    currency: str
    timezone: str
    language: str
    tax: Tax
    municipality: str
    city: str
    street: str
    postal: str
    branch: str


HOMES = {
    "CL": _Home(
        currency="CLP", timezone="America/Santiago", language="es", tax=Tax(id=301, name="IVA", rate=Decimal(19)),
        municipality="Providencia", city="Santiago", street="Avenida Nueva Providencia", postal="7500000",
        branch="Ñuñoa",
    ),
    "PT": _Home(
        currency="EUR", timezone="Europe/Lisbon", language="pt", tax=Tax(id=302, name="IVA", rate=Decimal(23)),
        municipality="Lisboa", city="Lisboa", street="Rua Augusta", postal="1100-053", branch="Évora",
    ),
}  # fmt: skip

CATALOGUE = (
    # sku, name, price in CLP, price in EUR, kilograms, length, width, height in centimetres, type
    ("POL-01", "Polera de algodón", "11990", "14.90", "0.3", 30, 25, 3, "physical"),
    ("TAZ-02", "Taza de gres", "6990", "9.50", "0.45", 12, 12, 11, "physical"),
    ("CAF-03", "Cafetera italiana", "24990", "32.00", "1.2", 22, 16, 24, "physical"),
    ("LIB-04", "Libro de cocina del sur", "18490", "21.35", "0.85", 24, 18, 4, "physical"),
    ("SAC-05", "Saco de café en grano 18 kg", "189990", "239.00", "18.4", 60, 40, 22, "physical"),
    ("GIF-06", "Tarjeta de regalo", "20000", "25.00", "0", 0, 0, 0, "gift_card"),
    ("DIG-07", "Recetario digital", "4990", "5.90", "0", 0, 0, 0, "digital"),
)


def make_store(spec: StoreSpec, number: int) -> Store:
    """A store with a catalogue and two locations.

    Args:
        spec: What it is to be.
        number: Which store of the sandbox it is; its products and locations are numbered after it.

    Raises:
        ApiError: 400 if the country is neither CL nor PT, or the code is no host name.
    """
    home = _home(spec)
    currency = spec.currency or home.currency
    return Store(
        code=spec.code,
        id=1000 + number,
        name=spec.name or spec.code.replace("-", " ").title(),
        country_code=spec.country,
        currency=currency,
        timezone=spec.timezone or home.timezone,
        language=spec.language or home.language,
        login=spec.login or f"fake-login-{spec.code}",
        authtoken=spec.authtoken or f"fake-authtoken-{spec.code}",
        hooks_token=spec.hooks_token or f"fake-hooks-token-{spec.code}",
        email=f"hola@{spec.code}.example",
        products=_products(currency, home.tax, number),
        locations=_locations(spec, home, number),
    )


def _home(spec: StoreSpec) -> _Home:
    if spec.country not in HOMES:
        raise ApiError(400, {"message": f"country must be one of: {', '.join(HOMES)}"})
    if not spec.code.replace("-", "").isalnum() or not spec.code.isascii():
        raise ApiError(400, {"message": "code must be letters, digits and hyphens"})
    return HOMES[spec.country]


def default_stores() -> list[Store]:
    """The two stores that are always there."""
    return [make_store(StoreSpec(code=code), number) for number, code in enumerate(DEFAULT_CODES)]


def _products(currency: str, tax: Tax, number: int) -> list[Product]:
    return [
        Product(
            id=36336000 + number * 100 + index,
            sku=sku,
            name=name,
            price=Decimal(clp if currency == "CLP" else eur),
            weight=Decimal(weight),
            length=Decimal(length),
            width=Decimal(width),
            height=Decimal(height),
            type=kind,
            # A gift card is sold with a VAT of nothing (contract 5.5).
            taxes=() if kind == "gift_card" else (tax,),
        )
        for index, (sku, name, clp, eur, weight, length, width, height, kind) in enumerate(CATALOGUE)
    ]


def _locations(spec: StoreSpec, home: _Home, number: int) -> list[Location]:
    main = Address(
        name=spec.name or spec.code, address=home.street, street_number="2155", city=home.city, postal=home.postal,
        **_place(spec.country, home.municipality),
    )  # fmt: skip
    branch = Address(name="Local", address="Irarrázaval", city=home.branch, **_place(spec.country, home.branch))
    email = f"bodega@{spec.code}.example"
    first = 314455 + number * 10
    return [
        Location(id=first, name="Bodega central", email=email, address=main, main=True),
        Location(id=first + 1, name="Local", email=email, address=branch, pickup_point=True),
    ]


def _place(country_code: str, municipality_name: str) -> dict[str, str]:
    country = countries()[country_code]
    found = country.find_municipality(municipality_name)
    if found is None:
        raise LookupError(f"{municipality_name} is not in the tables")
    region, municipality = found
    return {
        "municipality": municipality.name,
        "municipality_code": municipality.code,
        "region": region.name,
        "region_code": region.code,
        "country": country.name,
        "country_code": country.code,
    }

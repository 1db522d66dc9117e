"""Forms of the store's decisions: what was written, read into the settings, and what is wrong with it beside its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from despacho_core.addresses import Address
from despacho_core.document_rules import HalfGiven
from despacho_core.parcels import Parcel
from despacho_core.places import COUNTRIES, Comuna, Match, regions_of
from despacho_core.store_checks import BOUNDS, country_problem, exemption_problem
from despacho_core.stores import InvoiceTrigger, LabelTrigger, Store, StoreSettings
from despacho_http.desk.forms import FormData
from despacho_http.desk.reading import NEEDED, Reading
from despacho_http.desk.wording import marked
from despacho_services.places import check_address

Revise = Callable[[StoreSettings], StoreSettings]

NO_DAY = marked("This is no day.")
NO_COMUNA = marked("This comuna is not known. Choose one of the list below, or correct the name.")

_ORIGIN = (
    "name", "company", "street", "street_number", "complement", "municipality", "region", "city", "postal_code", "phone", "email",
    "tax_id",
)  # fmt: skip


def automation_in(reading: Reading) -> Revise:
    """When labels and documents are made, and how parcels are followed."""
    hours = reading.number("tracking_hours", *BOUNDS["tracking_hours"])

    def revise(settings: StoreSettings) -> StoreSettings:
        return msgspec.structs.replace(
            settings,
            labels=reading.choice("labels", LabelTrigger, settings.labels),
            invoices=reading.choice("invoices", InvoiceTrigger, settings.invoices),
            credit_on_cancel=reading.form.flag("credit_on_cancel"),
            notify_buyers=reading.form.flag("notify_buyers"),
            tracking_hours=settings.tracking_hours if hours is None else hours,
        )

    return revise


def documents_in(reading: Reading, store: Store) -> Revise:
    """What documents say, and which orders get one."""
    untaxed = reading.number("untaxed_rate", *BOUNDS["untaxed_rate"], optional=True)
    since = _since(reading, store)
    exemption = reading.text("gift_card_exemption")
    if (problem := exemption_problem(exemption)) is not None:
        reading.wrong("gift_card_exemption", problem)

    def revise(settings: StoreSettings) -> StoreSettings:
        documents = msgspec.structs.replace(
            settings.documents,
            half_given=reading.choice("half_given", HalfGiven, settings.documents.half_given),
            invoice_field=reading.text("invoice_field"),
            invoice_value=reading.text("invoice_value"),
            since=since,
            gift_card_exemption=exemption,
        )
        unsigned = reading.form.flag("allow_unsigned_invoices")
        return msgspec.structs.replace(
            settings, documents=documents, untaxed_rate=untaxed, allow_unsigned_invoices=unsigned
        )

    return revise


def parcel_in(reading: Reading) -> Revise:
    """The parcel that stands in for products without weight or size: kilograms and centimetres on the page."""
    weight = reading.scaled("weight_kg", 1000, *BOUNDS["default_parcel.weight_g"])
    sides = [
        reading.scaled(f"{side}_cm", 10, *BOUNDS[f"default_parcel.{side}_mm"]) for side in ("length", "width", "height")
    ]

    def revise(settings: StoreSettings) -> StoreSettings:
        length, width, height = (value or 0 for value in sides)
        parcel = Parcel(weight_g=weight or 0, length_mm=length, width_mm=width, height_mm=height)
        return msgspec.structs.replace(settings, default_parcel=parcel)

    return revise


def origin_in(reading: Reading, store: Store) -> tuple[Address, Match]:
    """Where parcels leave from, with the comuna that it was found to be in; ``comuna`` in the form is one that was chosen."""
    said = {name: reading.text(name) or None for name in _ORIGIN}
    country = reading.text("country").upper() or store.country
    if (problem := country_problem(country)) is not None:
        reading.wrong("country", problem)
    address = Address(country=country, **said)
    match = check_address(address).match
    for needed in ("street", "municipality"):
        if not said[needed]:
            reading.errors[needed] = NEEDED
    if not (said["name"] or said["company"]):
        reading.errors["name"] = NEEDED
    if country in COUNTRIES and said["municipality"] and match.comuna is None and not reading.form.flag("as_written"):
        reading.errors["municipality"] = NO_COMUNA
    if match.comuna is not None:
        address = _settled(address, match.comuna)
    return address, match


def chosen_comuna(reading: Reading) -> None:
    """A candidate that was clicked replaces what was written: its button brings name and region."""
    name, _, region = reading.form.text("candidate").partition("|")
    if name:
        fields = dict(reading.form.fields.items()) | {"municipality": name, "region": region}
        reading.form = FormData(type(reading.form.fields)(fields))


def _settled(address: Address, comuna: Comuna) -> Address:
    region = regions_of(comuna.country)[comuna.region].name
    return msgspec.structs.replace(address, municipality=comuna.name, region=region, region_code=None)


def _since(reading: Reading, store: Store) -> datetime | None:
    """The beginning of a day at the store; None where none is said."""
    text = reading.text("since")
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(store.timezone)).astimezone(UTC)
    except ValueError:
        reading.errors["since"] = NO_DAY
        return None

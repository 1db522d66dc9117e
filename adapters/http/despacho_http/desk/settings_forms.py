"""Forms of the store's decisions: what was written, read into the settings, and what is wrong with it beside its field."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TypeVar
from zoneinfo import ZoneInfo

import msgspec

from despacho_core.addresses import Address
from despacho_core.document_rules import LEFT_OUT, HalfGiven
from despacho_core.fiscal_portugal import EXEMPTIONS
from despacho_core.money import decimal_from
from despacho_core.parcels import MAX_SIDE_MM, MAX_WEIGHT_G, Parcel
from despacho_core.places import COUNTRIES, Comuna, Match, regions_of
from despacho_core.stores import InvoiceTrigger, LabelTrigger, Store, StoreSettings
from despacho_http.desk.forms import FormData
from despacho_http.desk.wording import marked
from despacho_services.places import check_address

E = TypeVar("E", bound=enum.StrEnum)
Revise = Callable[[StoreSettings], StoreSettings]

NEEDED = marked("This is needed.")
NO_NUMBER = marked("This is no number.")
OUT_OF_BOUNDS = marked("This is too small or too large.")
NO_DAY = marked("This is no day.")
NO_CODE = marked("This code is not in force.")
NO_COUNTRY = marked("Two letters, such as CL or PT.")
NO_COMUNA = marked("This comuna is not known. Choose one of the list below, or correct the name.")

LONGEST = 120
_GROUPED = re.compile(r"(?P<whole>-?\d{1,3}(?:(\.\d{3})+|(,\d{3})+))(?P<rest>[.,]\d{1,2})?")
_ORIGIN = (
    "name", "company", "street", "street_number", "complement", "municipality", "region", "city", "postal_code", "phone", "email",
    "tax_id",
)  # fmt: skip


@dataclass
class Reading:
    """A form that is being read: what is wrong, by field (English, for the catalogues)."""

    form: FormData
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A short text."""
        return self.form.text(name)[:LONGEST]

    def number(self, name: str, least: Decimal | int, most: Decimal | int, *, optional: bool = False) -> Decimal | None:
        """A number within bounds, with a comma or a point; None for what is empty or wrong."""
        return self._bounded(name, self._bare(name).replace(",", "."), least, most, optional=optional)

    def amount(self, name: str, least: Decimal | int, most: Decimal | int, *, optional: bool = False) -> Decimal | None:
        """An amount of money, as people write it: ``2.990`` and ``2,990`` are thousands, ``4.990,5`` and ``4,99`` have decimals."""
        text = self._bare(name)
        if grouped := _GROUPED.fullmatch(text):
            digits = "".join(letter for letter in grouped["whole"] if letter.isdigit() or letter == "-")
            text = f"{digits}.{grouped['rest'][1:]}" if grouped["rest"] else digits
        return self._bounded(name, text.replace(",", "."), least, most, optional=optional)

    def _bare(self, name: str) -> str:
        return self.form.text(name).replace("\u00a0", "").replace(" ", "")

    def _bounded(
        self, name: str, text: str, least: Decimal | int, most: Decimal | int, *, optional: bool
    ) -> Decimal | None:
        if not text:
            if not optional:
                self.errors[name] = NEEDED
            return None
        try:
            value = decimal_from(text)
        except ValueError:
            self.errors[name] = NO_NUMBER
            return None
        if not value.is_finite() or not least <= value <= most:
            self.errors[name] = OUT_OF_BOUNDS
            return None
        return value

    def whole(self, name: str, least: int, most: int, *, optional: bool = False) -> int | None:
        """A whole number within bounds."""
        value = self.number(name, least, most, optional=optional)
        if value is not None and value != int(value):
            self.errors[name] = NO_NUMBER
            return None
        return None if value is None else int(value)

    def choice(self, name: str, kind: type[E], default: E) -> E:
        """One of a list; what is none of it leaves what is there."""
        text = self.form.text(name)
        return kind(text) if text in set(kind) else default


def automation_in(reading: Reading) -> Revise:
    """When labels and documents are made, and how parcels are followed."""
    hours = reading.number("tracking_hours", Decimal("0.25"), 168) or Decimal(3)

    def revise(settings: StoreSettings) -> StoreSettings:
        return msgspec.structs.replace(
            settings,
            labels=reading.choice("labels", LabelTrigger, settings.labels),
            invoices=reading.choice("invoices", InvoiceTrigger, settings.invoices),
            credit_on_cancel=reading.form.flag("credit_on_cancel"),
            notify_buyers=reading.form.flag("notify_buyers"),
            tracking_hours=hours,
        )

    return revise


def documents_in(reading: Reading, store: Store) -> Revise:
    """What documents say, and which orders get one."""
    untaxed = reading.number("untaxed_rate", 0, 100, optional=True)
    since = _since(reading, store)
    exemption = reading.text("gift_card_exemption")
    if exemption not in {"", LEFT_OUT, *EXEMPTIONS}:
        reading.errors["gift_card_exemption"] = NO_CODE

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
    weight = reading.number("weight_kg", Decimal("0.001"), Decimal(MAX_WEIGHT_G) / 1000)
    longest = Decimal(MAX_SIDE_MM) / 10
    sides = [reading.number(f"{side}_cm", Decimal("0.1"), longest) for side in ("length", "width", "height")]

    def revise(settings: StoreSettings) -> StoreSettings:
        length, width, height = (round((value or 0) * 10) for value in sides)
        parcel = Parcel(weight_g=round((weight or 0) * 1000), length_mm=length, width_mm=width, height_mm=height)
        return msgspec.structs.replace(settings, default_parcel=parcel)

    return revise


def origin_in(reading: Reading, store: Store) -> tuple[Address, Match]:
    """Where parcels leave from, with the comuna that it was found to be in; ``comuna`` in the form is one that was chosen."""
    said = {name: reading.text(name) or None for name in _ORIGIN}
    country = reading.text("country").upper() or store.country
    if not (len(country) == 2 and country.isalpha()):
        reading.errors["country"] = NO_COUNTRY
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

"""The merchant's decisions as they are written on a command line."""

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho.commands._store_settings import SettingWrong, changed, described, flat
from despacho_core.addresses import Address
from despacho_core.parcels import Parcel
from despacho_core.stores import InvoiceTrigger, LabelTrigger, StoreSettings

ORIGIN = Address(country="CL", municipality="Providencia", street="Nueva Providencia", street_number="2155")
SETTINGS = StoreSettings(origin=ORIGIN, notify_buyers=True)


def refused(**wanted: str) -> str:
    with pytest.raises(SettingWrong) as wrong:
        changed(SETTINGS, {name.replace("__", "."): text for name, text in wanted.items()})
    return str(wrong.value)


def test_every_setting_can_be_set_and_is_explained() -> None:
    parts = {name.partition(".")[0] for name in flat(StoreSettings())}
    assert parts == set(StoreSettings.__struct_fields__)
    assert all(described(name) for name in flat(StoreSettings()))


def test_labels_and_invoices_wait_for_a_person_or_come_by_themselves() -> None:
    settings = changed(SETTINGS, {"labels": "on_paid", "invoices": "manual"})
    assert (settings.labels, settings.invoices) == (LabelTrigger.ON_PAID, InvoiceTrigger.MANUAL)
    assert settings.origin == ORIGIN
    assert settings.notify_buyers


@pytest.mark.parametrize(("text", "meant"), [("yes", True), ("On", True), ("true", True), ("no", False), ("0", False)])
def test_a_switch_is_set_with_the_usual_words(text: str, meant: bool) -> None:
    assert changed(SETTINGS, {"credit_on_cancel": text}).credit_on_cancel is meant


def test_one_field_of_the_origin_changes_and_the_others_stay() -> None:
    settings = changed(SETTINGS, {"origin.street_number": "99", "origin.phone": "+56 2 2382 4861"})
    assert settings.origin == msgspec.structs.replace(ORIGIN, street_number="99", phone="+56 2 2382 4861")


def test_an_origin_can_be_given_where_there_was_none() -> None:
    settings = changed(StoreSettings(), {"origin.country": "CL", "origin.municipality": "Ñuñoa"})
    assert settings.origin == Address(country="CL", municipality="Ñuñoa")


def test_the_default_parcel_is_set_side_by_side() -> None:
    settings = changed(SETTINGS, {"default_parcel.weight_g": "500", "default_parcel.length_mm": "300"})
    assert settings.default_parcel == Parcel(weight_g=500, length_mm=300, width_mm=150, height_mm=100)


def test_numbers_are_read_as_people_write_them() -> None:
    settings = changed(SETTINGS, {"tracking_hours": "2,5", "default_parcel.weight_g": "2.000", "untaxed_rate": "12.5"})
    assert (settings.tracking_hours, settings.untaxed_rate) == (Decimal("2.5"), Decimal("12.5"))
    assert settings.default_parcel.weight_g == 2000
    assert "no whole number" in refused(default_parcel__weight_g="1,5")


def test_an_empty_value_goes_back_to_the_default() -> None:
    settings = changed(SETTINGS, {"notify_buyers": "", "origin.street": ""})
    assert not settings.notify_buyers
    assert settings.origin == msgspec.structs.replace(ORIGIN, street=None)


def test_what_does_not_fit_is_told_with_the_setting_s_name() -> None:
    assert refused(labels="always").startswith("labels: Invalid enum value")
    assert refused(default_parcel__weight_g="heavy").startswith("default_parcel.weight_g: ")
    assert "between 1 and" in refused(default_parcel__weight_g="0")
    assert "no number" in refused(tracking_hours="NaN")
    assert "between 0.25 and 168" in refused(tracking_hours="0.1")
    assert "between 0 and 100" in refused(untaxed_rate="101")
    assert "two capital letters" in refused(origin__country="Chile")
    assert refused(label="on_paid").startswith("There is no setting “label”.")
    assert refused(origin="here").startswith("There is no setting “origin”.")


@given(
    hours=st.decimals("0.25", 168, places=2),
    weight=st.integers(1, 1_000_000),
    street=st.text(st.characters(categories=("L", "N")), min_size=1),
    notify=st.booleans(),
)
def test_what_is_shown_can_be_set_again_and_changes_nothing(
    hours: Decimal, weight: int, street: str, notify: bool
) -> None:
    settings = StoreSettings(
        origin=msgspec.structs.replace(ORIGIN, street=street),
        default_parcel=msgspec.structs.replace(StoreSettings().default_parcel, weight_g=weight),
        tracking_hours=hours,
        notify_buyers=notify,
    )
    shown = {name: "" if value is None else str(value) for name, value in flat(settings).items()}
    assert changed(settings, shown) == settings
    assert changed(StoreSettings(), shown) == settings

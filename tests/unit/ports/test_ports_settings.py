"""A provider's settings: one Struct is the form, the checks, and the list of what must never be shown."""

import enum
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Meta

from despacho_ports.providers import Secret
from despacho_ports.settings import SettingsInvalid, fields_of, hidden, read_settings


class Environment(enum.StrEnum):
    TEST = "test"
    PRODUCTION = "production"


class CarrierSettings(msgspec.Struct, frozen=True, kw_only=True):
    """As a carrier's package declares them."""

    customer_code: Annotated[str, Meta(min_length=3, title="Customer code", description="On your contract.")]
    api_key: Annotated[Secret, Meta(title="API key", description="From the carrier's portal.")]
    second_key: Secret | None = None
    spare_keys: tuple[Secret, ...] = ()
    named_keys: dict[str, Secret] = {}
    pieces_a_day: Annotated[int, Meta(ge=1, le=500)] = 50
    insured: bool = False
    environment: Environment = Environment.TEST
    size: Literal["small", "large"] = "small"


GOOD: dict[str, object] = {"customer_code": "ACME-1", "api_key": "made-up-key"}


def test_the_form_has_the_fields_in_their_own_order_with_titles_and_help() -> None:
    form = fields_of(CarrierSettings)
    assert [field.name for field in form] == list(CarrierSettings.__struct_fields__)
    code, key, *rest = form
    assert (code.title, code.help, code.required) == ("Customer code", "On your contract.", True)
    assert (key.title, key.help, key.required) == ("API key", "From the carrier's portal.", True)
    assert not any(field.required for field in rest)
    assert {field.name: field.title for field in rest}["insured"] == "insured", "its own name where it has no title"


def test_a_secret_is_a_secret_however_it_is_wrapped() -> None:
    secret = {field.name for field in fields_of(CarrierSettings) if field.secret}
    assert secret == {"api_key", "second_key", "spare_keys", "named_keys"}


def test_the_default_of_an_open_field_is_shown_and_that_of_a_secret_never() -> None:
    class Settings(msgspec.Struct):
        key: Secret = "made-up-default"
        pieces: int = 50

    assert [field.default for field in fields_of(Settings)] == [None, 50]


def test_what_is_no_struct_is_no_form() -> None:
    with pytest.raises(TypeError, match="not a msgspec Struct"):
        fields_of(dict)  # type: ignore[arg-type]  # what a careless package might declare


def test_texts_are_read_as_the_command_line_gives_them() -> None:
    read = read_settings(
        CarrierSettings, {**GOOD, "pieces_a_day": "12", "insured": "true", "environment": "production"}
    )
    assert (read.pieces_a_day, read.insured, read.environment) == (12, True, Environment.PRODUCTION)


def test_left_out_fields_have_their_defaults() -> None:
    assert read_settings(CarrierSettings, GOOD) == CarrierSettings(customer_code="ACME-1", api_key="made-up-key")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"customer_code": "A"}, "length >= 3 - at `$.customer_code`"),
        ({"api_key": ""}, "length >= 1 - at `$.api_key`"),
        ({"api_key": None}, "at `$.api_key`"),
        ({"pieces_a_day": "0"}, ">= 1 - at `$.pieces_a_day`"),
        ({"pieces_a_day": "many"}, "Expected `int`, got `str` - at `$.pieces_a_day`"),
        ({"environment": "moon"}, "Not one of the allowed values - at `$.environment`"),
        ({"size": "huge"}, "Not one of the allowed values - at `$.size`"),
        ({"color": "red"}, "unknown setting “color”; known are api_key"),
    ],
)
def test_what_does_not_fit_is_refused_by_field(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(CarrierSettings, {**GOOD, **wrong})
    assert said in str(refusal.value)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(SettingsInvalid, match="missing required field `api_key`"):
        read_settings(CarrierSettings, {"customer_code": "ACME-1"})


@given(st.sampled_from(CarrierSettings.__struct_fields__), st.text("xyz ñ-" + "QJ", min_size=8, max_size=20))
def test_no_value_is_repeated_in_a_refusal_wherever_it_was_typed(field: str, value: str) -> None:
    try:
        read_settings(CarrierSettings, {**GOOD, field: value})
    except SettingsInvalid as refusal:
        said, context = str(refusal), refusal.__cause__
    else:
        return
    assert value not in said
    assert context is None, "nor in the traceback"


@given(
    st.dictionaries(
        st.sampled_from([*CarrierSettings.__struct_fields__, "old_api_key"]),
        st.text(min_size=1, max_size=8),
        min_size=1,
    )
)
def test_a_listing_shows_open_fields_and_dots_for_all_others(values: dict[str, str]) -> None:
    shown = hidden(CarrierSettings, values)
    assert shown.keys() == values.keys()
    for name, value in values.items():
        if "key" in name:
            assert shown[name] == "••••", "a secret, or one of an earlier version of the package"
        else:
            assert shown[name] == value

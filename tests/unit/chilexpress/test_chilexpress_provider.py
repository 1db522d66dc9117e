"""Chilexpress as the hub sees it: listed, described, light to import."""

import subprocess
import sys
from importlib.metadata import entry_points, version

import pluggy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import despacho_chilexpress
from despacho_chilexpress import Chilexpress, ChilexpressSettings, despacho_providers
from despacho_chilexpress.settings import check_digit, company_number
from despacho_ports.carriers import ListsServices, VoidsShipments
from despacho_ports.providers import ProviderHooks, ProviderKind, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings

NEEDED = {
    "key_coverage": "c0ffee00000000000000000000000001",
    "key_rating": "c0ffee00000000000000000000000002",
    "key_shipping": "c0ffee00000000000000000000000003",
    "customer_card": "18578680",
    "company_rut": "96756430",
}


def test_it_is_found_through_its_entry_point_and_answers_the_hook() -> None:
    (found,) = [one for one in entry_points(group="despacho") if one.name == "chilexpress"]
    manager = pluggy.PluginManager("despacho")
    manager.add_hookspecs(ProviderHooks)
    manager.register(found.load())
    manager.check_pending()
    ((provider,),) = manager.hook.despacho_providers()
    assert (provider.id, provider.kind, provider.countries) == ("chilexpress", ProviderKind.CARRIER, ("CL",))
    assert provider.currencies == ("CLP",)


def test_its_version_is_that_of_the_distribution() -> None:
    assert despacho_chilexpress.__version__ == version("despacho-chilexpress")
    assert despacho_providers()[0].version == despacho_chilexpress.__version__


def test_it_offers_what_the_carrier_offers_and_nothing_more() -> None:
    assert capabilities_of(despacho_providers()[0]) == (
        "BuysShipments",
        "ChecksAccount",
        "ClosesManifests",
        "CoversPlaces",
        "FindsShipments",
        "ListsServices",
        "QuotesRates",
        "ReprintsLabels",
        "TracksShipments",
    )
    assert not issubclass(Chilexpress, VoidsShipments)
    assert issubclass(Chilexpress, ListsServices)


def test_importing_it_loads_neither_http_client_nor_event_loop() -> None:
    script = (
        "import sys, despacho_chilexpress; despacho_chilexpress.despacho_providers();"
        "print([name for name in ('httpx', 'asyncio', 'zoneinfo', 'sqlalchemy', 'litestar') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_setting_explains_itself_and_the_keys_are_secret() -> None:
    fields = {field.name: field for field in fields_of(ChilexpressSettings)}
    assert all(field.title != field.name and field.help for field in fields.values())
    assert {name for name, field in fields.items() if field.secret} == {"key_coverage", "key_rating", "key_shipping"}
    assert {name for name, field in fields.items() if field.required} == set(NEEDED)
    assert fields["base_url"].default == "https://services.wschilexpress.com"
    assert "testservices" in fields["base_url"].help
    assert "qaservices" in fields["base_url"].help


def test_settings_come_as_a_command_line_gives_them() -> None:
    settings = read_settings(ChilexpressSettings, {**NEEDED, "source_channel": "5"})
    assert (settings.company, settings.source_channel, settings.rates, settings.seller_rut) == (
        96756430,
        5,
        "business",
        "DEFAULT",
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key_rating", ""),
        ("key_rating", "with a space and ñ"),
        ("customer_card", "TCC-18578680"),
        ("company_rut", "96.756.430-9"),
        ("company_rut", "Comercial Ltda"),
        ("company_rut", 0),
        ("base_url", "services.wschilexpress.com"),
        ("rates", "cheapest"),
        ("source_channel", -1),
        ("declared_content", 0),
        ("seller_rut", ""),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(SettingsInvalid, match=field) as refused:
        read_settings(ChilexpressSettings, {**NEEDED, field: value})
    assert not field.startswith("key") or str(value) not in str(refused.value) or not value


@pytest.mark.parametrize(
    "rut", ["96756430", 96756430, "96756430-3", "96.756.430-3", "967564303", 967564303, " 96756430 - 3 "]
)
def test_the_companys_rut_is_read_in_every_usual_form(rut: str | int) -> None:
    assert company_number(rut) == 96756430


def test_a_check_digit_of_k_is_one() -> None:
    number = next(number for number in range(10_000_000, 10_000_100) if check_digit(number) == "K")
    assert company_number(f"{number}k") == company_number(f"{number}-K") == number


@given(st.integers(1, 99_999_999))
def test_any_rut_with_hyphen_and_check_digit_is_its_number(number: int) -> None:
    assert company_number(f"{number:,}-{check_digit(number)}".replace(",", ".")) == number

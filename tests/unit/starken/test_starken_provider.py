"""Starken as the hub sees it: listed, described, light to import."""

import subprocess
import sys
from importlib.metadata import entry_points, version

import pluggy
import pytest

import despacho_starken
from despacho_ports.carriers import ClosesManifests, FindsShipments, ListsPickupPoints, VoidsShipments
from despacho_ports.errors import Rejected
from despacho_ports.providers import ProviderHooks, ProviderKind, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings
from despacho_starken import Starken, StarkenSettings, despacho_providers
from despacho_starken.services import SERVICES, chosen, offered_services

NEEDED = {
    "company_rut": "76543210",
    "clave": "clave-rest",
    "emission_url": "https://carrier.test/emision",
    "emission_user_rut": "11.111.111-1",
    "emission_clave": "clave-emision",
}


def test_it_is_found_through_its_entry_point_and_answers_the_hook() -> None:
    (found,) = [one for one in entry_points(group="despacho") if one.name == "starken"]
    manager = pluggy.PluginManager("despacho")
    manager.add_hookspecs(ProviderHooks)
    manager.register(found.load())
    manager.check_pending()
    ((provider,),) = manager.hook.despacho_providers()
    assert (provider.id, provider.kind, provider.countries) == ("starken", ProviderKind.CARRIER, ("CL",))
    assert provider.currencies == ("CLP",)


def test_its_version_is_that_of_the_distribution() -> None:
    assert despacho_starken.__version__ == version("despacho-starken")
    assert despacho_providers()[0].version == despacho_starken.__version__


def test_it_offers_what_the_carrier_offers_and_nothing_more() -> None:
    assert capabilities_of(despacho_providers()[0]) == (
        "BuysShipments",
        "ChecksAccount",
        "CoversPlaces",
        "ListsServices",
        "QuotesRates",
        "ReceivesTracking",
        "ReprintsLabels",
        "TracksShipments",
    )
    for absent in (FindsShipments, VoidsShipments, ClosesManifests, ListsPickupPoints):
        assert not issubclass(Starken, absent)


def test_importing_it_loads_neither_http_client_nor_event_loop() -> None:
    script = (
        "import sys, despacho_starken; despacho_starken.despacho_providers();"
        "print([name for name in ('httpx', 'asyncio', 'zoneinfo', 'litestar') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_setting_explains_itself_and_all_credentials_are_secret() -> None:
    fields = {field.name: field for field in fields_of(StarkenSettings)}
    assert all(field.title != field.name and field.help for field in fields.values())
    assert {name for name, field in fields.items() if field.secret} == {
        "clave",
        "emission_clave",
        "label_password",
        "push_token",
    }
    assert {name for name, field in fields.items() if field.required} == set(NEEDED)
    assert fields["base_url"].default == "https://restservices.starken.cl/starkenservices/rest"
    for name, host in (("base_url", "restservices-qa"), ("emission_url", "emisionh2h-qa"), ("label_url", "apiqa")):
        assert f"https://{host}.starken.cl/" in fields[name].help


def test_settings_come_as_a_command_line_gives_them() -> None:
    settings = read_settings(StarkenSettings, {**NEEDED, "account_number": "41966-k", "cost_centre": "7"})
    assert (settings.company, settings.emission_user) == ("76543210", "11111111")
    assert settings.account == ("41966", "K")
    assert read_settings(StarkenSettings, NEEDED).account == ("", "")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company_rut", "76.543.210-9"),
        ("company_rut", "nobody"),
        ("emission_user_rut", "0"),
        ("clave", ""),
        ("emission_url", "emision"),
        ("account_number", "41966"),
        ("cost_centre", ""),
        ("label_url", "https://carrier.test/etiqueta"),
        ("label_size", "A4"),
        ("reference_document", "33"),
        ("contents", "x" * 51),
        ("agencies", "Ñuñoa"),
        ("agencies", "Ñuñoa=Irarrázaval"),
        ("push_token", "short"),
        ("base_url", "restservices.starken.cl"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(SettingsInvalid, match=field):
        read_settings(StarkenSettings, {**NEEDED, field: value})


def test_agencies_are_found_by_their_comuna_however_it_is_written(settings: StarkenSettings) -> None:
    assert settings.agency_in("NUNOA") == "1467"
    assert settings.agency_in("CASTRO", "PAIGUANO") == "22"
    assert settings.agency_in("CASTRO") is None


def test_nothing_secret_is_represented(settings: StarkenSettings) -> None:
    shown = f"{settings!r} {settings}"
    assert "76.543.210-3" in shown
    for secret in ("clave-rest", "clave-emision", "clave-etiqueta", "token-of-pushes"):
        assert secret not in shown


def test_every_listed_service_is_one_that_can_be_bought() -> None:
    assert [one.code for one in offered_services()] == list(SERVICES)
    for code in SERVICES:
        assert f"{chosen(code).delivery}-{chosen(code).speed}" == code
    assert chosen("1-1@1467").agency == "1467"


@pytest.mark.parametrize("code", ["", "2", "3-0", "2-2", "2-0@1467", "1-0@", "1-0@12345678", "1-0@x", "٢-0"])
def test_what_is_no_service_is_refused(code: str) -> None:
    with pytest.raises(Rejected) as refused:
        chosen(code)
    assert (refused.value.field, refused.value.code) == ("service_code", "unknown-service")

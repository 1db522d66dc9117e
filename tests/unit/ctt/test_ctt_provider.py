"""CTT Expresso as the hub sees it: listed, described, light to import."""

import subprocess
import sys
from importlib.metadata import entry_points, version

import pluggy
import pytest

import despacho_ctt
from despacho_ctt import Ctt, CttSettings, despacho_providers
from despacho_ctt.services import MULTIPLE, SERVICES, SEVERAL_ATTEMPTS, is_service_code, offered_services
from despacho_ports.carriers import FindsShipments, QuotesRates, ReprintsLabels, VoidsShipments
from despacho_ports.providers import ProviderHooks, ProviderKind, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings

NEEDED = {
    "authentication_id": "c0ffee00-0000-4000-8000-000000000001",
    "client_id": "900000001",
    "contract_id": "300000001",
}


def test_it_is_found_through_its_entry_point_and_answers_the_hook() -> None:
    (found,) = [one for one in entry_points(group="despacho") if one.name == "ctt"]
    manager = pluggy.PluginManager("despacho")
    manager.add_hookspecs(ProviderHooks)
    manager.register(found.load())
    manager.check_pending()
    ((provider,),) = manager.hook.despacho_providers()
    assert (provider.id, provider.kind, provider.countries) == ("ctt", ProviderKind.CARRIER, ("PT",))
    assert provider.currencies == ("EUR",)


def test_its_version_is_that_of_the_distribution() -> None:
    assert despacho_ctt.__version__ == version("despacho-ctt")
    assert despacho_providers()[0].version == despacho_ctt.__version__


def test_it_offers_what_the_carrier_offers_and_nothing_more() -> None:
    assert capabilities_of(despacho_providers()[0]) == (
        "BuysReturns",
        "BuysShipments",
        "ChecksAccount",
        "ClosesManifests",
        "ListsPickupPoints",
        "ListsServices",
        "TracksShipments",
    )
    for absent in (QuotesRates, FindsShipments, ReprintsLabels, VoidsShipments):
        assert not issubclass(Ctt, absent)


def test_importing_it_loads_neither_http_client_nor_event_loop() -> None:
    script = (
        "import sys, despacho_ctt; despacho_ctt.despacho_providers();"
        "print([name for name in ('httpx', 'asyncio', 'zoneinfo', 'pypdf', 'lxml', 'litestar') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"


def test_every_setting_explains_itself_and_both_ids_are_secret() -> None:
    fields = {field.name: field for field in fields_of(CttSettings)}
    assert all(field.title != field.name and field.help for field in fields.values())
    assert {name for name, field in fields.items() if field.secret} == {"authentication_id", "user_id"}
    assert {name for name, field in fields.items() if field.required} == set(NEEDED)
    assert fields["base_url"].default == "https://cttexpressows.ctt.pt/CTTEWSPoolHTTPS"
    assert "cttexpressows.qa.ctt.pt" in fields["base_url"].help


def test_settings_come_as_a_command_line_gives_them() -> None:
    settings = read_settings(
        CttSettings, {**NEEDED, "declare_value": "true", "weight_unit": "kg", "distribution_channel": "7"}
    )
    assert (settings.declare_value, settings.weight_unit, settings.distribution_channel) == (True, "kg", 7)
    assert read_settings(CttSettings, {**NEEDED, "user_id": ""}).user_id == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("authentication_id", ""),
        ("authentication_id", "c0ffee00"),
        ("user_id", "not-a-guid"),
        ("client_id", "90 000 001"),
        ("contract_id", ""),
        ("weight_unit", "lb"),
        ("distribution_channel", -1),
        ("base_url", "cttexpressows.ctt.pt"),
    ],
)
def test_settings_that_cannot_work_are_refused_by_name(field: str, value: object) -> None:
    with pytest.raises(SettingsInvalid, match=field):
        read_settings(CttSettings, {**NEEDED, field: value})


def test_every_listed_service_is_one_that_can_be_bought() -> None:
    listed = [service.code for service in offered_services()]
    assert len(set(listed)) == len(listed)
    assert all(is_service_code(code) and len(code) <= 10 for code in listed)
    assert set(SERVICES) >= MULTIPLE | SEVERAL_ATTEMPTS

"""The package: it is listed, says what it can, keeps its secret and weighs little."""

import subprocess
import sys

import msgspec
import pytest

from despacho.provider_loader import load_providers
from despacho_openfactura import OpenFactura, OpenFacturaSettings, despacho_providers
from despacho_ports.invoicing import CreditsDocuments, FetchesDocuments, FindsDocuments, IssuesDocuments
from despacho_ports.providers import RateLimit, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings
from tests.unit.openfactura.openfactura_cases import KEY, played, settings

VALUES = {
    "api_key": KEY,
    "rut": "76.795.561-8",
    "razon_social": "HAULMER SPA",
    "giro": "VENTA AL POR MENOR",
    "acteco": "479100",
    "direccion": "ARTURO PRAT 527",
    "comuna": "Curicó",
}


def test_the_provider_is_found_through_its_entry_point() -> None:
    rows = {row.id: row for row in load_providers().as_list()}
    assert rows["openfactura"].error is None
    assert rows["openfactura"].kind == "invoicing"


def test_it_offers_all_that_an_invoicing_system_can() -> None:
    (provider,) = despacho_providers()
    assert capabilities_of(provider) == (
        "ChecksAccount",
        "CreditsDocuments",
        "FetchesDocuments",
        "FindsDocuments",
        "IssuesDocuments",
    )
    connector = played(lambda _: pytest.fail("nothing is asked"))
    assert isinstance(connector, IssuesDocuments)
    assert isinstance(connector, CreditsDocuments)
    assert isinstance(connector, FindsDocuments)
    assert isinstance(connector, FetchesDocuments)


def test_it_declares_the_vendors_limits() -> None:
    (provider,) = despacho_providers()
    assert provider.rate_limits == (RateLimit(3, 1.0), RateLimit(100, 60.0))
    assert (provider.countries, provider.currencies) == (("CL",), ("CLP",))
    assert provider.connector is OpenFactura


def test_settings_are_read_from_texts_and_numbers_and_default_to_production() -> None:
    read = read_settings(OpenFacturaSettings, VALUES)
    assert read.base_url == "https://api.haulmer.com"
    assert read.issuer_rut == "76795561-8"
    assert not read.send_email
    numbers = read_settings(OpenFacturaSettings, VALUES | {"acteco": 479100, "sucursal": 81303347, "uf_value": 39500})
    assert (str(numbers.acteco), str(numbers.sucursal), f"{numbers.uf_value}") == ("479100", "81303347", "39500")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rut", "76795561-9"),
        ("acteco", "12"),
        ("sucursal", "B-1"),
        ("uf_value", "-1"),
        ("uf_value", "NaN"),
        ("base_url", "ftp://x"),
        ("api_key", "short"),
        ("razon_social", ""),
        ("comuna", "C" * 21),
        ("boleta_order_number", "nowhere"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_repeating_them(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(OpenFacturaSettings, VALUES | {name: value})
    assert name in str(refusal.value)
    assert not value or value not in str(refusal.value)


def test_every_setting_has_a_title_and_a_help_and_the_key_is_the_only_secret() -> None:
    fields = fields_of(OpenFacturaSettings)
    assert all(field.title != field.name and field.help for field in fields)
    assert [field.name for field in fields if field.secret] == ["api_key"]


def test_the_key_is_in_no_representation() -> None:
    assert KEY not in repr(settings())
    assert KEY not in str(settings())
    assert KEY in msgspec.json.encode(settings()).decode(), "or the test above proves nothing"


def test_importing_it_loads_neither_an_http_client_nor_the_check_digit_library() -> None:
    asked = (
        "import sys, despacho_openfactura; print(sorted({'httpx', 'stdnum', 'ssl', 'sqlalchemy'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

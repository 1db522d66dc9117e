"""The package: it is listed, says what it can, keeps its secret and weighs little."""

import subprocess
import sys

import msgspec
import pytest

from despacho.provider_loader import load_providers
from despacho_invoicexpress import InvoiceXpress, InvoiceXpressSettings, despacho_providers
from despacho_ports.invoicing import CreditsDocuments, FetchesDocuments, FindsDocuments, IssuesDocuments
from despacho_ports.providers import RateLimit, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings
from tests.unit.invoicexpress.invoicexpress_cases import KEY, played, settings

VALUES = {"account": "loja", "api_key": KEY}


def test_the_provider_is_found_through_its_entry_point() -> None:
    rows = {row.id: row for row in load_providers().as_list()}
    assert rows["invoicexpress"].error is None
    assert rows["invoicexpress"].kind == "invoicing"


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


def test_it_keeps_below_the_lowest_limit_that_any_source_names() -> None:
    (provider,) = despacho_providers()
    assert provider.rate_limits == (RateLimit(90, 60.0),)
    assert (provider.countries, provider.currencies) == (("PT",), ("EUR",))
    assert provider.connector is InvoiceXpress


def test_settings_are_read_from_texts_and_numbers_and_default_to_the_live_service() -> None:
    read = read_settings(InvoiceXpressSettings, VALUES | {"account": "Loja-1"})
    assert read.address == "https://loja-1.app.invoicexpress.com"
    assert (read.region, read.exemption_code, read.receipt_as, read.invoice_as) == (
        "PT",
        "",
        "invoice_receipt",
        "invoice",
    )
    texts = read_settings(InvoiceXpressSettings, VALUES | {"price_decimals": "2", "sequence_id": "12345"})
    assert (texts.price_decimals, str(texts.sequence_id)) == (2, "12345")
    assert read_settings(InvoiceXpressSettings, VALUES | {"base_url": "http://x/ix/"}).address == "http://x/ix"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("account", "loja.app"),
        ("account", ""),
        ("api_key", "short"),
        ("api_key", "with a space in it"),
        ("region", "ES"),
        ("exemption_code", "M03"),
        ("exemption_code", "M00"),
        ("receipt_as", "ticket"),
        ("invoice_as", "proforma"),
        ("sequence_id", "G"),
        ("price_decimals", "1"),
        ("base_url", "ftp://x"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_repeating_them(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as refusal:
        read_settings(InvoiceXpressSettings, VALUES | {name: value})
    assert name in str(refusal.value)
    if name == "api_key":
        assert value not in str(refusal.value)


def test_every_setting_has_a_title_and_a_help_and_the_key_is_the_only_secret() -> None:
    fields = fields_of(InvoiceXpressSettings)
    assert all(field.title != field.name and field.help for field in fields)
    assert [field.name for field in fields if field.secret] == ["api_key"]


def test_the_key_is_in_no_representation() -> None:
    connector = played(lambda _: pytest.fail("nothing is asked"))
    for shown in (settings(), connector, connector._gateway):
        assert KEY not in repr(shown)
        assert KEY not in str(shown)
    assert KEY in msgspec.json.encode(settings()).decode(), "or the test above proves nothing"


def test_importing_it_loads_no_http_client() -> None:
    asked = (
        "import sys, despacho_invoicexpress; print(sorted({'httpx', 'stdnum', 'ssl', 'sqlalchemy'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

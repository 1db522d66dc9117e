"""The package: it is listed, says what it can, has nothing to hide and weighs little."""

import subprocess
import sys

import pytest

from despacho.provider_loader import load_providers
from despacho_paper import Paper, PaperSettings, despacho_providers
from despacho_ports.documents import Issuer
from despacho_ports.invoicing import CreditsDocuments, FetchesDocuments, FindsDocuments, IssuesDocuments
from despacho_ports.providers import ProviderKind, capabilities_of
from despacho_ports.settings import SettingsInvalid, fields_of, read_settings
from tests.unit.paper.paper_cases import opened

VALUES = {"issuer_name": "Loja do João"}


def test_the_provider_is_found_through_its_entry_point() -> None:
    rows = {row.id: row for row in load_providers().as_list()}
    assert rows["paper"].error is None
    assert rows["paper"].kind == "invoicing"


def test_it_offers_everything_but_to_fetch_a_pdf_that_only_the_hub_has() -> None:
    (provider,) = despacho_providers()
    assert capabilities_of(provider) == ("ChecksAccount", "CreditsDocuments", "FindsDocuments", "IssuesDocuments")
    connector = opened()
    assert isinstance(connector, IssuesDocuments)
    assert isinstance(connector, CreditsDocuments)
    assert isinstance(connector, FindsDocuments)
    assert not isinstance(connector, FetchesDocuments)


def test_it_is_for_every_country_and_currency_without_any_limit() -> None:
    (provider,) = despacho_providers()
    assert (provider.id, provider.kind, provider.connector) == ("paper", ProviderKind.INVOICING, Paper)
    assert (provider.countries, provider.currencies, provider.rate_limits) == ((), (), ())


def test_a_name_is_all_that_it_needs() -> None:
    read = read_settings(PaperSettings, VALUES)
    assert read.issuer == Issuer(name="Loja do João")
    assert (read.language, read.series, read.footer) == ("es", "P", "")


def test_empty_lines_of_the_address_are_left_out() -> None:
    lines = {"address_1": "Rua Direita 5", "address_2": " ", "address_3": "4760-101 Famalicão", "tax_id": "501442600"}
    read = read_settings(PaperSettings, VALUES | lines)
    assert read.issuer == Issuer(
        name="Loja do João", tax_id="501442600", address=("Rua Direita 5", "4760-101 Famalicão")
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("issuer_name", ""),
        ("issuer_name", "   "),
        ("issuer_name", "x" * 81),
        ("tax_id", "9" * 25),
        ("address_2", "x" * 81),
        ("language", "fr"),
        ("series", ""),
        ("series", "p"),
        ("series", "P/1"),
        ("series", "1P"),
        ("series", "P\n"),
        ("series", "ABCDEFGHI"),
        ("footer", "x" * 1001),
    ],
)
def test_settings_that_cannot_be_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid, match=name):
        read_settings(PaperSettings, VALUES | {name: value})


def test_every_setting_has_a_title_and_a_help_and_none_is_secret() -> None:
    fields = fields_of(PaperSettings)
    assert all(field.title != field.name and field.help for field in fields)
    assert len({field.title for field in fields}) == len(fields)
    assert not [field.name for field in fields if field.secret]


def test_importing_it_loads_neither_an_http_client_nor_a_drawing_library() -> None:
    heavy = {"httpx", "stdnum", "ssl", "sqlalchemy", "reportlab", "pypdf", "asyncio"}
    asked = f"import sys, despacho_paper; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

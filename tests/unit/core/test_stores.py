"""Stores and accounts: whose they are, what they speak, and what they never show."""

from datetime import UTC, datetime

import msgspec
import pytest

from despacho_core.stores import (
    Account,
    BasicCredentials,
    InvoiceTrigger,
    LabelTrigger,
    OAuthCredentials,
    Store,
    StoreSettings,
    StoreState,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
OAUTH = OAuthCredentials(access_token="made-up-access", refresh_token="made-up-refresh", expires_at=NOW, created_at=NOW)
BASIC = BasicCredentials(login="made-up-login", authtoken="made-up-authtoken")


def store(country: str = "CL", credentials: BasicCredentials | OAuthCredentials = OAUTH) -> Store:
    return Store(
        id="s1",
        code="panaderia",
        key="made-up-key",
        name="Panadería",
        currency="CLP",
        country=country,
        timezone="America/Santiago",
        created_at=NOW,
        hooks_token="made-up-hooks-token",
        credentials=credentials,
    )


@pytest.mark.parametrize(
    ("country", "language"),
    [("CL", "es"), ("MX", "es"), ("ES", "es"), ("PT", "pt"), ("BR", "pt"), ("US", "en"), ("DE", "en"), ("", "en")],
)
def test_a_store_is_spoken_to_in_the_language_of_its_country(country: str, language: str) -> None:
    assert store(country).language == language


@pytest.mark.parametrize("credentials", [OAUTH, BASIC])
def test_no_secret_of_a_store_is_shown_in_logs(credentials: BasicCredentials | OAuthCredentials) -> None:
    shown = repr(store(credentials=credentials)) + repr(credentials) + repr([credentials])
    for secret in ("made-up-access", "made-up-refresh", "made-up-authtoken", "made-up-hooks-token", "made-up-key"):
        assert secret not in shown
    assert "panaderia" in shown


def test_no_setting_or_key_of_an_account_is_shown_in_logs() -> None:
    account = Account(
        id="a1",
        store_id="s1",
        provider="chilexpress",
        name="Principal",
        key="made-up-key",
        created_at=NOW,
        settings={"api_key": "made-up-secret"},
    )
    assert "made-up" not in repr(account)
    assert "chilexpress" in repr(account)


@pytest.mark.parametrize("credentials", [OAUTH, BASIC])
def test_both_kinds_of_credentials_come_back_as_what_they_were(
    credentials: BasicCredentials | OAuthCredentials,
) -> None:
    raw = msgspec.json.encode(credentials)
    assert msgspec.json.decode(raw, type=BasicCredentials | OAuthCredentials) == credentials


def test_a_new_store_is_careful() -> None:
    settings = StoreSettings()
    assert settings.labels is LabelTrigger.MANUAL, "nothing is bought unasked"
    assert settings.invoices is InvoiceTrigger.ON_PAID
    assert not settings.allow_unsigned_invoices
    assert not settings.notify_buyers
    assert settings.tracking_hours == 3
    assert store().state is StoreState.ACTIVE

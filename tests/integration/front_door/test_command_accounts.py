"""Accounts and tokens from the command line."""

from pathlib import Path

import pytest

from despacho_sandbox.kit.server import Sandbox
from tests.integration.front_door.conftest import Desk
from tests.town import CHILEXPRESS, FIRST_STORE, OPENFACTURA, SECOND_STORE

SECRETS = [CHILEXPRESS[name] for name in ("key_coverage", "key_rating", "key_shipping")]


@pytest.fixture
def account(desk: Desk, carrier_settings: list[str]) -> str:
    """The id of an account with the carrier."""
    desk.add_store()
    return str(desk.gives("accounts", "add", FIRST_STORE, "chilexpress", *carrier_settings)["id"])


def test_an_account_is_added_listed_tested_and_removed(desk: Desk, carrier_settings: list[str]) -> None:
    desk.add_store()
    added = desk.gives("accounts", "add", FIRST_STORE, "chilexpress", "--name", "Bodega", *carrier_settings)
    assert list(added) == ["id", "account_key"]
    [listed] = desk.gives("accounts", "list", FIRST_STORE)
    assert (listed["id"], listed["store"], listed["name"]) == (added["id"], FIRST_STORE, "Bodega")
    assert (listed["provider"], listed["state"], listed["problem"]) == ("chilexpress", "active", None)
    assert desk.gives("accounts", "test", added["id"])["ok"] is True
    assert desk.gives("accounts", "remove", added["id"]) == {"id": added["id"], "removed": True}
    assert desk.gives("accounts", "list") == []


def test_no_listing_shows_a_secret(desk: Desk, account: str) -> None:
    told = desk.does("accounts", "list") + desk.does("accounts", "list", "--json")
    assert CHILEXPRESS["customer_card"] in told
    assert not any(secret in told for secret in SECRETS)


def test_wrong_settings_are_refused_without_repeating_them(desk: Desk) -> None:
    desk.add_store()
    for settings, says in (
        (["key_coverage=short"], "key_coverage"),
        ([f"key_coverage={SECRETS[0]}"], "required field `key_rating`"),
        ([f"key_covrage={SECRETS[0]}"], "unknown setting “key_covrage”"),
    ):
        options = [part for one in settings for part in ("--set", one)]
        failure = desk.fails("accounts", "add", FIRST_STORE, "chilexpress", *options)
        assert failure["code"] == "settings-invalid"
        assert says in failure["message"]
        assert "`despacho accounts settings chilexpress`" in failure["message"]
        assert not any(one.partition("=")[2] in failure["message"] for one in settings)
    assert desk.gives("accounts", "list") == []


def test_an_unknown_provider_or_store_is_told(desk: Desk) -> None:
    desk.add_store()
    assert desk.fails("accounts", "add", FIRST_STORE, "pigeon-post")["code"] == "provider-unknown"
    assert desk.fails("accounts", "add", "nobody", "chilexpress")["code"] == "not-found"
    assert desk.fails("accounts", "test", "nobody")["code"] == "not-found"
    assert desk.fails("accounts", "settings", "pigeon-post")["code"] == "provider-unknown"


def test_what_can_be_set_is_listed_with_what_is_required_and_secret(bare_desk: Desk) -> None:
    fields = {field["name"]: field for field in bare_desk.gives("accounts", "settings", "chilexpress")}
    assert (fields["key_rating"]["required"], fields["key_rating"]["secret"]) == (True, True)
    assert (fields["base_url"]["required"], fields["base_url"]["secret"]) == (False, False)
    assert "Cotizador" in bare_desk.does("accounts", "settings", "chilexpress")


def test_keys_can_come_from_files_and_from_a_prompt(desk: Desk, carrier_settings: list[str], tmp_path: Path) -> None:
    desk.add_store()
    (tmp_path / "rating.key").write_text(f"{CHILEXPRESS['key_rating']}\n", "utf-8")
    others = [
        part
        for option, value in zip(carrier_settings[::2], carrier_settings[1::2], strict=True)
        if not value.startswith(("key_rating", "key_shipping"))
        for part in (option, value)
    ]
    options = ["--set", f"key_rating=@{tmp_path}/rating.key", "--set", "key_shipping=-", *others]
    shipping = f"{CHILEXPRESS['key_shipping']}\n"
    added = desk.run("accounts", "add", FIRST_STORE, "chilexpress", *options, given=shipping)
    assert added.exit_code == 0
    assert CHILEXPRESS["key_shipping"] not in added.output
    [account] = desk.gives("accounts", "list")
    assert desk.gives("accounts", "test", account["id"])["ok"] is True


def test_an_account_whose_key_was_renewed_is_mended(desk: Desk, account: str) -> None:
    desk.does("accounts", "set", account, "--set", "key_coverage=deadbeef00000000", "--name", "Renewed")
    failure = desk.fails("accounts", "test", account)
    assert failure["code"] == "account-does-not-work"
    assert "deadbeef" not in failure["message"]
    desk.does("accounts", "set", account, "--set", f"key_coverage={CHILEXPRESS['key_coverage']}")
    assert desk.gives("accounts", "test", account)["ok"] is True
    [listed] = desk.gives("accounts", "list")
    assert (listed["name"], listed["state"]) == ("Renewed", "active")
    assert desk.fails("accounts", "set", account, "--set", "customer_card=none")["code"] == "settings-invalid"


def test_another_address_takes_the_secrets_along(desk: Desk, account: str, carrier_settings: list[str]) -> None:
    [address] = [value for value in carrier_settings if value.startswith("base_url=")]
    failure = desk.fails("accounts", "set", account, "--set", f"{address}/")
    assert failure["code"] == "secrets-wanted"
    assert "key_coverage, key_rating, key_shipping" in failure["message"]
    keys = [
        part
        for name in ("key_coverage", "key_rating", "key_shipping")
        for part in ("--set", f"{name}={CHILEXPRESS[name]}")
    ]
    desk.does("accounts", "set", account, "--set", f"{address}/", *keys)
    assert desk.gives("accounts", "test", account)["ok"] is True
    refused = desk.fails("accounts", "set", account, "--set", f"{address}?to=", *keys)
    assert refused["code"] == "settings-invalid"
    assert "no “?”" in refused["message"]


def test_a_new_carrier_is_told_to_the_store_s_checkout(desk: Desk, sandbox: Sandbox, account: str) -> None:
    [method] = sandbox.store.store(FIRST_STORE).shipping_methods.values()
    first = method.id
    desk.does("stores", "repair", FIRST_STORE)
    [method] = sandbox.store.store(FIRST_STORE).shipping_methods.values()
    assert (
        method.id > first
    )  # nobody offers the services at our address in this test, so it is asked to fetch them again


def test_an_invoicing_account_needs_no_word_to_the_checkout(desk: Desk, sandbox: Sandbox) -> None:
    desk.add_store()
    [before] = sandbox.store.store(FIRST_STORE).shipping_methods
    settings = {**OPENFACTURA, "base_url": f"{sandbox.url}/openfactura"}
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    desk.does("accounts", "add", FIRST_STORE, "openfactura", *options)
    assert list(sandbox.store.store(FIRST_STORE).shipping_methods) == [before]


def test_a_platform_that_cannot_be_told_is_a_warning_and_the_account_is_there(
    desk: Desk, carrier_settings: list[str]
) -> None:
    desk.add_store()
    desk.environment["DESPACHO_JUMPSELLER_API_URL"] = "http://127.0.0.1:9/v1"
    result = desk.run("accounts", "add", FIRST_STORE, "chilexpress", *carrier_settings)
    assert result.exit_code == 0
    assert f"`despacho stores repair {FIRST_STORE}`" in result.stderr
    assert len(desk.gives("accounts", "list")) == 1


def test_a_token_s_text_is_shown_once_and_the_token_can_be_revoked(desk: Desk) -> None:
    desk.add_store()
    created = desk.gives("tokens", "create", FIRST_STORE, "--name", "ERP")
    assert created["token"].startswith("dsp_")
    [listed] = desk.gives("tokens", "list", FIRST_STORE)
    assert (listed["id"], listed["name"], listed["revoked_at"]) == (created["id"], "ERP", None)
    assert created["token"] not in desk.does("tokens", "list") + desk.does("tokens", "list", "--json")
    assert desk.gives("tokens", "revoke", created["id"]) == {"id": created["id"], "revoked": True}
    assert desk.gives("tokens", "list")[0]["revoked_at"] is not None
    assert desk.fails("tokens", "revoke", "nobody")["code"] == "not-found"


def test_a_token_is_one_store_s(desk: Desk) -> None:
    desk.add_store()
    desk.add_store(SECOND_STORE)
    desk.does("tokens", "create", FIRST_STORE)
    assert desk.gives("tokens", "list", SECOND_STORE) == []
    assert desk.fails("tokens", "create", "nobody")["code"] == "not-found"

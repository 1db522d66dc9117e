"""Stores from the command line: added with credentials or consent, set, repaired, removed; over real HTTP to the simulated platform."""

import json
import subprocess
import sys

import httpx
import pytest

from despacho_sandbox.kit.server import Sandbox
from despacho_services.platform_registration import EVENTS
from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE, SECOND_STORE

BASIC = ("--login", f"fake-login-{FIRST_STORE}", "--authtoken")


def at_platform(sandbox: Sandbox, code: str = FIRST_STORE) -> tuple[list[str], list[str]]:
    """The events and the rates addresses that the platform has registered."""
    with httpx.Client(
        base_url=f"{sandbox.url}/jumpseller/v1", auth=(f"fake-login-{code}", f"fake-authtoken-{code}")
    ) as client:
        hooks = [one["hook"]["event"] for one in client.get("/hooks.json").json()]
        methods = [one["shipping_method"] for one in client.get("/shipping_methods.json").json()]
    return sorted(hooks), [one["callback_url"] for one in methods if one.get("callback_url")]


def test_adding_a_store_registers_webhooks_and_shipping_method_once_however_often(desk: Desk, sandbox: Sandbox) -> None:
    added = desk.add_store()
    assert list(added) == ["code", "store_key", "rates_url", "invoices_url", "hooks"]
    ours = f"{desk.environment['DESPACHO_PUBLIC_URL']}/jumpseller"
    assert added["rates_url"] == f"{ours}/rates/{added['store_key']}"
    assert added["invoices_url"] == f"{ours}/invoices/{added['store_key']}"
    assert set(added["hooks"]) == set(EVENTS)
    assert at_platform(sandbox) == (sorted(EVENTS), [added["rates_url"]])

    assert desk.add_store() == added
    assert at_platform(sandbox) == (sorted(EVENTS), [added["rates_url"]])
    assert [store["code"] for store in desk.gives("stores", "list")] == [FIRST_STORE]


def test_people_are_told_the_addresses_and_no_secret(desk: Desk) -> None:
    told = desk.does("stores", "add", FIRST_STORE, *BASIC, f"fake-authtoken-{FIRST_STORE}")
    assert "/jumpseller/invoices/" in told
    assert "authtoken" not in told + desk.does("stores", "list")


def test_an_authtoken_can_be_asked_for(desk: Desk) -> None:
    added = desk.gives("stores", "add", FIRST_STORE, *BASIC, "-", given=f"fake-authtoken-{FIRST_STORE}\n")
    assert added["code"] == FIRST_STORE


def test_wrong_credentials_fail_with_what_to_do_and_leave_nothing(desk: Desk) -> None:
    failure = desk.fails("stores", "add", FIRST_STORE, *BASIC, "wr0ng-authtoken")
    assert failure["code"] == "unauthorized"
    assert "Check them" in failure["message"]
    assert "wr0ng" not in failure["message"]
    assert desk.gives("stores", "list") == []


def test_credentials_of_another_store_are_not_taken_for_this_one(desk: Desk) -> None:
    failure = desk.fails("stores", "add", SECOND_STORE, *BASIC, f"fake-authtoken-{FIRST_STORE}")
    assert failure["code"] == "wrong-store"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--login", "l"),
        ("--authtoken", "a"),
        ("--oauth", "--login", "l"),
        ("--oauth", "--login", "l", "--authtoken", "a"),
    ],
)
def test_either_both_credentials_or_consent(bare_desk: Desk, options: tuple[str, ...]) -> None:
    assert bare_desk.run("stores", "add", FIRST_STORE, *options).exit_code == 2


def test_unsigned_invoices_are_allowed_only_where_somebody_says_so(desk: Desk) -> None:
    desk.add_store()
    assert desk.gives("stores", "set", FIRST_STORE)["allow_unsigned_invoices"] is False
    desk.gives("stores", "add", FIRST_STORE, *BASIC, f"fake-authtoken-{FIRST_STORE}", "--allow-unsigned-invoices")
    assert desk.gives("stores", "set", FIRST_STORE)["allow_unsigned_invoices"] is True
    desk.add_store()  # credentials renewed; the decision stays
    assert desk.gives("stores", "set", FIRST_STORE)["allow_unsigned_invoices"] is True
    assert desk.gives("stores", "set", FIRST_STORE, "allow_unsigned_invoices=no")["allow_unsigned_invoices"] is False


def test_a_merchant_consents_in_the_browser_and_pastes_the_address_that_it_was_led_to(desk: Desk) -> None:
    asked = [sys.executable, "-m", "despacho", "stores", "add", FIRST_STORE, "--oauth", "--json"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        asked, env=desk.whole_environment(), stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as command:
        assert command.stdin is not None
        assert command.stderr is not None
        address = next(line.strip() for line in command.stderr if "/oauth/authorize" in line)
        led_to = httpx.get(f"{address}&approve=1&store={FIRST_STORE}").headers["location"]
        output, _ = command.communicate(f"{led_to}\n", timeout=20)
    assert command.returncode == 0
    assert json.loads(output)["code"] == FIRST_STORE
    assert [store["state"] for store in desk.gives("stores", "list")] == ["active"]


def test_consent_needs_the_app_s_own_credentials(bare_desk: Desk, sqlite_url: str) -> None:
    assert bare_desk.fails("stores", "add", FIRST_STORE, "--oauth")["code"] == "app-missing"


def test_a_hub_that_the_platform_does_not_find_is_told_to_be_started_first(desk: Desk) -> None:
    desk.environment["DESPACHO_PUBLIC_URL"] = "http://127.0.0.1:9"
    failure = desk.fails("stores", "add", FIRST_STORE, *BASIC, f"fake-authtoken-{FIRST_STORE}")
    assert "start it first" in failure["message"]
    assert "http://127.0.0.1:9" in failure["message"]


def test_what_the_merchant_decides_is_set_and_kept(desk: Desk) -> None:
    desk.add_store()
    desk.does("stores", "set", FIRST_STORE, "labels=on_paid", "default_parcel.weight_g=750", "origin.phone=223824861")
    [store] = desk.gives("stores", "list")
    assert store["settings"]["labels"] == "on_paid"
    assert store["settings"]["default_parcel.weight_g"] == 750
    assert store["settings"]["origin.phone"] == "223824861"
    assert store["settings"]["origin.municipality"] == "Providencia"  # read from the store when it was added
    assert desk.fails("stores", "set", FIRST_STORE, "labels=always")["code"] == "setting-wrong"
    assert desk.fails("stores", "set", "nobody", "labels=manual")["code"] == "not-found"


def test_what_somebody_deleted_at_the_platform_is_repaired(desk: Desk, sandbox: Sandbox) -> None:
    added = desk.add_store()
    with httpx.Client(
        base_url=f"{sandbox.url}/jumpseller/v1", auth=(f"fake-login-{FIRST_STORE}", f"fake-authtoken-{FIRST_STORE}")
    ) as client:
        hook = client.get("/hooks.json").json()[0]["hook"]["id"]
        assert client.delete(f"/hooks/{hook}.json").is_success
    assert len(at_platform(sandbox)[0]) == len(EVENTS) - 1
    assert desk.gives("stores", "repair", FIRST_STORE) == added
    assert at_platform(sandbox) == (sorted(EVENTS), [added["rates_url"]])


def test_a_removed_store_is_called_no_more(desk: Desk, sandbox: Sandbox) -> None:
    desk.add_store()
    desk.add_store(SECOND_STORE)
    assert desk.gives("stores", "remove", FIRST_STORE) == {"code": FIRST_STORE, "removed": True}
    assert at_platform(sandbox) == ([], [])
    assert at_platform(sandbox, SECOND_STORE)[0] == sorted(EVENTS)
    assert [store["code"] for store in desk.gives("stores", "list")] == [SECOND_STORE]


def test_a_store_that_cannot_be_told_stays_unless_somebody_insists(desk: Desk, sandbox: Sandbox) -> None:
    desk.add_store()
    desk.environment["DESPACHO_JUMPSELLER_API_URL"] = "http://127.0.0.1:9/v1"
    assert desk.fails("stores", "remove", FIRST_STORE)["code"] == "platform-not-told"
    assert len(desk.gives("stores", "list")) == 1
    desk.does("stores", "remove", FIRST_STORE, "--here-only")
    assert desk.gives("stores", "list") == []
    assert at_platform(sandbox)[0] == sorted(EVENTS)


def test_an_address_that_the_real_platform_cannot_reach_is_warned_of(desk: Desk) -> None:
    desk.environment["DESPACHO_JUMPSELLER_API_URL"] = "http://platform.invalid/v1"
    result = desk.run("stores", "add", FIRST_STORE, *BASIC, f"fake-authtoken-{FIRST_STORE}")
    assert "nobody outside this machine reaches" in result.stderr

"""The examination: a sound hub, and one illness at a time, each with its remedy."""

from __future__ import annotations

import base64
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from despacho_sandbox.kit.server import Sandbox
from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE

KEY = base64.b64encode(b"k" * 32).decode()


def examined(desk: Desk, *options: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Exit code and findings by what was looked at."""
    result = desk.run("doctor", "--json", *options)
    document = json.loads(result.stdout)
    assert document["ok"] is (result.exit_code == 0)
    return result.exit_code, {finding["check"]: finding for finding in document["findings"]}


def illness(desk: Desk, check: str, *options: str) -> str:
    """What is found and the remedy, of the one thing that is wrong."""
    code, findings = examined(desk, *options)
    assert code == 1
    assert [name for name, finding in findings.items() if finding["verdict"] == "error"] == [check]
    return f"{findings[check]['found']} → {findings[check]['remedy']}"


@pytest.fixture
def furnished(desk: Desk, carrier_settings: list[str]) -> Desk:
    """A hub with a store and a carrier."""
    Path(desk.environment["DESPACHO_DATA_DIR"]).chmod(0o700)
    desk.add_store()
    desk.does("accounts", "add", FIRST_STORE, "chilexpress", *carrier_settings)
    return desk


def test_a_sound_hub_has_nothing_wrong_and_nothing_to_mend(furnished: Desk) -> None:
    code, findings = examined(furnished)
    assert code == 0
    assert {finding["verdict"] for finding in findings.values()} == {"ok"}
    assert {"settings", "data folder", "secret key", "database", "database writing", "redis", "public address"} <= set(
        findings
    )
    assert {"provider chilexpress", f"store {FIRST_STORE}", "ledgers"} <= set(findings)
    assert "Nothing is wrong." in furnished.does("doctor")


def test_offline_nobody_outside_is_asked(furnished: Desk, sandbox: Sandbox) -> None:
    calls = {name: one.calls.total() for name, one in sandbox.simulators.items()}
    code, findings = examined(furnished, "--offline")
    assert code == 0
    assert {name: one.calls.total() for name, one in sandbox.simulators.items()} == calls
    assert [findings[name]["verdict"] for name in (f"store {FIRST_STORE}", "public address")] == ["skipped", "skipped"]


def test_an_empty_folder_is_no_illness_and_stays_empty(bare_desk: Desk, tmp_path: Path) -> None:
    code, findings = examined(bare_desk, "--offline")
    assert findings["database"]["verdict"] == "skipped"
    assert list(tmp_path.iterdir()) == []
    assert code == 1  # nobody outside could reach this hub
    assert findings["public address"]["remedy"].startswith("Set it to the hub's https address")


def test_settings_that_make_no_sense_end_the_examination(bare_desk: Desk) -> None:
    bare_desk.environment |= {"DESPACHO_REDIS_URL": "http://x"}
    assert "must look like redis://" in illness(bare_desk, "settings")


def test_a_variable_that_is_misspelt_is_warned_of(furnished: Desk) -> None:
    furnished.environment["DESPACHO_PUBLIC_ULR"] = "https://hub.example"
    result = furnished.run("doctor", "--offline")
    assert result.exit_code == 0
    assert "did you mean DESPACHO_PUBLIC_URL?" in result.stdout


def test_credentials_that_the_platform_refuses(furnished: Desk, sandbox: Sandbox) -> None:
    sandbox.store.store(FIRST_STORE).authtoken = "changed-by-the-merchant"
    assert f"despacho stores add {FIRST_STORE}" in illness(furnished, f"store {FIRST_STORE}")


def test_webhooks_that_are_gone_at_the_platform(furnished: Desk, sandbox: Sandbox) -> None:
    sandbox.store.store(FIRST_STORE).hooks.clear()
    told = illness(furnished, f"store {FIRST_STORE}")
    assert "webhook order_paid" in told
    assert f"`despacho stores repair {FIRST_STORE}`" in told


def test_an_account_that_does_not_work(furnished: Desk) -> None:
    [account] = furnished.gives("accounts", "list")
    furnished.does("accounts", "set", account["id"], "--set", "key_rating=deadbeef00000000")
    told = illness(furnished, f"account {account['id']} (chilexpress)")
    assert f"`despacho accounts set {account['id']}" in told
    assert "deadbeef" not in told


def test_a_redis_that_is_set_and_does_not_answer(furnished: Desk) -> None:
    furnished.environment["DESPACHO_REDIS_URL"] = "redis://127.0.0.1:9"
    assert "Check DESPACHO_REDIS_URL" in illness(furnished, "redis", "--offline")


@pytest.mark.redis
def test_a_redis_that_answers(furnished: Desk, redis_url: str) -> None:
    furnished.environment["DESPACHO_REDIS_URL"] = redis_url
    assert examined(furnished, "--offline")[1]["redis"]["found"] == "answers"


def test_a_secret_key_that_is_lost_or_another(furnished: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.key").rename(tmp_path / "kept.key")
    assert "Put it back from a backup" in illness(furnished, "secret key", "--offline")
    furnished.environment["DESPACHO_SECRET_KEY"] = KEY
    told = furnished.run("doctor", "--offline").stdout
    assert "does not open what the database holds" in told
    assert furnished.fails("stores", "list")["code"] == "secret-key-wrong"


def test_a_database_of_another_release(furnished: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "despacho.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
    assert "`despacho db upgrade`" in illness(furnished, "database", "--offline")
    assert furnished.fails("stores", "list")["code"] == "schema-differs"


def test_a_database_without_its_write_ahead_log(furnished: Desk, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "despacho.db")) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    assert "not WAL" in illness(furnished, "database writing", "--offline")


@pytest.mark.postgresql
def test_a_hub_on_postgresql(furnished: Desk, postgresql_url: str) -> None:
    furnished.environment |= {
        "DESPACHO_DATABASE_URL": postgresql_url,
        "DESPACHO_SECRET_KEY": KEY,
    }
    _, findings = examined(furnished, "--offline")
    assert findings["database"]["found"].startswith("PostgreSQL with schema")
    # The tests' server does not wait for its disk.
    assert (findings["database writing"]["verdict"], findings["stores"]["verdict"]) == ("warning", "warning")
    assert "fsync" in findings["database writing"]["found"]

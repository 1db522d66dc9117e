"""What an operator can set, what stops the start, and that the documentation tells all of it."""

import base64
import os
import re
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho.secret_key import FILE_NAME
from despacho.settings import ConfigurationInvalid, Settings, misspelt, variables
from despacho_jobs.schedule import times_of

DOCUMENTATION = Path(__file__).parents[3] / "docs" / "settings.md"
KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.urlsafe_b64encode(bytes([255] * 32)).decode()
POSTGRESQL = "postgresql+asyncpg://hub:pass-word@db.example/despacho"


def problems(**given: str) -> list[str]:
    with pytest.raises(ConfigurationInvalid) as refused:
        Settings.from_environment(given)
    return refused.value.problems


def test_a_hub_on_one_machine_needs_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    settings = Settings.from_environment({})
    assert settings.data_dir == Path("/home/ana/.local/share/despacho")
    assert settings.database_url == "sqlite+aiosqlite:////home/ana/.local/share/despacho/despacho.db"
    assert settings.redis_url is None
    assert settings.jumpseller_api_url == "https://api.jumpseller.com/v1"
    assert settings.jumpseller_accounts_url == "https://accounts.jumpseller.com"


def test_the_data_folder_follows_the_xdg_base_folder() -> None:
    assert Settings.from_environment({"XDG_DATA_HOME": "/srv/data"}).data_dir == Path("/srv/data/despacho")
    assert Settings.from_environment({"XDG_DATA_HOME": "relative"}).data_dir.is_absolute()


def test_the_data_folder_is_absolute_wherever_the_hub_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({"DESPACHO_DATA_DIR": "data"})
    assert settings.data_dir == tmp_path / "data"
    assert str(tmp_path / "data" / "despacho.db") in settings.database_url


def test_reading_settings_writes_nothing(tmp_path: Path) -> None:
    Settings.from_environment({"DESPACHO_DATA_DIR": str(tmp_path / "data")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("postgresql://u:p@h/d", "postgresql+asyncpg://u:p@h/d"),
        ("sqlite:////var/hub.db", "sqlite+aiosqlite:////var/hub.db"),
    ],
)
def test_a_database_address_without_its_async_driver_is_understood(given: str, used: str) -> None:
    settings = Settings.from_environment({"DESPACHO_DATABASE_URL": given, "DESPACHO_SECRET_KEY": KEY})
    assert settings.database_url == used


@given(seconds=st.integers(1, 90_000))
def test_a_round_is_accepted_exactly_where_the_schedule_can_keep_it(seconds: int) -> None:
    try:
        times_of(seconds)
    except ValueError:
        assert problems(DESPACHO_SWEEP_SECONDS=str(seconds))
    else:
        assert Settings.from_environment({"DESPACHO_SWEEP_SECONDS": str(seconds)}).sweep_seconds == seconds


def test_a_call_has_less_time_than_its_effect_is_leased_for() -> None:
    policy = Settings.from_environment({"DESPACHO_EFFECT_LEASE_SECONDS": "9"}).effect_policy()
    assert (policy.lease, policy.budget) == (timedelta(seconds=9), timedelta(seconds=6))


def test_looking_sooner_for_what_is_uncertain_leaves_the_platform_its_time_to_attach() -> None:
    policy = Settings.from_environment({"DESPACHO_SETTLE_AFTER_SECONDS": "0.2"}).effect_policy()
    assert (policy.look_after[0], policy.button_wait) == (timedelta(seconds=0.2), timedelta(seconds=30))


def test_addresses_lose_their_final_slash() -> None:
    settings = Settings.from_environment(
        {"DESPACHO_PUBLIC_URL": "https://hub.example/", "DESPACHO_JUMPSELLER_API_URL": "http://127.0.0.1:9/v1/"}
    )
    assert settings.public_url == "https://hub.example"
    assert settings.jumpseller_api_url == "http://127.0.0.1:9/v1"


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("DESPACHO_DATABASE_URL", "mysql://h/d"),
        ("DESPACHO_DATABASE_URL", "despacho.db"),
        ("DESPACHO_DATABASE_URL", "sqlite+aiosqlite:///:memory:"),
        ("DESPACHO_DATABASE_URL", "sqlite://"),
        ("DESPACHO_REDIS_URL", "localhost:6379"),
        ("DESPACHO_REDIS_URL", "http://localhost"),
        ("DESPACHO_REDIS_URL", "unix://"),
        ("DESPACHO_PUBLIC_URL", "hub.example.com"),
        ("DESPACHO_PUBLIC_URL", "ftp://hub.example.com"),
        ("DESPACHO_PUBLIC_URL", "https://hub.example.com/?a=1"),
        ("DESPACHO_PUBLIC_URL", "https://user:word@hub.example.com"),
        ("DESPACHO_PUBLIC_URL", "https://hub.example.com:99999"),
        ("DESPACHO_JUMPSELLER_API_URL", "https://"),
        ("DESPACHO_ADMIN_ORIGINS", "https://admin.example.com/app"),
        ("DESPACHO_ADMIN_ORIGINS", "https://admin.example.com; script-src *"),
        ("DESPACHO_ALLOWED_NETWORKS", "localhost"),
        ("DESPACHO_ALLOWED_NETWORKS", "10.0.0.1/8"),
        ("DESPACHO_SWEEP_SECONDS", "7"),
        ("DESPACHO_SWEEP_SECONDS", "0"),
        ("DESPACHO_TRACK_SECONDS", "often"),
        ("DESPACHO_RECONCILE_SECONDS", "-60"),
        ("DESPACHO_RECONCILE_SECONDS", "172800"),
        ("DESPACHO_EFFECT_LEASE_SECONDS", "nan"),
        ("DESPACHO_EFFECT_LEASE_SECONDS", "0.1"),
        ("DESPACHO_BUTTON_WAIT_SECONDS", "0.1"),
        ("DESPACHO_SETTLE_AFTER_SECONDS", "soon"),
        ("DESPACHO_SECRET_KEY", "short"),
        ("DESPACHO_SECRET_KEY", f"{KEY},"),
        ("DESPACHO_SECRET_KEY", base64.b64encode(bytes(31)).decode()),
    ],
)
def test_what_makes_no_sense_is_named_with_its_variable(variable: str, text: str) -> None:
    [problem] = problems(**{variable: text})
    assert problem.startswith(f"{variable}: must ")


def test_all_problems_are_told_at_once() -> None:
    assert len(problems(DESPACHO_PUBLIC_URL="x", DESPACHO_REDIS_URL="y", DESPACHO_JUMPSELLER_CLIENT_ID="z")) == 3


def test_a_data_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    assert "must be a folder" in problems(DESPACHO_DATA_DIR=str(tmp_path / "data"))[0]


def test_postgresql_without_a_secret_key_does_not_start() -> None:
    [problem] = problems(DESPACHO_DATABASE_URL=POSTGRESQL)
    assert problem.startswith("DESPACHO_SECRET_KEY: needed with PostgreSQL")
    assert Settings.from_environment({"DESPACHO_DATABASE_URL": POSTGRESQL, "DESPACHO_SECRET_KEY": KEY}).is_postgresql


def test_several_keys_are_kept_in_order_so_that_one_can_be_replaced() -> None:
    settings = Settings.from_environment({"DESPACHO_SECRET_KEY": f"{OTHER_KEY}, {KEY}"})
    assert settings.keys() == (bytes([255] * 32), bytes(range(32)))


def test_client_id_and_secret_come_together() -> None:
    assert "give both or neither" in problems(DESPACHO_JUMPSELLER_CLIENT_SECRET="only this")[0]


def test_an_empty_variable_counts_as_not_given() -> None:
    given = {"DESPACHO_REDIS_URL": "", "DESPACHO_SECRET_KEY": "  ", "DESPACHO_JUMPSELLER_CLIENT_ID": ""}
    assert Settings.from_environment(given) == Settings.from_environment({})


def test_no_secret_shows_when_settings_are_printed_or_refused() -> None:
    given = {"DESPACHO_DATABASE_URL": POSTGRESQL, "DESPACHO_SECRET_KEY": KEY}
    assert "pass-word" not in repr(Settings.from_environment(given))
    assert "hunter2" not in str(problems(DESPACHO_SECRET_KEY="hunter2", DESPACHO_DATABASE_URL="hunter2"))


def test_a_misspelt_variable_is_pointed_out() -> None:
    assert misspelt({"DESPACHO_DATABSE_URL": "x", "DESPACHO_PUBLIC_URL": "x", "DESPACHO_TRACE": "1", "PATH": "x"}) == [
        "DESPACHO_DATABSE_URL is no setting; did you mean DESPACHO_DATABASE_URL?"
    ]


def embedded(folder: Path) -> Settings:
    return Settings.from_environment({"DESPACHO_DATA_DIR": str(folder)})


def test_on_sqlite_a_key_is_made_once_and_only_its_owner_can_read_it(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    [key] = embedded(folder).keys()
    assert len(key) == 32
    assert embedded(folder).keys() == (key,)
    assert [path.name for path in folder.iterdir()] == [FILE_NAME]
    assert stat.S_IMODE((folder / FILE_NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_two_hubs_do_not_get_the_same_key(tmp_path: Path) -> None:
    assert embedded(tmp_path / "one").keys() != embedded(tmp_path / "two").keys()


def test_of_two_processes_that_make_a_key_at_once_the_first_one_s_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [theirs] = embedded(tmp_path).keys()
    real = Path.exists
    # The other process publishes between our look and our writing.
    monkeypatch.setattr(Path, "exists", lambda path: path.name != FILE_NAME and real(path))
    assert embedded(tmp_path).keys() == (theirs,)
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_a_key_that_others_can_read_stops_the_start(tmp_path: Path) -> None:
    embedded(tmp_path).keys()
    (tmp_path / FILE_NAME).chmod(0o640)
    with pytest.raises(ConfigurationInvalid, match="chmod 600"):
        embedded(tmp_path).keys()


@pytest.mark.parametrize("content", [b"", b"not base64", base64.b64encode(b"short")])
def test_a_damaged_key_is_never_replaced_silently(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / FILE_NAME
    path.touch(mode=0o600)
    path.write_bytes(content)
    with pytest.raises(ConfigurationInvalid, match="is damaged"):
        embedded(tmp_path).keys()
    assert path.read_bytes() == content


def test_every_setting_is_documented_and_no_other() -> None:
    rows = re.findall(r"^\| `(DESPACHO_[A-Z_]+)` \|", DOCUMENTATION.read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(variables())


def test_every_documented_default_is_the_real_one() -> None:
    text = DOCUMENTATION.read_text("utf-8")
    settings = Settings.from_environment({"HOME": os.environ.get("HOME", "/")})
    depending = {"DESPACHO_DATA_DIR", "DESPACHO_DATABASE_URL"}
    for variable, field in variables().items():
        value = getattr(settings, field)
        if value and variable not in depending:
            shown = f"{value:g}" if isinstance(value, float) else str(value)
            assert f"| `{variable}` | `{shown}` |" in text


def test_accounts_call_the_internet_alone_unless_the_operator_opens_more() -> None:
    assert not Settings.from_environment({}).destinations.allowed("127.0.0.1", 9900, "127.0.0.1")
    opened = Settings.from_environment({"DESPACHO_ALLOWED_NETWORKS": "10.20.0.0/16, 192.168.7.9"}).destinations
    assert opened.allowed("erp", 443, "10.20.3.4")
    assert opened.allowed("erp", 443, "192.168.7.9")
    assert not opened.allowed("erp", 443, "192.168.7.8")


@pytest.mark.parametrize(("url", "port"), [("http://127.0.0.1:9900", 9900), ("http://127.0.0.1", 80)])
def test_the_sandbox_that_a_hub_knows_may_be_called(url: str, port: int) -> None:
    opened = Settings.from_environment({"DESPACHO_SANDBOX_URL": url}).destinations
    assert opened.allowed("127.0.0.1", port, "127.0.0.1")
    assert opened.allowed("localhost", port, "127.0.0.1"), "whatever the machine calls itself"
    assert not opened.allowed("127.0.0.1", port + 1, "127.0.0.1")

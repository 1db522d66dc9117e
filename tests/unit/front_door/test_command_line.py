"""The command itself: it answers at once, knows wrong usage, and lists providers whatever their packages do."""

import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from click.testing import CliRunner

from despacho.command_line import main

HEAVY = (
    "sqlalchemy",
    "litestar",
    "arq",
    "redis",
    "httpx",
    "uvicorn",
    "msgspec",
    "rich",
    "alembic",
    "reportlab",
    "asyncio",
)
LOADS = """
import sys
from despacho.command_line import main
main({arguments!r}, standalone_mode=False)
print(*sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)
"""


def loaded_by(*arguments: str) -> list[str]:
    """Which of the heavy packages a command has imported by its end, in a process of its own."""
    program = LOADS.format(arguments=list(arguments), heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    return done.stderr.splitlines()[-1].split()


def test_the_version_is_told_without_loading_anything_of_the_hub() -> None:
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.stdout) == (0, f"despacho, version {version('despacho')}\n")
    assert loaded_by("--version") == []


def test_listing_what_can_be_set_opens_neither_database_nor_web() -> None:
    assert not {"sqlalchemy", "litestar", "arq", "uvicorn", "alembic"} & set(
        loaded_by("accounts", "settings", "openfactura")
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["deliver"],
        ["stores"],
        ["stores", "add"],
        ["stores", "list", "--xml"],
        ["serve", "--port", "0"],
        ["serve", "--port", "65536"],
        ["worker", "--port", "http"],
        ["sandbox", "--speed", "-1"],
        ["inbox", "replay"],
        ["inbox", "replay", "first"],
        ["outbox", "list", "--state", "lost"],
        ["outbox", "list", "--before", "yesterday"],
        ["accounts", "add", "tienda", "chilexpress", "--set", "key"],
        ["tokens", "create"],
    ],
)
def test_wrong_usage_ends_with_2_before_anything_is_opened(arguments: list[str], tmp_path: Path) -> None:
    result = CliRunner().invoke(main, arguments, env={"DESPACHO_DATA_DIR": str(tmp_path)})
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def install_broken_package(folder: Path) -> None:
    """A distribution as pip leaves it, whose module cannot be imported."""
    (folder / "pigeon_post.py").write_text("import nothing_of_that_name", "utf-8")
    about = folder / "pigeon_post-3.1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeon-post\nVersion: 3.1\n", "utf-8")
    (about / "entry_points.txt").write_text("[despacho]\npigeon = pigeon_post\n", "utf-8")


def test_providers_are_listed_with_what_they_can_do_and_a_broken_package_with_its_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_broken_package(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    result = CliRunner().invoke(main, ["providers", "--json"])
    assert result.exit_code == 0
    rows = {row["id"]: row for row in json.loads(result.stdout)}
    assert all(set(row) == {"id", "name", "kind", "version", "capabilities", "error"} for row in rows.values())
    assert rows["chilexpress"]["kind"] == "carrier"
    assert {"QuotesRates", "BuysShipments", "FindsShipments"} <= set(rows["chilexpress"]["capabilities"])
    assert rows["openfactura"]["error"] is None
    assert (rows["pigeon"]["kind"], rows["pigeon"]["name"], rows["pigeon"]["version"]) == (None, "pigeon-post", "3.1")
    assert "nothing_of_that_name" in rows["pigeon"]["error"]
    assert "nothing_of_that_name" in CliRunner().invoke(main, ["providers"]).stdout


def test_settings_that_make_no_sense_are_told_all_at_once(tmp_path: Path) -> None:
    wrong = {"DESPACHO_DATA_DIR": str(tmp_path), "DESPACHO_REDIS_URL": "http://x", "DESPACHO_SECRET_KEY": "c0ffee"}
    result = CliRunner().invoke(main, ["stores", "list"], env=wrong)
    assert result.exit_code == 1
    assert "DESPACHO_REDIS_URL: must look like" in result.stderr
    assert "DESPACHO_SECRET_KEY: must be 32 octets" in result.stderr
    assert "c0ffee" not in result.output


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_lone_process_without_a_redis_says_what_to_set(command: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(main, [command, "--json"], env={"DESPACHO_DATA_DIR": str(tmp_path)})
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"]["code"] == "redis-missing"
    assert "`despacho serve`" in result.stderr

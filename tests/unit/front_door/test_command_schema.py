"""Whether the database is ready, and what is said where it is not."""

import base64
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from despacho.schema import (
    DatabaseNotReady,
    DatabaseUnreachable,
    SchemaDiffers,
    current_revision,
    require_schema,
    upgrade_schema,
    wait_for_schema,
)
from despacho.settings import Settings
from despacho_database.migrations import HEAD

KEY = base64.b64encode(b"k" * 32).decode()


def settings(folder: Path) -> Settings:
    return Settings.from_environment({"DESPACHO_DATA_DIR": str(folder)})


def set_revision(path: Path, revision: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))


class Patience:
    """A clock that moves when somebody sleeps, and what happens meanwhile."""

    def __init__(self) -> None:
        self.now = 0.0
        self.happens: dict[int, object] = {}
        self.slept = 0

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += 1
        event = self.happens.get(self.slept)
        if callable(event):
            event()


def test_looking_at_a_database_that_is_not_there_makes_none(tmp_path: Path) -> None:
    assert current_revision(settings(tmp_path)) is None
    with pytest.raises(SchemaDiffers, match=r"is empty.*`despacho db upgrade`"):
        require_schema(settings(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_an_upgrade_makes_the_folder_and_the_database_once(tmp_path: Path) -> None:
    where = settings(tmp_path / "new" / "data")
    assert upgrade_schema(where) is True
    assert current_revision(where) == HEAD
    assert upgrade_schema(where) is False
    require_schema(where)


def test_a_database_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    upgrade_schema(settings(tmp_path))
    set_revision(tmp_path / "despacho.db", "9999")
    for use in (require_schema, upgrade_schema):
        with pytest.raises(SchemaDiffers, match=r"9999, newer than this program's.*Install the newer release"):
            use(settings(tmp_path))
    assert current_revision(settings(tmp_path)) == "9999"


def test_an_older_database_asks_to_be_upgraded(tmp_path: Path) -> None:
    upgrade_schema(settings(tmp_path))
    set_revision(tmp_path / "despacho.db", "0000")
    with pytest.raises(SchemaDiffers, match=r"has the schema 0000.*`despacho db upgrade`"):
        require_schema(settings(tmp_path))


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "despacho.db").write_text("shopping list\n" * 100, "utf-8")
    with pytest.raises(DatabaseUnreachable, match="file is not a database"):
        current_revision(settings(tmp_path))


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseUnreachable, match="who owns the folder"):
        upgrade_schema(settings(tmp_path / "file" / "data"))


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    away = Settings.from_environment(
        {"DESPACHO_DATABASE_URL": "postgresql://hub:s3cr3t@127.0.0.1:9/despacho", "DESPACHO_SECRET_KEY": KEY}
    )
    with pytest.raises(DatabaseUnreachable, match="that the server runs") as told:
        require_schema(away)
    assert "s3cr3t" not in str(told.value)


def test_who_waits_goes_on_as_soon_as_the_schema_is_there(tmp_path: Path) -> None:
    patience = Patience()
    patience.happens[3] = lambda: upgrade_schema(settings(tmp_path))
    wait_for_schema(settings(tmp_path), sleep=patience.sleep, monotonic=lambda: patience.now)
    assert patience.slept == 3


def test_who_waits_gives_up_after_a_minute_with_the_last_reason(tmp_path: Path) -> None:
    patience = Patience()
    with pytest.raises(DatabaseNotReady, match="`despacho db upgrade`"):
        wait_for_schema(settings(tmp_path), every=5, sleep=patience.sleep, monotonic=lambda: patience.now)
    assert patience.now == 60

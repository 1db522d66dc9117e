"""The database: its schema, copies of it, and moving it to another one."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from despacho.commands._console import Failure, json_option, read_settings, show
from despacho.schema import DatabaseNotReady, current_revision, require_schema, upgrade_schema
from despacho.settings import Settings
from despacho.supervision import RUN_FOLDER, AlreadyServing, only_one


@click.group()
def db() -> None:
    """The database: its schema, copies of it, and moving it."""


@db.command()
@click.option("--only-new", is_flag=True, hidden=True, help="Upgrade an empty database only; refuse an older one.")
@json_option
def upgrade(only_new: bool, as_json: bool) -> None:
    """Bring the database to this program's schema; makes it if it is empty. Safe to repeat."""
    settings = read_settings()
    try:
        changed = _upgraded(settings, only_new=only_new)
        revision = current_revision(settings)
    except DatabaseNotReady as error:
        raise Failure(str(error), code=error.code) from error
    did = "The database was upgraded" if changed else "The database was up to date already"
    show({"revision": revision, "changed": changed}, as_json=as_json, people=f"{did} (schema {revision}).")


def _upgraded(settings: Settings, *, only_new: bool) -> bool:
    if only_new and current_revision(settings) is not None:
        require_schema(settings)
        return False
    return upgrade_schema(settings)


@db.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Copy the SQLite database to FILE, while the hub may go on. The secret key is not in it: keep that elsewhere."""
    from despacho_database.moving import CopyDamaged, back_up  # noqa: PLC0415 - SQLAlchemy; only where a database is opened

    settings = read_settings()
    if settings.is_postgresql:
        raise Failure("This hub is on PostgreSQL: back it up with `pg_dump`.", code="not-sqlite")
    with _ready(settings):
        try:
            octets = back_up(settings.database_url, file)
        except FileExistsError as error:
            raise Failure(f"There is a file {file} already. Choose another name.", code="file-exists") from error
        except CopyDamaged as error:
            raise Failure(f"The copy is damaged ({error}); it was removed.", code="copy-damaged") from error
        except (OSError, sqlite3.Error) as error:
            raise Failure(f"The copy could not be made: {error}.", code="copy-failed") from error
    show(
        {"file": str(file), "octets": octets},
        as_json=as_json,
        people=f"Copied to {file} ({octets:,} octets), looked through and sound.",
    )


@db.command()
@click.argument("to")
@json_option
def move(to: str, as_json: bool) -> None:
    """Copy everything into the empty database TO, for a hub that grows out of SQLite. Stop the hub first; nothing is removed."""
    from despacho_database.moving import CopyDamaged, NotEmpty, move  # noqa: PLC0415 - as above

    settings = read_settings()
    target = _at(settings, to)
    with _ready(settings), _stopped(settings), _ready(target, upgraded=True):
        try:
            counts = asyncio.run(move(settings.database_url, target.database_url))
        except NotEmpty as error:
            raise Failure(
                f"The database {_shown(to)} is in use: {error}. Give an empty one.", code="not-empty"
            ) from error
        except CopyDamaged as error:
            raise Failure(
                f"Nothing was moved: {error}. Stop every process of the hub, then try again.", code="copy-damaged"
            ) from error
    rows = sum(counts.values())
    told = (
        f"{rows:,} rows of {counts['stores']} stores are in {_shown(to)} now. "
        "Start the hub with that as DESPACHO_DATABASE_URL, and with the same secret key."
    )
    show({"rows": rows, "tables": counts}, as_json=as_json, people=told)


def _at(settings: Settings, url: str) -> Settings:
    from despacho_database.engines import database_url  # noqa: PLC0415 - as above

    try:
        address = database_url(url)
    except ValueError as error:
        raise Failure(f"That is no database: {error}.", code="no-database") from error
    return msgspec.structs.replace(settings, database_url=address.render_as_string(hide_password=False))


def _shown(url: str) -> str:
    from despacho_database.engines import database_url  # noqa: PLC0415 - as above

    return database_url(url).render_as_string(hide_password=True)


@contextmanager
def _ready(settings: Settings, *, upgraded: bool = False) -> Iterator[None]:
    try:
        if upgraded:
            upgrade_schema(settings)
        require_schema(settings)
    except DatabaseNotReady as error:
        raise Failure(str(error), code=error.code) from error
    yield


@contextmanager
def _stopped(settings: Settings) -> Iterator[None]:
    """Hold the place of ``despacho serve``, so that none is running and none begins meanwhile."""
    folder = settings.data_dir / RUN_FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with only_one(folder):
            yield
    except AlreadyServing as error:
        raise Failure(f"Stop the hub first: {error}.", code="hub-running") from error

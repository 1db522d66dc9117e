"""Whether the database is there and has this program's schema, said so that an operator knows what to do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from despacho.settings import Settings

PATIENCE_SECONDS = 60.0


class DatabaseNotReady(Exception):
    """The database cannot be used; ``code`` says why to programs, ``found`` and ``remedy`` are a sentence each for people."""

    code = "database-not-ready"

    def __init__(self, found: str, remedy: str) -> None:
        super().__init__(f"{found} {remedy}")
        self.found = found
        self.remedy = remedy


class DatabaseUnreachable(DatabaseNotReady):
    """Nobody answers, or not to us."""

    code = "database-unreachable"


class SchemaDiffers(DatabaseNotReady):
    """The database's schema is not this program's."""

    code = "schema-differs"


def current_revision(settings: Settings) -> str | None:
    """The database's revision; None while it is empty, or the file of an SQLite database is not there yet.

    Raises:
        DatabaseUnreachable: It cannot be asked.
    """
    from despacho_database.migrations import revision  # noqa: PLC0415 - SQLAlchemy; only where a database is opened

    if not settings.is_postgresql and not _file_of(settings.database_url).exists():
        return None
    with _trouble_told(settings):
        return revision(settings.database_url)


def require_schema(settings: Settings) -> None:
    """Return if the schema is right.

    Raises:
        DatabaseUnreachable: It cannot be asked.
        SchemaDiffers: It is older or newer.
    """
    from despacho_database.migrations import HEAD  # noqa: PLC0415 - as above

    revision = current_revision(settings)
    if revision is not None and revision > HEAD:
        found = f"The database has the schema {revision}, newer than this program's {HEAD}."
        raise SchemaDiffers(found, "Install the newer release of despacho.")
    if revision != HEAD:
        state = "is empty" if revision is None else f"has the schema {revision}"
        raise SchemaDiffers(f"The database {state}, this program needs {HEAD}.", "Run `despacho db upgrade`.")


def wait_for_schema(
    settings: Settings,
    *,
    patience: float = PATIENCE_SECONDS,
    every: float = 0.25,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> None:
    """Return once the schema is right: whoever upgrades it, or starts the server, may be a little later than we are.

    Raises:
        DatabaseNotReady: It is not in time.
    """
    deadline = monotonic() + patience
    while True:
        try:
            require_schema(settings)
        except DatabaseNotReady:
            if monotonic() >= deadline:
                raise
        else:
            return
        sleep(every)


def upgrade_schema(settings: Settings) -> bool:
    """Bring the database to this program's schema; returns whether there was anything to do. Safe in several processes at once.

    Raises:
        DatabaseUnreachable: It cannot be asked.
        SchemaDiffers: It is newer than this program.
    """
    from despacho_database.migrations import HEAD, upgrade  # noqa: PLC0415 - as above

    if not settings.is_postgresql:
        with _trouble_told(settings):
            _file_of(settings.database_url).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = current_revision(settings)
    if before is None or before < HEAD:
        with _trouble_told(settings):
            upgrade(settings.database_url)
    require_schema(settings)
    return before != HEAD


@contextmanager
def _trouble_told(settings: Settings) -> Iterator[None]:
    """Turn what database drivers raise into one sentence without the password."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - as above

    kinds: list[type[Exception]] = [SQLAlchemyError, OSError]
    if settings.is_postgresql:
        # asyncpg has no types; a hub on SQLite need not load it.
        from asyncpg import InterfaceError, PostgresError  # type: ignore[import-untyped]  # noqa: PLC0415 - see above

        kinds += [PostgresError, InterfaceError]
    try:
        yield
    except tuple(kinds) as error:
        remedy = "Check DESPACHO_DATABASE_URL, " + (
            "and that the server runs." if settings.is_postgresql else "DESPACHO_DATA_DIR and who owns the folder."
        )
        raise DatabaseUnreachable(f"The database cannot be used: {_reason(error, settings)}.", remedy) from error


def _reason(error: Exception, settings: Settings) -> str:
    cause = getattr(error, "orig", None) or error
    lines = str(cause).strip().splitlines()
    reason = lines[0].rstrip(".") if lines else type(cause).__name__
    password = urlsplit(settings.database_url).password
    return reason.replace(unquote(password), "••••") if password else reason


def _file_of(url: str) -> Path:
    """The file of an SQLite address, read as the database adapter reads it."""
    from sqlalchemy.engine import make_url  # noqa: PLC0415 - as above

    return Path(str(make_url(url).database))

"""Databases for the tests: each one as good as new, migrated, real."""

from __future__ import annotations

import itertools
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from despacho_database import migrations
from tests.servers import Postgresql, only_one, session_folder

_TEMPLATE = "despacho_template"
_numbers = itertools.count()


class PlainSecrets:
    """Seals without hiding anything: shows in tests what is sealed, and that it is opened in its own place."""

    def seal(self, plain: bytes, *, context: str) -> str:
        """The context and the plain bytes, readable as hexadecimals."""
        return f"sealed:{context}:{plain.hex()}"

    def open(self, sealed: str, *, context: str) -> bytes:
        """The plain bytes; ``ValueError`` in another place."""
        sealed_prefix = f"sealed:{context}:"
        if not sealed.startswith(sealed_prefix):
            raise ValueError(f"not sealed for {context}")
        return bytes.fromhex(sealed.removeprefix(sealed_prefix))


def fresh_sqlite(folder: Path) -> str:
    """The address of a new SQLite database in a folder."""
    template = session_folder() / "template.db"
    with only_one("sqlite"):
        if not template.exists():
            making = template.with_name("making.db")
            migrate(f"sqlite+aiosqlite:///{making}")
            making.rename(template)
    path = folder / "despacho.db"
    shutil.copyfile(template, path)
    return f"sqlite+aiosqlite:///{path}"


def prepare_postgresql(server: Postgresql) -> None:
    """Make the database that all others are copied from."""
    server.sql(f"CREATE DATABASE {_TEMPLATE}")
    migrate(server.url(_TEMPLATE))
    server.sql(f"ALTER DATABASE {_TEMPLATE} ALLOW_CONNECTIONS false")


def create_postgresql(server: Postgresql, *, migrated: bool = True) -> str:
    """The name of a new database on a server; it goes with the server."""
    name = f"despacho_{os.getpid()}_{next(_numbers)}"
    server.sql(f"CREATE DATABASE {name}" + (f" TEMPLATE {_TEMPLATE} STRATEGY FILE_COPY" if migrated else ""))
    return name


def empty_postgresql(server: Postgresql, name: str) -> None:
    """Make a database as good as new, whoever is still connected: everything else goes with its store."""
    server.sql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()",
        "DELETE FROM stores",
        "DELETE FROM consents",
        "DELETE FROM leases",
        "ALTER SEQUENCE inbox_id_seq RESTART",
        database=name,
    )


def migrate(url: str) -> None:
    """Upgrade in a thread, so that it does not matter whether an event loop is running here."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(migrations.upgrade, url).result()

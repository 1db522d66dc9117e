"""The database's schema."""

from __future__ import annotations

import click

from despacho.commands._console import Failure, json_option, read_settings, show
from despacho.schema import DatabaseNotReady, current_revision, require_schema, upgrade_schema
from despacho.settings import Settings


@click.group()
def db() -> None:
    """The database's schema."""


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

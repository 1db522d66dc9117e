"""What is installed."""

from __future__ import annotations

import click

from despacho.commands._console import json_option, show, table


@click.command()
@json_option
def providers(as_json: bool) -> None:
    """List the installed providers, and the packages that could not be loaded."""
    import msgspec  # noqa: PLC0415 - the command line must start at once

    from despacho.provider_loader import load_providers  # noqa: PLC0415

    rows = load_providers().as_list()
    lines = [[row.id, row.name, row.version, ", ".join(row.capabilities), row.error] for row in rows]
    people = table(["id", "name", "version", "capabilities", "error"], lines)
    show(msgspec.to_builtins(rows), as_json=as_json, people=people)

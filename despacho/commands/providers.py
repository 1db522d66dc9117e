"""What is installed."""

from __future__ import annotations

import click

from despacho.commands._console import json_option, show, table


@click.command()
@json_option
def providers(as_json: bool) -> None:
    """List the installed providers, and the packages that could not be loaded with the reason."""
    from despacho.provider_loader import load_providers  # noqa: PLC0415 - loads every provider package

    rows = load_providers().as_list()
    people = table(
        ["id", "name", "kind", "version", "capabilities", "error"],
        [(row.id, row.name, row.kind, row.version, row.capabilities, row.error) for row in rows],
        empty="No provider is installed. Install a package such as despacho-chilexpress with pip.",
    )
    show(rows, as_json=as_json, people=people)

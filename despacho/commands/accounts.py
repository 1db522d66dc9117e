"""Accounts with carriers and invoicing systems."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from despacho.commands._console import json_option, show, table, with_hub

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


@click.group()
def accounts() -> None:
    """A store's accounts with carriers and invoicing systems."""


@accounts.command("add")
@click.argument("code")
@click.argument("provider")
@click.option("--name", help="What people call the account.")
@click.option("--set", "values", multiple=True, metavar="KEY=VALUE", help="A setting of the provider; may be repeated.")
@json_option
def add(code: str, provider: str, name: str | None, values: tuple[str, ...], as_json: bool) -> None:
    """Add an account of the store CODE with PROVIDER."""
    settings: dict[str, object] = {}
    for value in values:
        key, separator, text = value.partition("=")
        if not separator:
            raise click.UsageError(f"--set takes KEY=VALUE, not {key}")
        settings[key] = text

    async def use(hub: Hub) -> dict[str, object]:
        store = await hub.services.installation.by_code(code)
        account = await hub.services.accounts.add(store.id, provider, name=name, settings=settings)
        if hub.catalogue.provider(provider).kind.value == "carrier":
            await _repaired(hub, code)
        return {"id": account.id, "account_key": account.key}

    document = with_hub(use)
    show(document, as_json=as_json, people=f"Account {document['id']} is added.")


async def _repaired(hub: Hub, code: str) -> None:
    """List the new services at the store's checkout."""
    from despacho_ports.errors import ProviderError  # noqa: PLC0415 - the command line must start at once

    try:
        await hub.services.installation.repair(await hub.services.installation.by_code(code))
    except ProviderError as error:
        click.echo(f"The store could not be told of the new services now: {error}", err=True)


@accounts.command("list")
@click.argument("code")
@json_option
def list_accounts(code: str, as_json: bool) -> None:
    """List the accounts of the store CODE."""

    async def use(hub: Hub) -> list[dict[str, object]]:
        store = await hub.services.installation.by_code(code)
        return [
            {"id": one.id, "provider": one.provider, "name": one.name, "state": one.state.value, "problem": one.problem}
            for one in await hub.services.accounts.all(store.id)
        ]

    rows = with_hub(use)
    header = ["id", "provider", "name", "state", "problem"]
    show(rows, as_json=as_json, people=table(header, [list(row.values()) for row in rows]))

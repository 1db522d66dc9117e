"""Stores: added, listed, set, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from despacho.commands._console import json_option, show, table, with_hub

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


@click.group()
def stores() -> None:
    """The stores that this hub serves."""


@stores.command("add")
@click.argument("code")
@click.option("--login", help="Login of the store's API (Basic).")
@click.option("--authtoken", help="Authtoken of the store's API (Basic).")
@click.option("--oauth", is_flag=True, help="Ask the merchant for consent in a browser.")
@click.option("--allow-unsigned-invoices", is_flag=True, help="Trust the secret invoices URL alone.")
@json_option
def add(  # noqa: PLR0917 - click hands over by name
    code: str, login: str | None, authtoken: str | None, oauth: bool, allow_unsigned_invoices: bool, as_json: bool
) -> None:
    """Add the store CODE, or renew its credentials; registers webhooks and shipping method once."""
    if oauth == bool(login and authtoken):
        raise click.UsageError("give either --login and --authtoken, or --oauth")

    async def use(hub: Hub) -> dict[str, object]:
        from despacho_core.stores import BasicCredentials  # noqa: PLC0415 - the command line must start at once

        installation = hub.services.installation
        if oauth:
            credentials = await installation.exchange(await _consented(hub))
        else:
            credentials = BasicCredentials(login=login or "", authtoken=authtoken or "")  # type: ignore[assignment]
        installed = await installation.install(
            credentials, code=code, allow_unsigned_invoices=allow_unsigned_invoices or None
        )
        links = hub.services.office.links
        return {
            "code": installed.store.code,
            "store_key": installed.store.key,
            "rates_url": links.rates(installed.store.key),
            "invoices_url": links.invoices(installed.store.key),
            "hooks": list(installed.hooks),
        }

    document = with_hub(use)
    lines = [["rates", document["rates_url"]], ["invoices", document["invoices_url"]]]
    show(document, as_json=as_json, people=f"Store {code} is installed.\n" + table(["what", "address"], lines))


async def _consented(hub: Hub) -> str:
    address = await hub.services.installation.begin_consent(browser="command-line", return_to="/")
    click.echo(
        f"Open this address, allow the access, and paste the code (or the whole address you are led to):\n{address}",
        err=True,
    )
    pasted = click.prompt("code", err=True)
    if "code=" not in pasted:
        return str(pasted)
    from urllib.parse import parse_qs, urlsplit  # noqa: PLC0415 - the command line must start at once

    return parse_qs(urlsplit(pasted).query)["code"][0]


@stores.command("list")
@json_option
def list_stores(as_json: bool) -> None:
    """List the stores."""

    async def use(hub: Hub) -> list[dict[str, object]]:
        return [
            {
                "code": one.code,
                "name": one.name,
                "currency": one.currency,
                "state": one.state.value,
                "problem": one.problem,
            }
            for one in await hub.services.installation.all()
        ]

    rows = with_hub(use)
    header = ["code", "name", "currency", "state", "problem"]
    show(rows, as_json=as_json, people=table(header, [list(row.values()) for row in rows]))


@stores.command("remove")
@click.argument("code")
@json_option
def remove(code: str, as_json: bool) -> None:
    """Remove the store CODE with everything that belongs to it."""

    async def use(hub: Hub) -> dict[str, object]:
        await hub.services.installation.remove(code)
        return {"code": code, "removed": True}

    show(with_hub(use), as_json=as_json, people=f"Store {code} is removed.")

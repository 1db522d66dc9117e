"""Stores: added, listed, set, repaired, removed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import with_hub
from despacho.commands._consent import consented
from despacho.commands._console import Failure, json_option, show, table
from despacho.commands._store_settings import SettingWrong, changed, described, flat
from despacho.commands._values import Given, KeyValue, as_settings
from despacho.reach import unreachable_from_outside
from despacho_core.stores import BasicCredentials, Credentials
from despacho_ports.errors import ProviderError, Rejected

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_services.installation import Installed


class InstalledStore(msgspec.Struct, frozen=True, kw_only=True):
    """What a store's platform has to be told, and what it was told already; ``hooks`` are the events delivered to us."""

    code: str
    store_key: str
    rates_url: str
    invoices_url: str
    hooks: tuple[str, ...]


class StoreLine(msgspec.Struct, frozen=True, kw_only=True):
    """A store as listings show it."""

    code: str
    name: str
    country: str
    currency: str
    state: str
    problem: str | None
    settings: dict[str, object]


@click.group()
def stores() -> None:
    """The stores that this hub serves."""


@stores.command()
@click.argument("code")
@click.option("--login", help="Login of the store's API, from the merchant's account page.")
@click.option(
    "--authtoken", type=Given(), help="Authtoken that belongs to the login: the text, @FILE, or - to be asked."
)
@click.option("--oauth", is_flag=True, help="Ask the merchant for consent in a browser instead.")
@click.option("--allow-unsigned-invoices", is_flag=True, help="Trust the secret invoices address alone.")
@json_option
def add(  # noqa: PLR0917 - click hands over by name
    code: str, login: str | None, authtoken: str | None, oauth: bool, allow_unsigned_invoices: bool, as_json: bool
) -> None:
    """Add the store CODE, or renew its credentials. Registers webhooks and shipping method, once however often it is run."""
    if oauth == bool(login or authtoken) or bool(login) != bool(authtoken):
        raise click.UsageError("Give either --login and --authtoken together, or --oauth.")

    async def use(hub: Hub) -> InstalledStore:
        unreachable = unreachable_from_outside(hub.settings)
        if unreachable is not None:
            click.echo(f"Warning: {unreachable}", err=True)
        credentials: Credentials = (
            await consented(hub) if oauth else BasicCredentials(login=login or "", authtoken=authtoken or "")
        )
        with _probe_explained(hub):
            installed = await hub.services.installation.install(
                credentials, code=code, allow_unsigned_invoices=allow_unsigned_invoices or None
            )
            if installed.problem is not None:
                raise installed.problem
        return _document(hub, installed)

    document = with_hub(use)
    show(document, as_json=as_json, people=f"Store {code} is installed.\n\n{_told(document)}")


@stores.command()
@click.argument("code")
@json_option
def repair(code: str, as_json: bool) -> None:
    """Register at the platform what is missing of the store CODE: webhooks, and the shipping method with its services."""

    async def use(hub: Hub) -> InstalledStore:
        installation = hub.services.installation
        store = await installation.by_code(code)
        with _probe_explained(hub):
            return _document(hub, await installation.repair(store))

    document = with_hub(use)
    show(document, as_json=as_json, people=f"Store {code} is as it should be.\n\n{_told(document)}")


@stores.command("list")
@json_option
def list_stores(as_json: bool) -> None:
    """List the stores."""

    async def use(hub: Hub) -> list[StoreLine]:
        return [
            StoreLine(
                code=one.code,
                name=one.name,
                country=one.country,
                currency=one.currency,
                state=one.state.value,
                problem=one.problem,
                settings=flat(one.settings),
            )
            for one in await hub.services.installation.all()
        ]

    lines = with_hub(use)
    rows = [(one.code, one.name, one.country, one.currency, one.state, one.problem) for one in lines]
    header = ["code", "name", "country", "currency", "state", "problem"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no store. Add one: stores add."))


@stores.command("set")
@click.argument("code")
@click.argument("values", metavar="[KEY=VALUE]...", nargs=-1, type=KeyValue())
@json_option
def change(code: str, values: tuple[tuple[str, str], ...], as_json: bool) -> None:
    """Set what the merchant decides for the store CODE, and show all of it; an empty value goes back to the default."""
    wanted = as_settings(values)

    async def use(hub: Hub) -> dict[str, object]:
        installation = hub.services.installation
        store = await installation.by_code(code)
        if not wanted:
            return flat(store.settings)
        return flat((await installation.change_settings(store.id, changed(store.settings, wanted))).settings)

    try:
        document = with_hub(use)
    except SettingWrong as error:
        raise Failure(str(error), code="setting-wrong") from error
    rows = [(name, value, described(name)) for name, value in document.items()]
    show(document, as_json=as_json, people=table(["setting", "value", "what it is"], rows, empty=""))


@stores.command()
@click.argument("code")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--here-only", is_flag=True, help="Leave webhooks and shipping method at the platform as they are.")
@json_option
def remove(code: str, yes: bool, here_only: bool, as_json: bool) -> None:
    """Remove the store CODE with all its orders, shipments and documents, and take our callbacks off the platform."""
    if not (yes or as_json) and sys.stdin.isatty():
        click.confirm(f"Remove store {code} with everything that belongs to it?", abort=True, err=True)

    async def use(hub: Hub) -> None:
        try:
            await hub.services.installation.remove(code, tell_platform=not here_only)
        except ProviderError as error:
            raise Failure(
                f"The platform could not be told ({error}), so the store is still here. Try again, or use --here-only.",
                code="platform-not-told",
            ) from error

    with_hub(use)
    show({"code": code, "removed": True}, as_json=as_json, people=f"Store {code} is removed.")


@contextmanager
def _probe_explained(hub: Hub) -> Iterator[None]:
    """The platform tries the webhooks' address before it registers it (contract/jumpseller.md 2.1), so the hub has to be up."""
    try:
        yield
    except Rejected as error:
        raise Failure(
            f"The platform refused: {error}. If it means the hub's address, {hub.settings.public_url}: "
            "it calls it before it registers it. Where the hub is not running, start it first; then run this again.",
            code="refused",
        ) from error


def _document(hub: Hub, installed: Installed) -> InstalledStore:
    links = hub.services.office.links
    return InstalledStore(
        code=installed.store.code,
        store_key=installed.store.key,
        rates_url=links.rates(installed.store.key),
        invoices_url=links.invoices(installed.store.key),
        hooks=installed.hooks,
    )


def _told(document: InstalledStore) -> str:
    rows = [
        ("rates (registered)", document.rates_url),
        ("invoices (enter it in the store's settings)", document.invoices_url),
        ("webhooks (registered)", document.hooks),
    ]
    return (
        table(["what", "where"], rows, empty="") + "\n\nThe addresses are secret: whoever knows them can ask for rates."
    )

"""Accounts with carriers and invoicing systems."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import account_by_id, chosen_stores, with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho.commands._values import HELP, KeyValue, as_settings
from despacho_core.errors import DomainError
from despacho_ports.errors import ProviderError

if TYPE_CHECKING:
    from despacho.bootstrap import Hub
    from despacho_core.stores import Store
    from despacho_ports.carriers import AccountReport

_label_option = click.option(
    "--label", help="What its labels are printed on: 100x150, a6, 100x50, a4 (four to a sheet), zpl-203, zpl-300, …"
)
_set_option = click.option("--set", "values", multiple=True, type=KeyValue(), help=f"A setting, repeatable. {HELP}")


class AccountLine(msgspec.Struct, frozen=True, kw_only=True):
    """An account as listings show it, its secrets hidden."""

    id: str
    store: str
    provider: str
    name: str
    state: str
    problem: str | None
    settings: dict[str, object]
    label: str


@click.group()
def accounts() -> None:
    """Stores' accounts with carriers and invoicing systems."""


@accounts.command()
@click.argument("code")
@click.argument("provider")
@click.option("--name", help="What people call the account; the provider's name by default.")
@_set_option
@_label_option
@json_option
def add(  # noqa: PLR0917 - click hands over by name
    code: str, provider: str, name: str | None, values: tuple[tuple[str, str], ...], label: str | None, as_json: bool
) -> None:
    """Add an account of the store CODE with PROVIDER. `despacho accounts settings PROVIDER` lists what to set."""
    settings = as_settings(values)

    async def use(hub: Hub) -> dict[str, str]:
        store = await hub.services.installation.by_code(code)
        account = await hub.services.accounts.add(store.id, provider, name=name, settings=settings)
        if label is not None:
            await hub.services.label_choices.choose(store.id, account.id, label=label)
        if hub.catalogue.provider(provider).kind.value == "carrier":
            await _list_services(hub, store)
        return {"id": account.id, "account_key": account.key}

    with _form_named(provider):
        document = with_hub(use)
    people = f"Account {document['id']} is added. Try it with `despacho accounts test {document['id']}`."
    show(document, as_json=as_json, people=people)


@accounts.command("set")
@click.argument("account_id", metavar="ID")
@click.option("--name", help="What people call the account.")
@_set_option
@_label_option
@json_option
def change(
    account_id: str, name: str | None, values: tuple[tuple[str, str], ...], label: str | None, as_json: bool
) -> None:
    """Change settings of the account ID, for instance a renewed key; what is not named stays. It is then used again."""
    settings = as_settings(values)

    async def use(hub: Hub) -> dict[str, str]:
        store, account = await account_by_id(hub, account_id)
        if label is not None:
            await hub.services.label_choices.choose(store.id, account.id, label=label)
        if name is not None or settings or label is None:
            await hub.services.accounts.change(store.id, account.id, name=name, settings=settings)
        return {"id": account.id, "account_key": account.key}

    people = f"Account {account_id} is changed. Try it with `despacho accounts test {account_id}`."
    show(with_hub(use), as_json=as_json, people=people)


@accounts.command("list")
@click.argument("code", required=False)
@json_option
def list_accounts(code: str | None, as_json: bool) -> None:
    """List the accounts of the store CODE, or of all stores."""
    lines = with_hub(lambda hub: _lines(hub, code))
    rows = [(one.id, one.store, one.provider, one.name, one.state, one.problem) for one in lines]
    header = ["id", "store", "provider", "name", "state", "problem"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no account. Add one: accounts add."))


@accounts.command()
@click.argument("account_id", metavar="ID")
@json_option
def test(account_id: str, as_json: bool) -> None:
    """Ask the provider something harmless with the account ID; one that works again is used again."""

    async def use(hub: Hub) -> AccountReport:
        store, account = await account_by_id(hub, account_id)
        return await hub.services.accounts.test(store.id, account.id)

    report = with_hub(use)
    if not report.ok:
        raise Failure(f"Account {account_id}: {report.message}", code="account-does-not-work")
    show(report, as_json=as_json, people=f"Account {account_id} works: {report.message}")


@accounts.command()
@click.argument("account_id", metavar="ID")
@json_option
def remove(account_id: str, as_json: bool) -> None:
    """Remove the account ID. Its shipments stay, and can no longer be followed; labels and documents stay as far as they are kept here."""

    async def use(hub: Hub) -> None:
        store, account = await account_by_id(hub, account_id)
        await hub.services.accounts.remove(store.id, account.id)

    with_hub(use)
    show({"id": account_id, "removed": True}, as_json=as_json, people=f"Account {account_id} is removed.")


@accounts.command("settings")
@click.argument("provider")
@json_option
def list_settings(provider: str, as_json: bool) -> None:
    """List what can be set for an account with PROVIDER."""
    from despacho.provider_loader import load_providers  # noqa: PLC0415 - loads every provider package
    from despacho_ports.connectors import ProviderMissing  # noqa: PLC0415 - pluggy and httpx; only here
    from despacho_ports.settings import fields_of  # noqa: PLC0415 - as above

    try:
        fields = fields_of(load_providers().provider(provider).settings)
    except ProviderMissing as error:
        raise Failure(f"{error}. `despacho providers` shows what there is.", code="provider-unknown") from error
    rows = [(one.name, one.required, one.secret, one.default, one.help) for one in fields]
    people = table(["setting", "required", "secret", "default", "what it is"], rows, empty="There is nothing to set.")
    show(fields, as_json=as_json, people=people)


@contextmanager
def _form_named(provider: str) -> Iterator[None]:
    """Say where the settings are explained, if they are what is wrong."""
    try:
        yield
    except Failure as error:
        if error.code != "settings-invalid":
            raise
        hint = f"`despacho accounts settings {provider}` explains them."
        raise Failure(f"{error.message} {hint}", code=error.code) from error


async def _list_services(hub: Hub, store: Store) -> None:
    """Have the store's shipping method list the new services; where that fails the account is there all the same."""
    try:
        await hub.services.installation.repair(store)
    except (ProviderError, DomainError) as error:
        click.echo(
            f"Warning: the store's checkout could not be told of the new services ({error}). "
            f"Run `despacho stores repair {store.code}` later.",
            err=True,
        )


async def _lines(hub: Hub, code: str | None) -> list[AccountLine]:
    return [
        AccountLine(
            id=one.id,
            store=store.code,
            provider=one.provider,
            name=one.name,
            state=one.state.value,
            problem=one.problem,
            settings=_shown(hub, one.provider, one.settings),
            label=one.label.name,
        )
        for store in await chosen_stores(hub, code)
        for one in await hub.services.accounts.all(store.id)
    ]


def _shown(hub: Hub, provider: str, settings: dict[str, object]) -> dict[str, object]:
    """The settings without secrets; all are hidden where the provider is gone, since nobody knows which are secret."""
    from despacho_ports.settings import hidden  # noqa: PLC0415 - only where accounts are listed

    known = hub.catalogue.providers.get(provider)
    return dict.fromkeys(settings, "••••") if known is None else hidden(known.settings, settings)

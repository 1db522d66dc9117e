"""What the hub serves: provider packages, each store's credentials and registrations, each account, and the ledgers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from despacho.diagnosis.findings import Finding, error, ok, skipped, warning
from despacho.settings import Settings
from despacho.silence import Silence
from despacho_core.stores import Store, StoreState
from despacho_ports.errors import ProviderError, Unauthorized
from despacho_system.sealing import SecretClosed

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


def providers() -> list[Finding]:
    """Every provider package, or that there is none."""
    from despacho.provider_loader import load_providers  # noqa: PLC0415 - loads every provider package

    found = [
        ok(f"provider {row.id}", f"{row.name} {row.version}")
        if row.error is None
        else error(f"provider {row.id}", row.error, f"Upgrade or uninstall the package {row.name}.")
        for row in load_providers().as_list()
    ]
    remedy = "Install one with pip, such as despacho-chilexpress or despacho-openfactura."
    return found or [warning("providers", "none is installed", remedy)]


async def findings(settings: Settings, *, offline: bool) -> list[Finding]:
    """Stores, accounts and ledgers, over a hub opened for it."""
    from despacho.bootstrap import open_hub  # noqa: PLC0415 - every adapter

    async with open_hub(settings, Silence()) as hub:
        try:
            found = [finding async for finding in _stores(hub, offline=offline)]
        except SecretClosed:
            remedy = "Put the key back that this database was filled with."
            return [error("secret key", "it does not open what the database holds", remedy)]
        return [*found, *await _ledgers(hub)]


async def _stores(hub: Hub, *, offline: bool) -> AsyncIterator[Finding]:
    stores = await hub.services.installation.all()
    if not stores:
        yield warning("stores", "there is none", "Add one with `despacho stores add`.")
    for store in stores:
        yield await _store(hub, store, offline=offline)
        if store.settings.origin is None or not store.settings.origin.street:
            remedy = f"Set it in the store, or with `despacho stores set {store.code} origin.street=… origin.municipality=…`."
            yield warning(f"store {store.code}", "parcels have no complete address to leave from", remedy)
        accounts = await hub.services.accounts.all(store.id)
        if not accounts:
            yield warning(f"store {store.code}", "it has no account", f"Add one: `despacho accounts add {store.code}`.")
        for account in accounts:
            check = f"account {account.id} ({account.provider})"
            if offline:
                yield skipped(check, f"{account.state.value}; not tested (--offline)")
                continue
            report = await hub.services.accounts.test(store.id, account.id)
            remedy = f"Mend it with `despacho accounts set {account.id} --set KEY=VALUE`."
            yield ok(check, report.message) if report.ok else error(check, report.message, remedy)


async def _store(hub: Hub, store: Store, *, offline: bool) -> Finding:
    check = f"store {store.code}"
    again = f"Renew its credentials: `despacho stores add {store.code} …`."
    if store.state is StoreState.ASLEEP:
        return error(check, f"asleep: {store.problem}", again)
    if offline:
        return skipped(check, "not asked (--offline)")
    try:
        missing = await _missing_at_platform(hub, store)
    except Unauthorized as problem:
        return error(check, f"the platform refuses the credentials: {problem}", again)
    except ProviderError as problem:
        return error(check, f"the platform does not answer as it should: {problem}", "Try again in a while.")
    if missing:
        return error(
            check, f"missing at the platform: {', '.join(missing)}", f"Run `despacho stores repair {store.code}`."
        )
    return ok(check, "credentials, webhooks and shipping method are in order")


async def _missing_at_platform(hub: Hub, store: Store) -> list[str]:
    from despacho_services.platform_registration import EVENTS  # noqa: PLC0415 - use cases; only where a hub is open

    storefront, links = hub.services.office.storefronts.of(store), hub.services.office.links
    if (await storefront.store_info()).hooks_token != store.hooks_token:
        raise Unauthorized("its webhooks are signed with another token than the one that was installed")
    there = {hook.event for hook in await storefront.hooks() if hook.url == links.webhooks()}
    missing = [f"webhook {event}" for event in EVENTS if event not in there]
    urls = {method.callback_url for method in await storefront.shipping_methods()}
    return missing if links.rates(store.key) in urls else [*missing, "shipping method"]


async def _ledgers(hub: Hub) -> list[Finding]:
    counts = await hub.services.ledgers.counts()
    found = []
    for ledger, states in (("inbox", ("dead",)), ("outbox", ("uncertain", "dead"))):
        for state in states:
            number = counts[ledger].get(state, 0)
            if number:
                remedy = f"See `despacho {ledger} list --state {state}`."
                found.append(warning(ledger, f"{number} {state}", remedy))
    return found or [ok("ledgers", "nothing waits for a person")]

"""Installing a store: credentials in, callbacks and shipping method registered once, everything asleep again at the end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import Conflict, NotFound
from despacho_core.store_checks import check_settings
from despacho_core.stores import Credentials, OAuthCredentials, Store, StoreSettings, StoreState
from despacho_ports.errors import Unauthorized
from despacho_ports.records import PendingConsent
from despacho_ports.storefront import Consent, Location, Storefront, StoreInfo
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office
from despacho_services.quoting import Quoting

EVENTS = ("order_updated", "order_pending_payment", "order_paid", "order_shipped", "order_canceled", "order_abandoned")
METHOD_NAME = "Despacho"
CONSENT_MINUTES = 15


class WrongStore(Conflict):
    """The credentials belong to another store than the one named."""

    code = "wrong-store"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "These credentials belong to store “{actual}”, not “{expected}”. Use the right ones.",
        "es": "Estas credenciales son de la tienda «{actual}», no de «{expected}». Usa las correctas.",
        "pt": "Estas credenciais são da loja «{actual}», não de «{expected}». Use as corretas.",
    }


class AppNotConfigured(Conflict):
    """The operator has not set the App's OAuth2 client, so that no merchant can consent."""

    code = "app-not-configured"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "No App is set up here. Set DESPACHO_JUMPSELLER_CLIENT_ID and DESPACHO_JUMPSELLER_CLIENT_SECRET, or add the store "
        "with login and authtoken.",
        "es": "Aquí no hay una App configurada. Define DESPACHO_JUMPSELLER_CLIENT_ID y DESPACHO_JUMPSELLER_CLIENT_SECRET, o agrega "
        "la tienda con login y authtoken.",
        "pt": "Não há aqui uma App configurada. Defina DESPACHO_JUMPSELLER_CLIENT_ID e DESPACHO_JUMPSELLER_CLIENT_SECRET, ou "
        "adicione a loja com login e authtoken.",
    }


class NoApp:
    """The :class:`despacho_ports.storefront.Consent` of a hub without an App: stores are added with login and authtoken only."""

    def address(self, state: str) -> str:  # noqa: ARG002 - the port's own signature
        """Refuses."""
        raise AppNotConfigured

    async def exchange(self, code: str) -> OAuthCredentials:  # noqa: ARG002 - as above
        """Refuses."""
        raise AppNotConfigured


class ConsentUnknown(Conflict):
    """An OAuth2 answer that nobody asked for, or that came too late or twice."""

    code = "consent-unknown"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "This consent was not asked for by this browser, or is too old. Start the installation again.",
        "es": "Esta autorización no fue pedida por este navegador o ya venció. Comienza de nuevo la instalación.",
        "pt": "Esta autorização não foi pedida por este navegador ou já expirou. Recomece a instalação.",
    }


@dataclass(frozen=True)
class Installed:
    """An installed store, with what was registered for it. ``hooks`` are the events that are delivered to us."""

    store: Store
    hooks: tuple[str, ...]
    shipping_method_id: str | None


class Installation:
    """Adds, repairs and removes stores."""

    def __init__(
        self, office: Office, quoting: Quoting, consent: Consent, decided: Callable[[str], Awaitable[None]]
    ) -> None:
        self._office = office
        self._quoting = quoting
        self._consent = consent
        self._decided = decided

    async def begin_consent(self, *, browser: str, return_to: str) -> str:
        """The platform's consent address for a browser, known by the digest of its cookie."""
        consent = PendingConsent(
            state=new_token(),
            browser=browser,
            return_to=return_to,
            expires_at=self._office.now() + timedelta(minutes=CONSENT_MINUTES),
        )
        address = self._consent.address(consent.state)
        async with self._office.units.begin() as work:
            await work.consents.add(consent)
            await work.commit()
        return address

    async def finish_consent(self, *, state: str, code: str, browser: str) -> tuple[Installed, str]:
        """Install the store that consented; also returns where the browser wanted to go.

        Raises:
            ConsentUnknown: The state is unknown, used, too old, or another browser's.
            ProviderError: The platform refused the code, or cannot be asked.
        """
        async with self._office.units.begin() as work:
            consent = await work.consents.take(state, self._office.now())
            await work.commit()
        if consent is None or consent.browser != browser:
            raise ConsentUnknown
        credentials = await self._consent.exchange(code)
        return await self.install(credentials), consent.return_to

    async def exchange(self, code: str) -> OAuthCredentials:
        """Tokens for a code that a person pasted on the command line."""
        return await self._consent.exchange(code)

    async def install(
        self, credentials: Credentials, *, code: str | None = None, allow_unsigned_invoices: bool | None = None
    ) -> Installed:
        """Add the store, or renew and wake one that is there; then register callbacks and shipping method.

        Raises:
            WrongStore: ``code`` names another store than the credentials open.
            ProviderError: The platform refused, or cannot be asked.
        """
        storefront = self._office.storefronts.with_credentials(credentials)
        info = await storefront.store_info()
        if code is not None and info.code != code:
            raise WrongStore(actual=info.code, expected=code)
        if not info.hooks_token:
            raise Unauthorized("the store gives no hooks token: the App needs the permission to read the store's data")
        location = _origin_location(list(await storefront.locations()))
        store = await self._saved(info, credentials, location, allow_unsigned_invoices)
        return await self.repair(store)

    async def repair(self, store: Store) -> Installed:
        """Register what is missing at the platform, once: webhooks, and the shipping method with its present services."""
        storefront = self._office.storefronts.of(store)
        hooks = await self._register_hooks(storefront)
        method = await self._register_method(storefront, store)
        if method != store.shipping_method_id:
            async with self._office.units.begin() as work:
                current = await work.stores.get(store.id) or store
                store = msgspec.structs.replace(current, shipping_method_id=method)
                await work.stores.save(store)
                await work.commit()
        return Installed(store, hooks, method)

    async def by_code(self, code: str) -> Store:
        """The store with this code. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            store = await work.stores.by_code(code)
        if store is None:
            raise NotFound(what="store", id=code)
        return store

    async def all(self) -> list[Store]:
        """All stores."""
        async with self._office.units.begin(write=False) as work:
            return list(await work.stores.all())

    async def change_settings(self, store_id: str, settings: StoreSettings) -> Store:
        """Replace the merchant's decisions; what waited because of them is tried again. Raises ``SettingInvalid``."""
        return await self.revise_settings(store_id, lambda _: settings)

    async def revise_settings(self, store_id: str, revise: Callable[[StoreSettings], StoreSettings]) -> Store:
        """Change some of the merchant's decisions as they are at this moment, whoever else changes others; else as above."""
        async with self._office.units.begin() as work:
            store = await work.stores.get(store_id)
            if store is None:
                raise NotFound(what="store", id=store_id)
            revised = revise(store.settings)
            check_settings(revised, store.settings)
            store = store.with_settings(revised, self._office.now())
            await work.stores.save(store)
            await work.commit()
        await self._decided(store_id)
        return store

    async def remove(self, code: str, *, tell_platform: bool = True) -> None:
        """Remove a store with all its data, after taking our callbacks off the platform where it still lets us."""
        store = await self.by_code(code)
        if tell_platform and store.state is StoreState.ACTIVE:
            storefront = self._office.storefronts.of(store)
            for hook in await storefront.hooks():
                if hook.url == self._office.links.webhooks():
                    await storefront.delete_hook(hook.id)
            if store.shipping_method_id is not None:
                await storefront.delete_shipping_method(store.shipping_method_id)
        async with self._office.units.begin() as work:
            await work.stores.remove(store.id)
            await work.commit()

    async def _saved(
        self, info: StoreInfo, credentials: Credentials, location: Location | None, allow_unsigned: bool | None
    ) -> Store:
        async with self._office.units.begin() as work:
            existing = await work.stores.by_code(info.code)
            settings = existing.settings if existing is not None else StoreSettings()
            if allow_unsigned is not None:
                settings = msgspec.structs.replace(settings, allow_unsigned_invoices=allow_unsigned)
            if settings.origin is None:
                settings = msgspec.structs.replace(settings, origin=_origin(info, location))
            store = Store(
                id=existing.id if existing is not None else new_id(),
                key=existing.key if existing is not None else new_token(),
                created_at=existing.created_at if existing is not None else self._office.now(),
                shipping_method_id=existing.shipping_method_id if existing is not None else None,
                code=info.code,
                name=info.name or info.code,
                currency=info.currency,
                country=info.country,
                timezone=info.timezone,
                hooks_token=info.hooks_token,
                credentials=credentials,
                url=info.url,
                email=info.email,
                weight_unit=info.weight_unit,
                location_id=location.id if location is not None else None,
                settings=settings,
                start=existing.start if existing is not None else (),
            )
            if existing is None:
                await work.stores.add(store)
            else:
                await work.stores.save(store)
                await work.stores.save_credentials(store.id, credentials)
                await work.outbox.hasten(store.id, None, now=self._office.now())
            await work.commit()
        return store

    async def _register_hooks(self, storefront: Storefront) -> tuple[str, ...]:
        url = self._office.links.webhooks()
        there = {hook.event for hook in await storefront.hooks() if hook.url == url}
        for event in EVENTS:
            if event not in there:
                await storefront.create_hook(event, url)
        return EVENTS

    async def _register_method(self, storefront: Storefront, store: Store) -> str:
        """One method per store; made again when it does not list the services that the accounts now offer."""
        url = self._office.links.rates(store.key)
        wanted = {service.code for service in await self._quoting.services(store)}
        ours = [method for method in await storefront.shipping_methods() if method.callback_url == url]
        for method in ours:
            if wanted <= set(method.services):
                return method.id
            await storefront.delete_shipping_method(method.id)
        created = await storefront.create_shipping_method(
            name=METHOD_NAME,
            callback_url=url,
            services_url=self._office.links.services(store.key),
            token=store.key,
            origin=store.settings.origin,
        )
        return created.id


def _origin_location(locations: list[Location]) -> Location | None:
    """Where parcels leave from: the main location, else the stock origin, else the first (contract/jumpseller.md 4.6)."""
    main = (one for one in locations if one.main)
    stock = (one for one in locations if one.is_stock_origin)
    return next(main, None) or next(stock, None) or (locations[0] if locations else None)


def _origin(info: StoreInfo, location: Location | None) -> Address | None:
    address = location.address if location is not None and location.address.place else info.address
    if address is None:
        return None
    return msgspec.structs.replace(
        address,
        country=address.country or info.country,
        name=address.name or info.name,
        company=address.company or info.name,
        email=address.email or info.email or None,
    )

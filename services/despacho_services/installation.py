"""Installing a store: credentials in, callbacks and shipping method registered once, everything asleep again at the end."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from despacho_core.addresses import Address
from despacho_core.errors import Conflict, DomainError, NotFound
from despacho_core.store_checks import check_settings
from despacho_core.stores import Credentials, OAuthCredentials, Store, StoreSettings, StoreState
from despacho_ports.errors import ProviderError, Unauthorized
from despacho_ports.storefront import Consent, Location, StoreInfo
from despacho_services.consenting import ConsentStates
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office
from despacho_services.platform_registration import EVENTS, PATIENCE_S, PlatformRegistration

log = logging.getLogger("despacho.installation")

SIGN_IN_PATIENCE_S = 15.0
"""How long somebody who comes in waits for what is registered on the way."""


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


@dataclass(frozen=True)
class Installed:
    """An installed store, with what is registered for it. ``hooks`` are the events that are delivered to us.

    ``problem`` is why not all of it could be registered; the store itself is there all the same.
    """

    store: Store
    hooks: tuple[str, ...]
    shipping_method_id: str | None
    problem: ProviderError | DomainError | None = None


class Installation:
    """Adds, repairs and removes stores."""

    def __init__(
        self,
        office: Office,
        registration: PlatformRegistration,
        consent: Consent,
        states: ConsentStates,
        decided: Callable[[str], Awaitable[None]],
    ) -> None:
        self._office = office
        self._registration = registration
        self._consent = consent
        self._states = states
        self._decided = decided

    def begin_consent(self, *, browser: str, return_to: str) -> str:
        """The platform's consent address for a browser, known by the digest of its cookie. Nothing is kept of it."""
        return self._consent.address(self._states.new(browser=browser, return_to=return_to))

    async def finish_consent(self, *, state: str, code: str, browser: str) -> tuple[Installed, str]:
        """Install the store that consented; also returns where the browser wanted to go.

        Raises:
            ConsentUnknown: The state is unknown, used, too old, or another browser's.
            ProviderError: The platform refused the code, or cannot be asked.
        """
        begun = await self._states.opened(state, browser=browser)
        credentials = await self._consent.exchange(code)
        await self._states.use_up(begun)
        return await self.install(credentials), begun.return_to

    async def exchange(self, code: str) -> OAuthCredentials:
        """Tokens for a code that a person pasted on the command line."""
        return await self._consent.exchange(code)

    async def install(
        self, credentials: Credentials, *, code: str | None = None, allow_unsigned_invoices: bool | None = None
    ) -> Installed:
        """Add the store, or renew and wake one that is there; then register callbacks and shipping method as far as that goes.

        Whoever comes in is not kept out, nor kept waiting, by what the platform does not register: that is told, and repaired later.

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
        try:
            return await self._repaired(store, within=SIGN_IN_PATIENCE_S)
        except (ProviderError, DomainError) as error:
            log.warning("store %s is not wholly registered: %s", store.code, error)
            return Installed(await self._office.store(store.id), (), store.shipping_method_id, problem=error)

    async def repair(self, store: Store) -> Installed:
        """Register what is missing at the platform, once: webhooks, and the shipping method with its present services.

        Raises:
            ProviderError: As :meth:`PlatformRegistration.repair`.
        """
        return await self._repaired(store, within=PATIENCE_S)

    async def _repaired(self, store: Store, *, within: float) -> Installed:
        await self._registration.repair(store, within=within)
        store = await self._office.store(store.id)
        return Installed(store, EVENTS, store.shipping_method_id)

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
                registration_problem=existing.registration_problem if existing is not None else None,
            )
            if existing is None:
                await work.stores.add(store)
            else:
                await work.stores.save(store)
                await work.stores.save_credentials(store.id, credentials)
                await work.outbox.hasten(store.id, None, now=self._office.now())
            await work.commit()
        return store


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

"""What the store's platform holds of ours: webhooks and the shipping method; what is missing or there twice, and how it is put right.

One at a time for each store: two pages that sign in at once would both find nothing there, and both register everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from despacho_core.errors import DomainError
from despacho_core.stores import Store
from despacho_ports.errors import ProviderError, Unavailable
from despacho_ports.storefront import Hook, ShippingMethod, Storefront
from despacho_services.office import Office
from despacho_services.quoting import Quoting

EVENTS = ("order_updated", "order_pending_payment", "order_paid", "order_shipped", "order_canceled", "order_abandoned")
METHOD_NAME = "Despacho"
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Registered:
    """What the platform says.

    Attributes:
        hooks: Events that are delivered to us.
        missing_hooks: Events that should be and are not.
        has_method: Whether our shipping method is there.
        services: Codes of services that it lists.
        missing_services: Codes of services that the accounts offer and it does not list.
        other_hooks: How many webhooks of others the store has, which are none of our business.
        surplus: How many webhooks and shipping methods of ours are there beyond the ones that are needed.
    """

    hooks: tuple[str, ...]
    missing_hooks: tuple[str, ...]
    has_method: bool
    services: tuple[str, ...]
    missing_services: tuple[str, ...]
    other_hooks: int = 0
    surplus: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing needs repair."""
        return self.has_method and not self.missing_hooks and not self.missing_services and not self.surplus


@dataclass(frozen=True)
class _Hooks:
    """Webhooks of ours that are there; ``others`` is how many there are of others."""

    there: Sequence[Hook]
    others: int

    @property
    def kept(self) -> dict[str, Hook]:
        """The one of each event; of several the first."""
        return {hook.event: hook for hook in reversed(self.there) if hook.event in EVENTS}

    @property
    def missing(self) -> tuple[str, ...]:
        """Events that nobody delivers."""
        return tuple(event for event in EVENTS if event not in self.kept)

    @property
    def surplus(self) -> list[Hook]:
        """Those that deliver again what is delivered, or what is not asked for."""
        kept = {hook.id for hook in self.kept.values()}
        return [hook for hook in self.there if hook.id not in kept]


@dataclass(frozen=True)
class _Methods:
    """Shipping methods of ours that are there, the ``best`` of them, and which services should be listed."""

    there: Sequence[ShippingMethod]
    best: ShippingMethod | None
    wanted: frozenset[str]

    @property
    def listed(self) -> frozenset[str]:
        """Services that the best one lists."""
        return frozenset(() if self.best is None else self.best.services)


def _registered(hooks: _Hooks, methods: _Methods) -> Registered:
    has_method = methods.best is not None
    return Registered(
        hooks=tuple(event for event in EVENTS if event not in hooks.missing),
        missing_hooks=hooks.missing,
        has_method=has_method,
        services=tuple(sorted(methods.listed)),
        missing_services=tuple(sorted(methods.wanted - methods.listed)) if has_method else (),
        other_hooks=hooks.others,
        surplus=len(hooks.surplus) + max(len(methods.there) - 1, 0),
    )


class PlatformRegistration:
    """Looks at what is registered, and repairs it."""

    def __init__(self, office: Office, quoting: Quoting) -> None:
        self._office = office
        self._quoting = quoting

    async def look(self, store: Store) -> Registered:
        """Ask the platform. Raises ``ProviderError`` where it cannot be asked or does not let us in."""
        storefront = self._office.storefronts.of(store)
        return _registered(await self._hooks(storefront), await self._methods(storefront, store))

    async def repair(self, store: Store, *, within: float = PATIENCE_S) -> Registered:
        """Register what is missing and remove what is ours and surplus; returns what the platform held before.

        A store that could not be registered wholly keeps the reason, until it is.

        Args:
            store: Which.
            within: Seconds until it is given up.

        Raises:
            ProviderError: The platform refused, cannot be asked, or took too long.
        """
        try:
            async with asyncio.timeout(within), self._office.locks.hold(f"register:{store.id}", seconds=within):
                storefront = self._office.storefronts.of(store)
                hooks = await self._hooks(storefront)
                await self._mend_hooks(storefront, hooks)
                methods = await self._methods(storefront, store)
                method_id = await self._mended_method(storefront, store, methods)
        except TimeoutError as error:
            late = Unavailable(f"registering took longer than {within:.0f} seconds")
            await self._note(store.id, None, str(late))
            raise late from error
        except (ProviderError, DomainError) as error:
            await self._note(store.id, None, str(error))
            raise
        await self._note(store.id, method_id, None)
        return _registered(hooks, methods)

    async def _hooks(self, storefront: Storefront) -> _Hooks:
        hooks = list(await storefront.hooks())
        ours = [hook for hook in hooks if hook.url == self._office.links.webhooks()]
        return _Hooks(ours, len(hooks) - len(ours))

    async def _methods(self, storefront: Storefront, store: Store) -> _Methods:
        address = self._office.links.rates(store.key)
        ours = [one for one in await storefront.shipping_methods() if one.callback_url == address]
        wanted = frozenset([service.code for service in await self._quoting.services(store)])
        best = max(
            ours, key=lambda one: (wanted <= set(one.services), one.id == store.shipping_method_id), default=None
        )
        return _Methods(ours, best, wanted)

    async def _mend_hooks(self, storefront: Storefront, hooks: _Hooks) -> None:
        for event in hooks.missing:
            await storefront.create_hook(event, self._office.links.webhooks())
        for hook in hooks.surplus:
            await storefront.delete_hook(hook.id)

    async def _mended_method(self, storefront: Storefront, store: Store, methods: _Methods) -> str:
        """One method per store; made again when it does not list the services that the accounts now offer."""
        if methods.best is not None and methods.wanted <= methods.listed:
            kept = methods.best.id
        else:
            created = await storefront.create_shipping_method(
                name=METHOD_NAME,
                callback_url=self._office.links.rates(store.key),
                services_url=self._office.links.services(store.key),
                token=store.key,
                origin=store.settings.origin,
            )
            kept = created.id
        for method in methods.there:
            if method.id != kept:
                await storefront.delete_shipping_method(method.id)
        return kept

    async def _note(self, store_id: str, method_id: str | None, problem: str | None) -> None:
        """Keep which method it is, and what is in the way; a store that was removed meanwhile keeps nothing."""
        async with self._office.units.begin() as work:
            store = await work.stores.get(store_id)
            if store is None:
                return
            noted = msgspec.structs.replace(
                store, shipping_method_id=method_id or store.shipping_method_id, registration_problem=problem
            )
            if noted != store:
                await work.stores.save(noted)
                await work.commit()

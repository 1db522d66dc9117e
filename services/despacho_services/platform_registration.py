"""What the store's platform holds of ours: webhooks and the shipping method; what is missing, and how it is put there again."""

from __future__ import annotations

from dataclasses import dataclass

from despacho_core.stores import Store
from despacho_services.installation import EVENTS, Installation
from despacho_services.office import Office
from despacho_services.quoting import Quoting


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
    """

    hooks: tuple[str, ...]
    missing_hooks: tuple[str, ...]
    has_method: bool
    services: tuple[str, ...]
    missing_services: tuple[str, ...]
    other_hooks: int = 0

    @property
    def is_complete(self) -> bool:
        """Whether nothing needs repair."""
        return self.has_method and not self.missing_hooks and not self.missing_services


class PlatformRegistration:
    """Looks at what is registered, and repairs it."""

    def __init__(self, office: Office, quoting: Quoting, installation: Installation) -> None:
        self._office = office
        self._quoting = quoting
        self._installation = installation

    async def look(self, store: Store) -> Registered:
        """Ask the platform. Raises ``ProviderError`` where it cannot be asked or does not let us in."""
        storefront, links = self._office.storefronts.of(store), self._office.links
        all_hooks = await storefront.hooks()
        ours = {hook.event for hook in all_hooks if hook.url == links.webhooks()}
        wanted = {service.code for service in await self._quoting.services(store)}
        methods = [one for one in await storefront.shipping_methods() if one.callback_url == links.rates(store.key)]
        listed = {code for method in methods for code in method.services}
        return Registered(
            hooks=tuple(event for event in EVENTS if event in ours),
            missing_hooks=tuple(event for event in EVENTS if event not in ours),
            has_method=bool(methods),
            services=tuple(sorted(listed)),
            missing_services=tuple(sorted(wanted - listed)) if methods else (),
            other_hooks=sum(hook.url != links.webhooks() for hook in all_hooks),
        )

    async def repair(self, store: Store) -> Registered:
        """Register what is missing; returns what the platform held before. Raises as :meth:`look`."""
        before = await self.look(store)
        await self._installation.repair(store)
        return before

"""Finds the provider packages that are installed, each on its own: one that is broken is listed with its error and stops nobody."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Container, Iterable, Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points

import msgspec
import pluggy

from despacho.provider_checks import ProviderNonsense, checked
from despacho_core.stores import Account
from despacho_ports.connectors import ProviderMissing
from despacho_ports.providers import ENTRY_POINT_GROUP, Provider, ProviderHooks, Toolbox, capabilities_of
from despacho_ports.settings import read_settings

logger = logging.getLogger("despacho.providers")


class ProviderFailure(msgspec.Struct, frozen=True, kw_only=True):
    """A package that could not be used. ``name`` is its entry point's, ``package`` its distribution's where it is known."""

    name: str
    error: str
    package: str | None = None
    version: str | None = None


class ProviderRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of ``despacho providers``: a provider, or a package that failed (then ``kind`` is None and ``error`` says why)."""

    id: str
    name: str
    kind: str | None
    version: str | None
    capabilities: tuple[str, ...]
    error: str | None = None


class ProviderCatalogue:
    """What is installed.

    Attributes:
        providers: Every usable provider by its id.
        failures: Every package that is left out.
    """

    def __init__(self, providers: Mapping[str, Provider], failures: Iterable[ProviderFailure] = ()) -> None:
        self.providers = dict(providers)
        self.failures = list(failures)

    def provider(self, provider_id: str) -> Provider:
        """The declaration. Raises ``ProviderMissing``, saying why where that is known."""
        try:
            return self.providers[provider_id]
        except KeyError:
            raise ProviderMissing(self._why_missing(provider_id)) from None

    def open(self, account: Account, toolbox: Toolbox) -> object:
        """The account's connector, made anew with every call.

        Raises:
            ProviderMissing: Its provider is not installed, or failed to load.
            SettingsInvalid: Its settings do not fit the provider.
        """
        provider = self.provider(account.provider)
        return provider.connector(read_settings(provider.settings, account.settings), toolbox)

    def as_list(self) -> list[ProviderRow]:
        """Providers by id, then failures by name."""
        usable = [
            ProviderRow(
                id=provider.id,
                name=provider.name,
                kind=provider.kind.value,
                version=provider.version,
                capabilities=capabilities_of(provider),
            )
            for _, provider in sorted(self.providers.items())
        ]
        broken = [
            ProviderRow(
                id=failure.name,
                name=failure.package or failure.name,
                kind=None,
                version=failure.version,
                capabilities=(),
                error=failure.error,
            )
            for failure in sorted(self.failures, key=lambda failure: failure.name)
        ]
        return usable + broken

    def _why_missing(self, provider_id: str) -> str:
        for failure in self.failures:
            if failure.name == provider_id:
                return f"the provider “{provider_id}” could not be loaded: {failure.error}"
        known = ", ".join(sorted(self.providers)) or "none"
        return f"the provider “{provider_id}” is not installed (installed: {known})"


def load_providers(found: Iterable[EntryPoint] | None = None) -> ProviderCatalogue:
    """Load every installed provider package.

    Where two packages declare the same id, the first by name of distribution and entry point keeps it, so that the outcome does
    not depend on the order of installation.

    Args:
        found: Entry points to load; those of the group ``despacho`` by default.
    """
    providers: dict[str, Provider] = {}
    failures = []
    for entry_point in sorted(entry_points(group=ENTRY_POINT_GROUP) if found is None else found, key=_order):
        try:
            providers.update(_offered_by(entry_point, taken=providers))
        except (Exception, SystemExit) as error:  # boundary to a stranger's code, which may raise anything
            logger.warning("provider package %s is left out: %s", entry_point.name, _told(error))
            logger.debug("why %s is left out", entry_point.name, exc_info=error)
            failures.append(_failure(entry_point, error))
    return ProviderCatalogue(providers, failures)


def _offered_by(entry_point: EntryPoint, *, taken: Container[str]) -> dict[str, Provider]:
    """What one package declares, checked as a whole: a package with one wrong provider is left out entirely."""
    offered: dict[str, Provider] = {}
    for declared in _asked(entry_point.load(), entry_point.name):
        provider = checked(declared)
        if provider.id in taken or provider.id in offered:
            raise ProviderNonsense(f"the id “{provider.id}” is taken already")
        offered[provider.id] = provider
    return offered


def _asked(plugin: object, name: str) -> Sequence[object]:
    """What the package's hook returns. A manager of its own keeps one package's mistakes out of the others' calls."""
    manager = pluggy.PluginManager(ENTRY_POINT_GROUP)
    manager.add_hookspecs(ProviderHooks)
    manager.register(plugin, name=name)
    manager.check_pending()
    if not manager.get_hookcallers(plugin):
        raise ProviderNonsense(
            "it implements no hook; its module needs a function despacho_providers marked @provider_hook"
        )
    answers = manager.hook.despacho_providers()
    declared = answers[0] if answers else None
    if inspect.iscoroutine(declared):
        declared.close()
        raise ProviderNonsense("despacho_providers must be a plain function, not async")
    if not isinstance(declared, (list, tuple)):
        raise ProviderNonsense(f"despacho_providers must return a list of Provider, not {type(declared).__name__}")
    return declared


def _order(entry_point: EntryPoint) -> tuple[str, str]:
    return (entry_point.dist.name if entry_point.dist else "", entry_point.name)


def _failure(entry_point: EntryPoint, error: BaseException) -> ProviderFailure:
    dist = entry_point.dist
    return ProviderFailure(
        name=entry_point.name,
        error=_told(error),
        package=dist.name if dist else None,
        version=dist.version if dist else None,
    )


def _told(error: BaseException) -> str:
    """An error on one line, with its kind unless it is our own."""
    text = " ".join(str(error).split())
    if isinstance(error, ProviderNonsense):
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__

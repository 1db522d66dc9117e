"""How a package offers a provider: one hook, one declaration, one settings Struct.

A package declares an entry point in the group ``despacho`` whose module implements :func:`ProviderHooks.despacho_providers`
with the marker :data:`provider_hook`.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import pluggy

from despacho_core.phrases import said
from despacho_core.reasons import shape_of
from despacho_ports import carriers, invoicing

if TYPE_CHECKING:
    import httpx

    from despacho_ports.documents import Renderer
    from despacho_ports.settings import SettingField
    from despacho_ports.system import Clock

ENTRY_POINT_GROUP = "despacho"

hook_specification = pluggy.HookspecMarker("despacho")
provider_hook = pluggy.HookimplMarker("despacho")

Secret = Annotated[str, msgspec.Meta(min_length=1, extra={"secret": True})]
"""A settings field that is encrypted at rest and never shown or logged."""

_PLACE = r"https?://([0-9A-Za-z{][0-9A-Za-z{}._-]*|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[!\"$->@-\[\]-~]*)?"
WebAddress = Annotated[str, msgspec.Meta(pattern=rf"^{_PLACE}$(?!\n)", max_length=500, extra={"address": True})]
"""A settings field that says where the provider is: ``https`` or ``http``, a host, maybe a port and a path, and nothing after it.

Calls add paths and queries of their own, which a ``?`` or ``#`` would cut off. The hub looks at where it leads, and has the account's
secrets typed again when it changes: they were given for another place.
"""
MaybeWebAddress = Annotated[str, msgspec.Meta(pattern=rf"^({_PLACE})?$(?!\n)", max_length=500, extra={"address": True})]
"""The same, or empty."""


class ProviderKind(enum.StrEnum):
    """What a provider is for."""

    CARRIER = "carrier"
    INVOICING = "invoicing"


class RateLimit(msgspec.Struct, frozen=True):
    """How often an account may call: at most ``calls`` within any ``seconds``."""

    calls: int
    seconds: float


class Toolbox(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub hands a connector.

    ``http`` has time-outs, TLS verification, pooling, the account's rate limits, a circuit breaker, a redacting call log
    and no redirects; a provider builds no client of its own.
    """

    http: httpx.AsyncClient
    clock: Clock
    renderer: Renderer
    account_id: str


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """The declaration of a carrier or an invoicing system.

    ``connector`` is a class; ``connector(settings, toolbox)`` opens one account, and the port Protocols that the class implements are
    its capabilities. ``tracking_page`` is the carrier's own page for buyers: an ``https://`` address with ``{number}`` in it, if there
    is one. ``settings`` is a Struct whose constraints and descriptions become form, validation and documentation. ``words`` are its
    fields' titles and descriptions in other languages: by language (``es``, ``pt``), then by field. ``sentences`` are what the provider
    itself says in English (checks of its settings, tests of an account) in other languages: by language, then by the English sentence,
    which may have ``{holes}``; the same ones stand in the translation.
    """

    id: str
    name: str
    kind: ProviderKind
    version: str
    settings: type[msgspec.Struct]
    connector: Callable[[Any, Toolbox], object]
    countries: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()
    rate_limits: tuple[RateLimit, ...] = ()
    tracking_page: str = ""
    words: Mapping[str, Mapping[str, tuple[str, str]]] = {}
    sentences: Mapping[str, Mapping[str, str]] = {}

    def said(self, field: SettingField, language: str) -> tuple[str, str]:
        """A field's title and description in a language; in English where there is no translation."""
        return self.words.get(language, {}).get(field.name, (field.title, field.help))

    def told(self, sentence: str, language: str) -> str:
        """What the provider said, in a language; as it was said where there is no translation."""
        for known, translated in self.sentences.get(language, {}).items():
            found = shape_of(known).fullmatch(sentence)
            if found is not None:
                return translated.format_map(found.groupdict())
        return str(said(sentence, language))


class ProviderHooks:
    """The hooks that a provider package may implement."""

    @hook_specification
    def despacho_providers(self) -> list[Provider]:  # type: ignore[empty-body]  # a specification has no body
        """Return the providers that this package offers."""


PORTS: dict[str, type] = {
    port.__name__: port
    for port in (
        carriers.ListsServices,
        carriers.QuotesRates,
        carriers.BuysShipments,
        carriers.BuysReturns,
        carriers.VoidsShipments,
        carriers.FindsShipments,
        carriers.ReprintsLabels,
        carriers.ClosesManifests,
        carriers.TracksShipments,
        carriers.ReceivesTracking,
        carriers.ReportsByScan,
        carriers.CoversPlaces,
        carriers.ListsPickupPoints,
        carriers.ChecksAccount,
        invoicing.IssuesDocuments,
        invoicing.CreditsDocuments,
        invoicing.FindsDocuments,
        invoicing.FetchesDocuments,
    )
}
"""Every capability by its public name."""


def capabilities_of(provider: Provider) -> tuple[str, ...]:
    """Names of the ports that the provider's connector class implements, sorted."""
    connector = provider.connector
    return tuple(
        sorted(name for name, port in PORTS.items() if all(_has(connector, member) for member in _members(port)))
    )


def _has(connector: object, member: str) -> bool:
    # A subclass gives up a capability by setting its method to None; isinstance sees it the same way.
    return getattr(connector, member, None) is not None


def _members(port: type) -> frozenset[str]:
    names = {name for name in vars(port) if not name.startswith("_")}
    return frozenset(names | set(getattr(port, "__annotations__", {})))

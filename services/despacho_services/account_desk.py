"""A store's accounts as a person looks after them: how each is doing, what can be filled in, what is wrong with what was filled in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from despacho_core.errors import DomainError
from despacho_core.ledgers import Effect, EffectState
from despacho_core.stores import Account, AccountState
from despacho_ports.connectors import ProviderMissing
from despacho_ports.errors import ProviderError
from despacho_ports.health import AccountHealth
from despacho_ports.providers import Provider, capabilities_of
from despacho_ports.settings import FieldKind, SettingField, fields_of, secrets_at_risk
from despacho_ports.settings_checks import FieldProblem, Wrong, problems_in
from despacho_services.accounts import Accounts, ProviderUnknown
from despacho_services.installation import Installation
from despacho_services.office import Office, account_of

LATELY = timedelta(days=7)
MOST_REFUSALS = 200
"""Of the store, looked through for each account's own."""


@dataclass(frozen=True)
class AccountOverview:
    """One account with all that a person wants to know of it.

    Attributes:
        account: The account.
        provider: Its declaration; None where the package is not installed (any more).
        capabilities: Names of the ports that it offers.
        health: How it has been answering; None where nobody has called it lately.
        refusals: What it refused in the last days, the latest first.
        open_questions: What nobody knows whether it did.
    """

    account: Account
    provider: Provider | None
    capabilities: tuple[str, ...] = ()
    health: AccountHealth | None = None
    refusals: tuple[Effect, ...] = ()
    open_questions: tuple[Effect, ...] = ()

    @property
    def name_of_provider(self) -> str:
        """The provider's name, or its id where it is not installed."""
        return self.provider.name if self.provider is not None else self.account.provider

    @property
    def needs_attention(self) -> bool:
        """Whether a person has to do something before it is used again."""
        return self.provider is None or self.account.state is AccountState.NEEDS_ATTENTION


@dataclass(frozen=True)
class FilledIn:
    """A form as it was filled in: the values for the account, and what is wrong with them."""

    values: dict[str, object]
    problems: Sequence[FieldProblem] = ()

    def problem(self, name: str) -> FieldProblem | None:
        """What is wrong with one field."""
        return next((one for one in self.problems if one.name == name), None)


@dataclass(frozen=True)
class Added:
    """A new account, which is there even where the store's checkout could not be told of its services: for ``checkout_problem``."""

    account: Account
    checkout_problem: Exception | None = field(default=None)


class AccountDesk:
    """Looks after accounts."""

    def __init__(self, office: Office, accounts: Accounts, installation: Installation) -> None:
        self._office = office
        self._accounts = accounts
        self._installation = installation

    def offered(self) -> Sequence[Provider]:
        """The providers that an account can be added with."""
        return self._office.connectors.installed()

    def provider(self, provider_id: str) -> Provider:
        """One of them. Raises ``ProviderUnknown``."""
        try:
            return self._office.connectors.provider(provider_id)
        except ProviderMissing as error:
            raise ProviderUnknown(id=provider_id) from error

    async def all(self, store_id: str) -> Sequence[AccountOverview]:
        """The store's accounts, those that need attention first, else the oldest."""
        async with self._office.units.begin(write=False) as work:
            accounts = await work.accounts.of_store(store_id)
            refused = await work.outbox.page(store_id, state=EffectState.REJECTED, limit=MOST_REFUSALS)
            uncertain = await work.outbox.page(store_id, state=EffectState.UNCERTAIN, limit=MOST_REFUSALS)
        seen = await self._office.health.of([account.id for account in accounts])
        since = self._office.now() - LATELY
        refusals = _by_account([effect for effect in refused if (effect.settled_at or effect.created_at) >= since])
        questions = _by_account(uncertain)
        found = [self._overview(one, seen.get(one.id), refusals[one.id], questions[one.id]) for one in accounts]
        return sorted(found, key=lambda one: not one.needs_attention)

    async def one(self, store_id: str, account_id: str) -> AccountOverview:
        """One account. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            await account_of(work, store_id, account_id)
        return next(one for one in await self.all(store_id) if one.account.id == account_id)

    def filled_in(
        self, provider: Provider, given: Mapping[str, str], *, kept: Mapping[str, object] | None = None
    ) -> FilledIn:
        """What a person wrote into the provider's form, read and checked.

        Args:
            provider: Whose form.
            given: Texts by field; a flag that is missing is off.
            kept: The settings that are there: a secret that was left empty stays, unless ``forget.<name>`` is ticked, or an address
                changes for which it was not given: then it has to be typed again.
        """
        values: dict[str, object] = {}
        for one in fields_of(provider.settings):
            value = _value(one, given, kept or {})
            if value is not None:
                values[one.name] = value
        at_risk = secrets_at_risk(provider.settings, kept or {}, values)
        untyped = [name for name in at_risk if name in values and not given.get(name, "").strip()]
        again = [FieldProblem(name, Wrong.AGAIN) for name in untyped]
        return FilledIn(values, [*problems_in(provider.settings, values), *again])

    async def add(self, store_id: str, provider_id: str, *, name: str | None, settings: Mapping[str, object]) -> Added:
        """Add an account, and have the store's checkout list its services. Raises as :meth:`Accounts.add`."""
        account = await self._accounts.add(store_id, provider_id, name=name, settings=settings)
        try:
            await self._installation.repair(await self._office.store(store_id))
        except (ProviderError, DomainError) as error:
            return Added(account, error)
        return Added(account)

    def _overview(
        self, account: Account, health: AccountHealth | None, refusals: list[Effect], questions: list[Effect]
    ) -> AccountOverview:
        try:
            provider = self._office.connectors.provider(account.provider)
        except ProviderMissing:
            return AccountOverview(account, None)
        return AccountOverview(
            account,
            provider,
            capabilities=capabilities_of(provider),
            health=health,
            refusals=tuple(refusals),
            open_questions=tuple(questions),
        )


def _value(one: SettingField, given: Mapping[str, str], kept: Mapping[str, object]) -> object | None:
    """One field's value; None where nothing was written, so that the provider's default counts."""
    text = given.get(one.name, "").strip()
    if one.kind is FieldKind.FLAG:
        return text not in {"", "0", "false", "off"}
    if text:
        return text
    return kept.get(one.name) if one.secret and not given.get(f"forget.{one.name}") else None


def _by_account(effects: Sequence[Effect]) -> dict[str, list[Effect]]:
    found: dict[str, list[Effect]] = defaultdict(list)
    for effect in effects:
        if effect.account_id is not None:
            found[effect.account_id].append(effect)
    return found

"""The first ten minutes: what a store still needs before parcels leave, derived from what there is; and practice accounts."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import msgspec

from despacho_core.errors import NotFound
from despacho_core.shipments import ShipmentState
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.stores import Account, AccountState, Store
from despacho_ports.connectors import ProviderMissing
from despacho_ports.practice import PracticeAccount, PracticeGround
from despacho_ports.providers import Provider, ProviderKind, capabilities_of
from despacho_services.account_desk import AccountDesk
from despacho_services.office import Office

DISMISSED = "all"
"""Stands among the skipped steps where a merchant wants to see no guide any more."""
TRIED = "quote:done"
"""Stands there once a test quote offered something: it leaves no other trace."""
_LATEST = 20


class StartStep(enum.StrEnum):
    """The steps, in their order."""

    ORIGIN = "origin"
    BOXES = "boxes"
    CARRIER = "carrier"
    TARIFF = "tariff"
    INVOICING = "invoicing"
    QUOTE = "quote"
    LABEL = "label"


@dataclass(frozen=True)
class StepState:
    """One step: done, or skipped for now, or neither."""

    step: StartStep
    done: bool
    skipped: bool

    @property
    def is_open(self) -> bool:
        """Whether it waits for the merchant."""
        return not (self.done or self.skipped)


@dataclass(frozen=True)
class StartState:
    """How far a store is. ``dismissed``: the merchant wants to see no guide."""

    steps: tuple[StepState, ...]
    dismissed: bool

    @property
    def next(self) -> StartStep | None:
        """The first step that waits; None where none does."""
        return next((one.step for one in self.steps if one.is_open), None)

    @property
    def is_over(self) -> bool:
        """Whether the first page need not speak of it any more."""
        return self.dismissed or self.next is None

    @property
    def done(self) -> int:
        """How many steps are settled, one way or the other."""
        return sum(not one.is_open for one in self.steps)


class NoGround:
    """The :class:`despacho_ports.practice.PracticeGround` of a hub that knows no sandbox."""

    is_there = False

    async def accounts(self) -> Sequence[PracticeAccount]:
        """None."""
        return ()


class GuidedStart:
    """Tells what a store still needs."""

    def __init__(self, office: Office, desk: AccountDesk, ground: PracticeGround) -> None:
        self._office = office
        self._desk = desk
        self._ground = ground

    @property
    def can_practise(self) -> bool:
        """Whether there is a sandbox to practise with."""
        return self._ground.is_there

    async def state(self, store_id: str) -> StartState:
        """How far a store is. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            store = await work.stores.get(store_id)
            if store is None:
                raise NotFound(what="store", id=store_id)
            accounts = await work.accounts.of_store(store_id)
            record = await work.plans.get(store_id)
            shipments = await work.shipments.page(store_id, limit=_LATEST)
        plan = record.plan if record is not None else ShippingPlan()
        providers = {account.id: self._provider(account) for account in accounts}
        done = {
            StartStep.ORIGIN: _has_origin(store),
            StartStep.BOXES: bool(plan.boxes),
            StartStep.CARRIER: _has(accounts, providers, ProviderKind.CARRIER),
            StartStep.TARIFF: bool(plan.tariff) or _all_quote(providers.values()),
            StartStep.INVOICING: _has(accounts, providers, ProviderKind.INVOICING),
            StartStep.QUOTE: TRIED in store.start,
            StartStep.LABEL: any(one.state is ShipmentState.BOUGHT for one in shipments),
        }
        steps = tuple(StepState(step, done[step], step.value in store.start) for step in StartStep)
        return StartState(steps, DISMISSED in store.start)

    async def skip(self, store_id: str, step: StartStep) -> None:
        """Leave a step out for now."""
        await self._noted(store_id, step.value, there=True)

    async def take_up(self, store_id: str, step: StartStep) -> None:
        """Come back to a step that was skipped."""
        await self._noted(store_id, step.value, there=False)

    async def dismiss(self, store_id: str, *, dismissed: bool = True) -> None:
        """Show the guide on the first page no more, or again."""
        await self._noted(store_id, DISMISSED, there=dismissed)

    async def quote_tried(self, store_id: str) -> None:
        """A test quote has offered something."""
        await self._noted(store_id, TRIED, there=True)

    async def practice(self, store_id: str) -> Sequence[PracticeAccount]:
        """Practice accounts that the store does not have yet, of providers that are installed and work in its country.

        Raises:
            Unavailable: The sandbox does not answer.
        """
        store = await self._office.store(store_id)
        offered = _meant_for(store.country, await self._ground.accounts())
        async with self._office.units.begin(write=False) as work:
            there = [(one.provider, one.settings) for one in await work.accounts.of_store(store_id)]
        installed = {one.id: one for one in self._desk.offered()}
        return [
            one
            for one in offered
            if one.provider in installed
            and _works_in(installed[one.provider], store.country)
            and not any(provider == one.provider and _same(settings, one.settings) for provider, settings in there)
        ]

    async def add_practice(self, store_id: str, providers: Sequence[str]) -> Sequence[Account]:
        """Add the practice accounts of these providers, or of all where none is named. Raises as :meth:`practice`."""
        added = []
        for one in await self.practice(store_id):
            if not providers or one.provider in providers:
                made = await self._desk.add(store_id, one.provider, name=f"{one.name} (sandbox)", settings=one.settings)
                added.append(made.account)
        return added

    def _provider(self, account: Account) -> Provider | None:
        try:
            return self._office.connectors.provider(account.provider)
        except ProviderMissing:
            return None

    async def _noted(self, store_id: str, what: str, *, there: bool) -> None:
        async with self._office.units.begin() as work:
            store = await work.stores.get(store_id)
            if store is None:
                raise NotFound(what="store", id=store_id)
            others = tuple(one for one in store.start if one != what)
            start = (*others, what) if there else others
            await work.stores.save(msgspec.structs.replace(store, start=start))
            await work.commit()


def _has_origin(store: Store) -> bool:
    origin = store.settings.origin
    return origin is not None and not origin.missing_for_delivery()


def _has(accounts: Iterable[Account], providers: dict[str, Provider | None], kind: ProviderKind) -> bool:
    return any(
        account.state is AccountState.ACTIVE and (its := providers[account.id]) is not None and its.kind is kind
        for account in accounts
    )


def _all_quote(providers: Iterable[Provider | None]) -> bool:
    """Whether every carrier names its own prices, so that no tariff is needed."""
    carriers = [one for one in providers if one is not None and one.kind is ProviderKind.CARRIER]
    return bool(carriers) and all("QuotesRates" in capabilities_of(one) for one in carriers)


def _meant_for(country: str, offered: Sequence[PracticeAccount]) -> list[PracticeAccount]:
    """The accounts for a store's country, and of providers that have none of those the accounts for all countries."""
    own = {one.provider for one in offered if country in one.countries}
    return [one for one in offered if country in one.countries or (not one.countries and one.provider not in own)]


def _works_in(provider: Provider, country: str) -> bool:
    return not provider.countries or country in provider.countries


def _same(settings: dict[str, object], others: dict[str, object]) -> bool:
    return all(str(settings.get(name)) == str(value) for name, value in others.items())

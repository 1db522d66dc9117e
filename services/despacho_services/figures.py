"""What a store's day begins with, and how its weeks went: numbers for people. Reads alone, scoped by store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from despacho_core.shipment_overview import USUAL_PATIENCE as PATIENCE
from despacho_core.shipment_overview import ShipmentView, quiet_since
from despacho_core.stores import Account, AccountState, Store
from despacho_ports.figures import MorningFigures
from despacho_ports.shipment_lists import ShipmentFilter
from despacho_services.figures_glance import Glance, Period, glance_of
from despacho_services.office import Office
from despacho_services.shops import zone_of

NIGHT = timedelta(hours=24)
"""Orders first seen since then are new."""


@dataclass(frozen=True)
class Morning:
    """What waits for somebody.

    Attributes:
        figures: What is counted.
        shipments: How many shipments have which kind of trouble; a hundred stands for any more.
        free_labels: Accounts with labels that wait for a manifest, and how many.
        attention: Accounts that are not used until somebody has mended them.
        has_accounts: Whether the store has any account at all.
    """

    figures: MorningFigures
    shipments: Mapping[ShipmentView, int]
    free_labels: tuple[tuple[Account, int], ...]
    attention: tuple[Account, ...]
    has_accounts: bool

    @property
    def waiting(self) -> int:
        """Orders that wait for a document, whatever the reason."""
        return sum(self.figures.waiting.values()) + self.figures.doubtful_documents


class FigureDesk:
    """Counts."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def morning(self, store: Store) -> Morning:
        """What waits this morning: a score of short questions, none of which looks at more than a bounded number of rows."""
        now = self._office.now()
        today = _day_of(now, store).replace(hour=0, minute=0, second=0, microsecond=0)
        wanted = ShipmentFilter(quiet=quiet_since(now, PATIENCE), today=today)
        async with self._office.units.begin(write=False) as work:
            accounts = await work.accounts.of_store(store.id)
            figures = await work.figures.morning(store.id, [one.id for one in accounts], since=now - NIGHT)
            shipments = await work.shipment_lists.counts(store.id, wanted)
        free = [(one, figures.free_labels[one.id]) for one in accounts if one.id in figures.free_labels]
        attention = [one for one in accounts if one.state is AccountState.NEEDS_ATTENTION]
        return Morning(figures, shipments, tuple(free), tuple(attention), bool(accounts))

    async def glance(self, store: Store, period: Period) -> Glance:
        """How the last days went, today included."""
        now = self._office.now()
        first = _day_of(now, store).date() - timedelta(days=period - 1)
        since = datetime.combine(first, time(), zone_of(store))
        async with self._office.units.begin(write=False) as work:
            accounts = await work.accounts.of_store(store.id)
            hours = await work.figures.orders_by_hour(store.id, since)
            shipments = await work.figures.shipments(store.id, since, now=now)
            prices = await work.figures.prices(store.id, since)
            failures = await work.figures.failures(store.id, since)
        names = {one.id: self._name(one) for one in accounts}
        return glance_of(
            store, period, first, names=names, hours=hours, shipments=shipments, prices=prices, failures=failures
        )

    def _name(self, account: Account) -> str:
        provider = self._office.provider_name(account)
        return provider if account.name in {"", provider} else f"{provider} · {account.name}"


def _day_of(now: datetime, store: Store) -> datetime:
    return now.astimezone(zone_of(store))

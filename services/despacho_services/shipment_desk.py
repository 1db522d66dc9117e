"""Shipments as a merchant looks through them, and one with all that is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.ledgers import Effect, EffectState
from despacho_core.manifests import Manifest
from despacho_core.orders import Order
from despacho_core.shipment_overview import USUAL_PATIENCE, Patience, ShipmentView, quiet_since, troubles
from despacho_core.shipments import Label, Shipment, ShipmentState
from despacho_core.stores import Account, Store
from despacho_core.tracking import TrackingEvent
from despacho_ports.persistence import UnitOfWork
from despacho_ports.shipment_lists import ShipmentFilter
from despacho_services.office import Office
from despacho_services.shipping import BUY, shipment_with_labels
from despacho_services.shops import zone_of


@dataclass(frozen=True)
class ShipmentRow:
    """One line of the list. ``troubles`` is what is the matter, the most pressing first."""

    shipment: Shipment
    labels: tuple[Label, ...]
    account: Account | None
    troubles: tuple[ShipmentView, ...]


@dataclass(frozen=True)
class ShipmentFile:
    """One shipment with all that is known of it.

    Attributes:
        carrier: The carrier's name for people.
        carrier_page: Its own page for buyers, with ``{number}`` in it; empty where it has none.
        events: What was reported, the latest first.
        effects: What was owed to the outside world because of it, oldest first.
        manifests: Those that its labels are on, by their ids.
        order: The order as last read; None if it is not held.
        voids_at_carrier: Whether voiding is said to the carrier; otherwise the labels are void here alone.
    """

    shipment: Shipment
    labels: tuple[Label, ...]
    account: Account | None
    carrier: str
    carrier_page: str
    events: tuple[TrackingEvent, ...]
    effects: tuple[Effect, ...]
    manifests: Mapping[str, Manifest]
    order: Order | None
    troubles: tuple[ShipmentView, ...]

    @property
    def purchase(self) -> Effect | None:
        """The effect that buys it."""
        return next((one for one in self.effects if one.kind == BUY), None)

    @property
    def is_in_doubt(self) -> bool:
        """Whether a person may settle its purchase."""
        bought = self.purchase
        return bought is not None and bought.state is EffectState.UNCERTAIN

    @property
    def lacks_numbers(self) -> bool:
        """Whether a person said that it is bought, and not under which tracking numbers."""
        return self.shipment.state is ShipmentState.BOUGHT and not self.labels

    @property
    def waits_because(self) -> str | None:
        """What keeps a purchase that may be withdrawn from being made, where something does; None where it may not be withdrawn."""
        waiting = self.purchase
        if (
            self.shipment.state is not ShipmentState.REQUESTED
            or waiting is None
            or waiting.state is not EffectState.PENDING
        ):
            return None
        return waiting.message or ""

    @property
    def may_be_voided(self) -> bool:
        """Whether it is bought and not handed over."""
        return (
            self.shipment.state is ShipmentState.BOUGHT
            and bool(self.labels)
            and not any(one.manifest_id for one in self.labels)
        )


class ShipmentDesk:
    """Looks through shipments. Reads alone, scoped by store."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def page(
        self,
        store: Store,
        view: ShipmentView,
        *,
        text: str = "",
        patience: Patience = USUAL_PATIENCE,
        before: datetime | None = None,
        limit: int = 50,
    ) -> Sequence[ShipmentRow]:
        """Shipments that fit, newest first; a few more than ``limit`` where several are of one instant."""
        wanted = self._wanted(store, patience, view=view, text=text)
        async with self._office.units.begin(write=False) as work:
            found = await work.shipment_lists.page(store.id, wanted, before=before, limit=limit)
            labels = await work.labels.of_shipments(store.id, [one.id for one in found])
            accounts = {one.id: one for one in await work.accounts.of_store(store.id)}
        return [
            ShipmentRow(one, _of(one, labels), accounts.get(one.account_id), _troubles(one, wanted)) for one in found
        ]

    async def counts(self, store: Store, *, patience: Patience = USUAL_PATIENCE) -> Mapping[ShipmentView, int]:
        """How many shipments have which kind of trouble; a hundred stands for any more."""
        async with self._office.units.begin(write=False) as work:
            return await work.shipment_lists.counts(store.id, self._wanted(store, patience))

    async def file(self, store: Store, shipment_id: str) -> ShipmentFile:
        """One shipment with all that is known of it. Raises ``NotFound``."""
        wanted = self._wanted(store, USUAL_PATIENCE)
        async with self._office.units.begin(write=False) as work:
            shipment, labels = await shipment_with_labels(work, store.id, shipment_id)
            account = await work.accounts.get(store.id, shipment.account_id)
            record = await work.orders.get(store.id, shipment.order_number)
            events = await work.tracking.of_shipment(store.id, shipment_id)
            effects = await work.outbox.of_subject(store.id, shipment_id)
            manifests = await _manifests(work, store.id, labels)
        return ShipmentFile(
            shipment=shipment,
            labels=tuple(labels),
            account=account,
            carrier=self._office.provider_name(account) if account else "",
            carrier_page=self._office.tracking_page(account) if account else "",
            events=tuple(reversed(events)),
            effects=tuple(effects),
            manifests=manifests,
            order=record.order if record else None,
            troubles=_troubles(shipment, wanted),
        )

    def _wanted(
        self, store: Store, patience: Patience, *, view: ShipmentView = ShipmentView.ALL, text: str = ""
    ) -> ShipmentFilter:
        now = self._office.now()
        today = now.astimezone(zone_of(store)).replace(hour=0, minute=0, second=0, microsecond=0)
        return ShipmentFilter(quiet=quiet_since(now, patience), today=today, view=view, text=text)


def _troubles(shipment: Shipment, wanted: ShipmentFilter) -> tuple[ShipmentView, ...]:
    return troubles(shipment, quiet=wanted.quiet, today=wanted.today)


def _of(shipment: Shipment, labels: Iterable[Label]) -> tuple[Label, ...]:
    return tuple(one for one in labels if one.shipment_id == shipment.id)


async def _manifests(work: UnitOfWork, store_id: str, labels: Iterable[Label]) -> dict[str, Manifest]:
    ids = {one.manifest_id for one in labels if one.manifest_id}
    found = [await work.manifests.get(store_id, one) for one in sorted(ids)]
    return {one.id: one for one in found if one is not None}

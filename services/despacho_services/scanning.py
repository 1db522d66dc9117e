"""What the driver says by scanning a label: the address on it leads to a page where each step is one press.

Whoever holds the parcel holds the label, and its address cannot be guessed; so it is all that is asked for. The page works once for each
look: its form carries a mark of all that was known when it was drawn, and is worth nothing once more is known.
"""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.errors import AccountNeedsAttention, Conflict
from despacho_core.ledgers import Lane
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_core.stores import Account, Store
from despacho_core.tracking import Reason, TrackingEvent, TrackingStatus
from despacho_ports.carriers import ReportsByScan
from despacho_services.doing_over import doing_over
from despacho_services.office import Office
from despacho_services.tracking_taking import take_in

AUTHOR = "scan"
MOST_OF_A_NAME = 80


class ScanStep(enum.StrEnum):
    """What a driver can say of a parcel. After a try that failed the parcel comes again; ``failed`` is the end."""

    PICKED_UP = "picked_up"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    FAILED = "failed"

    @property
    def status(self) -> TrackingStatus:
        """What it means."""
        return _MEANS[self]

    @property
    def needs_reason(self) -> bool:
        """Whether it says why."""
        return self in {ScanStep.NOT_DELIVERED, ScanStep.FAILED}


_MEANS = {
    ScanStep.PICKED_UP: TrackingStatus.IN_TRANSIT,
    ScanStep.OUT_FOR_DELIVERY: TrackingStatus.OUT_FOR_DELIVERY,
    ScanStep.DELIVERED: TrackingStatus.DELIVERED,
    ScanStep.NOT_DELIVERED: TrackingStatus.IN_TRANSIT,
    ScanStep.FAILED: TrackingStatus.FAILED,
}
REASONS = (
    Reason.RECIPIENT_ABSENT,
    Reason.ADDRESS_WRONG,
    Reason.REFUSED,
    Reason.RESCHEDULED,
    Reason.DAMAGED,
    Reason.LOST,
    Reason.OTHER,
)


class ScanOutOfDate(Conflict):
    """More is known of the parcel than when the page was drawn: pressed twice, or somebody else was faster."""

    code = "scan-out-of-date"
    texts = {  # noqa: RUF012 - a table of texts, read only
        "en": "Something was recorded meanwhile. Look at where the parcel is now before you go on.",
        "es": "Entretanto se registró algo. Mira dónde está el paquete ahora antes de continuar.",
        "pt": "Entretanto algo foi registado. Veja onde está a encomenda agora antes de continuar.",
    }


@dataclass(frozen=True)
class ScannedLabel:
    """A label as its driver sees it. ``steps`` are what can be said now, none once it has ended or is void."""

    store: Store
    shipment: Shipment
    label: Label
    carrier: str
    events: tuple[TrackingEvent, ...]
    steps: tuple[ScanStep, ...]

    @property
    def mark(self) -> str:
        """Of all that is known of this label: another one once anything more is."""
        known = "".join(event.fingerprint for event in self.events)
        text = f"{self.label.scan_token}{self.label.state}{self.shipment.state}{self.label.tracking_status}{known}"
        return hashlib.sha256(text.encode()).hexdigest()[:32]


class Scanning:
    """Reads labels' addresses, and takes in what drivers say."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def look(self, token: str) -> ScannedLabel | None:
        """The label behind an address; None if there is none. Changes nothing."""
        if not token:
            return None
        async with self._office.units.begin(write=False) as work:
            label = await work.followed.by_scan_token(token)
            if label is None:
                return None
            store = await work.stores.get(label.store_id)
            shipment = await work.shipments.get(label.store_id, label.shipment_id)
            account = await work.accounts.get(label.store_id, label.account_id)
            events = await work.tracking.of_shipment(label.store_id, label.shipment_id)
        if store is None or shipment is None or account is None:
            return None
        return self._shown(store, shipment, label, account, events)

    async def report(
        self, token: str, step: ScanStep, *, mark: str, receiver: str = "", reason: Reason | None = None
    ) -> ScannedLabel | None:
        """Take in what the driver says; None if there is no such label.

        Args:
            token: From the label.
            step: What happened.
            mark: From the page: :attr:`ScannedLabel.mark` as it was.
            receiver: Who took the parcel, if the driver was told; cut at 80 letters, shown to the merchant alone.
            reason: Why it was not delivered.

        Raises:
            ScanOutOfDate: More is known by now, or the step cannot be said any more; nothing is recorded.
        """
        seen = await self.look(token)
        if seen is None:
            return None
        event = TrackingEvent(
            tracking_number=seen.label.tracking_number,
            occurred_at=self._office.now(),
            description="",
            code=step.value,
            status=step.status,
            reason=(reason or Reason.OTHER) if step.needs_reason else None,
            author=AUTHOR,
            note=receiver.strip()[:MOST_OF_A_NAME] if step is ScanStep.DELIVERED else "",
        )
        await self._kept(seen, step, mark, event)
        return await self.look(token)

    @doing_over
    async def _kept(self, seen: ScannedLabel, step: ScanStep, mark: str, event: TrackingEvent) -> None:
        store_id, shipment_id = seen.store.id, seen.shipment.id
        async with self._office.units.begin() as work:
            account = await work.accounts.get(store_id, seen.label.account_id)
            rows = await work.followed.for_change(store_id, [shipment_id])
            events = await work.tracking.of_shipment(store_id, shipment_id)
            label = next((one for _, labels in rows for one in labels if one.id == seen.label.id), None)
            if account is None or label is None:
                raise ScanOutOfDate
            now = self._shown(seen.store, rows[0][0], label, account, events)
            if now.mark != mark or step not in now.steps:
                raise ScanOutOfDate
            result = await take_in(work, seen.store, {shipment_id: [event]}, now=event.occurred_at)
            await work.commit()
        if result.changed:
            await self._office.wake(Lane.INTERACTIVE)

    def _shown(
        self, store: Store, shipment: Shipment, label: Label, account: Account, events: Sequence[TrackingEvent]
    ) -> ScannedLabel:
        mine = tuple(event for event in events if event.tracking_number == label.tracking_number)
        return ScannedLabel(
            store=store,
            shipment=shipment,
            label=label,
            carrier=self._office.provider_name(account),
            events=mine,
            steps=_steps(shipment, label, mine, self._may_be_said(account)),
        )

    def _may_be_said(self, account: Account) -> Sequence[TrackingStatus]:
        try:
            connector = self._office.connector(account.mended())
        except AccountNeedsAttention:
            return ()
        return connector.scan_statuses if isinstance(connector, ReportsByScan) else ()


def _steps(
    shipment: Shipment, label: Label, events: Sequence[TrackingEvent], allowed: Sequence[TrackingStatus]
) -> tuple[ScanStep, ...]:
    is_over = label.state is LabelState.VOIDED or label.tracking_status.has_ended
    if is_over or shipment.state is not ShipmentState.BOUGHT:
        return ()
    last = events[-1].code if events else ""
    steps = [step for step in ScanStep if step.status in allowed and step.value != last]
    if label.tracking_status is not TrackingStatus.REQUESTED:
        steps = [step for step in steps if step is not ScanStep.PICKED_UP]
    return tuple(steps)

"""Labels for many orders in one request.

A batch is its lines and one effect that asks for them, a few in each transaction, so that neither a checkout nor a webhook waits behind
five hundred orders. Each line that can be asked for becomes a shipment with its own ``buy`` effect, under the rules that hold for a
single one; asking is repeated after a crash and never asks for a line twice. How far a batch is, is read from its shipments.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_core.batches import (
    MOST_ORDERS,
    Batch,
    BatchLine,
    BatchOrder,
    BatchPurpose,
    LineState,
    Picked,
    PickingOrder,
    in_picking_order,
    state_of,
)
from despacho_core.label_rules import wants_label
from despacho_core.shipments import Label, Shipment, ShipmentWish
from despacho_core.stores import Account
from despacho_services.bulk_opening import BatchOpening, batch_with_lines
from despacho_services.effects import EffectRunner
from despacho_services.office import Office

_PAGE = 200


@dataclass(frozen=True)
class LineFile:
    """A line with what became of it. ``problem`` is the carrier's words or ours; a refusal of ours is in ``line``."""

    line: BatchLine
    state: LineState
    shipment: Shipment | None
    labels: tuple[Label, ...]
    problem: str | None

    @property
    def document_problems(self) -> list[str]:
        """Why labels are printed as we draw them, and not as the carrier gave them."""
        return [f"{label.tracking_number}: {label.problem}" for label in self.labels if label.problem]


@dataclass(frozen=True)
class BatchFile:
    """A batch as it now is."""

    batch: Batch
    lines: tuple[LineFile, ...]

    @property
    def counts(self) -> dict[LineState, int]:
        """Lines by state; all states are named."""
        found = Counter(one.state for one in self.lines)
        return {state: found[state] for state in LineState}

    @property
    def is_settled(self) -> bool:
        """Whether nothing further will happen by itself."""
        return not any(one.state in {LineState.WAITING, LineState.UNCERTAIN} for one in self.lines)


class BulkBuying:
    """Opens batches and shows them."""

    def __init__(self, office: Office, runner: EffectRunner) -> None:
        self._office = office
        self._opening = BatchOpening(office, runner, BatchPurpose.LABELS)

    async def buy(
        self,
        store_id: str,
        orders: Sequence[BatchOrder],
        *,
        key: str | None = None,
        fingerprint: str = "",
        left_over: int = 0,
        wait: float = 0,
    ) -> BatchFile:
        """Open a batch and ask for its lines at once, as far as ``wait`` seconds go; a worker does the rest.

        Takes and raises what :meth:`BatchOpening.open` does.
        """
        batch_id = await self._opening.open(
            store_id, orders, key=key, fingerprint=fingerprint, left_over=left_over, wait=wait
        )
        return await self.get(store_id, batch_id)

    async def waiting_orders(self, store_id: str, wish: ShipmentWish) -> tuple[list[BatchOrder], int]:
        """Paid orders that have no label and want one, oldest first: those that a batch takes, and how many more there are.

        Left out are orders without anything physical, and those that the store says were sent without us.
        """
        found: list[int] = []
        after = 0
        async with self._office.units.begin(write=False) as work:
            while page := await work.batches.orders_without_shipment(store_id, after=after, limit=_PAGE):
                found += [order.number for order in page if wants_label(order)]
                after = page[-1].number
        chosen = [BatchOrder(order_number=number, wish=wish) for number in found[:MOST_ORDERS]]
        return chosen, len(found) - len(chosen)

    async def get(self, store_id: str, batch_id: str) -> BatchFile:
        """A batch as it now is. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            batch, lines = await batch_with_lines(work, store_id, batch_id, BatchPurpose.LABELS)
            ids = [line.shipment_id for line in lines if line.shipment_id]
            shipments = {one.id: one for one in await work.batches.shipments(store_id, ids)}
            labels = await work.labels.of_shipments(store_id, ids)
            accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
        by_shipment: dict[str, list[Label]] = {}
        for label in labels:
            by_shipment.setdefault(label.shipment_id, []).append(label)
        return BatchFile(batch, tuple(_line_file(line, shipments, by_shipment, accounts) for line in lines))

    async def by_key(self, store_id: str, key: str) -> BatchFile | None:
        """The batch that was asked for under this key, if any."""
        batch_id = await self._opening.by_key(store_id, key)
        return None if batch_id is None else await self.get(store_id, batch_id)

    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Batch]:
        """Batches, newest first."""
        return await self._opening.page(store_id, before=before, limit=limit)

    async def picked(self, store_id: str, batch_id: str, by: PickingOrder) -> list[tuple[Picked, LineFile]]:
        """The lines whose order we hold, in picking order. Raises ``NotFound``."""
        file = await self.get(store_id, batch_id)
        numbers = [one.line.order_number for one in file.lines]
        async with self._office.units.begin(write=False) as work:
            orders = {order.number: order for order in await work.batches.orders(store_id, numbers)}
        rows = {
            one.line.place: (
                Picked(
                    place=one.line.place,
                    order=orders[one.line.order_number],
                    service=one.shipment.service_name if one.shipment else "",
                ),
                one,
            )
            for one in file.lines
            if one.line.order_number in orders
        }
        return [rows[row.place] for row in in_picking_order([row for row, _ in rows.values()], by)]


def _line_file(
    line: BatchLine,
    shipments: dict[str, Shipment],
    labels: dict[str, list[Label]],
    accounts: dict[str, Account],
) -> LineFile:
    shipment = shipments.get(line.shipment_id or "")
    state = state_of(line, shipment)
    problem = shipment.problem if shipment else None
    if state is LineState.WAITING and shipment is not None:
        account = accounts.get(shipment.account_id)
        problem = problem or (account.problem if account else None)
    return LineFile(line, state, shipment, tuple(labels.get(line.shipment_id or "", ())), problem)

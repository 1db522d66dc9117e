"""Labels of many orders put on manifests at once, with a result for each order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from despacho_core.batches import BatchOrder, check_batch
from despacho_core.errors import DomainError, ManifestEmpty
from despacho_core.manifests import LeftOut, Manifest
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_services.manifesting import Manifesting
from despacho_services.office import Office
from despacho_services.order_desk import OrderDesk, OrderRow


@dataclass(frozen=True)
class Opened:
    """What became of a choice: manifests that were opened for it, and why none was for some accounts."""

    manifests: tuple[str, ...]
    refusals: tuple[DomainError, ...]


@dataclass(frozen=True)
class Listed:
    """An order with the manifests that its labels are on.

    Attributes:
        row: The order; None where we do not hold it.
        placed: Manifests that its labels were put on now.
        before: Manifests that they were on already.
        left_out: Labels that found no place now, with the reason.
        free: Live labels that go out and are on no manifest.
    """

    number: int
    row: OrderRow | None
    placed: tuple[Manifest, ...] = ()
    before: tuple[Manifest, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    free: int = 0


class BulkManifests:
    """Puts labels of chosen orders on manifests. Results are read from the orders themselves."""

    def __init__(self, office: Office, desk: OrderDesk, manifesting: Manifesting) -> None:
        self._office = office
        self._desk = desk
        self._manifesting = manifesting

    async def open(self, store_id: str, numbers: Sequence[int]) -> Opened:
        """Open a manifest for each account over the orders' free labels.

        Raises:
            BatchEmpty: No order is chosen.
            BatchTooLarge: More than 500 are.
            ManifestEmpty: None of them has a label that is on no manifest.
        """
        check_batch([BatchOrder(order_number=number) for number in numbers])
        by_account: dict[str, list[str]] = defaultdict(list)
        for label in await self._labels(store_id, list(dict.fromkeys(numbers))):
            if label.manifest_id is None:
                by_account[label.account_id].append(label.id)
        if not by_account:
            raise ManifestEmpty
        opened: list[str] = []
        refusals: list[DomainError] = []
        for account_id, labels in by_account.items():
            try:
                contents = await self._manifesting.open(store_id, account_id, labels, skip=True)
            except DomainError as error:
                refusals.append(error)
            else:
                opened.append(contents.manifest.id)
        return Opened(tuple(opened), tuple(refusals))

    async def listed(self, store_id: str, numbers: Sequence[int], *, opened: Collection[str] = ()) -> list[Listed]:
        """The orders, in this sequence, with the manifests that their labels are on; ``opened`` are those that were opened for them."""
        rows = {row.order.number: row for row in await self._desk.chosen(store_id, numbers)}
        labels: dict[int, list[Label]] = defaultdict(list)
        for label in await self._labels(store_id, list(rows)):
            labels[label.order_number].append(label)
        ids = dict.fromkeys(one.manifest_id for some in labels.values() for one in some if one.manifest_id)
        async with self._office.units.begin(write=False) as work:
            found = [await work.manifests.get(store_id, one) for one in dict.fromkeys([*ids, *opened])]
        manifests = {one.id: one for one in found if one is not None}
        return [
            _listed(number, rows.get(number), labels[number], manifests, opened) for number in dict.fromkeys(numbers)
        ]

    async def _labels(self, store_id: str, numbers: Sequence[int]) -> list[Label]:
        """Live labels of what was bought and goes out."""
        async with self._office.units.begin(write=False) as work:
            theirs = await work.order_lists.belongings(store_id, numbers)
            shipments = [one.id for one in theirs.shipments if _goes_out(one)]
            labels = await work.labels.of_shipments(store_id, shipments)
        return [label for label in labels if label.state is LabelState.LIVE]


def _goes_out(shipment: Shipment) -> bool:
    return shipment.state is ShipmentState.BOUGHT and not shipment.is_return


def _listed(
    number: int,
    row: OrderRow | None,
    labels: Sequence[Label],
    manifests: Mapping[str, Manifest],
    opened: Collection[str],
) -> Listed:
    ids = dict.fromkeys(label.manifest_id for label in labels if label.manifest_id)
    on = [manifests[one] for one in ids if one in manifests]
    free = {label.id for label in labels if label.manifest_id is None}
    reported = [out for one in opened if one in manifests for out in manifests[one].left_out if out.label_id in free]
    return Listed(
        number=number,
        row=row,
        placed=tuple(one for one in on if one.id in opened),
        before=tuple(one for one in on if one.id not in opened),
        left_out=tuple(reported),
        free=len(free),
    )

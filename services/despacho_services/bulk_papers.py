"""Labels of many orders put on manifests at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.batches import BatchOrder, check_batch
from despacho_core.errors import DomainError, ManifestEmpty
from despacho_core.manifests import Manifest
from despacho_core.shipments import Label, LabelState, Shipment, ShipmentState
from despacho_services.manifesting import Manifesting
from despacho_services.office import Office
from despacho_services.order_desk import OrderDesk, OrderRow


@dataclass(frozen=True)
class Listed:
    """An order with the manifests that its labels are on."""

    row: OrderRow
    manifests: tuple[Manifest, ...]
    labels: int
    """Live labels that go out, on a manifest or not."""


class BulkPapers:
    """Puts labels of chosen orders on manifests. Results are read from the orders themselves."""

    def __init__(self, office: Office, desk: OrderDesk, manifesting: Manifesting) -> None:
        self._office = office
        self._desk = desk
        self._manifesting = manifesting

    async def list_on_manifests(self, store_id: str, numbers: Sequence[int]) -> list[DomainError]:
        """Open a manifest for each account over the orders' free labels; refusals of single accounts are given back.

        Raises:
            BatchEmpty: No order is chosen.
            BatchTooLarge: More than 500 are.
            ManifestEmpty: None of them has a label that is on no manifest.
        """
        by_account: dict[str, list[str]] = defaultdict(list)
        for label in await self._labels(store_id, _checked(numbers)):
            if label.manifest_id is None:
                by_account[label.account_id].append(label.id)
        if not by_account:
            raise ManifestEmpty
        refusals: list[DomainError] = []
        for account_id, labels in by_account.items():
            try:
                await self._manifesting.open(store_id, account_id, labels, skip=True)
            except DomainError as error:
                refusals.append(error)
        return refusals

    async def listed(self, store_id: str, numbers: Sequence[int]) -> list[Listed]:
        """The orders that we hold, in this sequence, with the manifests that their labels are on."""
        rows = await self._desk.chosen(store_id, numbers)
        labels = await self._labels(store_id, [row.order.number for row in rows])
        theirs: dict[int, list[Label]] = defaultdict(list)
        for label in labels:
            theirs[label.order_number].append(label)
        ids = dict.fromkeys(label.manifest_id for label in labels if label.manifest_id)
        async with self._office.units.begin(write=False) as work:
            found = [await work.manifests.get(store_id, one) for one in ids]
        manifests = {one.id: one for one in found if one is not None}
        return [
            Listed(row, tuple(_manifests(theirs[row.order.number], manifests)), len(theirs[row.order.number]))
            for row in rows
        ]

    async def _labels(self, store_id: str, numbers: Sequence[int]) -> list[Label]:
        """Live labels of what was bought and goes out."""
        async with self._office.units.begin(write=False) as work:
            theirs = await work.order_lists.belongings(store_id, numbers)
            shipments = [one.id for one in theirs.shipments if _goes_out(one)]
            labels = await work.labels.of_shipments(store_id, shipments)
        return [label for label in labels if label.state is LabelState.LIVE]


def _checked(numbers: Sequence[int]) -> list[int]:
    check_batch([BatchOrder(order_number=number) for number in numbers])
    return list(dict.fromkeys(numbers))


def _goes_out(shipment: Shipment) -> bool:
    return shipment.state is ShipmentState.BOUGHT and not shipment.is_return


def _manifests(labels: Sequence[Label], manifests: dict[str, Manifest]) -> list[Manifest]:
    ids = dict.fromkeys(label.manifest_id for label in labels)
    return [manifests[one] for one in ids if one in manifests]

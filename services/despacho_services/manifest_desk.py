"""Manifests as a merchant looks through them: which labels wait for one, which are open, and one with all that is on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from despacho_core.labels import Matrix, MatrixKind
from despacho_core.manifests import Manifest, ManifestState
from despacho_core.shipments import Label, LabelState, Shipment
from despacho_core.stores import Account
from despacho_ports.carriers import ClosesManifests
from despacho_ports.connectors import ProviderMissing
from despacho_ports.persistence import UnitOfWork
from despacho_ports.settings import SettingsInvalid
from despacho_services.manifesting import manifest_with_labels
from despacho_services.office import Office

MOST_FREE = 200
"""So many waiting labels are offered at once; who adds those is offered the next ones."""


@dataclass(frozen=True)
class WaitingLabels:
    """Labels of one account that are on no manifest."""

    account: Account
    count: int


@dataclass(frozen=True)
class ManifestRow:
    """One line of the list."""

    manifest: Manifest
    account: Account | None
    labels: int


@dataclass(frozen=True)
class ManifestLabel:
    """A label with its shipment; None where that is gone."""

    label: Label
    shipment: Shipment | None

    @property
    def is_void(self) -> bool:
        """Whether it must not be handed over."""
        return self.label.state is LabelState.VOIDED


@dataclass(frozen=True)
class Strips:
    """A two-dimensional code: side and dark strips (column, row, width), in modules."""

    side: int
    dark: Sequence[tuple[int, int, int]]


@dataclass(frozen=True)
class ManifestFile:
    """One manifest with all that is on it.

    Attributes:
        carrier: The carrier's name for people.
        closes_at_carrier: Whether closing it is said to the carrier.
        free: Labels of the account that are on no manifest, :data:`MOST_FREE` at most; none unless it is open.
        link: The page that confirms it, for whoever holds the paper; empty until it is closed.
        code: The link as a QR code; None where there is no link.
    """

    manifest: Manifest
    account: Account | None
    carrier: str
    closes_at_carrier: bool
    labels: tuple[ManifestLabel, ...]
    free: tuple[ManifestLabel, ...]
    link: str = ""
    code: Strips | None = None

    @property
    def live(self) -> int:
        """How many of its labels are live."""
        return sum(not one.is_void for one in self.labels)


class ManifestDesk:
    """Looks through manifests. Reads alone, scoped by store."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def waiting(self, store_id: str) -> Sequence[WaitingLabels]:
        """Accounts with labels that wait for a manifest."""
        async with self._office.units.begin(write=False) as work:
            counts = await work.shipment_lists.free_labels(store_id)
            accounts = await work.accounts.of_store(store_id)
        return [WaitingLabels(one, counts[one.id]) for one in accounts if one.id in counts]

    async def page(
        self, store_id: str, *, state: ManifestState | None = None, before: int | None = None, limit: int = 50
    ) -> Sequence[ManifestRow]:
        """Manifests, highest number first, below ``before``."""
        async with self._office.units.begin(write=False) as work:
            found = await work.manifests.page(store_id, before=before, limit=limit, state=state)
            counts = await work.shipment_lists.labels_on(store_id, [one.id for one in found])
            accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
        return [ManifestRow(one, accounts.get(one.account_id), counts.get(one.id, 0)) for one in found]

    async def file(self, store_id: str, manifest_id: str) -> ManifestFile:
        """One manifest with its labels, and those that could be put on it. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            manifest, labels = await manifest_with_labels(work, store_id, manifest_id)
            account = await work.accounts.get(store_id, manifest.account_id)
            is_open = manifest.state is ManifestState.OPEN
            free = await work.labels.free(store_id, manifest.account_id, MOST_FREE) if is_open else ()
            listed, waiting = await _with_shipments(work, store_id, labels), await _with_shipments(work, store_id, free)
        link = self._office.links.manifest(manifest.token) if manifest.state.is_on_paper else ""
        return ManifestFile(
            manifest=manifest,
            account=account,
            carrier=self._office.provider_name(account) if account else "",
            closes_at_carrier=self._closes(account),
            labels=listed,
            free=waiting,
            link=link,
            code=self._code(link) if link else None,
        )

    def _closes(self, account: Account | None) -> bool:
        try:
            return account is not None and isinstance(self._office.connectors.open(account), ClosesManifests)
        except (ProviderMissing, SettingsInvalid):
            return False

    def _code(self, link: str) -> Strips:
        side, dark = self._office.renderer.strips(Matrix(kind=MatrixKind.QR, text=link))
        return Strips(side, dark)


async def _with_shipments(work: UnitOfWork, store_id: str, labels: Sequence[Label]) -> tuple[ManifestLabel, ...]:
    found = await work.shipments.get_all(store_id, [one.shipment_id for one in labels])
    shipments = {one.id: one for one in found}
    return tuple(ManifestLabel(one, shipments.get(one.shipment_id)) for one in labels)

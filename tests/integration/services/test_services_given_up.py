"""Where the database gives a transaction up for another one's sake, whoever asked has what they asked for all the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import cycle
from pathlib import Path

import pytest

from despacho_core.ledgers import EffectState
from despacho_core.manifests import ManifestState
from despacho_core.shipments import ShipmentState
from despacho_core.tracking import TrackingStatus
from despacho_ports.errors import Rejected
from despacho_ports.records import Contended
from despacho_services.corrections import Correction
from tests.dock import Dock, Van, open_dock


@pytest.fixture
async def dock(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Dock]:
    async with open_dock(sqlite_url, tmp_path) as opened:
        yield opened


async def crowd(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """From now on every second transaction is given up as it is about to be kept; the list counts them."""
    async with dock.hub.services.office.units.begin(write=False) as work:
        unit = type(work)
    keep, given_up, turns = unit.commit, list[str](), cycle((True, False))

    async def commit(self: object) -> None:
        if next(turns):
            given_up.append("deadlock detected")
            raise Contended(given_up[-1])
        await keep(self)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(unit, "commit", commit)
    return given_up


async def test_a_manifest_is_filled_and_closed(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    labels = []
    for number in (1001, 1002):
        shipment, _ = await dock.buy(number)
        labels += [one.id for one in (await dock.hub.services.shipping.get(dock.store.id, shipment.id))[1]]
    manifests, store_id = dock.hub.services.manifesting, dock.store.id
    given_up = await crowd(dock, monkeypatch)
    manifest = (await manifests.open(store_id, dock.account_id, labels[:1])).manifest
    await manifests.add(store_id, manifest.id, labels[1:])
    await manifests.take_off(store_id, manifest.id, labels[1])
    contents, effect = await manifests.close(store_id, manifest.id, wait=5)
    assert (contents.manifest.state, effect.state) == (ManifestState.CLOSED, EffectState.DONE)
    assert [one.id for one in contents.labels] == labels[:1]
    assert len(given_up) >= 4


async def test_a_persons_word_on_an_effect_is_kept(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    Van.breaks = [Rejected("the van is full")]
    shipment, effect = await dock.buy()
    given_up = await crowd(dock, monkeypatch)
    await dock.hub.services.ledgers.retry(dock.store.id, effect.id)
    await dock.wait(2, 1)
    assert (await dock.shipment(shipment)).state is ShipmentState.BOUGHT
    corrected = await dock.hub.services.corrections.correct(
        dock.store.id, shipment.id, Correction(status=TrackingStatus.DELIVERED), author="Ana"
    )
    assert corrected.tracking_status is TrackingStatus.DELIVERED
    assert len(given_up) >= 2

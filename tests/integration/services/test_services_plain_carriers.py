"""Carriers that offer little: what they lack the hub makes up for, and what nobody can know a person decides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import pytest

from despacho.bootstrap import Hub
from despacho_core.errors import DocumentMissing, OrderAlreadyShipped
from despacho_core.ledgers import EffectState
from despacho_core.manifests import ManifestState, Party
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.tracking import TrackingStatus
from despacho_ports.carriers import BoughtLabel, BoughtShipment, LabelFormat, LabelHandle, ShipmentRequest
from despacho_ports.errors import Rejected, Uncertain
from despacho_services.tracking_result import SyncResult
from tests.shop import open_shop, paid_order, provider
from tests.town import TurnedClock


class Plain:
    """Takes parcels and gives numbers; no label, no manifest, no tracking, nobody to ask."""

    bought: ClassVar[list[str]] = []

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self.bought.append(request.reference)
        return BoughtShipment(
            labels=tuple(
                BoughtLabel(piece=piece, tracking_number=f"VAN{len(self.bought):06}{piece}")
                for piece in range(1, len(request.parcels) + 1)
            )
        )


class Forgetful(Plain):
    """Loses its answers."""

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        await super().buy_shipment(request)
        raise Uncertain("the connection was cut")


class Voiding(Plain):
    """Takes shipments back, except when it does not."""

    refuses: ClassVar[bool] = False

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        if self.refuses:
            raise Rejected("already on the van")


@pytest.fixture(autouse=True)
def nothing_bought() -> None:
    Plain.bought.clear()


async def first_account(hub: Hub, store_id: str) -> str:
    [account] = await hub.services.accounts.all(store_id)
    return account.id


async def test_a_carrier_without_documents_gets_our_label_and_our_manifest(sqlite_url: str, tmp_path: Path) -> None:
    async with open_shop(sqlite_url, tmp_path, [provider("van", Plain)]) as (hub, store):
        wish = ShipmentWish(account_id=await first_account(hub, store.id), service_code="day")
        shipment, [label], _ = await hub.services.shipping.buy(store.id, await paid_order(hub, store), wish, wait=5)
        pdf = await hub.services.labels.of_shipment(store.id, shipment.id, LabelFormat.PDF)
        zpl = await hub.services.labels.of_shipment(store.id, shipment.id, LabelFormat.ZPL)
        assert pdf.startswith(b"%PDF")
        assert label.tracking_number.encode() in zpl
        with pytest.raises(DocumentMissing):
            await hub.services.labels.of_shipment(store.id, shipment.id, LabelFormat.EPL)
        manifesting = hub.services.manifesting
        contents = await manifesting.open(store.id, wish.account_id or "")
        contents, _ = await manifesting.close(store.id, contents.manifest.id, wait=5)
        assert contents.manifest.state is ManifestState.CLOSED
        assert (await manifesting.document(store.id, contents.manifest.id)).startswith(b"%PDF")
        for party in Party:
            signed = await hub.services.signing.sign(
                store.id, contents.manifest.id, party=party, name="Ana", role="Jefa"
            )
        assert signed.state is ManifestState.SIGNED


async def test_what_nobody_can_be_asked_about_waits_for_a_person_and_is_never_repeated(
    sqlite_url: str, tmp_path: Path
) -> None:
    clock = TurnedClock()
    async with open_shop(sqlite_url, tmp_path, [provider("van", Forgetful)], clock=clock) as (hub, store):
        number = await paid_order(hub, store)
        wish = ShipmentWish(account_id=await first_account(hub, store.id), service_code="day")
        shipment, _, effect = await hub.services.shipping.buy(store.id, number, wish, wait=5)
        for _ in range(6):
            clock.turn(3600)
            await hub.services.work.look_at_everything()
        [waiting] = await hub.services.ledgers.outbox(store.id, state=EffectState.UNCERTAIN)
        assert waiting.id == effect.id
        assert "a person has to decide" in (waiting.message or "")
        assert len(Plain.bought) == 1
        with pytest.raises(OrderAlreadyShipped):
            await hub.services.shipping.request(store.id, number, wish)
        await hub.services.ledgers.resolve(store.id, effect.id, happened=True, note="seen in the portal")
        shipment, _ = await hub.services.shipping.get(store.id, shipment.id)
        assert (shipment.state, shipment.problem) == (ShipmentState.BOUGHT, "seen in the portal")


async def test_a_person_who_knows_that_nothing_happened_has_it_tried_again(sqlite_url: str, tmp_path: Path) -> None:
    clock = TurnedClock()
    async with open_shop(sqlite_url, tmp_path, [provider("van", Forgetful)], clock=clock) as (hub, store):
        wish = ShipmentWish(account_id=await first_account(hub, store.id), service_code="day")
        number = await paid_order(hub, store)
        _, _, effect = await hub.services.shipping.buy(store.id, number, wish, wait=5)
        await hub.services.ledgers.resolve(store.id, effect.id, happened=False, note="nothing in the portal")
        await hub.services.work.look_at_everything()
        assert len(Plain.bought) == 2


async def test_a_carrier_that_keeps_a_shipment_says_so(sqlite_url: str, tmp_path: Path) -> None:
    async with open_shop(sqlite_url, tmp_path, [provider("van", Voiding)]) as (hub, store):
        wish = ShipmentWish(account_id=await first_account(hub, store.id), service_code="day")
        shipment, _, _ = await hub.services.shipping.buy(store.id, await paid_order(hub, store), wish, wait=5)
        Voiding.refuses = True
        try:
            kept = await hub.services.shipping.void(store.id, shipment.id, wait=5)
        finally:
            Voiding.refuses = False
        assert (kept.state, kept.problem) == (ShipmentState.BOUGHT, "already on the van")
        [refused] = await hub.services.ledgers.outbox(store.id, state=EffectState.REJECTED)
        await hub.services.ledgers.retry(store.id, refused.id)
        await hub.services.work.look_at_everything()
        shipment, _ = await hub.services.shipping.get(store.id, shipment.id)
        assert shipment.state is ShipmentState.VOIDED


async def test_a_carrier_that_cannot_be_asked_leaves_its_parcels_where_they_were(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with open_shop(sqlite_url, tmp_path, [provider("van", Plain)]) as (hub, store):
        wish = ShipmentWish(account_id=await first_account(hub, store.id), service_code="day")
        shipment, _, _ = await hub.services.shipping.buy(store.id, await paid_order(hub, store), wish, wait=5)
        result = await hub.services.tracking.sync_store(store.id)
        assert result == SyncResult()
        assert (await hub.services.tracking.sync_shipment(store.id, shipment.id)).problems == ("van cannot be asked",)
        shipment, events = await hub.services.tracking.events_of(store.id, shipment.id)
        assert (shipment.tracking_status, list(events)) == (TrackingStatus.REQUESTED, [])

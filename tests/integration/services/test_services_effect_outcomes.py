"""What came of an effect: nothing that a carrier said is lost, nothing is believed too early, and nothing goes on for ever unseen."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from despacho_core.ledgers import EffectState
from despacho_core.shipment_overview import ShipmentView
from despacho_core.shipments import ShipmentState
from despacho_ports.carriers import LabelFormat
from despacho_ports.errors import Uncertain
from despacho_services.label_documents import NOT_KEPT
from tests.dock import Dock, Van, open_dock
from tests.town import IMPATIENT

LOOKS = len(IMPATIENT.look_after)


@pytest.fixture
async def dock(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Dock]:
    async with open_dock(sqlite_url, tmp_path) as opened:
        yield opened


async def test_each_doubt_is_looked_into_as_thoroughly_as_the_first(dock: Dock) -> None:
    Van.breaks = [Uncertain("cut off")] * 3
    _, effect = await dock.buy()
    await dock.wait(16, 60)
    assert (await dock.effect(effect)).state is EffectState.DONE
    assert Van.asked == (["buy"] + ["find"] * LOOKS) * 3 + ["buy"]


async def test_a_label_keeps_its_number_where_its_document_cannot_be_kept(
    dock: Dock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(self: object, document: object) -> None:
        raise TimeoutError("the disk is full")

    documents = dock.hub.services.office.documents
    with monkeypatch.context() as broken:
        broken.setattr(type(documents), "put", full)
        shipment, effect = await dock.buy()
    assert (shipment.state, effect.state, Van.asked) == (ShipmentState.BOUGHT, EffectState.DONE, ["buy"])
    _, [label] = await dock.hub.services.shipping.get(dock.store.id, shipment.id)
    assert (label.problem, label.documents) == (NOT_KEPT, {"pdf": ""})
    printed = await dock.hub.services.labels.of_shipment(dock.store.id, shipment.id, LabelFormat.PDF)
    assert len(printed) > 1_000, "drawn by us"


async def test_an_answer_is_written_as_soon_as_the_database_is_back(
    dock: Dock, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = None
    async with dock.hub.services.office.units.begin(write=False) as work:
        labels = type(work.labels)
    add_all, away = labels.add_all, [OSError("the database restarts")] * 2

    async def adds(self: object, bought: object) -> None:
        if away:
            raise away.pop()
        await add_all(self, bought)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(labels, "add_all", adds)
    shipment, effect = await dock.buy()
    assert (shipment.state, effect.state, Van.asked) == (ShipmentState.BOUGHT, EffectState.DONE, ["buy"])


async def test_what_was_sold_and_cannot_be_written_is_told_to_a_person_with_its_numbers(dock: Dock) -> None:
    Van.number = "TWICE"
    await dock.buy()
    shipment, effect = await dock.buy(1002)
    assert (shipment.state, effect.state) == (ShipmentState.UNCERTAIN, EffectState.UNCERTAIN)
    assert shipment.problem == effect.message
    assert (effect.message or "").startswith("done (TWICE), but that could not be written here")
    Van.asked.clear()
    await dock.wait(40, 90)
    assert (await dock.effect(effect)).message == effect.message
    assert 2 <= len(Van.asked) <= 20, "looked for in an hour, ever more patiently"
    assert "buy" not in Van.asked


async def test_a_part_that_shows_up_first_is_not_taken_for_all(dock: Dock) -> None:
    Van.shown = 1
    shipment = await dock.sold_unheard(pieces=2)
    await dock.wait(1, 95)  # the lease is over
    await dock.wait(1, 10)
    [effect] = await dock.hub.services.ledgers.outbox(dock.store.id, state=EffectState.UNCERTAIN)
    assert effect.message == "only a part of it was found yet: a piece is missing"
    Van.shown = 2
    await dock.wait(1, 60)
    current, labels = await dock.hub.services.shipping.get(dock.store.id, shipment.id)
    assert (current.state, len(labels)) == (ShipmentState.BOUGHT, 2)


async def test_a_part_that_stays_alone_is_believed_as_late_as_a_nothing_would_be(dock: Dock) -> None:
    Van.shown = 1
    shipment = await dock.sold_unheard(pieces=2)
    await dock.wait(8, 95)
    current, labels = await dock.hub.services.shipping.get(dock.store.id, shipment.id)
    assert (current.state, len(labels)) == (ShipmentState.BOUGHT, 1)
    assert "a piece is missing" in [one.message for one in await dock.hub.services.ledgers.outbox(dock.store.id)]
    assert Van.asked == ["buy", *["find"] * LOOKS]


async def test_a_purchase_whose_process_died_is_shown_in_doubt(dock: Dock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Van, "find_shipment")
    shipment = await dock.sold_unheard()
    await dock.wait(3, 95)
    assert (await dock.shipment(shipment)).state is ShipmentState.UNCERTAIN
    counts = await dock.hub.services.shipment_desk.counts(dock.store)
    assert counts[ShipmentView.UNCERTAIN] == 1


async def test_a_void_that_is_never_answered_is_asked_for_ever_more_rarely_and_then_shown_to_a_person(
    dock: Dock,
) -> None:
    shipment, _ = await dock.buy()
    Van.breaks = [Uncertain("no answer")] * 99
    Van.asked.clear()
    await dock.hub.services.shipping.void(dock.store.id, shipment.id, wait=5)
    await dock.wait(24, 150)
    assert (await dock.shipment(shipment)).state is ShipmentState.VOIDING
    assert 5 <= len(Van.asked) <= 12, "in an hour"
    await dock.wait(14, 3_700)
    kept = await dock.shipment(shipment)
    assert kept.state is ShipmentState.BOUGHT
    assert (kept.problem or "").startswith("gave up after 20 attempts: no answer")
    assert len(Van.asked) == IMPATIENT.give_up_after

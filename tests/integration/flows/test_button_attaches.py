"""The store's button attaches the document by itself; whoever else attaches it must never meet it there."""

from __future__ import annotations

import msgspec
import pytest

from despacho_core.errors import NotYetKnown
from despacho_core.ledgers import EffectState, Lane
from despacho_sandbox.store.model import Document
from despacho_sandbox.store.order import Order
from despacho_services import button
from despacho_services.button import ButtonAnswer
from tests.town import IMPATIENT, Town


async def issued_and_not_attached(town: Town) -> Order:
    """A worker has issued the document that the order's webhook asked for; the next worker will attach it."""
    order = town.sandbox.store.place_order(town.store.code)
    await town.webhook(order)
    await town.services.work.drain_inbox()
    await town.services.work.drain(Lane.FISCAL)
    states = {one.kind: one.state for one in await town.services.ledgers.outbox(town.store.id)}
    assert states == {"issue": EffectState.DONE, "attach": EffectState.PENDING}
    return order


async def press(town: Town, order: Order) -> ButtonAnswer:
    return await town.services.button.press(town.store, msgspec.json.encode({"order": {"id": order.id}}))


def platform_attaches(town: Town, order: Order, answer: ButtonAnswer) -> None:
    """What the platform does with the button's answer (contract/jumpseller.md 5.3)."""
    town.sandbox.store.store(town.store.code).documents.append(
        Document(order_id=order.id, document_type=1, public_id=answer.public_id, url=answer.url)
    )


async def test_a_worker_leaves_the_attaching_to_the_button_that_was_pressed(town: Town) -> None:
    order = await issued_and_not_attached(town)
    answer = await press(town, order)
    await town.work()
    assert town.sandbox.store.documents(order.id, town.store.code) == []
    platform_attaches(town, order, answer)
    await town.work(rounds=2, seconds=IMPATIENT.button_wait.total_seconds())
    assert [one.public_id for one in town.sandbox.store.documents(order.id, town.store.code)] == [answer.public_id]
    assert {one.state for one in await town.services.ledgers.outbox(town.store.id)} == {EffectState.DONE}


async def test_a_worker_attaches_what_the_button_never_did(small_town: Town) -> None:
    town = small_town
    order = await issued_and_not_attached(town)
    answer = await press(town, order)
    await town.work(rounds=2, seconds=IMPATIENT.button_wait.total_seconds())
    assert [one.public_id for one in town.sandbox.store.documents(order.id, town.store.code)] == [answer.public_id]


async def test_the_button_is_not_answered_while_the_document_is_being_attached(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(button, "ATTACH_SECONDS", 0.0)
    order = await issued_and_not_attached(town)
    office = town.services.office
    async with office.units.begin() as work:
        [attaching] = await work.outbox.claim(Lane.FISCAL, limit=9, now=office.now(), lease=IMPATIENT.lease)
        await work.commit()
    with pytest.raises(NotYetKnown):
        await press(town, order)
    await town.services.runner.run(attaching)
    answer = await press(town, order)
    assert [one.public_id for one in town.sandbox.store.documents(order.id, town.store.code)] == [answer.public_id]

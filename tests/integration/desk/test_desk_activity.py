"""Activity: who did what, both ledgers with what a person may do, and nothing about people or other stores."""

from __future__ import annotations

import html

import msgspec
import pytest

from despacho_core.ledgers import Effect, EffectState, InboxState
from despacho_core.shipments import ShipmentState, ShipmentWish
from despacho_core.tracking import TrackingEvent
from tests.telling import told
from tests.web import Browser, Web, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="module")

INBOX, OUTBOX = "/app/activity/inbox", "/app/activity/outbox"
HOSTILE = '<script>alert("x")</script>'


async def _in_doubt(web: Web) -> Effect:
    """The purchase of a label after which the line broke."""
    order = await web.order()
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    _, _, effect = await web.town.services.shipping.buy(web.store.id, order.id, wish, wait=10)
    assert effect.state is EffectState.UNCERTAIN
    return effect


async def _saved(web: Web, effect: Effect, **fields: object) -> None:
    async with web.town.services.office.units.begin() as work:
        await work.outbox.save(msgspec.structs.replace(effect, **fields))
        await work.commit()


async def _state(web: Web, effect: Effect) -> EffectState:
    return (await web.town.services.ledgers.effect(web.store.id, effect.id)).state


async def test_what_people_did_is_shown_with_who_and_which_orders(web: Web, browser: Browser) -> None:
    order = await web.order()
    await browser.send("/app/person", person=f"Ana {HOSTILE}")
    await browser.send("/app/orders/labels", order=str(order.id))
    await web.bought(await web.order())
    text = await browser.read("/app/activity")
    assert "Asked for labels of several orders" in text
    assert f'<a href="/app/orders/{order.id}">{order.id}</a>' in text
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text
    assert "Asked for a label" in text, "and what programs did"
    only = await browser.read(f"/app/activity?order={order.id}")
    assert "Asked for labels of several orders" in only
    assert "Asked for a label<" not in only


async def test_messages_are_found_by_state_and_order(web: Web, browser: Browser) -> None:
    order = await web.order()
    text = await browser.read(f"{INBOX}?order={order.id}")
    assert f'<a href="/app/orders/{order.id}">' in text
    assert "The order was paid" in text
    assert "No message fits." in await browser.read(f"{INBOX}?state=dead")
    assert "No message fits." in await browser.read(f"{INBOX}?order=999999")


async def test_a_message_shows_its_shape_and_nobody_s_name(web: Web, browser: Browser) -> None:
    body = {"order": {"id": 7, "status": "Paid", "customer": {"fullname": "Ana Soto", "phone": 56912345678}}}
    content = msgspec.json.encode(body)
    assert await web.town.services.reception.webhook(web.signed(content, at=HOSTILE), content)
    (row, *_) = await web.town.services.ledgers.inbox(web.store.id, limit=1)
    text = await browser.read(f"{INBOX}/{row.id}")
    assert "Ana Soto" not in text
    assert "56912345678" not in text
    assert "fullname" in text
    assert HOSTILE not in text


async def test_messages_are_worked_off_again(web: Web, browser: Browser) -> None:
    await web.order()
    (row, *_) = await web.town.services.ledgers.inbox(web.store.id, state=InboxState.DONE, limit=1)
    answer = await browser.send(f"{INBOX}/replay", message=str(row.id))
    assert (answer.status_code, answer.headers["location"]) == (303, INBOX)
    again = await web.town.services.ledgers.message(web.store.id, row.id)
    assert again.state is InboxState.PENDING
    await web.town.work()
    assert (await web.town.services.ledgers.message(web.store.id, row.id)).state is InboxState.DONE
    nothing = await browser.send(f"{INBOX}/replay")
    assert told(nothing) == ("danger", "Choose messages first.")


async def test_effects_are_found_by_state_and_lead_to_what_they_are_about(web: Web, browser: Browser) -> None:
    effect = await _in_doubt(web)
    assert f"{OUTBOX}/{effect.id}" in await browser.read(f"{OUTBOX}?state=uncertain")
    assert f"{OUTBOX}/{effect.id}" not in await browser.read(f"{OUTBOX}?state=done")
    text = await browser.read(f"{OUTBOX}/{effect.id}")
    assert f'href="/app/shipments/{effect.subject}"' in text
    assert "Nobody knows whether it happened" in text


async def test_what_nobody_knows_is_settled_by_what_a_person_found_out(web: Web, browser: Browser) -> None:
    effect = await _in_doubt(web)
    mute = await browser.send(f"{OUTBOX}/{effect.id}/resolve", note="?")
    assert told(mute) == ("danger", "Say whether it happened.")
    answer = await browser.send(f"{OUTBOX}/{effect.id}/resolve", how="happened", note="Marta read it out")
    assert told(answer) == ("success", "Settled.")
    assert await _state(web, effect) is EffectState.DONE
    shipment, _ = await web.town.services.shipping.get(web.store.id, effect.subject)
    assert shipment.state is ShipmentState.BOUGHT
    assert "Marta read it out" in (shipment.problem or "")
    (deed, *_) = await web.town.services.activity.page(web.store.id, order_number=shipment.order_number)
    assert (deed.action, deed.detail) == ("resolve_effect", f"{effect.key}: happened")


async def test_what_was_given_up_is_tried_again(web: Web, browser: Browser) -> None:
    effect = await _in_doubt(web)
    refused = await browser.send(f"{OUTBOX}/{effect.id}/retry")
    assert told(refused)[0] == "danger", "it is not given up yet"
    await _saved(web, effect, state=EffectState.DEAD, message=HOSTILE)
    text = await browser.read(f"{OUTBOX}/{effect.id}")
    assert "Try again" in text
    assert HOSTILE not in text
    assert html.escape("<script>") in text
    assert told(await browser.send(f"{OUTBOX}/{effect.id}/retry")) == ("success", "It is tried again.")
    assert await _state(web, effect) is EffectState.UNCERTAIN, "what may have happened is looked for first"


async def test_codes_that_nobody_could_read_are_listed(web: Web, browser: Browser) -> None:
    assert "Every code was understood." in await browser.read("/app/activity/codes")
    now = web.town.clock.now()
    unread = TrackingEvent(tracking_number="1", occurred_at=now, description=HOSTILE, code="Z9")
    async with web.town.services.office.units.begin() as work:
        await work.followed.note_unknown(web.store.id, "chilexpress", [unread], now)
        await work.commit()
    text = await browser.read("/app/activity/codes")
    assert "Z9" in text
    assert HOSTILE not in text


async def test_another_store_finds_none_of_it(web: Web, stranger: Browser) -> None:
    effect = await _in_doubt(web)
    (row, *_) = await web.town.services.ledgers.inbox(web.store.id, limit=1)
    assert (await stranger.client.get(f"{OUTBOX}/{effect.id}")).status_code == 404
    assert (await stranger.client.get(f"{INBOX}/{row.id}")).status_code == 404
    assert (await stranger.send(f"{OUTBOX}/{effect.id}/retry")).status_code == 404
    assert (await stranger.send(f"{OUTBOX}/{effect.id}/resolve", how="not")).status_code == 404
    assert told(await stranger.send(f"{INBOX}/replay", message=str(row.id))) == ("danger", "Choose messages first.")
    assert await _state(web, effect) is EffectState.UNCERTAIN
    assert "Nobody did anything yet." in await stranger.read("/app/activity")
    assert effect.key not in await stranger.read(OUTBOX)


@pytest.mark.parametrize(
    ("language", "path", "words"),
    [
        ("es", "/app/activity", "Lo que hicieron las personas"),
        ("pt", OUTBOX, "O que saiu"),
        ("pt", INBOX, "O que chegou"),
    ],
)
async def test_activity_speaks_the_merchant_s_language(web: Web, language: str, path: str, words: str) -> None:
    async with signed_in(web.app, web.town, web.store, language=language) as browser:
        assert words in await browser.read(path)

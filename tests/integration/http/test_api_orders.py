"""The way of an order over the REST API: quoted, shipped, handed over, followed, invoiced, taken back."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from despacho_core.addresses import Address
from despacho_core.shipments import ShipmentWish
from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = Address(country="CL", municipality="Atlantis", street="Calle", street_number="1", name="Ana")
BOX = {"weight_g": 1500, "length_mm": 300, "width_mm": 200, "height_mm": 100}


def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def test_an_order_that_no_webhook_told_of_is_read_from_the_store(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, silent=True)
    shown = ok(await web.api.get(f"{API}/orders/{order.id}"))
    assert (shown["order"]["number"], shown["order"]["status"]) == (order.id, "paid")
    assert shown["shipments"] == []
    assert [(one["kind"], one["state"]) for one in shown["invoices"]] == [("receipt", "requested")]  # the store's rule


async def test_orders_are_listed_page_by_page_newest_first(web: Web) -> None:
    placed = [(await web.order()).id for _ in range(3)]
    seen: list[int] = []
    path: str | None = f"{API}/orders?limit=2"
    while path is not None:
        page = ok(await web.api.get(path))
        seen += [one["order"] for one in page["items"]]
        path = f"{API}/orders?limit=2&before={page['next']}" if page["next"] else None
    assert seen == sorted(seen, reverse=True)
    assert set(placed) <= set(seen)
    assert len(seen) == len(set(seen))


async def test_orders_are_listed_by_status(web: Web) -> None:
    order = await web.order(status="pending_payment")
    pending = ok(await web.api.get(f"{API}/orders?status=pending_payment"))["items"]
    assert order.id in [one["order"] for one in pending]
    assert {one["status"] for one in pending} == {"pending_payment"}


async def test_an_order_is_quoted_and_bought_by_its_quote(web: Web) -> None:
    order = await web.order()
    offer = ok(await web.api.post(f"{API}/quotes", json={"order": order.id}))
    cheapest = offer["quotes"][0]
    assert [float(one["price"]["amount"]) for one in offer["quotes"]] == sorted(
        float(one["price"]["amount"]) for one in offer["quotes"]
    )
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json={"quote_id": cheapest["id"]})
    shipment = ok(answer, 201)
    assert answer.headers["location"] == f"{API}/shipments/{shipment['id']}"
    assert (shipment["state"], shipment["price"]) == ("bought", cheapest["price"])
    assert ok(await web.api.get(answer.headers["location"])) == shipment


async def test_parcels_are_quoted_to_anywhere(web: Web) -> None:
    wish = {"destination": {"country": "CL", "municipality": "Temuco"}, "parcels": [BOX]}
    plain = ok(await web.api.post(f"{API}/quotes", json=wish))
    wish |= {
        "origin": {"country": "CL", "municipality": "Temuco"},
        "declared_value": {"amount": "50000", "currency": "CLP"},
    }
    near = ok(await web.api.post(f"{API}/quotes", json=wish))
    assert plain["quotes"]
    assert near["quotes"]
    assert plain["problems"] == near["problems"] == []


async def test_two_parcels_have_two_labels_in_one_document(web: Web) -> None:
    order = await web.order()
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express(parcels=[BOX, BOX]))
    shipment = ok(answer, 201)
    assert [label["piece"] for label in shipment["labels"]] == [1, 2]
    pdf = await web.api.get(f"{API}/shipments/{shipment['id']}/label.pdf")
    assert (pdf.headers["content-type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    zpl = await web.api.get(f"{API}/shipments/{shipment['id']}/label.zpl")
    assert zpl.headers["content-type"].startswith("text/plain")
    assert zpl.text.count("^XA") == 2


async def test_a_carrier_that_does_not_answer_in_time_is_waited_for_elsewhere(web: Web) -> None:
    order = await web.order()
    await web.town.fault("chilexpress", "latency", "create-shipment", latency_ms=400)
    answer = await web.api.post(
        f"{API}/orders/{order.id}/shipments", json=web.express(), headers={"prefer": "respond-async, wait=0"}
    )
    shipment = ok(answer, 202)
    assert shipment["state"] == "requested"
    later = ok(await web.api.get(answer.headers["location"]))
    while later["state"] == "requested":
        later = ok(await web.api.get(answer.headers["location"]))
    assert later["state"] == "bought"


async def test_a_carrier_that_gave_no_clear_answer_is_a_202_and_never_asked_twice(web: Web) -> None:
    order = await web.order()
    await web.town.fault("chilexpress", "fail_after", "create-shipment")
    shipment = ok(await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express()), 202)
    assert shipment["state"] == "uncertain"
    await web.town.work(seconds=10)
    assert ok(await web.api.get(f"{API}/shipments/{shipment['id']}"))["state"] == "bought"


async def test_a_carriers_refusal_is_told_in_its_own_words(web: Web) -> None:
    order = await web.order()
    await web.delivered_to(order, NOWHERE)
    answer = await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())
    assert problem(answer) == (422, "carrier-refused")
    [shipment] = ok(await web.api.get(f"{API}/orders/{order.id}"))["shipments"]
    assert shipment["state"] == "rejected"
    assert shipment["problem"] in answer.json()["detail"]


async def test_labels_are_handed_over_on_a_signed_manifest(web: Web) -> None:
    shipment = await web.bought(await web.order())
    [label] = shipment["labels"]
    answer = await web.api.post(
        f"{API}/manifests", json={"account_id": web.town.carrier.id, "label_ids": [label["id"]]}
    )
    manifest = ok(answer, 201)
    where = answer.headers["location"]
    assert manifest["state"] == "open"
    assert problem(await web.api.get(f"{where}.pdf")) == (404, "document-missing")
    closed = ok(await web.api.post(f"{where}/close"))
    assert (closed["state"], len(closed["carrier_references"])) == ("closed", 1)
    pdf = await web.api.get(f"{where}.pdf")
    assert (pdf.headers["content-type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    for party, state in (("merchant", "closed"), ("carrier", "signed")):
        signed = ok(await web.api.post(f"{where}/signatures", json={"party": party, "name": "Ana Pérez"}), 201)
        assert signed["state"] == state
    assert ok(await web.api.get(where)) == signed


async def test_a_manifest_takes_all_free_labels_unless_some_are_chosen(web: Web) -> None:
    bought = {(await web.bought(await web.order()))["labels"][0]["id"] for _ in range(2)}
    manifest = ok(await web.api.post(f"{API}/manifests", json={"account_id": web.town.carrier.id}), 201)
    assert bought <= {label["id"] for label in manifest["labels"]}


async def test_a_label_is_voided_once(web: Web) -> None:
    shipment = await web.bought(await web.order())
    voided = ok(await web.api.post(f"{API}/shipments/{shipment['id']}/void"))
    assert (voided["state"], voided["labels"][0]["state"]) == ("voided", "voided")
    assert problem(await web.api.post(f"{API}/shipments/{shipment['id']}/void")) == (409, "wrong-state")
    assert problem(await web.api.get(f"{API}/shipments/{shipment['id']}/label.pdf")) == (409, "labels-void")


async def test_what_the_carrier_was_not_asked_for_yet_is_withdrawn(web: Web) -> None:
    order = await web.order()
    wish = ShipmentWish(account_id=web.town.carrier.id, service_code="3")
    shipment, _ = await web.town.services.shipping.request(web.store.id, order.id, wish)
    assert ok(await web.api.post(f"{API}/shipments/{shipment.id}/void"))["state"] == "voided"
    await web.town.work()
    assert web.town.at_carrier(shipment) == 0


async def test_parcels_are_followed_when_somebody_asks(web: Web) -> None:
    shipment = await web.bought(await web.order())
    await web.town.parcels_reach("delivered", shipment["labels"][0]["tracking_number"])
    synced = ok(await web.api.post(f"{API}/tracking/sync", json={"shipment_id": shipment["id"]}))
    assert (synced["asked"], synced["changed"], synced["problems"]) == (1, 1, [])
    tracking = ok(await web.api.get(f"{API}/shipments/{shipment['id']}/tracking"))
    assert (tracking["status"], tracking["next_check_at"]) == ("delivered", None)
    assert len(tracking["events"]) == synced["new_events"] > 0
    everything = ok(await web.api.post(f"{API}/tracking/sync"))
    assert everything["changed"] == 0


async def test_shipments_are_listed_and_no_page_hides_one(web: Web) -> None:
    bought = []
    for _ in range(3):
        web.town.clock.turn(1)
        bought.append((await web.bought(await web.order()))["id"])
    seen: list[str] = []
    path: str | None = f"{API}/shipments?limit=1"
    while path is not None:
        page = ok(await web.api.get(path))
        seen += [one["id"] for one in page["items"]]
        path = f"{API}/shipments?limit=1&before={page['next']}" if page["next"] else None
    assert len(seen) == len(set(seen))
    assert [one for one in seen if one in bought] == bought[::-1]


async def test_an_invoice_is_issued_once_and_taken_back_once(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, silent=True)
    invoice = ok(await web.api.post(f"{API}/orders/{order.id}/invoice"), 201)
    assert (invoice["kind"], invoice["state"]) == ("receipt", "issued")
    assert ok(await web.api.post(f"{API}/orders/{order.id}/invoice"))["id"] == invoice["id"]
    pdf = await web.api.get(f"{API}/invoices/{invoice['id']}.pdf")
    assert (pdf.headers["content-type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert problem(await web.api.get(f"{API}/invoices/{invoice['id']}")) == (404, "not-found")
    note = ok(await web.api.post(f"{API}/invoices/{invoice['id']}/credit", json={"reason": "Devuelto"}), 201)
    assert (note["kind"], note["credits_id"], note["total"]) == ("credit_note", invoice["id"], invoice["total"])
    assert ok(await web.api.post(f"{API}/invoices/{invoice['id']}/credit"))["id"] == note["id"]
    assert problem(await web.api.post(f"{API}/invoices/{note['id']}/credit")) == (409, "wrong-state")
    listed = ok(await web.api.get(f"{API}/invoices?kind=credit_note"))["items"]
    assert note["id"] in [one["id"] for one in listed]
    assert sorted(web.town.at_invoicing(order)) == [39, 61]


async def test_an_invoice_that_nobody_knows_of_yet_is_a_202(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, silent=True)
    await web.town.fault("openfactura", "fail_after", "issue")
    pending = ok(await web.api.post(f"{API}/orders/{order.id}/invoice"), 202)
    assert (pending["state"], pending["url"]) == ("uncertain", None)
    await web.town.work(seconds=60)
    assert ok(await web.api.post(f"{API}/orders/{order.id}/invoice"))["id"] == pending["id"]
    assert web.town.at_invoicing(order) == [39]


async def test_the_ledgers_are_looked_at_and_worked_on(web: Web) -> None:
    order = await web.order()
    newest = ok(await web.api.get(f"{API}/inbox?limit=1"))["items"][0]
    assert (newest["event"], newest["state"]) == ("order_paid", "done")
    assert ok(await web.api.post(f"{API}/inbox/replay", json={"ids": [newest["id"]]})) == {"replayed": 1}
    pending = ok(await web.api.get(f"{API}/inbox?state=pending"))["items"]
    assert [row["id"] for row in pending] == [newest["id"]]
    await web.town.work()
    await web.delivered_to(order, NOWHERE)
    await web.api.post(f"{API}/orders/{order.id}/shipments", json=web.express())
    rejected = ok(await web.api.get(f"{API}/outbox?state=rejected"))["items"][0]
    assert (rejected["kind"], bool(rejected["message"])) == ("buy", True)
    assert ok(await web.api.post(f"{API}/outbox/{rejected['id']}/retry"))["state"] == "pending"
    answer = await web.api.post(f"{API}/outbox/{rejected['id']}/resolve", json={"happened": True, "note": "seen"})
    assert problem(answer) == (409, "wrong-state")


async def test_accounts_are_shown_without_their_settings_and_keys(web: Web) -> None:
    answer = await web.api.get(f"{API}/accounts")
    listed = ok(answer)
    shown = sorted((one["provider"], one["state"]) for one in listed)
    assert shown == [("chilexpress", "active"), ("openfactura", "active")]
    assert web.town.carrier.key not in answer.text
    assert "c0ffee" not in answer.text

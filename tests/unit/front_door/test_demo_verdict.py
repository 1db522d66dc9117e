"""The demo's verdict has to be able to fail: every thing that is missing or doubled is one sentence."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import msgspec
import pytest

from despacho.demo.cast import (
    CREDIT_NOTE,
    EVERYBODY,
    INVOICE,
    NORTH,
    SOUTH,
    STORES,
    TWISTED,
    Part,
    Placed,
    Twist,
    documents_wanted,
    of_store,
    shipments_wanted,
)
from despacho.demo.evidence import Document, Evidence, Fulfillment, Issued, Order, Parcel, Webhooks
from despacho.demo.output import ShipmentFiles, missing_files, summarise
from despacho.demo.verdict import problems_of

RUTS = {NORTH: "76795561-8", SOUTH: "77777777-7"}
TOTAL = Decimal(15_000)

PLACED = (
    Placed(Part(NORTH), 1001),
    Placed(Part(NORTH, "heavy", Twist.TWO_PARCELS), 1002),
    Placed(Part(NORTH, "company"), 1003),
    Placed(Part(NORTH, "simple", Twist.DUPLICATED), 1004),
    Placed(Part(SOUTH, "several", Twist.TWO_SHIPMENTS), 1001),
    Placed(Part(SOUTH, "simple", Twist.CANCELLED), 1002),
    Placed(Part(SOUTH, "digital"), 1003),
)


def shipped(one: Placed) -> tuple[Fulfillment, ...]:
    return tuple(
        Fulfillment(
            external_id=f"{one.store}-{one.id}-{place}",
            tracking_numbers=tuple(f"{one.store}-{one.id}-{place}-{piece}" for piece in range(count)),
            shipment_status="delivered",
            tracking_url="http://127.0.0.1/track/x",
        )
        for place, count in enumerate(one.part.parcels)
    )


def shown(one: Placed) -> Order:
    return Order(
        store=one.store,
        id=one.id,
        status="canceled" if one.part.twist is Twist.CANCELLED else "paid",
        shipment_status="delivered" if one.part.parcels else "unfulfilled",
        to_invoice=TOTAL,
        fulfillments=shipped(one),
        documents=tuple(
            Document(document_type=kind, public_id=f"{kind}-{one.id}", url="http://127.0.0.1/documents/x.pdf")
            for kind in one.part.documents
        ),
    )


def issued(one: Placed) -> list[Issued]:
    kinds = {INVOICE: 33 if one.part.for_company else 39, CREDIT_NOTE: 61}
    return [
        Issued(rut=RUTS[one.store], kind=kinds[kind], total=TOTAL, orders=(str(one.id),)) for kind in one.part.documents
    ]


def sold(one: Placed) -> list[Parcel]:
    return [
        Parcel(
            number=number,
            card=one.store,
            group=fulfillment.external_id,
            reference=f"ref-{number}",
            at="delivered",
        )
        for fulfillment in shipped(one)
        for number in fulfillment.tracking_numbers
    ]


def as_it_should_be() -> Evidence:
    return Evidence(
        orders=tuple(shown(one) for one in PLACED),
        parcels=tuple(parcel for one in PLACED for parcel in sold(one)),
        issued=tuple(document for one in PLACED for document in issued(one)),
        webhooks=Webhooks(sent=40, acknowledged=40, duplicates=2),
    )


def problems(evidence: Evidence) -> list[str]:
    return problems_of(PLACED, evidence, ruts=RUTS)


def changed_order(evidence: Evidence, store: str, number: int, **changes: object) -> Evidence:
    orders = tuple(
        msgspec.structs.replace(one, **changes) if (one.store, one.id) == (store, number) else one
        for one in evidence.orders
    )
    return msgspec.structs.replace(evidence, orders=orders)


def test_what_is_as_it_should_be_has_no_problem() -> None:
    assert problems(as_it_should_be()) == []


def twice_at_carrier(right: Evidence) -> Evidence:
    extra = msgspec.structs.replace(right.parcels[0], number="9")
    return msgspec.structs.replace(right, parcels=(*right.parcels, extra))


def never_delivered(right: Evidence) -> Evidence:
    first = msgspec.structs.replace(right.parcels[0], at="in_transit")
    return msgspec.structs.replace(right, parcels=(first, *right.parcels[1:]))


def twice_invoiced(right: Evidence) -> Evidence:
    return msgspec.structs.replace(right, issued=(*right.issued, right.issued[0]))


def other_total(right: Evidence) -> Evidence:
    first = msgspec.structs.replace(right.issued[0], total=TOTAL + 1)
    return msgspec.structs.replace(right, issued=(first, *right.issued[1:]))


def boleta_for_a_company(right: Evidence) -> Evidence:
    as_boleta = [msgspec.structs.replace(one, kind=39) if one.kind == 33 else one for one in right.issued]
    return msgspec.structs.replace(right, issued=tuple(as_boleta))


def under_the_other_company(right: Evidence) -> Evidence:
    first = msgspec.structs.replace(right.issued[0], rut=RUTS[SOUTH], orders=("1004",))
    return msgspec.structs.replace(right, issued=(first, *right.issued[1:]))


def unheard_webhook(right: Evidence) -> Evidence:
    return msgspec.structs.replace(right, webhooks=msgspec.structs.replace(right.webhooks, outstanding=1))


def no_duplicate(right: Evidence) -> Evidence:
    return msgspec.structs.replace(right, webhooks=msgspec.structs.replace(right.webhooks, duplicates=0))


def half_a_shipment(right: Evidence) -> Evidence:
    [whole] = shipped(PLACED[1])
    half = msgspec.structs.replace(whole, tracking_numbers=whole.tracking_numbers[:1])
    return changed_order(right, NORTH, 1002, fulfillments=(half,))


def twice_in_the_store(right: Evidence) -> Evidence:
    [order, *_] = right.orders
    return changed_order(right, NORTH, 1001, fulfillments=order.fulfillments * 2)


def attached_twice(right: Evidence) -> Evidence:
    [order, *_] = right.orders
    return changed_order(right, NORTH, 1001, documents=order.documents * 2)


def shipment_behind(right: Evidence) -> Evidence:
    [order, *_] = right.orders
    behind = tuple(msgspec.structs.replace(one, shipment_status="in_transit") for one in order.fulfillments)
    return changed_order(right, NORTH, 1001, fulfillments=behind)


@pytest.mark.parametrize(
    ("gone_wrong", "said"),
    [
        (twice_at_carrier, "which no order in the stores shows"),
        (twice_at_carrier, "sold 2 labels for one parcel"),
        (twice_at_carrier, "The carrier has 7 shipments; it should have 6"),
        (never_delivered, "is in_transit; it should be delivered"),
        (twice_invoiced, "issued 2 boletas for Order 1001 of tienda-norte; it should be 1"),
        (other_total, "its document says 15001"),
        (boleta_for_a_company, "issued 0 facturas for Order 1003 of tienda-norte"),
        (boleta_for_a_company, "issued type 39"),
        (under_the_other_company, "a document of 77777777-7 for 1004, which nobody wanted"),
        (under_the_other_company, "issued 0 boletas for Order 1001 of tienda-norte"),
        (unheard_webhook, "1 webhook of the stores: never acknowledged"),
        (no_duplicate, "No webhook came twice"),
        (half_a_shipment, "shows 1 tracking number; it should show 2"),
        (half_a_shipment, "The carrier has parcel"),
        (twice_in_the_store, "shows 2 shipments in the store; it should show 1"),
        (twice_in_the_store, "stands on 2 shipments"),
        (attached_twice, "shows 2 invoices; it should show 1"),
        (shipment_behind, "is in_transit; it should be delivered"),
        (lambda right: changed_order(right, NORTH, 1001, status="canceled"), "is canceled in the store"),
        (lambda right: changed_order(right, SOUTH, 1003, shipment_status="delivered"), "it should be unfulfilled"),
        (lambda right: changed_order(right, SOUTH, 1002, documents=()), "shows 0 credit notes; it should show 1"),
        (lambda right: changed_order(right, NORTH, 1001, fulfillments=()), "shows 0 shipments in the store"),
        (lambda right: msgspec.structs.replace(right, orders=right.orders[1:]), "Order 1001 of tienda-norte is not in"),
        (lambda right: msgspec.structs.replace(right, parcels=right.parcels[1:]), "which the carrier does not know"),
        (lambda right: msgspec.structs.replace(right, issued=right.issued[1:]), "issued 0 boletas"),
    ],
)
def test_whatever_is_missing_or_doubled_is_said(gone_wrong: Callable[[Evidence], Evidence], said: str) -> None:
    assert any(said in problem for problem in problems(gone_wrong(as_it_should_be())))


def test_the_same_document_number_may_not_hang_on_two_orders_of_a_store() -> None:
    right = as_it_should_be()
    wrong = changed_order(right, NORTH, 1004, documents=right.orders[0].documents)
    assert any("hangs on several orders of tienda-norte" in problem for problem in problems(wrong))


def kept(one: Placed) -> list[ShipmentFiles]:
    return [
        ShipmentFiles(
            store=one.store,
            order=one.id,
            shipment_id=fulfillment.external_id,
            label_pdf="labels/a.pdf",
            label_zpl="labels/a.zpl",
            manifest="manifests/a.pdf",
        )
        for fulfillment in shipped(one)
    ]


def test_a_shipment_without_its_files_is_said() -> None:
    files = [file for one in PLACED for file in kept(one)]
    assert missing_files(as_it_should_be(), files) == []
    files[0].manifest = None
    assert missing_files(as_it_should_be(), files) == [
        "Shipment tienda-norte-1001-0-0 of order 1001 of tienda-norte has no manifest."
    ]
    assert len(missing_files(as_it_should_be(), files[1:])) == 3


def test_the_summary_has_the_promised_shape() -> None:
    files = [file for one in PLACED for file in kept(one)]
    summary = msgspec.to_builtins(summarise(as_it_should_be(), files, ["a problem"]))
    assert list(summary) == ["orders", "webhooks", "at_carrier", "at_invoicing", "problems"]
    assert summary["webhooks"] == {"sent": 40, "acknowledged": 40, "duplicates": 2}
    assert summary["at_carrier"] == {"shipments": shipments_wanted(PLACED)}
    assert summary["at_invoicing"] == {"documents": sum(documents_wanted(PLACED).values())}
    assert summary["problems"] == ["a problem"]
    assert summary["orders"][1] == {
        "store": NORTH,
        "id": 1002,
        "shipment_status": "delivered",
        "shipments": [
            {
                "tracking_numbers": ["tienda-norte-1002-0-0", "tienda-norte-1002-0-1"],
                "label_pdf": "labels/a.pdf",
                "label_zpl": "labels/a.zpl",
                "manifest": "manifests/a.pdf",
            }
        ],
        "documents": [{"document_type": 1, "public_id": "1-1002", "url": "http://127.0.0.1/documents/x.pdf"}],
    }


def test_the_story_has_thirty_orders_of_two_stores_and_begins_with_the_captured_one() -> None:
    assert len(EVERYBODY) == 30
    assert EVERYBODY[0].kind == "captured"
    assert all(len(of_store(EVERYBODY, store)) == 15 for store in STORES)
    assert {part.twist for part in TWISTED} >= set(Twist) - {Twist.NONE}

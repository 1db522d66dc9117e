"""Is anything missing, is anything there twice? Pure: what was wanted against what the outside world says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from despacho.demo.cast import CREDIT_NOTE, INVOICE, Placed, Twist, shipments_wanted
from despacho.demo.evidence import Evidence, Issued, Order

BOLETAS = frozenset({39, 41})
FACTURAS = frozenset({33, 34})
CREDIT_NOTES = frozenset({61})
"""Types of the tax authority (contract/invoicing.md 1): taxed and exempt."""

_WORDS = {INVOICE: "invoice", CREDIT_NOTE: "credit note"}


def problems_of(placed: Sequence[Placed], evidence: Evidence, *, ruts: Mapping[str, str]) -> list[str]:
    """Every finding as a sentence for the merchant; none if all is as it should be.

    Args:
        placed: The orders of the story.
        evidence: What store, carrier and invoicing system say.
        ruts: The RUT that each store invoices under.
    """
    return [
        *(problem for one in placed for problem in _of_order(one, evidence.order(one.store, one.id))),
        *_at_carrier(evidence),
        *_counts_at_carrier(placed, evidence),
        *_at_invoicing(placed, evidence, ruts),
        *_in_the_stores(evidence),
        *_of_webhooks(placed, evidence),
    ]


def _of_order(one: Placed, order: Order | None) -> Iterator[str]:
    if order is None:
        yield f"{one.name} is not in the store."
        return
    status = "canceled" if one.part.twist is Twist.CANCELLED else "paid"
    if order.status != status:
        yield f"{one.name} is {order.status} in the store; it should be {status}."
    arrived = "delivered" if one.part.parcels else "unfulfilled"
    if order.shipment_status != arrived:
        yield f"{one.name} is {order.shipment_status} in the store; it should be {arrived}."
    yield from _of_fulfillments(one, order)
    yield from _of_documents(one, order)


def _of_fulfillments(one: Placed, order: Order) -> Iterator[str]:
    there = sorted(len(fulfillment.tracking_numbers) for fulfillment in order.fulfillments)
    if len(there) != len(one.part.parcels):
        yield f"{one.name} shows {_many(len(there), 'shipment')} in the store; it should show {len(one.part.parcels)}."
    elif there != sorted(one.part.parcels):
        yield f"{one.name} shows {_many(sum(there), 'tracking number')}; it should show {sum(one.part.parcels)}."
    for fulfillment in order.fulfillments:
        if fulfillment.shipment_status != "delivered":
            numbers = ", ".join(fulfillment.tracking_numbers)
            yield f"Shipment {numbers} of {one.name} is {fulfillment.shipment_status}; it should be delivered."


def _of_documents(one: Placed, order: Order) -> Iterator[str]:
    there = Counter(document.document_type for document in order.documents)
    for kind, wanted in Counter({INVOICE: 0, CREDIT_NOTE: 0, **Counter(one.part.documents)}).items():
        if there[kind] != wanted:
            yield f"{one.name} shows {_many(there[kind], _WORDS[kind])}; it should show {wanted}."


def _at_carrier(evidence: Evidence) -> Iterator[str]:
    for reference, count in Counter((parcel.card, parcel.reference) for parcel in evidence.parcels).items():
        if count > 1:
            yield f"The carrier sold {count} labels for one parcel (reference {reference[1]})."
    shown = Counter(number for order in evidence.orders for number in order.tracking_numbers)
    for number, count in shown.items():
        if count > 1:
            yield f"Tracking number {number} stands on {count} shipments."
    at_carrier = {parcel.number for parcel in evidence.parcels}
    for number in sorted(at_carrier - shown.keys()):
        yield f"The carrier has parcel {number}, which no order in the stores shows."
    for number in sorted(shown.keys() - at_carrier):
        yield f"A store shows tracking number {number}, which the carrier does not know."
    for parcel in evidence.parcels:
        if parcel.at != "delivered":
            yield f"The carrier says that parcel {parcel.number} is {parcel.at}; it should be delivered."


def _counts_at_carrier(placed: Sequence[Placed], evidence: Evidence) -> Iterator[str]:
    parcels = sum(sum(one.part.parcels) for one in placed)
    for there, what, wanted in (
        (evidence.shipments_at_carrier, "shipment", shipments_wanted(placed)),
        (len(evidence.parcels), "parcel", parcels),
    ):
        if there != wanted:
            yield f"The carrier has {_many(there, what)}; it should have {wanted}."


def _at_invoicing(placed: Sequence[Placed], evidence: Evidence, ruts: Mapping[str, str]) -> Iterator[str]:
    named = {(ruts[one.store], str(one.id)) for one in placed}
    for document in evidence.issued:
        if not any((document.rut, order) in named for order in document.orders):
            orders = ", ".join(document.orders) or "no order"
            yield f"The invoicing system has a document of {document.rut} for {orders}, which nobody wanted."
    for one in placed:
        mine = [it for it in evidence.issued if it.rut == ruts[one.store] and str(one.id) in it.orders]
        yield from _issued_for(one, mine, evidence.order(one.store, one.id))


def _issued_for(one: Placed, issued: Sequence[Issued], order: Order | None) -> Iterator[str]:
    sale, name = (FACTURAS, "factura") if one.part.for_company else (BOLETAS, "boleta")
    wanted = Counter(one.part.documents)
    sales = [document for document in issued if document.kind in sale]
    notes = [document for document in issued if document.kind in CREDIT_NOTES]
    others = [document for document in issued if document.kind not in sale | CREDIT_NOTES]
    for there, what, number in ((sales, name, wanted[INVOICE]), (notes, "credit note", wanted[CREDIT_NOTE])):
        if len(there) != number:
            yield f"The invoicing system issued {_many(len(there), what)} for {one.name}; it should be {number}."
    if others:
        kinds = ", ".join(str(document.kind) for document in others)
        yield f"The invoicing system issued type {kinds} for {one.name}, which should get a {name}."
    for document in (*sales, *notes):
        if order is not None and document.total != order.to_invoice:
            yield f"{one.name} costs {order.to_invoice}, but its document says {document.total}."


def _in_the_stores(evidence: Evidence) -> Iterator[str]:
    numbers = [(order.store, document.public_id) for order in evidence.orders for document in order.documents]
    for store, public_id in _repeated(numbers):
        yield f"Document {public_id} hangs on several orders of {store}."
    shown, issued = len(numbers), len(evidence.issued)
    if shown != issued:
        yield f"The stores show {_many(shown, 'document')}; the invoicing system issued {issued}."


def _of_webhooks(placed: Sequence[Placed], evidence: Evidence) -> Iterator[str]:
    webhooks = evidence.webhooks
    if webhooks.outstanding:
        yield f"{_many(webhooks.outstanding, 'webhook')} of the stores: never acknowledged by the hub."
    if any(one.part.twist is Twist.DUPLICATED for one in placed) and not webhooks.duplicates:
        yield "No webhook came twice, although one was sent twice: the hub refused it."


def _repeated(things: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [thing for thing, count in Counter(things).items() if count > 1]


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"

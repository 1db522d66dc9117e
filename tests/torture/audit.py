"""The judgement: nothing lost, nothing twice. Pure, so that it can be shown to find what is wrong.

Counted is what the outside world has: the carrier's transport orders, the invoicing system's documents, the store's own order. The
hub's ledgers are only asked whether anything is left undone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator

import msgspec

from tests.torture.evidence import Document, Evidence, Fulfillment, Issued, Order, StoreState, TransportOrder, Wanted

SALE_KINDS = frozenset({33, 34, 39, 41})
INVOICE = 1
STATUS_OF = {
    "requested": "requested",
    "in_transit": "in_transit",
    "out_for_delivery": "in_transit",
    "delivered": "delivered",
}
"""The store's word for where the carrier has a parcel (contract/jumpseller.md 2.5), for the places that the torture uses."""


class Finding(msgspec.Struct, frozen=True, order=True):
    """Something that should not be: what kind, where, and what exactly."""

    kind: str
    where: str
    what: str


def audit(evidence: Evidence) -> list[Finding]:
    """Everything that is wrong, sorted; nothing if all is well."""
    checks: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
        _people, _webhooks, _ledgers, _carrier, _invoicing, _stores,
    )  # fmt: skip
    return sorted(finding for check in checks for finding in check(evidence))


def _people(evidence: Evidence) -> Iterator[Finding]:
    for complaint in evidence.complaints:
        yield Finding("unanswered", "a client", complaint)


def _webhooks(evidence: Evidence) -> Iterator[Finding]:
    """Every acknowledged webhook was worked off, once; nothing else was."""
    received = Counter((row.store, row.told) for row in evidence.inbox)
    sent = set()
    for code, store in evidence.stores.items():
        for delivery in store.webhooks.deliveries:
            where = f"{code} {delivery.event} of order {delivery.order_id}"
            sent.add((code, delivery.told))
            if not delivery.acknowledged:
                yield Finding("webhook not delivered", where, delivery.state)
            elif not received[code, delivery.told]:
                yield Finding("webhook lost", where, "acknowledged, and not in the inbox")
    for (code, told), rows in received.items():
        if rows > 1:
            yield Finding("webhook doubled", f"{code} {told[0]}", f"{rows} rows in the inbox")
        if (code, told) not in sent:
            yield Finding("webhook invented", f"{code} {told[0]}", "in the inbox, and never sent")


def _ledgers(evidence: Evidence) -> Iterator[Finding]:
    """Nothing is stuck. Even an honest ``uncertain`` is one too many: these simulators can be asked."""
    for row in evidence.inbox:
        if row.state not in {"done", "ignored"}:
            yield Finding(f"inbox {row.state}", f"{row.store} {row.told[0]}", row.error or "")
    for effect in evidence.outbox:
        if effect.state != "done":
            yield Finding(f"outbox {effect.state}", f"{effect.store} {effect.key}", effect.message or "")


def _carrier(evidence: Evidence) -> Iterator[Finding]:
    """No reference twice, and not one transport order more than labels were wanted."""
    orders = evidence.carrier.transport_orders
    for reference, count in Counter(order.reference for order in orders).items():
        if count > 1:
            yield Finding("shipment doubled", f"reference {reference}", f"{count} transport orders at the carrier")
    wanted = sum(one.label for one in evidence.wanted)
    if len(orders) != wanted:
        yield Finding("shipments miscounted", "the carrier", f"{len(orders)} transport orders for {wanted} wanted")


def _invoicing(evidence: Evidence) -> Iterator[Finding]:
    """One document for each order that wants one, none besides."""
    found: dict[tuple[str, str], list[Issued]] = defaultdict(list)
    for document in evidence.invoicing.documents:
        for order in document.orders or [""]:
            found[document.rut, order].append(document)
    for wanted in evidence.wanted:
        documents = found.pop((evidence.taxpayers[wanted.store], str(wanted.number)), [])
        if len(documents) != wanted.document:
            folios = ", ".join(f"{one.kind}/{one.folio}" for one in documents) or "none"
            kind = "document doubled" if documents else "document lost"
            yield Finding(kind, _where(wanted), f"at the invoicing system: {folios}")
    for (rut, order), documents in found.items():
        yield Finding("document invented", f"{rut} order {order}", f"{len(documents)} that nobody wanted")


def _stores(evidence: Evidence) -> Iterator[Finding]:
    """Each order says at the store what has become of it."""
    parcels: dict[str, TransportOrder] = {order.reference: order for order in evidence.carrier.transport_orders}
    issued = {
        (one.rut, order): one for one in evidence.invoicing.documents for order in one.orders if one.kind in SALE_KINDS
    }
    for wanted in evidence.wanted:
        store = evidence.stores[wanted.store]
        order = next((one for one in store.orders if one.id == wanted.number), None)
        if order is None:
            yield Finding("order lost", _where(wanted), "the store does not have it")
            continue
        yield from _shipping(wanted, order, store, parcels)
        yield from _attached(wanted, store, issued.get((evidence.taxpayers[wanted.store], str(wanted.number))))
    yield from _strays(evidence)


def _shipping(wanted: Wanted, order: Order, store: StoreState, parcels: dict[str, TransportOrder]) -> Iterator[Finding]:
    """One fulfillment with the number that the carrier gave, and a status that is where the parcel is.

    The hub's shipment id is the fulfillment's ``external_id``; the carrier knows its one piece as ``<ID>-1``.
    """
    fulfillments = [one for one in store.fulfillments if one.order_id == order.id]
    if len(fulfillments) != wanted.label:
        kind = "fulfillment doubled" if fulfillments else "fulfillment lost"
        yield Finding(kind, _where(wanted), f"{len(fulfillments)} at the store")
    for fulfillment in fulfillments[:1]:
        parcel = parcels.get(f"{(fulfillment.external_id or '').upper()}-1")
        if parcel is None:
            yield Finding("shipment lost", _where(wanted), f"the carrier knows no {fulfillment.external_id}")
            continue
        yield from _told(wanted, order, fulfillment, parcel)
    mails = Counter(mail.reason for mail in store.mails if mail.order_id == order.id)
    for reason, count in mails.items():
        if count > 1:
            yield Finding("mail doubled", _where(wanted), f"{count} times “{reason}”")


def _told(wanted: Wanted, order: Order, fulfillment: Fulfillment, parcel: TransportOrder) -> Iterator[Finding]:
    status = STATUS_OF.get(parcel.at, parcel.at)
    shown = {
        "tracking number of the fulfillment": (fulfillment.tracking_number, str(parcel.number)),
        "tracking number of the order": (order.tracking_number, str(parcel.number)),
        "status of the fulfillment": (fulfillment.shipment_status, status),
        "status of the order": (order.shipment_status_enum, status),
    }
    for name, (said, right) in shown.items():
        if said != right:
            yield Finding("store out of date", _where(wanted), f"{name} is {said}, should be {right}")


def _attached(wanted: Wanted, store: StoreState, issued: Issued | None) -> Iterator[Finding]:
    """One document, and the one that was issued."""
    attached = [one for one in store.documents if one.order_id == wanted.number]
    if len(attached) != wanted.document:
        kind = "attachment doubled" if attached else "attachment lost"
        yield Finding(kind, _where(wanted), f"at the store: {', '.join(_named(attached)) or 'none'}")
    for one in attached[:1]:
        if issued is not None and one.public_id != f"{issued.kind}-{issued.folio}":
            yield Finding("attachment wrong", _where(wanted), f"{one.public_id}, not {issued.kind}-{issued.folio}")
        if one.document_type != INVOICE:
            yield Finding("attachment wrong", _where(wanted), f"of type {one.document_type}")


def _strays(evidence: Evidence) -> Iterator[Finding]:
    """Nothing hangs at orders that wanted nothing."""
    known = {(one.store, one.number) for one in evidence.wanted}
    for code, store in evidence.stores.items():
        things: Iterable[Fulfillment | Document] = (*store.fulfillments, *store.documents)
        for thing in things:
            if (code, thing.order_id) not in known:
                yield Finding("invented", f"{code} order {thing.order_id}", type(thing).__name__)


def _named(documents: Iterable[Document]) -> Iterator[str]:
    return (f"{one.public_id} (type {one.document_type})" for one in documents)


def _where(wanted: Wanted) -> str:
    return f"{wanted.store} order {wanted.number}"

"""What happens to orders: placed, paid, cancelled, abandoned, shipped; each change is announced by webhook.

Every change that the platform announces fires `order_updated` beside its own event (contract 2.1). `order_shipped` fires when a
fulfilment is created (7.10 leaves that open). Changing a shipment status mails the buyer (contract 4.3); the mails are only noted.
"""

from __future__ import annotations

from datetime import datetime

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import Order, OrderStatus, ShipmentStatus
from despacho_sandbox.store.order_view import order_object
from despacho_sandbox.store.records import HistoryEntry, Mail
from despacho_sandbox.store.web import encode_json

STATUS_EVENTS = {
    OrderStatus.PENDING_PAYMENT: "order_pending_payment",
    OrderStatus.PAID: "order_paid",
    OrderStatus.CANCELED: "order_canceled",
    OrderStatus.ABANDONED: "order_abandoned",
}


class OrderBook:
    """Changes orders and announces the changes.

    Args:
        clock: Dates the changes.
        sender: Sends the webhooks.
    """

    def __init__(self, clock: SandboxClock, sender: WebhookSender) -> None:
        self._clock = clock
        self._sender = sender

    def place(self, store: Store, order: Order, status: OrderStatus) -> Order:
        """Puts a new order into the store; one that is paid was pending payment first."""
        store.orders[order.id] = order
        order.token = order.token or f"{store.code}-{order.id}"
        if status is OrderStatus.ABANDONED:
            order.status = status
            self._announce(store, order, STATUS_EVENTS[status])
            return order
        order.status = OrderStatus.PENDING_PAYMENT
        self._announce(store, order, STATUS_EVENTS[order.status])
        if status is not OrderStatus.PENDING_PAYMENT:
            self.set_status(store, order, OrderStatus.PAID)
        if status is OrderStatus.CANCELED:
            self.set_status(store, order, status)
        return order

    def set_status(self, store: Store, order: Order, status: OrderStatus) -> None:
        """Moves an order to another status; nothing happens if it is there already."""
        if order.status is status:
            return
        order.status = status
        if status is OrderStatus.PAID and order.completed_at is None:
            order.completed_at = self._clock.now()
        self._announce(store, order, STATUS_EVENTS[status])

    def set_shipment_status(self, store: Store, order: Order, status: ShipmentStatus) -> None:
        """Moves an order's shipment status, mails the buyer; nothing happens if it is there already."""
        if order.shipment_status is status:
            return
        order.shipment_status = status
        self.mail(store, order, f"shipment_status {status.value}")
        self._announce(store, order)

    def ship(
        self, store: Store, order: Order, *, number: str | None, company: str | None, url: str | None, mails: bool
    ) -> None:
        """Marks an order as fulfilled and mirrors the tracking of its newest fulfilment (contract 4.4)."""
        order.fulfilled = True
        order.shipment_status = ShipmentStatus.FULFILLED
        order.tracking_number, order.tracking_company, order.tracking_url = number, company, url
        if mails:
            self.mail(store, order, "shipped")
        self._announce(store, order, "order_shipped")

    def set_tracking(
        self, store: Store, order: Order, number: str | None, company: str | None, url: str | None
    ) -> None:
        """Mirrors a fulfilment's edited tracking; nothing happens if it is the same."""
        before = (order.tracking_number, order.tracking_company, order.tracking_url)
        order.tracking_number, order.tracking_company, order.tracking_url = number, company, url
        if before != (number, company, url):
            self._announce(store, order)

    def announce_edit(self, store: Store, order: Order) -> None:
        """Tells of a change that has no event of its own."""
        self._announce(store, order)

    def mail(self, store: Store, order: Order, reason: str) -> None:
        """Notes a mail to the buyer."""
        store.mails.append(Mail(order_id=order.id, reason=reason, at=self._clock.now()))

    def remark(self, store: Store, order: Order, message: str | None) -> HistoryEntry:
        """Writes into an order's history; no mail, no webhook."""
        entry = HistoryEntry(
            id=store.new_id("history", 70001), order_id=order.id, message=message, created_at=self._clock.now()
        )
        store.history.append(entry)
        return entry

    def now(self) -> datetime:
        """The platform's time."""
        return self._clock.now()

    def _announce(self, store: Store, order: Order, event: str | None = None) -> None:
        if order.silent:
            return
        body = encode_json({"order": order_object(order, store)})
        for name in filter(None, (event, "order_updated")):
            self._sender.announce(store, name, body, order.id)

"""Which orders want a label: those with something to send that nobody has sent yet. By itself, only those placed since it was asked for."""

from __future__ import annotations

from datetime import datetime

from despacho_core.orders import Order

SENT_ALREADY = frozenset({"requested", "in_transit", "delivered", "failed", "pickup_available", "fulfilled"})
"""What the store says of an order that somebody has seen to, whether by us or elsewhere (contract/jumpseller.md 2.5)."""


def wants_label(order: Order) -> bool:
    """Whether there is something to send, and the store does not say that it is sent."""
    physical = order.shipping_required and any(line.is_physical for line in order.lines)
    return physical and order.shipment_status not in SENT_ALREADY


def owes_label(order: Order, start: datetime) -> bool:
    """Whether the order gets a label by itself, where that has been asked for from ``start`` on."""
    placed = order.completed_at or order.created_at
    return wants_label(order) and (placed is None or placed >= start)

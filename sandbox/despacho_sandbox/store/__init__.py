"""A simulated Jumpseller: stores, their API, OAuth2, webhooks, checkout and the "Create invoice" button.

It follows `contract/jumpseller.md`; where that sheet leaves a question open, the choice made here is written down where it
is made, and most of these choices are switches (`model.Quirks`) so that the hub can be tried against the other answer.
"""

from despacho_sandbox.store.builders import Cart, CartLine, OrderDraft
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import Order, OrderStatus, ShipmentStatus
from despacho_sandbox.store.simulator import StoreSimulator

__all__ = ["Cart", "CartLine", "Order", "OrderDraft", "OrderStatus", "ShipmentStatus", "Store", "StoreSimulator"]

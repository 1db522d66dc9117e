"""The unit of work and its repositories. Every read and write names the store, so that tenants stay apart.

Only the ledgers' claims look across stores: they serve all tenants alike. Secrets are sealed by the repositories and
plain in the Structs.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Protocol

from despacho_ports.activity import Activities
from despacho_ports.batches import Batches
from despacho_ports.figures import Figures
from despacho_ports.following import Followed
from despacho_ports.ledgers import Inbox, Outbox
from despacho_ports.order_lists import OrderLists
from despacho_ports.order_views import OrderViews
from despacho_ports.sales import Invoices, Orders, Quotes, Waiting
from despacho_ports.shipment_lists import ShipmentLists
from despacho_ports.shipping import Labels, Manifests, Shipments, TrackingEvents
from despacho_ports.tenants import Accounts, Answers, ApiTokens, Consents, Plans, Sessions, Stores


class UnitOfWork(Protocol):
    """One transaction over all repositories. Leaving it without :meth:`commit` rolls back."""

    stores: Stores
    accounts: Accounts
    plans: Plans
    quotes: Quotes
    orders: Orders
    order_lists: OrderLists
    order_views: OrderViews
    shipments: Shipments
    shipment_lists: ShipmentLists
    labels: Labels
    batches: Batches
    manifests: Manifests
    tracking: TrackingEvents
    followed: Followed
    invoices: Invoices
    waiting: Waiting
    inbox: Inbox
    outbox: Outbox
    figures: Figures
    activity: Activities
    tokens: ApiTokens
    sessions: Sessions
    consents: Consents
    answers: Answers

    async def commit(self) -> None:
        """Make it durable."""
        ...


class UnitsOfWork(Protocol):
    """Begins units of work."""

    def begin(self, *, write: bool = True) -> AbstractAsyncContextManager[UnitOfWork]:
        """A new transaction; ``write=False`` for reading alone, which never waits for writers.

        Whatever is done in it may raise ``Contended``.
        """
        ...

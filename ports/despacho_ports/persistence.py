"""The unit of work and its repositories. Every read and write names the store, so that tenants stay apart.

Only the ledgers' claims look across stores: they serve all tenants alike. Secrets are sealed by the repositories and
plain in the Structs.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from despacho_core.billing import MendedBilling
from despacho_core.delivery import MendedDelivery
from despacho_core.fiscal import DocumentKind, Invoice
from despacho_core.manifests import Manifest, ManifestState
from despacho_core.orders import Order, OrderStatus
from despacho_core.quotes import Quote
from despacho_core.shipments import Label, Shipment
from despacho_core.stores import Account, Credentials, Store
from despacho_core.tracking import TrackingEvent
from despacho_core.waiting import SALE, WaitingDocument
from despacho_ports.activity import Activities
from despacho_ports.batches import Batches
from despacho_ports.figures import Figures
from despacho_ports.following import Followed
from despacho_ports.ledgers import Inbox, Outbox
from despacho_ports.order_lists import OrderLists
from despacho_ports.order_views import OrderViews
from despacho_ports.records import ApiToken, ConsentUsed, IdempotentAnswer, OrderRecord, PlanRecord, Session
from despacho_ports.shipment_lists import ShipmentLists


class Stores(Protocol):
    """The tenants."""

    async def add(self, store: Store) -> None:
        """Add; raises ``AlreadyThere`` for a code in use."""
        ...

    async def get(self, store_id: str) -> Store | None: ...
    async def by_code(self, code: str) -> Store | None: ...
    async def by_key(self, key: str) -> Store | None: ...
    async def all(self) -> Sequence[Store]: ...
    async def save(self, store: Store) -> None:
        """Save everything but the credentials."""
        ...

    async def save_credentials(self, store_id: str, credentials: Credentials) -> None:
        """Replace the credentials as one."""
        ...

    async def remove(self, store_id: str) -> None:
        """Remove the store with all that belongs to it."""
        ...


class Accounts(Protocol):
    """Stores' accounts with providers."""

    async def add(self, account: Account) -> None: ...
    async def get(self, store_id: str, account_id: str) -> Account | None: ...
    async def by_key(self, key: str) -> Account | None: ...
    async def of_store(self, store_id: str) -> Sequence[Account]:
        """Oldest first."""
        ...

    async def save(self, account: Account) -> None: ...
    async def remove(self, store_id: str, account_id: str) -> None: ...


class Plans(Protocol):
    """Stores' shipping plans, one each at most."""

    async def get(self, store_id: str) -> PlanRecord | None:
        """The plan. Raises ``ValueError`` for one that this program cannot read."""
        ...

    async def save(self, record: PlanRecord) -> bool:
        """Save as the version after the one that is there (1 where there is none); False, and nothing saved, where it is not."""
        ...


class Quotes(Protocol):
    """Quotes given at checkouts."""

    async def add_all(self, quotes: Sequence[Quote]) -> None: ...
    async def get(self, store_id: str, quote_id: str) -> Quote | None: ...
    async def remove_older(self, before: datetime, limit: int) -> int:
        """Remove a bounded batch; returns how many."""
        ...


class QuoteWriter(Protocol):
    """Keeps quotes outside of any unit of work, many carts at a time."""

    async def keep(self, quotes: Sequence[Quote]) -> None:
        """Return once they are durable. Raises ``NotAccepted``."""
        ...


class Orders(Protocol):
    """Orders as last read."""

    async def get(self, store_id: str, number: int) -> OrderRecord | None: ...
    async def read_at(self, store_id: str, number: int) -> datetime | None:
        """When the order was last read, None for one that never was."""
        ...

    async def save(self, store_id: str, order: Order, *, read_at: datetime) -> bool:
        """Save unless a newer reading is there; returns whether it was saved."""
        ...

    async def page(
        self, store_id: str, *, before: int | None = None, limit: int = 50, status: OrderStatus | None = None
    ) -> Sequence[OrderRecord]:
        """Newest number first, below ``before``."""
        ...

    async def save_billing(self, store_id: str, number: int, billing: MendedBilling | None) -> None:
        """Keep the merchant's word on the buyer's data beside the order, where no reading overwrites it. Raises ``NotFound``."""
        ...

    async def save_delivery(self, store_id: str, number: int, delivery: MendedDelivery | None) -> None:
        """Keep the merchant's word on where the order goes, likewise. Raises ``NotFound``."""
        ...

    async def without_document(
        self, store_id: str, *, seen_since: datetime, after: int = 0, limit: int = 200
    ) -> Sequence[OrderRecord]:
        """Paid orders first seen since then that neither have a receipt or invoice nor wait for one, as they were first seen.

        ``after``: of those first seen at that very moment, only the ones with a higher number; so the last row tells where to go on.
        """
        ...

    async def known_numbers(self, store_id: str, numbers: Sequence[int]) -> dict[int, OrderStatus]:
        """The status as last read of those that are known."""
        ...


class Shipments(Protocol):
    """Shipments."""

    async def add(self, shipment: Shipment) -> None:
        """Add; raises ``AlreadyThere`` when its place on the order is taken."""
        ...

    async def get(self, store_id: str, shipment_id: str) -> Shipment | None: ...
    async def get_all(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Shipment]:
        """Those that there are, in no order; none of them is kept from other units."""
        ...

    async def by_track_token(self, token: str) -> Shipment | None: ...
    async def of_order(self, store_id: str, order_number: int) -> Sequence[Shipment]:
        """In the order of their ordinals."""
        ...

    async def save(self, shipment: Shipment) -> None: ...
    async def page(self, store_id: str, *, before: datetime | None = None, limit: int = 50) -> Sequence[Shipment]:
        """Newest first."""
        ...


class Labels(Protocol):
    """Labels."""

    async def add_all(self, labels: Sequence[Label]) -> None: ...
    async def get(self, store_id: str, label_id: str) -> Label | None: ...
    async def get_all(self, store_id: str, label_ids: Sequence[str]) -> Sequence[Label]:
        """Those that there are (5,000 at most), in the order they were bought."""
        ...

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[Label]:
        """By piece."""
        ...

    async def of_shipments(self, store_id: str, shipment_ids: Sequence[str]) -> Sequence[Label]: ...
    async def of_manifest(self, store_id: str, manifest_id: str) -> Sequence[Label]:
        """In the order they were bought."""
        ...

    async def free(self, store_id: str, account_id: str, limit: int) -> Sequence[Label]:
        """Live labels of an account that are on no manifest, oldest first."""
        ...

    async def by_tracking_numbers(self, store_id: str, numbers: Sequence[str]) -> Sequence[Label]: ...
    async def save(self, label: Label) -> None: ...
    async def assign(self, store_id: str, label_ids: Sequence[str], manifest_id: str | None) -> None:
        """Put labels on a manifest, or take them off theirs (None)."""
        ...


class Manifests(Protocol):
    """Manifests."""

    async def add(self, manifest: Manifest) -> None: ...
    async def get(self, store_id: str, manifest_id: str) -> Manifest | None: ...
    async def by_token(self, token: str) -> Manifest | None:
        """The manifest behind the address of its page, of whatever store."""
        ...

    async def save(self, manifest: Manifest) -> None: ...
    async def take_turn(self, store_id: str) -> None:
        """Have the store's manifests for this unit alone till it ends: whoever places labels does so first."""
        ...

    async def next_number(self, store_id: str) -> int:
        """One more than the highest of the store; unique by constraint."""
        ...

    async def page(
        self,
        store_id: str,
        *,
        before: int | None = None,
        limit: int = 50,
        account_id: str | None = None,
        state: ManifestState | None = None,
    ) -> Sequence[Manifest]:
        """Highest number first."""
        ...


class TrackingEvents(Protocol):
    """What carriers reported."""

    async def of_shipment(self, store_id: str, shipment_id: str) -> Sequence[TrackingEvent]:
        """Oldest first by event time, as :func:`despacho_core.tracking.told` tells them."""
        ...


class Invoices(Protocol):
    """Fiscal documents."""

    async def add(self, invoice: Invoice) -> None:
        """Add; raises ``AlreadyThere`` when the order has one that is neither rejected nor wholly taken back.

        Whole credit notes: one per document.
        """
        ...

    async def open_of_store(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50
    ) -> Sequence[Invoice]:
        """Asked for and not settled, newest first."""
        ...

    async def get(self, store_id: str, invoice_id: str) -> Invoice | None: ...
    async def take_turn(self, store_id: str) -> None:
        """Have the numbers of the store's documents for this unit alone till it ends: whoever gives one by hand does so first."""
        ...

    async def by_token(self, token: str) -> Invoice | None: ...
    async def of_order(self, store_id: str, order_number: int) -> Sequence[Invoice]:
        """Oldest first."""
        ...

    async def save(self, invoice: Invoice) -> None: ...
    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, kind: DocumentKind | None = None
    ) -> Sequence[Invoice]:
        """Newest first."""
        ...


class Waiting(Protocol):
    """Orders that should have a document and have none."""

    async def keep(self, waiting: WaitingDocument) -> None:
        """Add, or replace what is there; since when it waits stays."""
        ...

    async def get(self, store_id: str, order_number: int, purpose: str = SALE) -> WaitingDocument | None: ...
    async def remove(self, store_id: str, order_number: int, purpose: str = SALE) -> None: ...
    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[WaitingDocument]:
        """Those that ask something of somebody, the latest first; of one order where one is named."""
        ...


class ApiTokens(Protocol):
    """Bearer tokens."""

    async def add(self, token: ApiToken) -> None: ...
    async def by_digest(self, digest: str) -> ApiToken | None: ...
    async def of_store(self, store_id: str) -> Sequence[ApiToken]: ...
    async def revoke(self, store_id: str, token_id: str, at: datetime) -> bool: ...


class Sessions(Protocol):
    """Browsers that are signed in."""

    async def add(self, session: Session) -> None:
        """Add; those that ended long ago are swept out."""
        ...

    async def get(self, digest: str) -> Session | None: ...
    async def save(self, session: Session) -> None: ...
    async def remove(self, digest: str) -> None: ...


class Consents(Protocol):
    """OAuth2 states that came back."""

    async def was_used(self, nonce: str) -> bool:
        """Whether it came back before."""
        ...

    async def use(self, used: ConsentUsed, *, now: datetime) -> bool:
        """Remember it, and forget those that have ended; False when it came back before."""
        ...


class Answers(Protocol):
    """Answers kept for ``Idempotency-Key``."""

    async def begin(self, answer: IdempotentAnswer) -> IdempotentAnswer | None:
        """Reserve the key; None when reserved (or an abandoned reservation was taken over), else what is there.

        What was made under a key keeps it: such a reservation is never abandoned.
        """
        ...

    async def take(self, store_id: str, key: str, *, at: datetime) -> str | None:
        """Have the key for this unit alone till it ends, reserved or not; the id of what was made under it before, if anything was."""
        ...

    async def keep_made(self, store_id: str, key: str, made: str) -> None:
        """Keep what is made under a key that was taken, in the transaction that makes it. Raises ``NotFound`` for any other key."""
        ...

    async def finish(self, answer: IdempotentAnswer) -> None:
        """Keep the answer, unless one is kept. A refusal is not kept where something was made: it may stand otherwise later."""
        ...

    async def release(self, store_id: str, key: str) -> None:
        """Give up a reservation; an answer, and what was made under the key, stay."""
        ...

    async def remove_older(self, before: datetime, limit: int) -> int: ...


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

"""The unit of work: one transaction over all repositories."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from despacho_database.engines import Engines
from despacho_database.gate import WriteGate
from despacho_database.repositories.answers import AnswersTable
from despacho_database.repositories.batches import BatchesTable
from despacho_database.repositories.figures import FiguresTable
from despacho_database.repositories.followed import FollowedTable
from despacho_database.repositories.inbox import InboxTable
from despacho_database.repositories.invoices import InvoicesTable
from despacho_database.repositories.manifests import ManifestsTable
from despacho_database.repositories.order_lists import OrderListsTable
from despacho_database.repositories.orders import OrdersTable, QuotesTable
from despacho_database.repositories.outbox import OutboxTable
from despacho_database.repositories.people import ActivitiesTable, OrderViewsTable
from despacho_database.repositories.plans import PlansTable
from despacho_database.repositories.sessions import SessionsTable
from despacho_database.repositories.shipment_lists import ShipmentListsTable
from despacho_database.repositories.shipments import LabelsTable, ShipmentsTable
from despacho_database.repositories.stores import AccountsTable, ApiTokensTable, ConsentsTable, StoresTable
from despacho_database.repositories.tracking import TrackingEventsTable
from despacho_database.repositories.waiting import WaitingTable
from despacho_ports import persistence, sales, shipping, tenants
from despacho_ports.activity import Activities
from despacho_ports.batches import Batches
from despacho_ports.figures import Figures
from despacho_ports.following import Followed
from despacho_ports.ledgers import Inbox, Outbox
from despacho_ports.order_lists import OrderLists
from despacho_ports.order_views import OrderViews
from despacho_ports.records import Contended, DatabaseAway
from despacho_ports.shipment_lists import ShipmentLists
from despacho_ports.system import Secrets

_GIVEN_UP = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected


def _given_up(_type: object, error: BaseException | None, _trace: object) -> None:
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _GIVEN_UP:
        raise Contended(str(error.orig)) from error


class DatabaseUnit:
    """Implements ``UnitOfWork`` on one connection. Once committed it is over: begin another one."""

    def __init__(
        self, connection: AsyncConnection, secrets: Secrets, release: Callable[[], Awaitable[None]], *, writing: bool
    ) -> None:
        self._connection = connection
        self._release = release
        self.stores: tenants.Stores = StoresTable(connection, secrets, writing=writing)
        self.accounts: tenants.Accounts = AccountsTable(connection, secrets, writing=writing)
        self.plans: tenants.Plans = PlansTable(connection, writing=writing)
        self.quotes: sales.Quotes = QuotesTable(connection, writing=writing)
        self.order_lists: OrderLists = OrderListsTable(connection, writing=writing)
        self.orders: sales.Orders = OrdersTable(connection, writing=writing)
        self.shipments: shipping.Shipments = ShipmentsTable(connection, writing=writing)
        self.shipment_lists: ShipmentLists = ShipmentListsTable(connection, writing=writing)
        self.labels: shipping.Labels = LabelsTable(connection, writing=writing)
        self.batches: Batches = BatchesTable(connection, writing=writing)
        self.manifests: shipping.Manifests = ManifestsTable(connection, writing=writing)
        self.tracking: shipping.TrackingEvents = TrackingEventsTable(connection, writing=writing)
        self.followed: Followed = FollowedTable(connection, writing=writing)
        self.invoices: sales.Invoices = InvoicesTable(connection, writing=writing)
        self.waiting: sales.Waiting = WaitingTable(connection, writing=writing)
        self.inbox: Inbox = InboxTable(connection, writing=writing)
        self.outbox: Outbox = OutboxTable(connection, writing=writing)
        self.figures: Figures = FiguresTable(connection, writing=writing)
        self.activity: Activities = ActivitiesTable(connection, writing=writing)
        self.order_views: OrderViews = OrderViewsTable(connection, writing=writing)
        self.tokens: tenants.ApiTokens = ApiTokensTable(connection, writing=writing)
        self.sessions: tenants.Sessions = SessionsTable(connection, writing=writing)
        self.consents: tenants.Consents = ConsentsTable(connection, writing=writing)
        self.answers: tenants.Answers = AnswersTable(connection, writing=writing)

    async def commit(self) -> None:
        """Make it durable, and let the next writer in."""
        await self._connection.commit()
        await self._release()


class DatabaseUnits:
    """Implements ``UnitsOfWork``."""

    def __init__(self, engines: Engines, secrets: Secrets, gate: WriteGate) -> None:
        self._engines = engines
        self._secrets = secrets
        self._gate = gate

    @asynccontextmanager
    async def begin(self, *, write: bool = True) -> AsyncIterator[persistence.UnitOfWork]:
        """A new transaction; ``write=False`` for reading alone, which never waits for writers and cannot write.

        Raises:
            Contended: PostgreSQL gave it up, because it and another one waited for each other.
            DatabaseAway: No connection can be had.
        """
        async with AsyncExitStack() as held:
            held.push(_given_up)
            connection = await self._connected(held, write=write)
            yield DatabaseUnit(connection, self._secrets, held.aclose, writing=write)

    async def _connected(self, held: AsyncExitStack, *, write: bool) -> AsyncConnection:
        engine = self._engines.write if write else self._engines.read
        try:
            if write:
                await held.enter_async_context(self._gate.passed())
            return await held.enter_async_context(engine.connect())
        except self._engines.connect_errors as error:
            raise DatabaseAway(f"the database cannot be reached ({type(error).__name__})") from error

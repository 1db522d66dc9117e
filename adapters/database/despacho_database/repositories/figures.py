"""What is counted over a store's rows, each question bounded and through an index of its own."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from despacho_core.fiscal import InvoiceState
from despacho_core.ledgers import EffectState, InboxState
from despacho_core.manifests import ManifestState
from despacho_core.orders import OrderStatus
from despacho_core.shipments import Direction, ShipmentState
from despacho_database.repositories.base import Repository
from despacho_database.repositories.order_lists import WINDOW
from despacho_database.repositories.periods import Periods
from despacho_database.tables import (
    inbox,
    invoice_is_open,
    invoices,
    label_is_free,
    labels,
    manifest_is_unfinished,
    manifests,
    orders,
    outbox,
    shipment_is_unsettled,
    shipments,
    waiting_documents,
    waiting_is_listed,
)
from despacho_ports.figures import MOST_COUNTED, FailedDelivery, MorningFigures, PriceGroup, ShipmentGroup

_SETTLED = (ShipmentState.REJECTED, ShipmentState.UNCERTAIN, ShipmentState.VOIDED)
_OVER = (EffectState.DONE, EffectState.REJECTED, EffectState.DEAD)


class FiguresTable(Repository):
    """Implements ``Figures``."""

    async def morning(self, store_id: str, accounts: Sequence[str], *, since: datetime) -> MorningFigures:
        free = {one: await self._free(store_id, one) for one in accounts}
        unfinished = await self._by(
            manifests.c.state,
            sa.select(manifests.c.state).where(manifests.c.store_id == store_id, manifest_is_unfinished),
        )
        waits = sa.select(waiting_documents.c.code).where(waiting_documents.c.store_id == store_id, waiting_is_listed)
        dead = (inbox.c.store_id == store_id, inbox.c.state == InboxState.DEAD)
        given_up = (outbox.c.store_id == store_id, outbox.c.state == EffectState.DEAD)
        return MorningFigures(
            new_orders=await self._new_orders(store_id, since),
            to_ship=await self._to_ship(store_id),
            label_problems=await self._label_problems(store_id),
            free_labels={one: count for one, count in free.items() if count},
            open_manifests=unfinished.get(ManifestState.OPEN, 0) + unfinished.get(ManifestState.CLOSING, 0),
            unsigned_manifests=unfinished.get(ManifestState.CLOSED, 0),
            waiting=await self._by(waiting_documents.c.code, waits),
            doubtful_documents=await self._doubtful(store_id),
            given_up=await self._count(sa.select(outbox.c.id).where(*given_up)),
            dead_messages=await self._count(sa.select(inbox.c.id).where(*dead)),
        )

    async def orders_by_hour(self, store_id: str, since: datetime) -> MappingOf[datetime, int]:
        return await Periods(self._connection).orders_by_hour(store_id, since)

    async def shipments(self, store_id: str, since: datetime, *, now: datetime) -> Sequence[ShipmentGroup]:
        return await Periods(self._connection).shipments(store_id, since, now)

    async def prices(self, store_id: str, since: datetime) -> Sequence[PriceGroup]:
        return await Periods(self._connection).prices(store_id, since)

    async def failures(self, store_id: str, since: datetime) -> Sequence[FailedDelivery]:
        return await Periods(self._connection).failures(store_id, since)

    async def _new_orders(self, store_id: str, since: datetime) -> int:
        paid = (orders.c.store_id == store_id, orders.c.status == OrderStatus.PAID)
        return await self._count(sa.select(orders.c.number).where(*paid, orders.c.first_seen_at >= since))

    async def _to_ship(self, store_id: str) -> int:
        """As the list of orders finds them. What each order holds is looked at only where nothing was sent, which is seen first."""
        paid = (orders.c.store_id == store_id, orders.c.status == OrderStatus.PAID)
        newest = sa.select(orders.c.number).where(*paid).order_by(orders.c.number.desc()).limit(WINDOW).subquery()
        sent = sa.exists().where(
            shipments.c.store_id == store_id,
            shipments.c.order_number == newest.c.number,
            shipments.c.direction == Direction.OUTBOUND,
            shipments.c.state != ShipmentState.VOIDED,
        )
        unsent = sa.select(newest.c.number).where(~sent).limit(2 * MOST_COUNTED)
        numbers = list((await self._connection.scalars(unsent)).all())
        needed = sa.select(orders.c.number).where(
            orders.c.store_id == store_id,
            orders.c.number.in_(numbers),
            orders.c.rest.not_like('%"shipping_required":false%'),
        )
        return await self._count(needed) if numbers else 0

    async def _label_problems(self, store_id: str) -> int:
        settled = shipments.alias("settled")
        better = sa.exists().where(
            settled.c.store_id == shipments.c.store_id,
            settled.c.order_number == shipments.c.order_number,
            settled.c.direction == Direction.OUTBOUND,
            settled.c.state.not_in(_SETTLED),
        )
        states = shipments.c.state.in_([ShipmentState.REJECTED, ShipmentState.UNCERTAIN])
        unsettled = (shipments.c.store_id == store_id, shipment_is_unsettled, states)
        query = sa.select(shipments.c.order_number).where(*unsettled, shipments.c.direction == Direction.OUTBOUND)
        newest = query.where(~better).limit(2 * MOST_COUNTED).subquery()
        return await self._count(sa.select(newest.c.order_number).distinct())

    async def _free(self, store_id: str, account_id: str) -> int:
        mine = (labels.c.store_id == store_id, labels.c.account_id == account_id, label_is_free)
        return await self._count(sa.select(labels.c.id).where(*mine, labels.c.direction == Direction.OUTBOUND))

    async def _doubtful(self, store_id: str) -> int:
        """What a person has resolved by hand keeps its doubt and waits for nothing: then nothing is owed any more."""
        owed = sa.exists().where(
            outbox.c.store_id == store_id, outbox.c.subject == invoices.c.id, outbox.c.state.not_in(_OVER)
        )
        doubtful = (invoices.c.store_id == store_id, invoice_is_open, invoices.c.state == InvoiceState.UNCERTAIN)
        return await self._count(sa.select(invoices.c.id).where(*doubtful, owed))

    async def _count(self, query: sa.Select[Any]) -> int:
        some = query.limit(MOST_COUNTED).subquery()
        return int(await self._connection.scalar(sa.select(sa.func.count()).select_from(some)) or 0)

    async def _by(self, column: sa.Column[Any], query: sa.Select[Any]) -> dict[str, int]:
        some = query.limit(MOST_COUNTED).subquery()
        grouped = sa.select(some.c[column.name], sa.func.count()).group_by(some.c[column.name])
        return {str(name): int(count) for name, count in await self._connection.execute(grouped)}

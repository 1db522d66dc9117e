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
    invoices,
    label_is_to_list,
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


class FiguresTable(Repository):
    """Implements ``Figures``."""

    async def morning(self, store_id: str, accounts: Sequence[str], *, since: datetime) -> MorningFigures:
        one_by_one = {
            "new_orders": _new_orders(store_id, since),
            "label_problems": _label_problems(store_id),
            "doubtful": _doubtful(store_id),
            "given_up": sa.select(outbox.c.id).where(outbox.c.store_id == store_id, outbox.c.state == EffectState.DEAD),
            "dead_messages": sa.select(inbox.c.id).where(
                inbox.c.store_id == store_id, inbox.c.state == InboxState.DEAD
            ),
        }
        free = {f"free_{place}": _free(store_id, account) for place, account in enumerate(accounts)}
        counts = await self._counts({**one_by_one, **free})
        unfinished = await self._by(
            manifests.c.state,
            sa.select(manifests.c.state).where(manifests.c.store_id == store_id, manifest_is_unfinished),
        )
        waits = sa.select(waiting_documents.c.code).where(waiting_documents.c.store_id == store_id, waiting_is_listed)
        return MorningFigures(
            new_orders=counts["new_orders"],
            to_ship=await self._to_ship(store_id),
            label_problems=counts["label_problems"],
            free_labels={one: counts[f"free_{place}"] for place, one in enumerate(accounts) if counts[f"free_{place}"]},
            open_manifests=unfinished.get(ManifestState.OPEN, 0) + unfinished.get(ManifestState.CLOSING, 0),
            unsigned_manifests=unfinished.get(ManifestState.CLOSED, 0),
            waiting=await self._by(waiting_documents.c.code, waits),
            doubtful_documents=counts["doubtful"],
            given_up=counts["given_up"],
            dead_messages=counts["dead_messages"],
        )

    async def orders_by_hour(self, store_id: str, since: datetime) -> MappingOf[datetime, int]:
        return await Periods(self._connection).orders_by_hour(store_id, since)

    async def shipments(self, store_id: str, since: datetime, *, now: datetime) -> Sequence[ShipmentGroup]:
        return await Periods(self._connection).shipments(store_id, since, now)

    async def prices(self, store_id: str, since: datetime) -> Sequence[PriceGroup]:
        return await Periods(self._connection).prices(store_id, since)

    async def failures(self, store_id: str, since: datetime) -> Sequence[FailedDelivery]:
        return await Periods(self._connection).failures(store_id, since)

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
        if not numbers:
            return 0
        mine = (orders.c.store_id == store_id, orders.c.number.in_(numbers))
        needed = sa.select(orders.c.number).where(*mine, orders.c.rest.not_like('%"shipping_required":false%'))
        return (await self._counts({"to_ship": needed}))["to_ship"]

    async def _counts(self, queries: MappingOf[str, sa.Select[Any]]) -> dict[str, int]:
        """How many rows each query finds, bounded, all asked at once."""
        asked = []
        for name, query in queries.items():
            some = query.limit(MOST_COUNTED).subquery()
            asked.append(sa.select(sa.func.count()).select_from(some).scalar_subquery().label(name))
        (found,) = await self._all(sa.select(*asked))
        return {name: int(found[name]) for name in queries}

    async def _by(self, column: sa.Column[Any], query: sa.Select[Any]) -> dict[str, int]:
        some = query.limit(MOST_COUNTED).subquery()
        grouped = sa.select(some.c[column.name], sa.func.count()).group_by(some.c[column.name])
        return {str(name): int(count) for name, count in await self._connection.execute(grouped)}


def _new_orders(store_id: str, since: datetime) -> sa.Select[Any]:
    paid = (orders.c.store_id == store_id, orders.c.status == OrderStatus.PAID)
    return sa.select(orders.c.number).where(*paid, orders.c.first_seen_at >= since)


def _label_problems(store_id: str) -> sa.Select[Any]:
    """Orders, each once."""
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
    some = query.where(~better).limit(2 * MOST_COUNTED).subquery()
    return sa.select(some.c.order_number).distinct()


def _free(store_id: str, account_id: str) -> sa.Select[Any]:
    """Nothing but what the index holds, so that nothing else is looked at."""
    mine = (labels.c.store_id == store_id, labels.c.account_id == account_id, label_is_to_list)
    return sa.select(labels.c.account_id).where(*mine)


def _doubtful(store_id: str) -> sa.Select[Any]:
    """Found by what is owed: a document that a person has settled by hand keeps its doubt, and nothing is owed any more."""
    theirs = sa.and_(invoices.c.store_id == store_id, invoices.c.id == outbox.c.subject)
    owed = (outbox.c.store_id == store_id, outbox.c.state == EffectState.UNCERTAIN)
    return (
        sa.select(outbox.c.id)
        .join_from(outbox, invoices, theirs)
        .where(*owed, invoices.c.state == InvoiceState.UNCERTAIN)
    )

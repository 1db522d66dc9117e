"""What people did, and the views that they keep."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from despacho_database.columns import bounded
from despacho_database.mapping import Mapping
from despacho_database.repositories.base import Repository, newest_first
from despacho_database.tables import activity, activity_orders, order_views
from despacho_ports.activity import Activity
from despacho_ports.order_views import OrderView

_activity = Mapping(activity, Activity)
_views = Mapping(order_views, OrderView)


class ActivitiesTable(Repository):
    """One row for each change, and one for each order that it was about."""

    async def add(self, done: Activity) -> None:
        await self._add(activity, _activity.row(done))
        about = {"store_id": done.store_id, "activity_id": done.id}
        await self._add_all(
            activity_orders, [{**about, "order_number": bounded(one)} for one in dict.fromkeys(done.orders)]
        )

    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[Activity]:
        """Newest first, of all orders or of one."""
        query = sa.select(activity).where(activity.c.store_id == store_id)
        if order_number is not None:
            about = (activity_orders.c.store_id == store_id, activity_orders.c.order_number == bounded(order_number))
            query = query.where(activity.c.id.in_(sa.select(activity_orders.c.activity_id).where(*about)))
        newest = newest_first(query, activity, before=before, limit=limit, by=activity.c.at)
        return [_activity.struct(row) for row in await self._all(newest)]


class OrderViewsTable(Repository):
    """Views of the list of orders, by name."""

    async def of_store(self, store_id: str) -> Sequence[OrderView]:
        query = sa.select(order_views).where(order_views.c.store_id == store_id).order_by(order_views.c.name)
        return [_views.struct(row) for row in await self._all(query)]

    async def save(self, view: OrderView) -> None:
        """Add, or replace the one of that name."""
        insert = self._insert(order_views).values(_views.row(view))
        keys = ["store_id", "name"]
        await self._connection.execute(
            insert.on_conflict_do_update(index_elements=keys, set_={"rest": insert.excluded["rest"]})
        )

    async def remove(self, store_id: str, name: str) -> None:
        mine = (order_views.c.store_id == store_id, order_views.c.name == name)
        await self._connection.execute(sa.delete(order_views).where(*mine))

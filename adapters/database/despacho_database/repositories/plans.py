"""Stores' shipping plans, each one JSON text."""

# ruff: noqa: D102 - the ports describe what has no further docstring here

from __future__ import annotations

import msgspec
import sqlalchemy as sa

from despacho_core.shipping_plans import ShippingPlan
from despacho_database.repositories.base import Repository
from despacho_database.tables import shipping_plans
from despacho_ports.records import PlanRecord


class PlansTable(Repository):
    """Stores' shipping plans. The version guards against two people who change one plan at a time."""

    async def get(self, store_id: str) -> PlanRecord | None:
        row = await self._one(sa.select(shipping_plans).where(shipping_plans.c.store_id == store_id))
        if row is None:
            return None
        return PlanRecord(
            store_id=row["store_id"],
            version=row["version"],
            saved_at=row["saved_at"],
            plan=msgspec.json.decode(row["rest"], type=ShippingPlan),
        )

    async def save(self, record: PlanRecord) -> bool:
        row = {
            "store_id": record.store_id,
            "version": record.version,
            "saved_at": record.saved_at,
            "rest": msgspec.json.encode(record.plan).decode(),
        }
        if record.version == 1:
            return await self._add_new(shipping_plans, row)
        mine = (shipping_plans.c.store_id == record.store_id, shipping_plans.c.version == record.version - 1)
        saved = await self._connection.execute(sa.update(shipping_plans).where(*mine).values(row))
        return saved.rowcount > 0

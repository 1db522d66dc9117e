"""The store's shipping plan: boxes, tariff, rules."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get, put
from litestar.params import JSONBody

from despacho_core.shipping_plans import ShippingPlan
from despacho_http.access import Hub, StoreId
from despacho_http.api.wishes import Body
from despacho_ports.records import PlanRecord


class PlanBody(Body, frozen=True, kw_only=True):
    """A plan to save. ``version`` is the one that was changed; without it whatever is there is replaced."""

    plan: ShippingPlan
    version: int | None = None


class PlanView(msgspec.Struct, frozen=True, kw_only=True):
    """The plan as saved; version 0 where none ever was."""

    version: int
    saved_at: datetime | None
    plan: ShippingPlan


@get("/shipping-plan")
async def get_plan(services: Hub, store_id: StoreId) -> PlanView:
    """The store's shipping plan."""
    return plan_view(await services.plans.read(store_id))


@put("/shipping-plan")
async def put_plan(services: Hub, store_id: StoreId, data: JSONBody[PlanBody]) -> PlanView:
    """Replace the store's shipping plan. It counts at every checkout within two seconds."""
    return plan_view(await services.plans.save(store_id, data.plan, expected=data.version))


def plan_view(record: PlanRecord) -> PlanView:
    """A plan as the API shows it."""
    saved_at = record.saved_at if record.version else None
    return PlanView(version=record.version, saved_at=saved_at, plan=record.plan)


ROUTES = (get_plan, put_plan)

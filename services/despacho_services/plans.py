"""Stores' shipping plans: read, checked against the store, saved."""

from __future__ import annotations

from despacho_core.errors import PlanChanged
from despacho_core.shipping_plan_checks import checked_plan
from despacho_core.shipping_plans import ShippingPlan
from despacho_ports.records import PlanRecord
from despacho_services.office import Office
from despacho_services.shops import Shops


class Plans:
    """Stores' shipping plans."""

    def __init__(self, office: Office, shops: Shops) -> None:
        self._office = office
        self._shops = shops

    async def read(self, store_id: str) -> PlanRecord:
        """The plan; version 0 and empty where none was ever saved."""
        async with self._office.units.begin(write=False) as work:
            record = await work.plans.get(store_id)
        return record or PlanRecord(store_id=store_id, version=0, saved_at=self._office.now(), plan=ShippingPlan())

    async def save(self, store_id: str, plan: ShippingPlan, *, expected: int | None) -> PlanRecord:
        """Save a plan; it counts at every checkout within two seconds.

        Args:
            store_id: Whose.
            plan: Accounts in it may also be named by their provider's id, where the store has one account with it.
            expected: The version that was changed; None replaces whatever is there.

        Raises:
            PlanInvalid: It cannot be meant so; says where.
            PlanChanged: Another version is there.
        """
        async with self._office.units.begin() as work:
            accounts = await work.accounts.of_store(store_id)
            checked = checked_plan(plan, accounts)
            there = await work.plans.get(store_id)
            version = 0 if there is None else there.version
            if expected is not None and expected != version:
                raise PlanChanged(there=version, expected=expected)
            record = PlanRecord(store_id=store_id, version=version + 1, saved_at=self._office.now(), plan=checked)
            if not await work.plans.save(record):
                raise PlanChanged(there=version + 1, expected=version)
            await work.commit()
        self._shops.forget(store_id)
        return record

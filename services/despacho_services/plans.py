"""Stores' shipping plans: read, checked against the store, saved."""

from __future__ import annotations

import re

import msgspec

from despacho_core.errors import Misfit, NotFound, PlanChanged, PlanInvalid
from despacho_core.shipping_plan_checks import checked_plan, settled_plan
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.tariff_sheets import Sheet, line_of, read_sheet
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import PlanRecord
from despacho_services.office import Office
from despacho_services.shops import Shops

_IN_TARIFF = re.compile(r"\$\.tariff\[(?P<row>\d+)\]\.(?:area\.)?(?P<column>\w+)")


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
            there = await work.plans.get(store_id)
            saved = ShippingPlan() if there is None else there.plan
            accounts, currency = await work.accounts.of_store(store_id), await _currency(work, store_id)
            checked = checked_plan(plan, accounts, currency=currency, there=saved)
            version = 0 if there is None else there.version
            if expected is not None and expected != version:
                raise PlanChanged(there=version, expected=expected)
            record = PlanRecord(store_id=store_id, version=version + 1, saved_at=self._office.now(), plan=checked)
            if not await work.plans.save(record):
                raise PlanChanged(there=version + 1, expected=version)
            await work.commit()
        self._shops.forget(store_id)
        return record

    async def import_tariff(self, store_id: str, sheet: str, *, expected: int | None) -> PlanRecord:
        """Replace the tariff by that of a spreadsheet; the rest of the plan stays.

        Args:
            store_id: Whose.
            sheet: As :mod:`despacho_core.tariff_sheets` reads it.
            expected: The version that was changed; None takes whatever is there.

        Raises:
            PlanInvalid: Something in it cannot be meant so; says in which lines and columns, of the whole sheet.
            PlanChanged: Another version is there.
        """
        read = read_sheet(sheet)
        async with self._office.units.begin(write=False) as work:
            there = await work.plans.get(store_id)
            accounts, currency = await work.accounts.of_store(store_id), await _currency(work, store_id)
        saved = ShippingPlan() if there is None else there.plan
        checked = msgspec.structs.replace(saved, tariff=(*read.rows, *read.spoilt))
        _, misfits = settled_plan(checked, accounts, currency=currency, there=saved)
        wrong = sorted([*read.misfits, *(_in_sheet(one, read) for one in misfits)], key=line_of)
        if wrong:
            raise PlanInvalid.of(wrong)
        if expected is None:
            expected = 0 if there is None else there.version
        plan = msgspec.structs.replace(saved, tariff=read.rows)
        return await self.save(store_id, plan, expected=expected)


async def _currency(work: UnitOfWork, store_id: str) -> str:
    store = await work.stores.get(store_id)
    if store is None:
        raise NotFound(what="store", id=store_id)
    return store.currency


def _in_sheet(misfit: Misfit, sheet: Sheet) -> Misfit:
    """Something wrong with a row of the plan, as the line and the column where it stands in the sheet."""
    found = _IN_TARIFF.match(misfit.path)
    if found is None:
        return misfit
    column = {"brackets": "price"}.get(found["column"], found["column"])
    return Misfit(f"line {sheet.lines[int(found['row'])]}, {column}", misfit.reason)

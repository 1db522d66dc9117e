"""Who did what: every change that people make through the App and programs through the API, by store, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from despacho_ports.activity import Activity, Through
from despacho_ports.persistence import UnitOfWork
from despacho_services.identifiers import new_id
from despacho_services.office import Office

MOST_ORDERS = 500
"""What one change can be about: as many as a batch takes."""

_LONGEST = 300


@dataclass(frozen=True)
class Deed:
    """A change that succeeded, as whoever saw it tells of it.

    ``path`` holds what stood in the route's path, by name (``number`` is an order's); ``orders`` are those that are known beside it.
    """

    actor: str
    through: Through
    action: str
    path: Mapping[str, str]
    orders: Sequence[int] = ()
    subject: str = ""
    detail: str = ""


class ActivityLog:
    """Records what people do, and gives it back."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def record(self, store_id: str, deed: Deed) -> Activity:
        """Keep one change; which orders it was about is found out from the shipment, document or effect that it names."""
        async with self._office.units.begin(write=False) as work:
            theirs = await _orders_behind(work, store_id, deed.path)
        orders = dict.fromkeys([*_number(deed.path), *deed.orders, *theirs])
        subject = deed.subject or next((value for name, value in deed.path.items() if name != "number"), "")
        activity = Activity(
            id=new_id(),
            store_id=store_id,
            at=self._office.now(),
            actor=deed.actor[:_LONGEST],
            action=deed.action,
            subject=subject[:_LONGEST],
            through=deed.through,
            orders=tuple(orders)[:MOST_ORDERS],
            detail=deed.detail[:_LONGEST],
        )
        async with self._office.units.begin() as work:
            await work.activity.add(activity)
            await work.commit()
        return activity

    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[Activity]:
        """What was done, newest first, below ``before``; about one order where one is named."""
        async with self._office.units.begin(write=False) as work:
            return await work.activity.page(store_id, before=before, limit=limit, order_number=order_number)


def _number(path: Mapping[str, str]) -> list[int]:
    number = path.get("number", "")
    return [int(number)] if number.isdecimal() and len(number) < 19 else []


async def _orders_behind(work: UnitOfWork, store_id: str, path: Mapping[str, str]) -> list[int]:
    """Numbers of the orders of what a path names; an effect stands for its shipment or document."""
    ids = {name: value for name, value in path.items() if name in {"shipment_id", "invoice_id"}}
    effect = await work.outbox.get(store_id, path["effect_id"]) if "effect_id" in path else None
    if effect is not None:
        ids = {"shipment_id": effect.subject, "invoice_id": effect.subject}
    shipment = await work.shipments.get(store_id, ids["shipment_id"]) if "shipment_id" in ids else None
    invoice = await work.invoices.get(store_id, ids["invoice_id"]) if "invoice_id" in ids else None
    return [one.order_number for one in (shipment, invoice) if one is not None]

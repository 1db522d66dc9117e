"""Which orders a list call means: `status_filters[]`, `fulfillment_filters`, and days by `dateFilter` (contract 4.3).

Days are days of the store's own time zone, both ends included (contract 7.17 leaves that open). `created` as a status filter
is explained nowhere: it is taken for every order that went through the checkout, that is, all but abandoned ones.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from despacho_sandbox.store.gate import Call
from despacho_sandbox.store.order import Order, OrderStatus
from despacho_sandbox.store.web import ApiError

DAYS_BACK = {"today": (0, 0), "yesterday": (1, 1), "last7days": (7, 0), "last30days": (30, 0), "last90days": (90, 0)}


def filtered(call: Call, now: datetime) -> list[Order]:
    """The orders that a call's filters let through, highest number first."""
    statuses = _statuses(call)
    fulfilled = [name.strip() for name in call.first("fulfillment_filters").split(",") if name.strip()]
    zone = ZoneInfo(call.store.timezone)
    days = _days(call, now.astimezone(zone).date())
    return [
        order
        for _, order in sorted(call.store.orders.items(), reverse=True)
        if (statuses is None or order.status in statuses)
        and (not fulfilled or ("fulfilled" if order.fulfilled else "unfulfilled") in fulfilled)
        and (days is None or days[0] <= order.created_at.astimezone(zone).date() <= days[1])
    ]


def matches(order: Order, words: str) -> bool:
    """Whether a search for these words (case-folded) finds the order."""
    texts = (
        str(order.id),
        order.customer.email,
        order.customer.fullname,
        order.tracking_number or "",
        *(line.name for line in order.lines),
        *(line.sku for line in order.lines),
    )
    return any(words in text.casefold() for text in texts)


def _statuses(call: Call) -> frozenset[str] | None:
    wanted = set(call.all("status_filters[]"))
    if not wanted:
        return None
    if "created" in wanted:
        wanted |= set(OrderStatus) - {OrderStatus.ABANDONED}
    return frozenset(wanted)


def _days(call: Call, today: date) -> tuple[date, date] | None:
    wanted = call.first("dateFilter")
    if wanted in DAYS_BACK:
        first, last = DAYS_BACK[wanted]
        return today - timedelta(days=first), today - timedelta(days=last)
    if wanted != "customDate":
        return None
    try:
        return date.fromisoformat(call.first("initialDate")), date.fromisoformat(call.first("finalDate"))
    except ValueError as error:
        raise ApiError(400, {"message": "initialDate and finalDate must be YYYY-MM-DD"}) from error

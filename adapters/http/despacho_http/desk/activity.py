"""Activity: what people did, what came in, what went out, and what carriers said that nobody could read."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.params import QueryParameter

from despacho_core.ledgers import EffectState, InboxState
from despacho_http.access import Hub
from despacho_http.desk import activity_words as words
from despacho_http.desk.doings import doing
from despacho_http.desk.paging import LINES, Before, aware, older
from despacho_http.desk.rendering import page
from despacho_http.desk.visitor import Visiting
from despacho_ports.activity import Through

Text = Annotated[str, QueryParameter(max_length=40)]
States = Annotated[str, QueryParameter(name="state", max_length=40)]
BeforeNumber = Annotated[int | None, QueryParameter(ge=1, le=10**18)]


@get("/app/activity")
async def list_activity(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, *, order: Text = "", before: Before = None
) -> Response[str]:
    """Who did what, the latest first."""
    number = order_number(order)
    rows = await services.activity.page(visitor.store.id, before=aware(before), limit=LINES, order_number=number)
    return page(
        request,
        visitor,
        "activity.html",
        current="activity",
        title=visitor.words("Activity"),
        rows=rows,
        order=number,
        older=older("/app/activity", rows, rows[-1].at if rows else None, {"order": number or ""}),
        doing=doing,
        through=Through,
    )


@get("/app/activity/inbox")
async def list_messages(
    request: Request[Any, Any, Any],
    services: Hub,
    visitor: Visiting,
    *,
    in_state: States = "",
    order: Text = "",
    before: BeforeNumber = None,
) -> Response[str]:
    """What came in, the latest first; about one order, those that were read."""
    chosen = InboxState(in_state) if in_state in set(InboxState) else None
    number, last = order_number(order), None
    if number is not None:
        rows = await services.ledgers.messages_about(visitor.store.id, number, limit=LINES)
    else:
        rows = await services.ledgers.inbox(visitor.store.id, state=chosen, before=before, limit=LINES)
        last = rows[-1].id if rows else None
    return page(
        request,
        visitor,
        "activity_inbox.html",
        current="activity",
        title=visitor.words("What came in"),
        rows=rows,
        state=chosen,
        order=number,
        older=older("/app/activity/inbox", rows, last, {"state": chosen or ""}),
        words=words,
    )


@get("/app/activity/outbox")
async def list_effects(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, *, in_state: States = "", before: Before = None
) -> Response[str]:
    """What is owed to the outside world and what became of it, the latest first."""
    chosen = EffectState(in_state) if in_state in set(EffectState) else None
    rows = await services.ledgers.outbox(visitor.store.id, state=chosen, before=aware(before), limit=LINES)
    return page(
        request,
        visitor,
        "activity_outbox.html",
        current="activity",
        title=visitor.words("What went out"),
        rows=rows,
        state=chosen,
        older=older("/app/activity/outbox", rows, rows[-1].created_at if rows else None, {"state": chosen or ""}),
        words=words,
        accounts={one.id: one.name for one in await services.accounts.all(visitor.store.id)},
    )


@get("/app/activity/codes")
async def list_codes(request: Request[Any, Any, Any], services: Hub, visitor: Visiting) -> Response[str]:
    """What carriers said that their tables do not know, the most frequent first."""
    return page(
        request,
        visitor,
        "activity_codes.html",
        current="activity",
        title=visitor.words("Unknown tracking codes"),
        rows=await services.tracking.unknown_codes(visitor.store.id),
    )


def order_number(text: str) -> int | None:
    """An order's number as people write it; None for anything else."""
    digits = text.strip().removeprefix("#")
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 19 else None


PAGES = (list_activity, list_messages, list_effects, list_codes)

"""The inbox: what came in."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import chosen_stores, codes_by_id, with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho_core.ledgers import InboxState

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """A message as listings show it: without its body, which is about people."""

    id: int
    store: str
    source: str
    event: str
    state: InboxState
    attempts: int
    received_at: datetime
    due_at: datetime | None
    error: str | None


@click.group()
def inbox() -> None:
    """The inbox: webhooks and carriers' messages, stored before they were acknowledged."""


@inbox.command("list")
@click.argument("code", required=False)
@click.option("--state", type=click.Choice([state.value for state in InboxState]), help="Only those in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="So many at most.")
@click.option("--before", type=int, metavar="ID", help="Only those older than message ID: the next page.")
@json_option
def list_inbox(code: str | None, state: str | None, limit: int, before: int | None, as_json: bool) -> None:
    """List messages of the store CODE, or of all stores, newest first."""

    async def use(hub: Hub) -> list[InboxLine]:
        store_id = None if code is None else (await chosen_stores(hub, code))[0].id
        wanted = None if state is None else InboxState(state)
        rows = await hub.services.ledgers.inbox(store_id, state=wanted, before=before, limit=limit)
        codes = await codes_by_id(hub)
        return [
            InboxLine(
                id=row.id,
                store=codes.get(row.store_id, row.store_id),
                source=row.source,
                event=row.event,
                state=row.state,
                attempts=row.attempts,
                received_at=row.received_at,
                due_at=row.due_at,
                error=row.error,
            )
            for row in rows
        ]

    lines = with_hub(use)
    rows = [(one.id, one.received_at, one.store, one.event, one.state, one.attempts, one.error) for one in lines]
    header = ["id", "received", "store", "event", "state", "attempts", "error"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no such message."))


@inbox.command()
@click.argument("ids", metavar="ID...", nargs=-1, type=int, required=True)
@json_option
def replay(ids: tuple[int, ...], as_json: bool) -> None:
    """Work the messages off once more. What they led to the first time is not done twice."""
    count = with_hub(lambda hub: hub.services.ledgers.replay(None, ids))
    if not count:
        raise Failure("There is no such message; `despacho inbox list` shows what there is.", code="not-found")
    show({"replayed": count}, as_json=as_json, people=f"Messages to be worked off once more: {count}.")

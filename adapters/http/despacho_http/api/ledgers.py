"""The two ledgers as far as they are the token's own store's, and its accounts."""

from __future__ import annotations

from datetime import datetime

import msgspec
from litestar import get, post
from litestar.params import FromPath, JSONBody

from despacho_core.ledgers import Effect, EffectState, InboxRow, InboxState, Lane
from despacho_http.access import Hub, StoreId
from despacho_http.api.views import Page, page
from despacho_http.api.wishes import BeforeNumber, BeforeTime, EffectStates, InboxStates, Limit, ReplayBody, ResolveBody


class InboxView(msgspec.Struct, frozen=True, kw_only=True):
    """A message that came in; its body stays in the database."""

    id: int
    source: str
    event: str
    received_at: datetime
    state: InboxState
    attempts: int
    due_at: datetime | None
    error: str | None


class EffectView(msgspec.Struct, frozen=True, kw_only=True):
    """An effect owed to the outside world. ``subject`` is the id of what it is about."""

    id: str
    key: str
    kind: str
    subject: str
    lane: Lane
    account_id: str | None
    state: EffectState
    attempts: int
    lookups: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    message: str | None


class ReplayView(msgspec.Struct, frozen=True, kw_only=True):
    """How many messages are worked off once more."""

    replayed: int


@get("/inbox")
async def list_inbox(
    services: Hub,
    store_id: StoreId,
    before: BeforeNumber = None,
    limit: Limit = 50,
    only: InboxStates = None,
) -> Page[InboxView]:
    """Messages that came in for the store, newest first."""
    rows = await services.ledgers.inbox(store_id, state=only, before=before, limit=limit)
    return page(rows, _inbox_view, limit=limit, key=lambda row: row.id)


@post("/inbox/replay", status_code=200)
async def replay_inbox(services: Hub, store_id: StoreId, data: JSONBody[ReplayBody]) -> ReplayView:
    """Work messages off once more; those of other stores are not there."""
    return ReplayView(replayed=await services.ledgers.replay(store_id, data.ids))


@get("/outbox")
async def list_outbox(
    services: Hub,
    store_id: StoreId,
    before: BeforeTime = None,
    limit: Limit = 50,
    only: EffectStates = None,
) -> Page[EffectView]:
    """Effects owed for the store, newest first."""
    rows = await services.ledgers.outbox(store_id, state=only, before=before, limit=limit)
    return page(rows, _effect_view, limit=limit, key=lambda effect: effect.created_at)


@post("/outbox/{effect_id:str}/retry", status_code=200)
async def retry_effect(services: Hub, store_id: StoreId, effect_id: FromPath[str]) -> EffectView:
    """Try a rejected or dead effect again; what may have happened is looked for first."""
    return _effect_view(await services.ledgers.retry(store_id, effect_id))


@post("/outbox/{effect_id:str}/resolve", status_code=200)
async def resolve_effect(
    services: Hub, store_id: StoreId, effect_id: FromPath[str], data: JSONBody[ResolveBody]
) -> EffectView:
    """Settle an uncertain effect by what a person found out at the provider."""
    effect = await services.ledgers.resolve(store_id, effect_id, happened=data.happened, note=data.note)
    return _effect_view(effect)


def _inbox_view(row: InboxRow) -> InboxView:
    return InboxView(
        id=row.id,
        source=row.source,
        event=row.event,
        received_at=row.received_at,
        state=row.state,
        attempts=row.attempts,
        due_at=row.due_at,
        error=row.error,
    )


def _effect_view(effect: Effect) -> EffectView:
    return EffectView(
        id=effect.id,
        key=effect.key,
        kind=effect.kind,
        subject=effect.subject,
        lane=effect.lane,
        account_id=effect.account_id,
        state=effect.state,
        attempts=effect.attempts,
        lookups=effect.lookups,
        created_at=effect.created_at,
        due_at=effect.due_at,
        settled_at=effect.settled_at,
        message=effect.message,
    )


ROUTES = (list_inbox, replay_inbox, list_outbox, retry_effect, resolve_effect)

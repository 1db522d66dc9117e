"""One message or one effect of the two ledgers, and what a person may do with it."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get, post
from litestar.params import FromPath

from despacho_core.errors import DomainError, NotFound
from despacho_core.fiscal import Invoice
from despacho_core.ledgers import EffectState
from despacho_core.manifests import Manifest
from despacho_core.shipments import Shipment
from despacho_http.access import Hub
from despacho_http.desk import activity_words as words
from despacho_http.desk.forms import Form
from despacho_http.desk.rendering import Said, moved, page
from despacho_http.desk.visitor import Visiting
from despacho_http.recording_notes import note
from despacho_services.owing_documents import ISSUE
from despacho_services.redaction import shape_of
from despacho_services.shipping import BUY

INBOX, OUTBOX = "/app/activity/inbox", "/app/activity/outbox"
_RETRIED = frozenset({EffectState.REJECTED, EffectState.DEAD})
_LONGEST_NOTE = 500


@get("/app/activity/inbox/{message_id:int}")
async def show_message(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, message_id: FromPath[int]
) -> Response[str]:
    """One message, without what it says of people."""
    row = await services.ledgers.message(visitor.store.id, message_id)
    return page(
        request,
        visitor,
        "activity_message.html",
        current="activity",
        title=visitor.words("Message %(number)s") % {"number": row.id},
        row=row,
        shape=shape_of(row.body),
        words=words,
    )


@post("/app/activity/inbox/replay")
async def replay_inbox(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form
) -> Response[bytes]:
    """Work the chosen messages off once more. What they led to the first time is not done twice."""
    ids = form.numbers("message")
    count = await services.ledgers.replay(visitor.store.id, ids)
    path = f"{INBOX}/{ids[0]}" if form.flag("one") and ids else INBOX
    if not count:
        return moved(request, path, Said("danger", visitor.words("Choose messages first.")))
    note(request, detail=", ".join(map(str, ids[:20])))
    return moved(request, path, Said("success", visitor.words("Worked off once more: %(count)s.") % {"count": count}))


@get("/app/activity/outbox/{effect_id:str}")
async def show_effect(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, effect_id: FromPath[str]
) -> Response[str]:
    """One effect, what it is about, and how it stands."""
    effect = await services.ledgers.effect(visitor.store.id, effect_id)
    subject = await services.ledgers.subject_of(effect)
    accounts = {one.id: one.name for one in await services.accounts.all(visitor.store.id)}
    return page(
        request,
        visitor,
        "activity_effect.html",
        current="activity",
        title=visitor.words(words.EFFECTS.get(effect.kind, effect.kind)),
        effect=effect,
        subject=_subject(subject),
        order=None if subject is None or isinstance(subject, Manifest) else subject.order_number,
        account=accounts.get(effect.account_id or ""),
        may_be_retried=effect.state in _RETRIED,
        is_in_doubt=effect.state is EffectState.UNCERTAIN,
        settled_there=effect.kind in {BUY, ISSUE} and subject is not None,
        words=words,
    )


@post("/app/activity/outbox/{effect_id:str}/retry")
async def retry_effect(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, effect_id: FromPath[str]
) -> Response[bytes]:
    """Try a refused or abandoned effect again; what may have happened is looked for first."""
    path = f"{OUTBOX}/{effect_id}"
    try:
        effect = await services.ledgers.retry(visitor.store.id, effect_id)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, detail=effect.key)
    return moved(request, path, Said("success", visitor.words("It is tried again.")))


@post("/app/activity/outbox/{effect_id:str}/resolve")
async def resolve_effect(
    request: Request[Any, Any, Any], services: Hub, visitor: Visiting, form: Form, effect_id: FromPath[str]
) -> Response[bytes]:
    """Settle an effect in doubt by what a person found out: it happened, or it certainly did not and is tried again."""
    path, how = f"{OUTBOX}/{effect_id}", form.text("how")
    if how not in {"happened", "not"}:
        return moved(request, path, Said("danger", visitor.words("Say whether it happened.")))
    told = f"{visitor.actor}: {form.text('note') or how}"[:_LONGEST_NOTE]
    try:
        effect = await services.ledgers.resolve(visitor.store.id, effect_id, happened=how == "happened", note=told)
    except NotFound:
        raise
    except DomainError as error:
        return moved(request, path, Said("danger", error.text(visitor.language)))
    note(request, detail=f"{effect.key}: {how}")
    return moved(request, path, Said("success", visitor.words("Settled.")))


def _subject(subject: Shipment | Invoice | Manifest | None) -> str | None:
    """The path of the page of what an effect is about."""
    parts = ((Shipment, "shipments"), (Invoice, "invoices"), (Manifest, "manifests"))
    return next((f"/app/{part}/{subject.id}" for kind, part in parts if isinstance(subject, kind)), None)


PAGES = (show_message, replay_inbox, show_effect, retry_effect, resolve_effect)

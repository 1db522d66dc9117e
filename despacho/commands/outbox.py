"""The outbox: every effect owed to the outside world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from despacho.commands._beside import chosen_stores, codes_by_id, with_hub
from despacho.commands._console import Failure, json_option, show, table
from despacho_core.ledgers import Effect, EffectState, Lane

if TYPE_CHECKING:
    from despacho.bootstrap import Hub


class EffectLine(msgspec.Struct, frozen=True, kw_only=True):
    """An effect as listings show it."""

    id: str
    store: str
    key: str
    kind: str
    subject: str
    lane: Lane
    account: str | None
    state: EffectState
    attempts: int
    lookups: int
    created_at: datetime
    due_at: datetime
    settled_at: datetime | None
    message: str | None


@click.group()
def outbox() -> None:
    """The outbox: labels to buy, documents to issue, stores to tell, each done exactly once."""


@outbox.command("list")
@click.argument("code", required=False)
@click.option("--state", type=click.Choice([state.value for state in EffectState]), help="Only those in this state.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000), help="So many at most.")
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d"]),
    help="Only those created before (UTC).",
)
@json_option
def list_outbox(code: str | None, state: str | None, limit: int, before: datetime | None, as_json: bool) -> None:
    """List effects of the store CODE, or of all stores, newest first."""

    async def use(hub: Hub) -> list[EffectLine]:
        store_id = None if code is None else (await chosen_stores(hub, code))[0].id
        effects = await hub.services.ledgers.outbox(
            store_id,
            state=None if state is None else EffectState(state),
            before=None if before is None else before.replace(tzinfo=UTC),
            limit=limit,
        )
        codes = await codes_by_id(hub)
        return [_line(effect, codes) for effect in effects]

    lines = with_hub(use)
    rows = [(one.id, one.created_at, one.store, one.key, one.state, one.attempts, one.message) for one in lines]
    header = ["id", "created", "store", "effect", "state", "attempts", "message"]
    show(lines, as_json=as_json, people=table(header, rows, empty="There is no such effect."))


@outbox.command()
@click.argument("effect_id", metavar="ID")
@json_option
def retry(effect_id: str, as_json: bool) -> None:
    """Try the rejected or dead effect ID again. What may have happened already is looked for first, never repeated."""

    async def use(hub: Hub) -> EffectLine:
        return _line(await hub.services.ledgers.retry(None, effect_id), await codes_by_id(hub))

    line = with_hub(use)
    show(line, as_json=as_json, people=f"{line.key} is {line.state.value}; a worker takes it up now.")


@outbox.command()
@click.argument("effect_id", metavar="ID")
@click.option("--happened/--did-not-happen", required=True, help="What you found out at the provider.")
@click.option("--note", required=True, help="How you found out; kept in the ledger.")
@click.option(
    "--number",
    "numbers",
    multiple=True,
    help="The document's number, or the label's tracking number; one for each parcel. Without it the order shows neither.",
)
@click.option("--external-id", default="", help="The invoicing system's own id of the document, if you know it.")
@click.option(
    "--pdf", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="The document itself, to be kept."
)
@json_option
def resolve(  # noqa: PLR0917 - click hands over by name
    effect_id: str,
    happened: bool,
    note: str,
    numbers: tuple[str, ...],
    external_id: str,
    pdf: Path | None,
    as_json: bool,
) -> None:
    """Settle the uncertain effect ID by what you found out at the provider, where it cannot be asked by us."""
    if (numbers or external_id or pdf) and not happened:
        raise click.UsageError("What did not happen has no number.")
    if (external_id or pdf) and not numbers:
        raise click.UsageError("Give the document's --number too.")

    content = pdf.read_bytes() if pdf is not None else None

    async def use(hub: Hub) -> EffectLine:
        if numbers:
            found = _Found(numbers, external_id, content)
            await _settle(hub, await hub.services.ledgers.effect(None, effect_id), found, note=note)
        else:
            await hub.services.ledgers.resolve(None, effect_id, happened=happened, note=note)
        return _line(await hub.services.ledgers.effect(None, effect_id), await codes_by_id(hub))

    line = with_hub(use)
    then = "it is settled" if happened else "it will be tried again"
    show(line, as_json=as_json, people=f"{line.key} is {line.state.value}: {then}.")


@dataclass(frozen=True)
class _Found:
    numbers: tuple[str, ...]
    external_id: str
    pdf: bytes | None


async def _settle(hub: Hub, effect: Effect, found: _Found, *, note: str) -> None:
    """A label under its tracking numbers, or a document under its number."""
    from despacho_services.owing_documents import ISSUE  # noqa: PLC0415 - only where it is needed
    from despacho_services.settling_documents import FoundDocument  # noqa: PLC0415 - as above
    from despacho_services.shipping import BUY  # noqa: PLC0415 - as above

    services = hub.services
    if effect.kind == BUY:
        await services.settling.bought(effect.store_id, effect.subject, found.numbers, note=note)
    elif effect.kind == ISSUE and len(found.numbers) == 1:
        document = FoundDocument(number=found.numbers[0], external_id=found.external_id, pdf=found.pdf)
        await services.settling_documents.issued(effect.store_id, effect.subject, document, note=note)
    else:
        raise Failure(
            "Labels have a number for each parcel, a document has one, and nothing else has any.", code="no-number"
        )


def _line(effect: Effect, codes: dict[str, str]) -> EffectLine:
    return EffectLine(
        id=effect.id,
        store=codes.get(effect.store_id, effect.store_id),
        key=effect.key,
        kind=effect.kind,
        subject=effect.subject,
        lane=effect.lane,
        account=effect.account_id,
        state=effect.state,
        attempts=effect.attempts,
        lookups=effect.lookups,
        created_at=effect.created_at,
        due_at=effect.due_at,
        settled_at=effect.settled_at,
        message=effect.message,
    )

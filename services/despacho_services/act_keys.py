"""One key, one act: a caller who names what it asks for may ask again, and is given what was made of it.

The key is kept in the very transaction that makes the thing and owes what follows from it. Whatever happens afterwards (the answer is lost,
the process dies, the carrier takes its time), the key leads to that thing and never to a second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from despacho_core.ledgers import Effect, EffectState
from despacho_ports.persistence import UnitOfWork
from despacho_services.effects import EffectRunner


@dataclass(frozen=True)
class ActKey:
    """A caller's own name for one act in one store; empty for callers who give none."""

    store_id: str
    key: str

    async def made(self, work: UnitOfWork, now: datetime) -> str | None:
        """The id of what was made under the key, if anything was; nobody else makes anything under it until the unit ends."""
        return await work.answers.take(self.store_id, self.key, at=now) if self.key else None

    async def keep(self, work: UnitOfWork, made: str) -> None:
        """Keep what is being made, in the unit that has asked what was."""
        if self.key:
            await work.answers.keep_made(self.store_id, self.key, made)


NO_KEY = ActKey("", "")
"""Of a caller who gives none."""


def form_key(store_id: str, about: str, text: str) -> ActKey:
    """The key of a page's form: sent twice it acts once. The space keeps it apart from whatever programs send as theirs."""
    return ActKey(store_id, f"form {about} {text[:100]}") if text else NO_KEY


def not_put_off(effect: Effect | None, now: datetime) -> Effect | None:
    """What is still owed of a thing that was made before, unless it has to wait: asking again never hurries it."""
    return None if effect is None or (effect.state is EffectState.PENDING and effect.due_at > now) else effect


async def taken_up(work: UnitOfWork, runner: EffectRunner, effect: Effect | None, now: datetime) -> Effect | None:
    """Take what is still owed of a thing that was made before, where it is due."""
    due = not_put_off(effect, now)
    return None if due is None else await runner.claim(work, due.id)

"""Owing what may have been owed before: the one way to take up what was refused or given up."""

from __future__ import annotations

from despacho_core.errors import NotFound
from despacho_core.ledgers import Effect
from despacho_ports.persistence import UnitOfWork


async def owed_again(work: UnitOfWork, wish: Effect) -> Effect:
    """Owe an effect in the caller's transaction, or take up the one under its key that was refused or given up; as it then stands.

    One that is on its way, or in doubt, is left to its course.

    Raises:
        WrongState: The one under the key was done, or something else is on its way under it.
    """
    if await work.outbox.owe(wish):
        return wish
    earlier = await work.outbox.by_key(wish.store_id, wish.key)
    if earlier is None:
        raise NotFound(what="effect", id=wish.key)
    if earlier.subject == wish.subject and not earlier.state.is_settled:
        return earlier
    again = earlier.owed_again(wish)
    await work.outbox.save(again)
    return again

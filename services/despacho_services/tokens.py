"""Bearer tokens of the REST API. Only their digest is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from despacho_core.errors import NotFound, StoreAsleep
from despacho_core.stores import StoreState
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import ApiToken
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office

PREFIX = "dsp_"


class Tokens:
    """Creates, recognises and revokes tokens."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def create(self, store_id: str, *, name: str = "") -> tuple[ApiToken, str]:
        """A new token; its text is given here and never again. Raises ``NotFound``, or ``StoreAsleep`` for a store that is not awake."""
        text = PREFIX + new_token()
        token = ApiToken(id=new_id(), store_id=store_id, name=name, digest=_digest(text), created_at=self._office.now())
        async with self._office.units.begin() as work:
            await _awake(work, store_id)
            await work.tokens.add(token)
            await work.commit()
        return token, text

    async def recognise(self, text: str) -> ApiToken | None:
        """The live token with this text, or None.

        Raises:
            StoreAsleep: Its store has removed the App. The token is the merchant's: it works again once the store is awake.
        """
        async with self._office.units.begin(write=False) as work:
            token = await work.tokens.by_digest(_digest(text))
            if token is None or token.revoked_at is not None:
                return None
            await _awake(work, token.store_id)
        return token

    async def all(self, store_id: str) -> Sequence[ApiToken]:
        """The store's tokens."""
        async with self._office.units.begin(write=False) as work:
            return await work.tokens.of_store(store_id)

    async def revoke(self, store_id: str, token_id: str) -> None:
        """End a token. Raises ``NotFound``."""
        async with self._office.units.begin() as work:
            revoked = await work.tokens.revoke(store_id, token_id, self._office.now())
            await work.commit()
        if not revoked:
            raise NotFound(what="token", id=token_id)


async def _awake(work: UnitOfWork, store_id: str) -> None:
    store = await work.stores.get(store_id)
    if store is None:
        raise NotFound(what="store", id=store_id)
    if store.state is StoreState.ASLEEP:
        raise StoreAsleep(store=store.code)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

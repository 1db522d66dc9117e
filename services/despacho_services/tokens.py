"""Bearer tokens of the REST API. Only their digest is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from despacho_core.errors import NotFound
from despacho_ports.records import ApiToken
from despacho_services.identifiers import new_id, new_token
from despacho_services.office import Office

PREFIX = "dsp_"


class Tokens:
    """Creates, recognises and revokes tokens."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def create(self, store_id: str, *, name: str = "") -> tuple[ApiToken, str]:
        """A new token; its text is given here and never again."""
        text = PREFIX + new_token()
        token = ApiToken(id=new_id(), store_id=store_id, name=name, digest=_digest(text), created_at=self._office.now())
        async with self._office.units.begin() as work:
            await work.tokens.add(token)
            await work.commit()
        return token, text

    async def recognise(self, text: str) -> ApiToken | None:
        """The live token with this text, or None."""
        async with self._office.units.begin(write=False) as work:
            token = await work.tokens.by_digest(_digest(text))
        return token if token is not None and token.revoked_at is None else None

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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

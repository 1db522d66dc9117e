"""One store's REST API: paced, authorised, and with every answer either a decoded value or one of the five errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus

import httpx
import msgspec

from despacho_jumpseller.answers import Answer, value_of, words
from despacho_jumpseller.authorization import Authorization
from despacho_jumpseller.fields import Fields, rows
from despacho_jumpseller.pacing import Pacer
from despacho_jumpseller.transport import send
from despacho_ports.errors import Rejected
from despacho_ports.storefront import MessageInvalid

PAGE = 100

Params = Mapping[str, str | int | list[str]]


class _Call(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    path: str
    repeatable: bool = True
    params: Params | None = None
    body: object = None


class StoreApi:
    """Calls one store.

    Args:
        client: Sends the requests.
        url: Base of the API, with its version.
        authorization: Who calls.
        pacer: When calls may be made; shared by everything that calls this store.
        patience: Seconds that a call may wait for its turn and sit out refusals, before it raises ``RateLimited``.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        url: str,
        authorization: Authorization,
        pacer: Pacer,
        *,
        patience: float = 20.0,
    ) -> None:
        self._client = client
        self._url = url.rstrip("/")
        self._authorization = authorization
        self._pacer = pacer
        self._patience = patience

    async def get(self, path: str, params: Params | None = None) -> object:
        """Read something."""
        return await self._answered(_Call(method="GET", path=path, params=params))

    async def put(self, path: str, body: object) -> object:
        """Set something to a state, which may be repeated."""
        return await self._answered(_Call(method="PUT", path=path, body=body))

    async def post(self, path: str, body: object) -> object:
        """Create something, which must not be repeated: what may have happened is ``Uncertain``."""
        return await self._answered(_Call(method="POST", path=path, body=body, repeatable=False))

    async def delete(self, path: str) -> None:
        """Remove something; what is gone already is no error."""
        try:
            await self._answered(_Call(method="DELETE", path=path))
        except Rejected as error:
            if not error.not_found:
                raise

    async def listing(
        self, path: str, plural: str, *names: str, params: Params | None = None
    ) -> AsyncIterator[list[Fields]]:
        """The rows of a list, page by page until a short one (contract/jumpseller.md 4.1).

        Ends too at a page that brings nothing new, since not every endpoint is known to heed ``page``.
        """
        seen: set[str | None] = set()
        page = 1
        while True:
            value = await self.get(path, {**(params or {}), "limit": PAGE, "page": page})
            try:
                found = rows(value, plural, *names)
                ids = {row.tolerant([]).text("id") for row in found}
            except MessageInvalid as error:
                raise Rejected(f"GET {path}: {error}") from error
            if ids <= seen:
                return
            yield found
            if len(found) < PAGE:
                return
            seen |= ids
            page += 1

    async def _answered(self, call: _Call) -> object:
        deadline = self._pacer.deadline(self._patience)
        renewed = False
        while True:
            header = await self._authorization.header()
            answer = await self._exchanged(call, header, deadline)
            if answer.came_too_soon:
                continue
            if answer.status == HTTPStatus.UNAUTHORIZED and not renewed:
                renewed = True
                if await self._authorization.renew(header):
                    continue
            if answer.status == HTTPStatus.UNAUTHORIZED:
                await self._authorization.give_up(f"{answer.status}: {words(answer.body)}")
            return value_of(answer, repeatable=call.repeatable)

    async def _exchanged(self, call: _Call, header: str, deadline: float) -> Answer:
        request = self._client.build_request(
            call.method,
            f"{self._url}{call.path}",
            params=call.params,
            json=call.body,
            headers={"Authorization": header},
        )
        async with self._pacer.turn(deadline) as ticket:
            answer = await send(self._client, request, repeatable=call.repeatable)
            self._pacer.learn(ticket, answer.headers, refused=answer.came_too_soon)
        return answer

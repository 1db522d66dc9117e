"""Pushes: every event of an OF is posted to the customer's address, and again where it was not taken.

The body is the published one (contract/carriers.md 3A). That the token travels as password of HTTP Basic is ours, and so is when a push
is repeated.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec

from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.starken.accounts import Accounts, basic
from despacho_sandbox.starken.journey import MICRO, due
from despacho_sandbox.starken.ledger import Event, Freight, Ledger
from despacho_sandbox.starken.options import StarkenOptions

SECONDS = 5.0
"""Real seconds that the other side has to answer."""


class Push(msgspec.Struct, kw_only=True):
    """One event on its way: when it is due next, and what came back each time (an HTTP status, or 0 for no answer)."""

    url: str
    company_rut: str
    body: bytes
    due: datetime
    answers: list[int] = []
    taken: bool = False
    given_up: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still to be sent."""
        return not (self.taken or self.given_up)


class Pusher:
    """Owes pushes, and delivers them while the server runs.

    Args:
        accounts: Where pushes go.
        ledger: The OFs, whose way decides when there is something to tell.
        clock: The sandbox's clock.
        options: Reads the switches of the moment.
        follow: Brings all OFs up to the clock.
    """

    def __init__(
        self,
        accounts: Accounts,
        ledger: Ledger,
        clock: SandboxClock,
        options: Callable[[], StarkenOptions],
        follow: Callable[[], None],
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._options = options
        self._follow = follow
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.pushes: list[Push] = []

    def tell(self, freight: Freight, event: Event) -> None:
        """Owes a push, where the customer has an address for them."""
        account = self._accounts.of(freight.company_rut)
        if account is not None and account.push_url:
            body = msgspec.json.encode(push_body(freight, event))
            self.pushes.append(
                Push(url=account.push_url, company_rut=account.company_rut, body=body, due=self._clock.now())
            )
        self._news.set()

    def wake(self) -> None:
        """Has the way of all OFs looked at again."""
        self._news.set()

    def clear(self) -> None:
        """Owes nothing any more."""
        self.pushes.clear()

    async def start(self) -> None:
        """Delivers from now on."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Delivers no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def deliver(self) -> None:
        """Sends what is due, in order."""
        now = self._clock.now()
        waiting = [push for push in self.pushes if push.is_open and push.due <= now]
        if not waiting:
            return
        async with httpx.AsyncClient(timeout=SECONDS, trust_env=False, verify=trusted()) as client:
            for push in waiting:
                await self._send(client, push)

    async def _send(self, client: httpx.AsyncClient, push: Push) -> None:
        account = self._accounts.of(push.company_rut)
        headers = {"content-type": "application/json"}
        if account is not None and account.push_token:
            headers["authorization"] = basic("starken", account.push_token)
        try:
            status = (await client.post(push.url, content=push.body, headers=headers)).status_code
        except (httpx.HTTPError, httpx.InvalidURL):
            status = 0
        push.answers.append(status)
        push.taken = 200 <= status < 300
        retries = self._options().push_retries
        if not push.taken and len(push.answers) > len(retries):
            push.given_up = True
        elif not push.taken:
            push.due = self._clock.now() + timedelta(seconds=retries[len(push.answers) - 1])

    async def _run(self) -> None:
        while True:
            self._news.clear()
            self._follow()
            await self.deliver()
            await self._until_something()

    async def _until_something(self) -> None:
        """Waits for news, or for the clock to reach the next event or the next repetition."""
        waits: list[asyncio.Task[Any]] = [asyncio.create_task(self._news.wait())]
        moment = self._next()
        if moment is not None:
            waits.append(asyncio.create_task(self._clock.sleep_until(moment)))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()

    def _next(self) -> datetime | None:
        journey = self._options().journey
        told = {account.company_rut for account in self._accounts.all() if account.push_url}
        ways = (due(one, journey) for one in self._ledger.orders.values() if one.company_rut in told)
        moments = [way[0].at for way in ways if way] + [push.due for push in self.pushes if push.is_open]
        return min(moments, default=None)


def push_body(freight: Freight, event: Event) -> dict[str, object]:
    """What is posted of one event."""
    delivered = event.state == "ENTREGADO"
    return {
        "codigo": freight.order,
        "numeroOrdenFlete": freight.order,
        "folio": 0,
        "tipoDocumento": 0,
        "estadoMicro": MICRO.get(event.state, 99),
        "estadoMacro": 2,
        "nombreEstadoHomologado": event.state,
        "codigoEstadoHomologado": event.state,
        "descripcionEstado": event.state,
        "codigoInternoEstado": MICRO.get(event.state, 99),
        "codCiudadDestino": freight.destination.code,
        "ciudadDestino": freight.destination.name,
        "codigoAgenciaDestino": freight.agency.code if freight.agency else 0,
        "fechaHoraEvento": int(event.at.astimezone(UTC).timestamp() * 1000),
        "rutRecibe": freight.receiver_rut if delivered else None,
        "nombreRecibe": freight.receiver if delivered else None,
        "tipoDevolucion": None,
        "encargosTotales": freight.pieces,
        "rutEmpresa": freight.company_rut,
    }

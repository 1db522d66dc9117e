"""Taking in messages: verify first, store, then acknowledge. Nothing is read from the body here."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Mapping

from despacho_core.stores import Store
from despacho_ports.ledgers import InboxWriter
from despacho_ports.records import NewMessage
from despacho_ports.storefront import StoreMessages
from despacho_services.carrier_pushes import authentic
from despacho_services.office import Office
from despacho_services.signing_in import NotSigned

__all__ = ["STORE_SOURCE", "KnownStores", "NotSigned", "Reception", "dedupe_key"]

STORE_SOURCE = "jumpseller"

_KEPT_HEADERS = ("jumpseller-event", "jumpseller-triggered-at", "content-type")


LONGEST_NAME = 64
"""Letters of a store's code (a part of a host name, so 63) or key (32): what is longer names no store."""


class KnownStores:
    """Stores by code or key, remembered for a few seconds: the acknowledgement of a webhook reads nothing twice.

    Names come from anybody at all. Those that name no store are remembered apart, and few of them, so that made-up names push out each
    other and no store, and fill no memory.
    """

    def __init__(self, office: Office, *, seconds: float = 5.0, most: int = 10_000, most_unknown: int = 500) -> None:
        self._office = office
        self._seconds = seconds
        self._most = most
        self._most_unknown = most_unknown
        self._known: dict[str, tuple[float, Store]] = {}
        self._unknown: dict[str, float] = {}
        self._reading: dict[str, asyncio.Task[Store | None]] = {}

    async def by_code(self, code: str, *, fresh: bool = False) -> Store | None:
        """The store with this code, or None."""
        return await self._remembered("code", code, fresh=fresh)

    async def by_key(self, key: str) -> Store | None:
        """The store with this secret key, or None."""
        return await self._remembered("key", key, fresh=False)

    def forget(self) -> None:
        """Read each store again when it is next asked for."""
        self._known.clear()
        self._unknown.clear()

    @property
    def remembered(self) -> int:
        """How many names are remembered, of stores and of none."""
        return len(self._known) + len(self._unknown)

    async def _remembered(self, kind: str, value: str, *, fresh: bool) -> Store | None:
        if len(value) > LONGEST_NAME:
            return None
        name, now = f"{kind}:{value}", time.monotonic()
        kept = self._known.get(name)
        if kept is not None and not fresh and kept[0] > now:
            return kept[1]
        if not fresh and self._unknown.get(name, 0.0) > now:
            return None
        reading = self._reading.get(name)
        if reading is None:
            reading = self._reading[name] = asyncio.create_task(self._read(name))
            reading.add_done_callback(lambda _: self._reading.pop(name, None))
        return await asyncio.shield(reading)

    async def _read(self, name: str) -> Store | None:
        """Read once for all who ask meanwhile: otherwise every request under way would, each time that the memory ends."""
        kind, _, value = name.partition(":")
        async with self._office.units.begin(write=False) as work:
            store = await (work.stores.by_code(value) if kind == "code" else work.stores.by_key(value))
        self._keep(name, store, until=time.monotonic() + self._seconds)
        return store

    def _keep(self, name: str, store: Store | None, *, until: float) -> None:
        self._known.pop(name, None)
        self._unknown.pop(name, None)
        if store is None:
            while len(self._unknown) >= self._most_unknown:
                del self._unknown[next(iter(self._unknown))]  # the oldest
            self._unknown[name] = until
            return
        if len(self._known) >= self._most:
            self._known.clear()
        self._known[name] = (until, store)


class Reception:
    """The hub's letter box."""

    def __init__(self, office: Office, known: KnownStores, messages: StoreMessages, writer: InboxWriter) -> None:
        self._office = office
        self._known = known
        self._messages = messages
        self._writer = writer
        self._rereads = asyncio.Semaphore(1)

    async def webhook(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Accept a webhook of the platform: durable once this returns. False for a duplicate.

        Raises:
            NotSigned: Unknown store, or a missing or wrong signature; no row is written.
        """
        store = await self.signed_store(headers, body)
        event = headers.get("jumpseller-event", "")[:64]
        message = NewMessage(
            store_id=store.id,
            source=STORE_SOURCE,
            event=event,
            dedupe_key=dedupe_key(store.id, event, headers.get("jumpseller-triggered-at", ""), body),
            body=body,
            headers={name: headers[name][:200] for name in _KEPT_HEADERS if name in headers},
            received_at=self._office.now(),
        )
        return await self._accepted(message)

    async def signed_store(self, headers: Mapping[str, str], body: bytes) -> Store:
        """The store that signed this body. Headers have lower-case names.

        Raises:
            NotSigned: As above.
        """
        code = headers.get("jumpseller-store-code", "")
        signature = headers.get("jumpseller-hmac-sha256")
        store = await self._known.by_code(code) if code and signature else None
        if store is not None and self._messages.is_signed(body, signature, store.hooks_token):
            return store
        if store is None or self._rereads.locked():
            raise NotSigned
        async with self._rereads:
            store = await self._known.by_code(code, fresh=True)
        if store is None or not self._messages.is_signed(body, signature, store.hooks_token):
            raise NotSigned
        return store

    async def carrier_push(self, account_key: str, headers: Mapping[str, str], body: bytes) -> bool | None:
        """Accept a carrier's push once its authentication is found genuine; None where nobody reads pushes under the key.

        Headers have lower-case names.

        Raises:
            PushNotAuthentic: It is forged; nothing of it is kept.
            PushNotChecked: Nobody can say now; nothing of it is kept.
        """
        async with self._office.units.begin(write=False) as work:
            account = await work.accounts.by_key(account_key)
        message = authentic(self._office, account, headers, body) if account is not None else None
        return None if message is None else await self._accepted(message)

    async def _accepted(self, message: NewMessage) -> bool:
        new = await self._writer.accept(message)
        if new:
            await self._office.queue.wake_inbox()
        return new


def dedupe_key(store_id: str, event: str, triggered_at: str, body: bytes) -> str:
    """Equal for a delivery and its retries. The trigger time tells two equal states at different moments apart."""
    digest = hashlib.sha256(body).hexdigest()
    return f"{store_id}:{event}:{triggered_at}:{digest}"

"""The hub as its users see it: the REST API with a store's token, and the public pages without one."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import msgspec

from despacho.demo.waiting import until

TRIES = 40
BUY_SECONDS = 60.0


class HubRefused(RuntimeError):
    """The hub answered with an error; the message holds its own words."""


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A label as the API shows it, as far as the story needs it."""

    id: str
    tracking_number: str


class Bought(msgspec.Struct, frozen=True, kw_only=True):
    """A shipment as the API shows it, as far as the story needs it."""

    id: str
    state: str
    labels: tuple[Label, ...] = ()


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """An effect of the hub's outbox, as far as the story needs it."""

    kind: str
    key: str
    state: str
    attempts: int
    message: str | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """A manifest as the API shows it, as far as the story needs it."""

    id: str
    number: int
    state: str
    labels: tuple[Label, ...] = ()


class Hub:
    """The API of one store.

    Args:
        url: Where the hub listens.
        http: Sends the calls.
        token: Bearer token of the store.
    """

    def __init__(self, url: str, http: httpx.AsyncClient, token: str) -> None:
        self.url = url
        self._http = http
        self._headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}

    async def buy(self, order: int, wish: dict[str, Any], *, key: str) -> Bought:
        """Ask for a shipment. What the carrier has not said yet is said by :meth:`settled`."""
        return msgspec.convert(await self._post(f"orders/{order}/shipments", wish, key=key), Bought)

    async def settled(self, shipment: Bought) -> Bought:
        """The shipment once it is certain whether it was bought.

        Raises:
            HubRefused: The carrier refused it.
            NotInTime: It stays uncertain.
        """
        current = shipment

        async def certain() -> bool:
            nonlocal current
            current = msgspec.convert(await self._json(f"shipments/{shipment.id}"), Bought)
            return current.state not in {"requested", "uncertain"}

        if current.state in {"requested", "uncertain"}:
            await until(f"shipment {shipment.id} is bought", certain, within=BUY_SECONDS)
        if current.state != "bought":
            raise HubRefused(f"Shipment {shipment.id} is {current.state}.")
        return current

    async def label(self, shipment_id: str, ending: str) -> bytes:
        """A shipment's labels in one file, ``pdf`` or ``zpl``."""
        return await self._content(f"shipments/{shipment_id}/label.{ending}")

    async def open_manifest(self, account_id: str) -> Manifest:
        """Put all labels of an account that are on no manifest on a new one."""
        body = {"account_id": account_id, "label_ids": None}
        return msgspec.convert(await self._post("manifests", body, key=f"manifest-{account_id}"), Manifest)

    async def close_manifest(self, manifest_id: str) -> Manifest:
        """Close it with the carrier.

        Raises:
            HubRefused: The carrier refused it.
            NotInTime: It stays open.
        """
        current = msgspec.convert(
            await self._post(f"manifests/{manifest_id}/close", {}, key=f"close-{manifest_id}"), Manifest
        )

        async def closed() -> bool:
            nonlocal current
            current = msgspec.convert(await self._json(f"manifests/{manifest_id}"), Manifest)
            return current.state != "closing"

        if current.state == "closing":
            await until(f"manifest {current.number} is closed", closed, within=BUY_SECONDS)
        return current

    async def sign_manifest(self, manifest_id: str, party: str, name: str, role: str) -> None:
        """One party's signature."""
        body = {"party": party, "name": name, "role": role}
        await self._post(f"manifests/{manifest_id}/signatures", body, key=f"sign-{manifest_id}-{party}")

    async def manifest_pdf(self, manifest_id: str) -> bytes:
        """Its document."""
        return await self._content(f"manifests/{manifest_id}.pdf")

    async def sync_tracking(self, key: str) -> None:
        """Ask the carriers about all parcels on their way."""
        await self._post("tracking/sync", {}, key=key)

    async def effects(self, *states: str) -> list[Effect]:
        """The store's effects in these states, newest first."""
        found: list[Effect] = []
        for state in states:
            shown = await self._json(f"outbox?state={state}&limit=200")
            found += msgspec.convert(shown["items"], list[Effect])
        return found

    async def messages(self, state: str) -> int:
        """How many messages of the store's inbox are in this state, 200 at most."""
        return len((await self._json(f"inbox?state={state}&limit=200"))["items"])

    async def public(self, url: str) -> httpx.Response:
        """A page or document as a buyer's browser asks for it, without any token."""
        return await self._http.get(url, headers={"Accept-Language": "es"})

    async def _post(self, path: str, body: object, *, key: str) -> dict[str, Any]:
        """POST with an idempotency key: repeated with the same key while the first one is still being worked on."""
        headers = {**self._headers, "Idempotency-Key": key}
        for _ in range(TRIES):
            answer = await self._http.post(f"{self.url}/api/v1/{path}", json=body, headers=headers)
            if answer.status_code != httpx.codes.CONFLICT or "retry-after" not in answer.headers:
                break
            await asyncio.sleep(0.25)
        return _decoded(answer)

    async def _json(self, path: str) -> dict[str, Any]:
        return _decoded(await self._http.get(f"{self.url}/api/v1/{path}", headers=self._headers))

    async def _content(self, path: str) -> bytes:
        answer = await self._http.get(f"{self.url}/api/v1/{path}", headers=self._headers)
        return answer.content if answer.is_success else _refused(answer)


def _decoded(answer: httpx.Response) -> dict[str, Any]:
    if not answer.is_success:
        _refused(answer)
    document: dict[str, Any] = msgspec.json.decode(answer.content or b"{}")
    return document


def _refused(answer: httpx.Response) -> Any:
    try:
        problem = msgspec.json.decode(answer.content)
        said = problem.get("detail") or problem.get("title")
    except (msgspec.DecodeError, AttributeError):
        said = answer.text[:300]
    request = answer.request
    raise HubRefused(f"The hub answered {answer.status_code} to {request.method} {request.url.path}: {said}")

"""`/hooks*` of the API (contract 2.1). Registering probes the URL with GET; the same pair of event and URL makes a second hook."""

from __future__ import annotations

from typing import Any

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.hooks import WebhookSender
from despacho_sandbox.store.model import HOOK_EVENTS, Hook
from despacho_sandbox.store.order_view import stamp
from despacho_sandbox.store.outgoing import outgoing_client, send
from despacho_sandbox.store.web import ApiError, json_answer

PROBE_SECONDS = 10.0


class HooksApi:
    """Lists, registers, edits and deletes hooks.

    Args:
        clock: Dates new hooks.
        sender: Is told of deleted hooks.
    """

    def __init__(self, clock: SandboxClock, sender: WebhookSender) -> None:
        self._clock = clock
        self._sender = sender

    def routes(self) -> list[ApiRoute]:
        """The endpoints."""
        read, write = "read_hooks", "write_hooks"
        return [
            api_route("hooks.list", "GET", "/hooks.json", self.list_all, read),
            api_route("hooks.create", "POST", "/hooks.json", self.create, write),
            api_route("hooks.get", "GET", "/hooks/{id}.json", self.get, read),
            api_route("hooks.update", "PUT", "/hooks/{id}.json", self.update, write),
            api_route("hooks.delete", "DELETE", "/hooks/{id}.json", self.delete, write),
        ]

    def list_all(self, call: Call) -> Reply:
        """Every hook of the store."""
        return json_answer([_wrapped(hook) for hook in call.page(list(call.store.hooks.values()))])

    async def create(self, call: Call) -> Reply:
        """Registers a hook."""
        event, url = await self._checked(call)
        hook = Hook(
            id=call.store.new_id("hook", 500001), event=event, url=url, created_at=self._clock.now(),
            application_id=call.grant.app_id,
        )  # fmt: skip
        call.store.hooks[hook.id] = hook
        return json_answer(_wrapped(hook))

    def get(self, call: Call) -> Reply:
        """One hook."""
        return json_answer(_wrapped(self._find(call)))

    async def update(self, call: Call) -> Reply:
        """Points a hook at another event or URL."""
        hook = self._find(call)
        hook.event, hook.url = await self._checked(call)
        return json_answer(_wrapped(hook))

    def delete(self, call: Call) -> Reply:
        """Deletes a hook; what it was still owed is not sent."""
        hook = self._find(call)
        del call.store.hooks[hook.id]
        self._sender.drop(hook)
        return json_answer("OK")

    def _find(self, call: Call) -> Hook:
        hook = call.store.hooks.get(call.number("id"))
        if hook is None:
            raise ApiError(404, {"message": "Hook Not Found."})
        return hook

    async def _checked(self, call: Call) -> tuple[str, str]:
        body = call.body("hook")
        event, url = body.get("event"), body.get("url")
        if event not in HOOK_EVENTS:
            raise ApiError(400, {"message": "event is missing or unknown"})
        if not isinstance(url, str) or not url.startswith(("http://", "https://")):
            raise ApiError(400, {"message": "url is missing or invalid"})
        if call.store.quirks.probes_hooks and (problem := await _probe(url)):
            raise ApiError(400, {"message": f"url does not answer: {problem}"})
        return str(event), url


async def _probe(url: str) -> str | None:
    """Why the URL is no good, or None. The platform refuses private addresses; the sandbox lives on one."""
    async with outgoing_client() as client:
        answer, error = await send(client, "GET", url, seconds=PROBE_SECONDS, headers={})
    if answer is None:
        return error
    return None if answer.is_success else f"status {answer.status_code}"


def _wrapped(hook: Hook) -> dict[str, Any]:
    shown = {
        "id": hook.id,
        "name": None,
        "event": hook.event,
        "url": hook.url,
        "created_at": stamp(hook.created_at),
        "application_id": hook.application_id,
    }
    return {"hook": shown}

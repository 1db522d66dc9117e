"""``Idempotency-Key`` on every POST of the API: the same request again gets the same answer, and acts once.

The key is reserved before the request is worked on, so that a second one that comes meanwhile waits its turn. A reservation ends by
itself, in case the process dies under it. A use case that makes something keeps the key with it (:class:`ActKey`), in one transaction:
from then on the key leads to that thing, and a repeat is told how it stands. What is not final is not kept as an answer: 5xx says that we
broke, 202 that nobody knows yet, and a refusal of what was made may be mended (docs/decisions/0038).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeAlias

import msgspec
from litestar import Request
from litestar.di import NamedDependency
from litestar.params import SkipValidation
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from despacho_http.answers import send_problem
from despacho_http.bodies import MOST_OCTETS, lower_headers, media_type, read_body, require_json
from despacho_http.recording_notes import unchanged
from despacho_http.refusals import KeyInProgress, KeyInvalid, KeyReused, Refusal
from despacho_ports.records import ApiToken, IdempotentAnswer
from despacho_services.act_keys import NO_KEY, ActKey
from despacho_services.office import Office

HEADER = b"idempotency-key"
MOST_KEY = 255
_REPLAYED = (b"idempotency-replayed", b"true")
RESERVED_FOR = timedelta(minutes=2)
"""Longer than any request takes (30 s of waiting at most); then the process has died."""

_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})

NOTHING = b"{}"
"""What no body means: nothing is wished for beyond the defaults."""

MOST = "most_octets"
"""A route's ``opt``: how large its bodies may be, where that is more than usual."""

KINDS = "further_kinds"
"""A route's ``opt``: what it takes beside JSON."""

ACCEPTED_IS_FINAL = "accepted_is_final"
"""A route's ``opt``: its 202 is the last word on the request itself, and what comes of it is looked at elsewhere."""

_KEPT_HEADERS = (b"content-type", b"location")
_ACT_KEY = "despacho_act_key"

Under: TypeAlias = NamedDependency[SkipValidation[ActKey]]
"""The key of the caller's act, as a handler's parameter ``under``."""


async def provide_act_key(request: Request[Any, Any, Any]) -> ActKey:
    """The key under which the request acts."""
    key: ActKey = request.scope["state"].get(_ACT_KEY, NO_KEY)
    return key


class Repeatable:
    """Middleware: reads the body, capped, JSON as a rule, and looks after ``Idempotency-Key``. Stands behind the token check."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer again, refuse, or work on it."""
        if scope.get("method") not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        try:
            rules: Mapping[str, Any] = scope["route_handler"].opt
            kind = media_type(lower_headers(scope))
            further = kind in rules.get(KINDS, ())
            body = await read_body(scope, receive, most=rules.get(MOST, MOST_OCTETS) if further else MOST_OCTETS)
            if body and not further:
                require_json(kind)
            key = _key(scope)
        except Refusal as refusal:
            await send_problem(scope, send, refusal)
            return
        if key is None:
            await self._app(scope, _again(body or NOTHING), send)
        else:
            await self._once(scope, body, send, key)

    async def _once(self, scope: Scope, body: bytes, send: Send, key: str) -> None:
        office: Office = scope["litestar_app"].state.services.office
        reserved = _reservation(scope, office, key, _fingerprint(scope, body))
        async with office.units.begin() as work:
            there = await work.answers.begin(reserved)
            await work.commit()
        if there is not None and not _leads_to_what_was_made(there, reserved):
            await _told_again(scope, send, there, reserved)
            return
        if there is not None:
            unchanged(Request(scope))
            send = _replayed(send)
        scope["state"][_ACT_KEY] = ActKey(reserved.store_id, key)
        recorder = _Recorder(accepted_is_final=scope["route_handler"].opt.get(ACCEPTED_IS_FINAL, False))
        try:
            await self._app(scope, _again(body or NOTHING), recorder)
        finally:
            await _kept(office, reserved, recorder)
        for message in recorder.messages:
            await send(message)


class _Recorder:
    """Takes an answer in, to be kept before it is sent."""

    def __init__(self, *, accepted_is_final: bool) -> None:
        self.messages: list[Message] = []
        self._accepted_is_final = accepted_is_final

    async def __call__(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def status(self) -> int:
        """The status; 500 where there is no answer."""
        starts: list[Any] = [one for one in self.messages if one["type"] == "http.response.start"]
        return int(starts[0]["status"]) if starts else 500

    @property
    def is_final(self) -> bool:
        """Whether the same request would be answered in the same way."""
        return self.status < 500 and (self.status != 202 or self._accepted_is_final)

    def headers(self) -> dict[str, str]:
        """The headers to answer with again."""
        starts: list[Any] = [one for one in self.messages if one["type"] == "http.response.start"]
        raw: Sequence[tuple[bytes, bytes]] = starts[0]["headers"]
        return {name.decode(): value.decode("latin-1") for name, value in raw if name.lower() in _KEPT_HEADERS}

    def body(self) -> bytes:
        """The body."""
        parts: list[Any] = [one for one in self.messages if one["type"] == "http.response.body"]
        return b"".join(part.get("body", b"") for part in parts)


def _key(scope: Scope) -> str | None:
    given = next((value for name, value in scope["headers"] if name == HEADER), None)
    if given is None:
        return None
    if not 1 <= len(given) <= MOST_KEY or any(not 33 <= octet <= 126 for octet in given):
        raise KeyInvalid(most=MOST_KEY)
    return given.decode("ascii")


def _fingerprint(scope: Scope, body: bytes) -> str:
    asked = b"\n".join((b"POST", scope["path"].encode("utf-8", "replace"), scope.get("query_string", b""), body))
    return hashlib.sha256(asked).hexdigest()


def _reservation(scope: Scope, office: Office, key: str, fingerprint: str) -> IdempotentAnswer:
    token: ApiToken = scope["auth"]
    now = office.now()
    return IdempotentAnswer(
        store_id=token.store_id, key=key, fingerprint=fingerprint, created_at=now, locked_until=now + RESERVED_FOR
    )


async def _kept(office: Office, reserved: IdempotentAnswer, recorder: _Recorder) -> None:
    async with office.units.begin() as work:
        if recorder.is_final:
            finished = msgspec.structs.replace(
                reserved,
                locked_until=None,
                status=recorder.status,
                headers=recorder.headers(),
                body=recorder.body(),
            )
            await work.answers.finish(finished)
        else:
            await work.answers.release(reserved.store_id, reserved.key)
        await work.commit()


async def _told_again(scope: Scope, send: Send, there: IdempotentAnswer, asked: IdempotentAnswer) -> None:
    if there.fingerprint != asked.fingerprint:
        await send_problem(scope, send, KeyReused())
        return
    if there.status is None:
        until = there.locked_until or asked.created_at
        seconds = max(1, math.ceil((until - asked.created_at).total_seconds()))
        await send_problem(scope, send, KeyInProgress(seconds))
        return
    headers = [(name.encode(), value.encode("latin-1", "replace")) for name, value in there.headers.items()]
    headers += [(b"content-length", str(len(there.body)).encode()), _REPLAYED]
    await send({"type": "http.response.start", "status": there.status, "headers": headers})
    await send({"type": "http.response.body", "body": there.body, "more_body": False})


def _leads_to_what_was_made(there: IdempotentAnswer, asked: IdempotentAnswer) -> bool:
    """Whether the same was asked before and made something of which there is no last word yet: its use case tells how it stands."""
    return there.fingerprint == asked.fingerprint and there.status is None and there.made is not None


def _replayed(send: Send) -> Send:
    async def marked(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], _REPLAYED]
        await send(message)

    return marked


def _again(body: bytes) -> Receive:
    """A body that was read already, for the next reader."""
    messages: list[Any] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Any:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    return receive

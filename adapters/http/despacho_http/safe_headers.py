"""Headers that every answer has, whoever gives it: pages say their own, and what they do not say is said here.

Files, problem documents, redirections and what the framework answers by itself pass here too, since it is the last thing before the server.
"""

from __future__ import annotations

from litestar.types import Message, Scope

ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
_POLICY = b"content-security-policy"
_NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_SHOWN = b"script-src 'none'; base-uri 'none'; form-action 'none'"
"""For what browsers show by a viewer of their own, in a frame of the App's pages as well."""
_VIEWED = (b"application/pdf", b"text/plain")

QUIET = (*ALWAYS, (_POLICY, _NOTHING))
"""All of them, for answers that are made once and sent many times."""


async def add_what_is_absent(message: Message, scope: Scope) -> None:  # noqa: ARG001 - Litestar's signature
    """Complete the head of an answer."""
    if message["type"] != "http.response.start":
        return
    given = list(message["headers"])
    names = {name.lower() for name, _ in given}
    absent = [header for header in ALWAYS if header[0] not in names]
    if _POLICY not in names and not _leads_on(message["status"]):
        absent.append((_POLICY, _SHOWN if _is_viewed(given) else _NOTHING))
    if absent:
        message["headers"] = [*given, *absent]


def _leads_on(status: int) -> bool:
    """Redirections show nothing, and one within a frame must not end there."""
    return 300 <= status < 400


def _is_viewed(headers: list[tuple[bytes, bytes]]) -> bool:
    media = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return media.startswith(_VIEWED)

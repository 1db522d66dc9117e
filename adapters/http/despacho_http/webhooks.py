"""The platform's webhooks: read, verify, store durably, answer. The lightest route of the house, plain ASGI.

contract/jumpseller.md 2.2 and 2.3: signed JSON by POST, any 2xx acknowledges, a GET probes the address when it is registered.
"""

from __future__ import annotations

from litestar.handlers import asgi
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

from despacho_http.answers import send_problem
from despacho_http.bodies import lower_headers, media_type, read_body, require_json
from despacho_http.problems import problem_of
from despacho_http.refusals import MethodNotAllowed, Refusal
from despacho_http.safe_headers import QUIET
from despacho_ports.records import NotAccepted
from despacho_services.reception import NotSigned

_START: HTTPResponseStartEvent = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"application/json"), (b"content-length", b"2"), *QUIET],
}
_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"{}", "more_body": False}
_NO_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}


@asgi("/jumpseller/webhooks", copy_scope=False)
async def receive_webhook(scope: Scope, receive: Receive, send: Send) -> None:
    """200 once the message is durable or known already, 4xx for what nobody signed, 503 when it could not be kept."""
    method = str(scope.get("method"))
    if method != "POST":
        await _probed(method, scope, send)
        return
    headers = lower_headers(scope)
    state = scope["litestar_app"].state
    counts = state.metrics.webhooks
    try:
        require_json(media_type(headers))
        new = await state.services.reception.webhook(headers, await read_body(scope, receive))
    except (Refusal, NotSigned, NotAccepted) as error:
        counts["failed" if isinstance(error, NotAccepted) else "refused"].inc()
        await send_problem(scope, send, problem_of(error))
        return
    counts["accepted" if new else "duplicate"].inc()
    await send(_START)
    await send(_BODY)


async def _probed(method: str, scope: Scope, send: Send) -> None:
    if method in {"GET", "HEAD"}:
        await send(_START)
        await send(_BODY if method == "GET" else _NO_BODY)
        return
    allowed = "GET, HEAD, POST"
    await send_problem(scope, send, MethodNotAllowed(method=method, allowed=allowed, headers={"allow": allowed}))

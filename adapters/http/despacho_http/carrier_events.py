"""What carriers push: stored as it came, decoded later by the account's own provider, which also checks who sent it."""

from __future__ import annotations

from typing import Any

from litestar import Request, post
from litestar.params import FromPath

from despacho_http.access import Hub
from despacho_http.bodies import lower_headers, read_body
from despacho_http.refusals import NothingHere


@post("/carriers/{account_key:str}/events", status_code=200)
async def receive_events(request: Request[Any, Any, Any], account_key: FromPath[str], services: Hub) -> dict[str, bool]:
    """Acknowledge once it is durable; an address that nobody was given does not exist."""
    body = await read_body(request.scope, request.receive)
    new = await services.reception.carrier_push(account_key, lower_headers(request.scope), body)
    if new is None:
        raise NothingHere
    return {"new": new}

"""The store's "Create invoice" button (contract/jumpseller.md 5.2 and 5.3). Every body is JSON with a ``message`` for the merchant."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, Response, post
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from despacho_core.errors import DomainError
from despacho_core.stores import Store
from despacho_http.access import Hub
from despacho_http.answers import AnyRequest, language_of, log
from despacho_http.bodies import lower_headers, read_body
from despacho_http.problems import headers_of, problem_of, status_of
from despacho_http.refusals import InternalError, NothingHere
from despacho_ports.storefront import MessageInvalid
from despacho_services.button import ButtonAnswer
from despacho_services.reception import NotSigned
from despacho_services.services import Services

_UNREADABLE = {
    "es": "El pedido enviado no se puede leer: {message}",
    "pt": "A encomenda enviada não se pode ler: {message}",
    "en": "The order that was sent cannot be read: {message}",
}


class ButtonRefusal(msgspec.Struct, frozen=True):
    """What the merchant reads."""

    message: str


def _refused(request: AnyRequest, error: Exception) -> Response[Any]:
    """Everything in the form that the platform shows: what can be mended 422, what cannot be answered now 503."""
    problem = problem_of(error)
    if isinstance(problem, InternalError):
        log.error("the invoice button broke", exc_info=error)
    status = status_of(problem)
    # The platform knows two failures: 422 for the merchant to mend, 503 for later. Who may not ask at all gets the plain truth.
    if isinstance(error, DomainError) and not isinstance(error, NotSigned):
        status = 503 if status == 503 else 422
    store: Store | None = request.scope["state"].get("store")
    language = store.language if store is not None else language_of(request.scope)
    return Response(ButtonRefusal(problem.text(language)), status_code=status, headers=headers_of(problem))


_IN_THEIR_FORM: ExceptionHandlersMap = {Exception: _refused}


@post("/jumpseller/invoices/{store_key:str}", status_code=200, exception_handlers=_IN_THEIR_FORM)
async def press_invoice_button(
    request: Request[Any, Any, Any], store_key: FromPath[str], services: Hub
) -> ButtonAnswer | Response[ButtonRefusal]:
    """Issue the order's document, or answer with the one it has."""
    store = await services.known.by_key(store_key)
    if store is None:
        raise NothingHere
    body = await read_body(request.scope, request.receive)
    await _check_signature(services, store, request, body)
    # Only who may ask is answered in the store's own language.
    request.scope["state"]["store"] = store
    try:
        return await services.button.press(store, body)
    except MessageInvalid as error:
        text = _UNREADABLE[store.language].format(message=error)
        return Response(ButtonRefusal(text), status_code=422)


async def _check_signature(services: Services, store: Store, request: AnyRequest, body: bytes) -> None:
    """Raises ``NotSigned`` unless the store itself signed, or is set to trust its secret address alone."""
    if store.settings.allow_unsigned_invoices:
        return
    signed = await services.reception.signed_store(lower_headers(request.scope), body)
    if signed.id != store.id:
        raise NotSigned

"""What the checkout asks: shipping prices for a cart, and the services that they may name (contract/jumpseller.md 1.2 to 1.4).

A checkout must never break. For a known store the answer is always 200 and in time: what cannot be quoted, whether the cart cannot be
read, holds nothing to ship or goes where nobody delivers, offers no rates and says why in ``error``, in the store's language. The
platform ignores that key, and the store's simulator shows it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath
from litestar.response.base import ASGIResponse
from litestar.types import ExceptionHandlersMap

from despacho_core.errors import DomainError
from despacho_core.quotes import Quote
from despacho_core.stores import Account, Store
from despacho_http.access import Hub
from despacho_http.answers import AnyRequest, log, on_error
from despacho_http.bodies import lower_headers, read_body
from despacho_http.rate_words import nothing_offered
from despacho_http.refusals import NothingHere, Refusal
from despacho_ports.storefront import Cart, MessageInvalid
from despacho_services.quoting import Offer, public_code
from despacho_services.services import Services

LIMIT_SECONDS = 3.7
"""All together. The platform's own limit is not documented; 4 s is what we promise."""

MOST_DESCRIPTION = 512
MOST_CARTS = 2_000
MOST_REMEMBERED = 16 * 1024
"""Octets of a body that is remembered; with that many carts at most 32 MB, and for carts as they are about 4."""
_RECENT: dict[tuple[str, bytes], Cart] = {}
_NO_RATES = {
    "unreadable": {
        "en": "The cart cannot be read: {message}",
        "es": "El carro no se puede leer: {message}",
        "pt": "O carrinho não se pode ler: {message}",
    },
    "late": {
        "en": "The carriers did not answer in time.",
        "es": "Los transportistas no respondieron a tiempo.",
        "pt": "As transportadoras não responderam a tempo.",
    },
}


class OfferedRate(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the checkout's choice. ``total_price`` is text in the store's currency, without grouping."""

    rate_id: str
    rate_description: str
    service_name: str
    service_code: str
    total_price: str


class RatesAnswer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the checkout gets. ``rates`` is there even when it is empty."""

    reference_id: str
    rates: list[OfferedRate]
    error: str | None = None


class ListedService(msgspec.Struct, frozen=True, kw_only=True):
    """A service that a rate may name."""

    service_name: str
    service_code: str


class ServicesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """All services that rates may name."""

    services: list[ListedService]


def _no_rates(request: AnyRequest, error: Exception) -> Response[Any]:
    """Even what nobody expected offers no rates instead of an error page; what we refuse ourselves is said as ever."""
    if isinstance(error, Refusal):
        return on_error(request, error)
    log.error("quoting for a checkout broke", exc_info=error)
    return Response(RatesAnswer(reference_id="", rates=[], error="internal error"), status_code=200)


_NEVER_BREAK: ExceptionHandlersMap = {Exception: _no_rates}


_ANSWERS: dict[int, ResponseSpec] = {
    200: ResponseSpec(RatesAnswer, description="The rates; empty where there are none.")
}


@post("/jumpseller/rates/{store_key:str}", status_code=200, exception_handlers=_NEVER_BREAK, responses=_ANSWERS)
async def quote_checkout(request: Request[Any, Any, Any], store_key: FromPath[str]) -> ASGIResponse:
    """Quote the cart of a store's checkout, sent as JSON or as a form."""
    services: Services = request.scope["litestar_app"].state.services
    language = "en"
    try:
        async with asyncio.timeout(LIMIT_SECONDS):
            store = await _known(services, store_key)
            language = store.language
            body = await read_body(request.scope, request.receive)
            cart = _read(services, body, lower_headers(request.scope).get("content-type", ""))
            return _answer(await services.quoting.cart(store, cart), language)
    except MessageInvalid as error:
        return _nothing(_NO_RATES["unreadable"][language].format(message=error))
    except DomainError as error:
        return _nothing(error.text(language))
    except TimeoutError:
        return _nothing(_NO_RATES["late"][language])


@get("/jumpseller/services/{store_key:str}")
async def list_services(store_key: FromPath[str], services: Hub) -> ServicesAnswer:
    """List the services that the store's accounts may offer."""
    store = await _known(services, store_key)
    listed = await services.quoting.services(store)
    return ServicesAnswer(services=[ListedService(service_name=one.name, service_code=one.code) for one in listed])


def _read(services: Services, body: bytes, content_type: str) -> Cart:
    """The cart; the same octets are read once, since a checkout asks again and again while its buyer thinks."""
    key = (content_type, body)
    cart = _RECENT.get(key)
    if cart is None:
        cart = services.messages.cart(body, content_type)
        if len(_RECENT) >= MOST_CARTS:
            _RECENT.clear()
        if len(body) <= MOST_REMEMBERED:
            _RECENT[key] = cart
    return cart


async def _known(services: Services, store_key: str) -> Store:
    store = await services.known.by_key(store_key)
    if store is None:
        raise NothingHere
    return store


def _nothing(error: str, reference_id: str = "") -> ASGIResponse:
    return _json(RatesAnswer(reference_id=reference_id, rates=[], error=error))


def _json(answer: RatesAnswer) -> ASGIResponse:
    """Ready to be sent: at a checkout every layer that an answer need not pass is time."""
    return ASGIResponse(body=msgspec.json.encode(answer), media_type="application/json")


def _answer(offer: Offer, language: str) -> ASGIResponse:
    if not offer.quotes:
        return _nothing(nothing_offered(offer.answers, language), offer.reference_id)
    rates = offer.drawn.get("checkout")
    if not isinstance(rates, list):
        accounts = {answer.account.id: answer.account for answer in offer.answers}
        rates = offer.drawn["checkout"] = [_line(quote, accounts.get(quote.account_id)) for quote in offer.quotes]
    return _json(RatesAnswer(reference_id=offer.reference_id, rates=rates))


def _line(quote: Quote, account: Account | None) -> OfferedRate:
    return OfferedRate(
        rate_id=quote.id,
        rate_description=(quote.rate.description or quote.rate.service_name)[:MOST_DESCRIPTION],
        service_name=quote.rate.service_name,
        service_code=public_code(account, quote.rate.service_code),
        total_price=quote.rate.price.plain(),
    )

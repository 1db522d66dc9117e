"""Prices for an order or for parcels on their way, asked of all accounts at once."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Request, post
from litestar.params import JSONBody

from despacho_core.errors import DomainError, NotFound, OriginMissing
from despacho_core.money import Money, money
from despacho_core.quotes import Quote, RateRequest, RateSource
from despacho_core.stores import Store
from despacho_http.access import Hub, StoreId
from despacho_http.api.explaining import ExplanationView, explanation_view
from despacho_http.api.orders import hold_order
from despacho_http.api.trying import TryBody
from despacho_http.api.views import MoneyView
from despacho_http.api.wishes import QuoteBody
from despacho_http.languages import spoken
from despacho_services.order_rates import request_of_order
from despacho_services.quoting import Explanation, Offer
from despacho_services.services import Services


class QuoteView(msgspec.Struct, frozen=True, kw_only=True):
    """One service's price. ``id`` buys it; ``service_code`` is the carrier's own. No account stands behind some services of the tariff."""

    id: str
    account_id: str | None
    service_code: str
    service_name: str
    description: str
    price: MoneyView
    days_min: int | None
    days_max: int | None
    source: RateSource


class QuoteProblem(msgspec.Struct, frozen=True, kw_only=True):
    """Why an account gave no price."""

    account_id: str
    message: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """All prices, cheapest first."""

    reference_id: str
    quotes: list[QuoteView]
    problems: list[QuoteProblem]


@post("/quotes", status_code=200)
async def create_quotes(services: Hub, store_id: StoreId, data: JSONBody[QuoteBody]) -> OfferView:
    """Quote an order of the store, or parcels to a destination."""
    store = await services.office.store(store_id)
    if data.order is not None:
        await hold_order(services, store_id, data.order)
        order = (await services.reading.order(store_id, data.order)).record.to_ship
        plan = (await services.plans.read(store_id)).plan
        request, _ = request_of_order(order, store, plan)
        return _view(await services.quoting.quote(store, request, order=order))
    return _view(await services.quoting.quote(store, _request(store, data)))


@post("/quotes/explain", status_code=200)
async def explain_quotes(
    request: Request[Any, Any, Any], services: Hub, store_id: StoreId, data: JSONBody[TryBody]
) -> ExplanationView:
    """Try a cart: what each account answers, what each rule does to each rate, and what the buyer would see. Nothing is kept."""
    language = spoken(request.headers.get("accept-language"))
    return explanation_view(await _explained(services, await services.office.store(store_id), data), language)


async def _explained(services: Services, store: Store, data: TryBody) -> Explanation:
    quoting = services.quoting
    try:
        if data.order is not None:
            await hold_order(services, store.id, data.order)
            file = await services.reading.order(store.id, data.order)
            plan = (await services.plans.read(store.id)).plan
            return await quoting.explain(store, *request_of_order(file.record.to_ship, store, plan))
        if data.parcels:
            return await quoting.explain(store, data.request(store))
        return await quoting.explain_cart(store, data.cart(store))
    except NotFound:
        raise
    except DomainError as error:
        return Explanation(error=error)


def _request(store: Store, data: QuoteBody) -> RateRequest:
    origin = data.origin.address() if data.origin is not None else store.settings.origin
    if origin is None or data.destination is None:
        raise OriginMissing
    return RateRequest(
        origin=origin,
        destination=data.destination.address(),
        parcels=tuple(parcel.parcel() for parcel in data.parcels),
        declared_value=_value(store, data),
    )


def _value(store: Store, data: QuoteBody) -> Money:
    return data.declared_value.money().rounded() if data.declared_value is not None else money(0, store.currency)


def _view(offer: Offer) -> OfferView:
    return OfferView(
        reference_id=offer.reference_id,
        quotes=[_quote_view(quote) for quote in offer.quotes],
        problems=[
            QuoteProblem(account_id=answer.account.id, message=answer.problem)
            for answer in offer.answers
            if answer.problem is not None and not answer.quotes
        ],
    )


def _quote_view(quote: Quote) -> QuoteView:
    rate = quote.rate
    return QuoteView(
        id=quote.id,
        account_id=quote.account_id or None,
        service_code=rate.service_code,
        service_name=rate.service_name,
        description=rate.description,
        price=MoneyView(amount=rate.price.plain(), currency=rate.price.currency),
        days_min=rate.days_min,
        days_max=rate.days_max,
        source=quote.source,
    )


ROUTES = (create_quotes, explain_quotes)

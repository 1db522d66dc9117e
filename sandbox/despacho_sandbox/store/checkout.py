"""The checkout: asks every external shipping method for rates, lets the buyer choose, places the order (contract 1.3 to 1.5).

The platform's time limit is not known; ten seconds is the only figure in sight. Anything but a 200 with a list of rates offers nothing.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from despacho_sandbox.store.builders import Cart, OrderKind, cart_of, order_of, ship_by
from despacho_sandbox.store.model import ShippingMethod, Store
from despacho_sandbox.store.order import Order, OrderStatus, rounded
from despacho_sandbox.store.orders import OrderBook
from despacho_sandbox.store.outgoing import ask
from despacho_sandbox.store.rates_request import encoded_request, rates_request
from despacho_sandbox.store.records import Offer, RateCall
from despacho_sandbox.store.shipping_methods import fetch_services

LIMIT_SECONDS = 10.0


class CheckoutRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A buyer's way through the checkout.

    Attributes:
        kind: Which cart, unless `cart` is given.
        cart: What is bought and by whom.
        service_code: The service to choose; the cheapest rate if left out.
        status: What becomes of the order.
        estimate: Only ask for rates, as a cart does before an address is known; no order is placed.
        silent: No webhook ever tells of the order.
    """

    kind: OrderKind = OrderKind.SIMPLE
    cart: Cart | None = None
    service_code: str | None = None
    status: OrderStatus = OrderStatus.PAID
    estimate: bool = False
    silent: bool = False


class CheckoutResult(msgspec.Struct, kw_only=True):
    """What came of it: the rates that were offered, the calls behind them, and the order unless nothing could be chosen."""

    offers: list[Offer]
    calls: list[RateCall]
    order: Order | None = None
    problem: str | None = None


class Checkout:
    """Takes buyers through the checkout.

    Args:
        orders: Places the orders.
    """

    def __init__(self, orders: OrderBook) -> None:
        self._orders = orders

    async def run(self, store: Store, request: CheckoutRequest) -> CheckoutResult:
        """Asks for rates and places the order."""
        cart = request.cart or cart_of(request.kind)
        order = order_of(store, cart, self._orders.now(), wants_company=request.kind is OrderKind.COMPANY)
        order.silent = request.silent
        calls = await self._ask_all(store, order, estimate=request.estimate) if order.shipping_required else []
        result = CheckoutResult(offers=[offer for call in calls for offer in call.offered], calls=calls)
        if request.estimate:
            return result
        if order.shipping_required:
            chosen = _choose(result.offers, request.service_code)
            if chosen is None:
                result.problem = "no shipping is offered for this cart and address"
                return result
            ship_by(store, order, store.shipping_methods[chosen.shipping_method_id], chosen)
        result.order = self._orders.place(store, order, request.status)
        return result

    async def _ask_all(self, store: Store, order: Order, *, estimate: bool) -> list[RateCall]:
        methods = [
            method
            for method in store.shipping_methods.values()
            if method.type == "external" and method.enabled and method.callback_url
        ]
        calls = await asyncio.gather(*(self._ask(store, method, order, estimate=estimate) for method in methods))
        store.rate_calls.extend(calls)
        return list(calls)

    async def _ask(self, store: Store, method: ShippingMethod, order: Order, *, estimate: bool) -> RateCall:
        if not method.services:
            # The merchant would have pressed "Fetch Services" before switching the method on.
            await fetch_services(store, method)
        asked = rates_request(store, order, estimate=estimate)
        headers, body = encoded_request(asked, store.quirks.callback_encoding)
        at = self._orders.now()
        outcome = await ask("POST", method.callback_url or "", seconds=LIMIT_SECONDS, body=body, headers=headers)
        call = RateCall(
            shipping_method_id=method.id, at=at, took_ms=outcome.took_ms, status=outcome.status, error=outcome.error,
            request=asked, answer=outcome.answer,
        )  # fmt: skip
        if call.error is None:
            _read_rates(store, method, call)
        return call


def _choose(offers: list[Offer], service_code: str | None) -> Offer | None:
    wanted = [offer for offer in offers if service_code in (None, offer.service_code)]
    return min(wanted, key=lambda offer: offer.price, default=None)


def _read_rates(store: Store, method: ShippingMethod, call: RateCall) -> None:
    rates = call.answer.get("rates") if isinstance(call.answer, dict) else None
    if call.status != 200 or not isinstance(rates, list):
        call.error = f"status {call.status} without a list of rates"
        return
    for rate in rates:
        offer = _read_rate(store, method, rate)
        if isinstance(offer, Offer):
            call.offered.append(offer)
        else:
            call.dropped.append(offer)


def _read_rate(store: Store, method: ShippingMethod, rate: Any) -> Offer | str:
    """A rate that can be chosen, or why it cannot."""
    if not isinstance(rate, dict):
        return f"not an object: {rate!r}"
    code = str(rate.get("service_code") or "")
    service = next((one for one in method.services if one.service_code == code and one.enabled), None)
    if service is None and store.quirks.drops_unknown_services:
        return f"{code!r} is not an enabled service"
    try:
        price = rounded(Decimal(str(rate.get("total_price"))), store.currency)
    except InvalidOperation:
        return f"{code!r} has no price: {rate.get('total_price')!r}"
    if price < 0:
        return f"{code!r} has a negative price"
    return Offer(
        shipping_method_id=method.id,
        service_id=service.id if service else None,
        service_code=code,
        service_name=str(rate.get("service_name") or (service.service_name if service else code)),
        price=price,
        rate_id=_text(rate.get("rate_id")),
        rate_description=_text(rate.get("rate_description")),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)

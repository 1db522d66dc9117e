"""A quote buys for what it was asked for; the buyer's own choice of a carrier outlives a change of the order, its parcels do not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from despacho.bootstrap import Hub
from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.orders import ChosenShipping, Order, OrderLine
from despacho_core.parcels import Parcel
from despacho_core.quotes import QUOTE_HOLDS, Rate, RateRequest
from despacho_core.shipments import Shipment, ShipmentWish
from despacho_core.stores import Store
from despacho_ports.carriers import BoughtShipment, ShipmentRequest
from despacho_ports.storefront import Cart, CartLine
from despacho_services.shipment_composing import QuoteOfAnother, QuoteOutdated
from tests.shop import PLACE, open_shop, paid_order, provider
from tests.town import TurnedClock

PACKAGE = Parcel(weight_g=450, length_mm=300, width_mm=200, height_mm=100)
"""What the platform thinks the cart measures: an order packed anew is packed without it."""
PRICE = money(3_990, "CLP")
ELSEWHERE = msgspec.structs.replace(PLACE, municipality="Valparaíso", municipality_code=None, postal_code=None)


class Post:
    """Names a price, sells labels."""

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        return [Rate(service_code="express", service_name="Exprés", price=PRICE)]

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        raise NotImplementedError


@dataclass
class Shop:
    hub: Hub
    store: Store
    clock: TurnedClock

    async def order(self, number: int) -> Order:
        return (await self.hub.services.reading.order(self.store.id, number)).record.order

    async def change(self, number: int, **changes: Any) -> None:
        """The store's order is another one by now."""
        self.clock.turn(1)
        async with self.hub.services.office.units.begin() as work:
            order = msgspec.structs.replace(await self.order(number), **changes)
            await work.orders.save(self.store.id, order, read_at=self.clock.now())
            await work.commit()

    async def quoted(self, number: int) -> str:
        offer = await self.hub.services.dossiers.quote(self.store.id, number)
        return offer.quotes[0].id

    async def chosen_at_checkout(self, number: int, *lines: CartLine) -> None:
        """The buyer chose a rate for a cart that became the order."""
        cart = Cart(origin=Address(), destination=PLACE, lines=lines or (mug(),), currency="CLP", package=PACKAGE)
        offer = await self.hub.services.quoting.cart(self.store, cart)
        await self.change(number, chosen_shipping=ChosenShipping(rate_id=offer.quotes[0].id))

    async def ship(self, number: int, **wish: Any) -> Shipment:
        shipment, _ = await self.hub.services.shipping.request(self.store.id, number, ShipmentWish(**wish))
        return shipment


def mug(product: str = "1", quantity: int = 1) -> CartLine:
    return CartLine(product_id=product, name="Taza", quantity=quantity, unit_price=Decimal(6990), weight_g=450)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    clock = TurnedClock()
    async with open_shop(sqlite_url, tmp_path, [provider("post", Post)], clock=clock) as (hub, store):
        await paid_order(hub, store, 1001)
        await paid_order(hub, store, 1002)
        yield Shop(hub, store, clock)


async def test_an_orders_own_quote_buys_for_it_and_for_no_other_though_they_are_alike(shop: Shop) -> None:
    quote_id = await shop.quoted(1001)
    with pytest.raises(QuoteOfAnother):
        await shop.ship(1002, quote_id=quote_id)
    shipment = await shop.ship(1001, quote_id=quote_id)
    assert (shipment.service_code, shipment.price) == ("express", PRICE)


@pytest.mark.parametrize(
    "changes",
    [
        {"shipping_address": ELSEWHERE},
        {"lines": (OrderLine(product_id="1", name="Taza", quantity=2, unit_price=Decimal(6990), weight_g=450),)},
        {"lines": (OrderLine(product_id="2", name="Copa", quantity=1, unit_price=Decimal(6990), weight_g=450),)},
    ],
)
async def test_a_quote_for_the_order_as_it_was_before_buys_nothing(shop: Shop, changes: dict[str, Any]) -> None:
    quote_id = await shop.quoted(1001)
    await shop.change(1001, **changes)
    with pytest.raises(QuoteOfAnother) as refused:
        await shop.ship(1001, quote_id=quote_id)
    assert "1001" in refused.value.text("es")
    assert (await shop.ship(1001, quote_id=await shop.quoted(1001))).price == PRICE


async def test_a_quote_holds_for_its_days_and_not_longer(shop: Shop) -> None:
    quote_id = await shop.quoted(1001)
    shop.clock.turn(QUOTE_HOLDS.total_seconds())
    assert (await shop.ship(1001, quote_id=quote_id)).price == PRICE
    shop.clock.turn(1)
    with pytest.raises(QuoteOutdated):
        await shop.ship(1001, quote_id=quote_id, additional=True)


async def test_a_quote_to_a_place_buys_for_any_order_that_goes_there(shop: Shop) -> None:
    parcel = Parcel(weight_g=900, length_mm=400, width_mm=300, height_mm=200)
    value = money(6_990, "CLP")
    request = RateRequest(origin=PLACE, destination=PLACE, parcels=(parcel,), declared_value=value)
    [quote] = (await shop.hub.services.quoting.quote(shop.store, request)).quotes
    assert (await shop.ship(1001, quote_id=quote.id)).parcels == (parcel,)
    await shop.change(1002, shipping_address=ELSEWHERE)
    with pytest.raises(QuoteOfAnother):
        await shop.ship(1002, quote_id=quote.id)


async def test_parcels_of_ones_own_are_not_what_the_price_was_for(shop: Shop) -> None:
    quote_id = await shop.quoted(1001)
    mine = Parcel(weight_g=5_000, length_mm=400, width_mm=300, height_mm=200)
    shipment = await shop.ship(1001, quote_id=quote_id, parcels=(mine,))
    assert (shipment.service_code, shipment.parcels, shipment.price) == ("express", (mine,), None)
    [packed] = (await shop.ship(1001, quote_id=quote_id, additional=True)).parcels
    same = msgspec.structs.replace(packed, contents="Taza")
    assert (await shop.ship(1001, quote_id=quote_id, parcels=(same,), additional=True)).price == PRICE


async def test_an_order_as_it_was_at_the_checkout_goes_in_the_carts_parcels_at_its_price(shop: Shop) -> None:
    await shop.chosen_at_checkout(1001)
    preselected = (await shop.hub.services.reading.order(shop.store.id, 1001)).preselected
    assert preselected is not None
    assert preselected.quote is not None
    shipment = await shop.ship(1001)
    assert (shipment.parcels, shipment.price) == ((PACKAGE,), PRICE)


@pytest.mark.parametrize("what", ["goods", "quantity", "place", "age"])
async def test_an_order_that_was_changed_keeps_the_buyers_carrier_and_is_packed_anew(shop: Shop, what: str) -> None:
    lines = {"goods": mug("2"), "quantity": mug(quantity=3)}
    await shop.chosen_at_checkout(1001, lines.get(what, mug()))
    if what == "place":
        await shop.change(1001, shipping_address=ELSEWHERE)
    if what == "age":
        shop.clock.turn((QUOTE_HOLDS + timedelta(seconds=1)).total_seconds())
    preselected = (await shop.hub.services.reading.order(shop.store.id, 1001)).preselected
    assert preselected is not None
    assert preselected.quote is None, "no price is promised"
    shipment = await shop.ship(1001)
    assert (shipment.service_code, shipment.price) == ("express", None)
    [parcel] = shipment.parcels
    assert (parcel.weight_g, parcel == PACKAGE) == (450, False)


async def test_a_cart_that_names_no_products_is_taken_at_its_word(shop: Shop) -> None:
    await shop.chosen_at_checkout(1001, mug(""))
    assert (await shop.ship(1001)).parcels == (PACKAGE,)


async def test_carts_of_different_goods_have_quotes_of_their_own_and_ask_the_carrier_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[RateRequest] = []
    first = Post.quote_rates

    async def counted(self: Post, request: RateRequest) -> Sequence[Rate]:
        asked.append(request)
        return await first(self, request)

    monkeypatch.setattr(Post, "quote_rates", counted)
    await shop.chosen_at_checkout(1001, mug("1"))
    await shop.chosen_at_checkout(1002, mug("2"))
    ids = {(await shop.order(number)).chosen_shipping.rate_id for number in (1001, 1002)}
    assert (len(ids), len(asked)) == (2, 1)

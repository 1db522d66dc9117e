"""Which account and service take an order: the buyer's choice however it is told, else the merchant's rules; and labels by themselves."""

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
from despacho_core.areas import Area
from despacho_core.errors import ServiceNotChosen
from despacho_core.money import money
from despacho_core.orders import ChosenShipping
from despacho_core.quotes import Rate, RateRequest
from despacho_core.shipments import ShipmentWish
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.shipping_rules import Conditions, Preselection
from despacho_core.stores import Account, LabelTrigger, Store
from despacho_core.tariffs import Bracket, TariffRow
from despacho_ports.carriers import BoughtShipment, ShipmentRequest
from despacho_services.order_rates import request_of_order
from despacho_services.preselection import ChosenBy, Preselected
from tests.shop import open_shop, paid_order, provider

NUMBER = 1001


class Van:
    """Names no prices, sells labels."""

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        raise NotImplementedError


class Post(Van):
    """Names a price, sells labels."""

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        return [Rate(service_code="express", service_name="Exprés", price=money(3_990, "CLP"))]


@dataclass
class Shop:
    hub: Hub
    store: Store
    van: Account
    post: Account

    async def order(self, chosen: ChosenShipping) -> None:
        async with self.hub.services.office.units.begin() as work:
            record = await work.orders.get(self.store.id, NUMBER)
            assert record is not None
            order = msgspec.structs.replace(record.order, chosen_shipping=chosen)
            await work.orders.save(self.store.id, order, read_at=record.read_at + timedelta(microseconds=1))
            await work.commit()

    async def preselected(self) -> Preselected | None:
        return (await self.hub.services.reading.order(self.store.id, NUMBER)).preselected

    async def plan(self, **parts: Any) -> None:
        await self.hub.services.plans.save(self.store.id, ShippingPlan(**parts), expected=None)

    async def rates(self) -> dict[str, str]:
        """Ids of the quotes for the order, by service."""
        record = (await self.hub.services.reading.order(self.store.id, NUMBER)).record
        plan = (await self.hub.services.plans.read(self.store.id)).plan
        request, _ = request_of_order(record.order, self.store, plan)
        offer = await self.hub.services.quoting.quote(self.store, request)
        return {quote.rate.service_code: quote.id for quote in offer.quotes}

    async def forget_quotes(self) -> None:
        async with self.hub.services.office.units.begin() as work:
            await work.quotes.remove_older(self.hub.services.office.now() + timedelta(days=1), 100)
            await work.commit()


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(sqlite_url, tmp_path, [provider("van", Van), provider("post", Post)]) as (hub, store):
        await paid_order(hub, store, NUMBER)
        van, post = await hub.services.accounts.all(store.id)
        yield Shop(hub, store, van, post)


def row(**changes: Any) -> TariffRow:
    usual = TariffRow(
        account="van",
        service_code="today",
        service_name="Hoy",
        area=Area(countries=("CL",)),
        brackets=(Bracket(up_to_g=5_000, price=Decimal(2_000)),),
        currency="CLP",
    )
    return msgspec.structs.replace(usual, **changes)


@pytest.mark.parametrize(("service", "account"), [("express", "post"), ("today", "van")])
async def test_the_rate_that_was_chosen_decides_wherever_it_came_from(shop: Shop, service: str, account: str) -> None:
    await shop.plan(tariff=(row(),))
    rates = await shop.rates()
    await shop.order(ChosenShipping(rate_id=rates[service]))
    chosen = await shop.preselected()
    assert chosen is not None
    assert (chosen.by, chosen.account.provider, chosen.service_code) == (ChosenBy.QUOTE, account, service)
    shipment, _ = await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish())
    assert (shipment.account_id, shipment.service_code) == (chosen.account.id, service)


async def test_a_quote_that_is_gone_still_tells_by_its_id(shop: Shop) -> None:
    rates = await shop.rates()
    await shop.order(ChosenShipping(rate_id=rates["express"]))
    await shop.forget_quotes()
    chosen = await shop.preselected()
    assert chosen is not None
    assert (chosen.by, chosen.account.id, chosen.service_code, chosen.quote) == (
        ChosenBy.RATE_ID,
        shop.post.id,
        "express",
        None,
    )
    shipment, _ = await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish())
    assert (shipment.service_code, shipment.price) == ("express", None)


@pytest.mark.parametrize("rate_id", ["", "abc", "abc.", "abc..", "abc.nobody.express", ".", "x" * 1_000])
async def test_an_id_that_tells_nothing_decides_nothing(shop: Shop, rate_id: str) -> None:
    await shop.order(ChosenShipping(rate_id=rate_id))
    assert await shop.preselected() is None


async def test_the_orders_own_service_decides_where_one_account_offers_it(shop: Shop) -> None:
    await shop.order(ChosenShipping(service_id="post-express"))
    chosen = await shop.preselected()
    assert chosen is not None
    assert (chosen.by, chosen.account.id, chosen.service_code) == (ChosenBy.SERVICE, shop.post.id, "express")
    await shop.hub.services.accounts.add(shop.store.id, "post", name="second", settings={})
    assert await shop.preselected() is None, "of two accounts nobody guesses"


async def test_the_platforms_own_number_of_a_service_says_nothing(shop: Shop) -> None:
    await shop.order(ChosenShipping(service_id="4711"))
    assert await shop.preselected() is None
    with pytest.raises(ServiceNotChosen):
        await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish())


async def test_without_a_choice_the_merchants_rules_decide(shop: Shop) -> None:
    heavy = Preselection(account="post", service_code="express", when=Conditions(weight_from_g=2_000))
    near = Preselection(account="van", service_code="today", when=Conditions(area=Area(comunas=("Providencia",))))
    await shop.plan(preselections=(heavy, near))
    chosen = await shop.preselected()
    assert chosen is not None
    assert (chosen.by, chosen.account.id, chosen.service_code) == (ChosenBy.RULE, shop.van.id, "today")
    shipment, _ = await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish())
    assert (shipment.account_id, shipment.service_code) == (shop.van.id, "today")


async def test_a_person_who_names_another_account_is_not_overruled(shop: Shop) -> None:
    await shop.plan(preselections=(Preselection(account="van", service_code="today"),))
    with pytest.raises(ServiceNotChosen):
        await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish(account_id=shop.post.id))
    wish = ShipmentWish(account_id=shop.post.id, service_code="express")
    shipment, _ = await shop.hub.services.shipping.request(shop.store.id, NUMBER, wish)
    assert shipment.account_id == shop.post.id


async def test_a_service_that_nobody_carries_falls_to_the_rules(shop: Shop) -> None:
    await shop.plan(
        tariff=(row(account=None, service_code="bike"),),
        preselections=(Preselection(account="van", service_code="today"),),
    )
    rates = await shop.rates()
    await shop.order(ChosenShipping(rate_id=rates["bike"]))
    shipment, _ = await shop.hub.services.shipping.request(shop.store.id, NUMBER, ShipmentWish())
    assert shipment.service_code == "today"


@pytest.mark.parametrize("by_rule", [True, False])
async def test_a_label_is_bought_by_itself_as_soon_as_the_order_is_paid(shop: Shop, by_rule: bool) -> None:
    services = shop.hub.services
    if by_rule:
        await shop.plan(preselections=(Preselection(account="van", service_code="today"),))
    else:
        await shop.plan(tariff=(row(),))
        await shop.order(ChosenShipping(rate_id=(await shop.rates())["today"]))
    settings = msgspec.structs.replace(shop.store.settings, labels=LabelTrigger.ON_PAID)
    record = (await services.reading.order(shop.store.id, NUMBER)).record
    store = msgspec.structs.replace(shop.store, settings=settings)
    await services.intake.keep(store, record.order, read_at=record.read_at + timedelta(seconds=1))
    [(shipment, _)] = await services.reading.shipments(shop.store.id)
    assert (shipment.account_id, shipment.service_code) == (shop.van.id, "today")

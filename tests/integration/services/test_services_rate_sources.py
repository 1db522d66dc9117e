"""Where rates come from: a fresh answer, the carrier, an old answer, the tariff; and never an error at the checkout."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from despacho.bootstrap import Hub
from despacho_core.addresses import Address
from despacho_core.areas import Area
from despacho_core.errors import PlanChanged, PlanInvalid, UnknownCurrency
from despacho_core.money import Money, money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest, RateSource
from despacho_core.shipping_plans import AccountTerms, ShippingPlan
from despacho_core.shipping_rules import AddDays, Conditions, Free, Hide, MarkUp, Rule
from despacho_core.stores import Account, AccountState, Store
from despacho_core.tariffs import Bracket, TariffRow
from despacho_ports.errors import Rejected, Unauthorized, Unavailable
from despacho_ports.storefront import Cart, CartLine
from despacho_services.offers import chosen_by_id
from despacho_services.quoting import Quoting
from despacho_services.rate_sources import Reason
from tests.shop import open_shop, provider
from tests.town import TurnedClock

PLACE = Address(country="CL", municipality="Providencia")
PARCEL = Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100)
REQUEST = RateRequest(origin=PLACE, destination=PLACE, parcels=(PARCEL,), declared_value=Money(Decimal(10_000), "CLP"))
DAY = Rate(service_code="day", service_name="Same day", price=money(3_990, "CLP"), days_min=1, days_max=1)
ROW = TariffRow(
    account="fake",
    service_code="day",
    service_name="Tarifa",
    area=Area(regions=("RM",)),
    brackets=(Bracket(up_to_g=5_000, price=Decimal(2_500)),),
    currency="CLP",
)


class Carrier:
    """Answers or fails as it is told, and counts its calls."""

    calls = 0
    failure: Exception | None = None
    rates: Sequence[Any] = (DAY,)
    hold: asyncio.Event | None = None
    asked: asyncio.Event | None = None

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        kind = type(self)
        kind.calls += 1
        if kind.asked is not None:
            kind.asked.set()
        if kind.hold is not None:
            await kind.hold.wait()
        if kind.failure is not None:
            raise kind.failure
        return kind.rates


class Mute:
    """Sells labels, and names no prices."""

    async def buy_shipment(self, request: object) -> object:
        raise NotImplementedError


class Shop:
    """A shop with one carrier, whose clock is in our hands."""

    def __init__(self, hub: Hub, store: Store, carrier: type[Carrier], clock: TurnedClock) -> None:
        self.hub = hub
        self.store = store
        self.carrier = carrier
        self.clock = clock

    async def quote(self, request: RateRequest = REQUEST) -> list[tuple[str, RateSource]]:
        offer = await self.hub.services.quoting.quote(self.store, request)
        return [(quote.rate.price.plain(), quote.source) for quote in offer.quotes]

    async def plan(self, **parts: Any) -> None:
        await self.hub.services.plans.save(self.store.id, ShippingPlan(**parts), expected=None)


@asynccontextmanager
async def opened(url: str, folder: Path, connector: type | None = None) -> AsyncIterator[Shop]:
    carrier = type("Fake", (Carrier,), {})
    clock = TurnedClock()
    async with open_shop(url, folder, [provider("fake", connector or carrier)], clock=clock) as (hub, store):
        yield Shop(hub, store, carrier, clock)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    async with opened(sqlite_url, tmp_path) as made:
        yield made


MINUTE = 60


async def test_the_same_cart_within_five_minutes_costs_no_call_and_gets_the_same_quotes(shop: Shop) -> None:
    first = await shop.hub.services.quoting.quote(shop.store, REQUEST)
    shop.clock.turn(4 * MINUTE)
    second = await shop.hub.services.quoting.quote(shop.store, REQUEST, reference="cart-2")
    assert shop.carrier.calls == 1
    assert second.quotes == first.quotes
    assert (first.reference_id != "cart-2", second.reference_id) == (True, "cart-2")
    shop.clock.turn(2 * MINUTE)
    third = await shop.hub.services.quoting.quote(shop.store, REQUEST)
    assert shop.carrier.calls == 2
    assert third.quotes != first.quotes


@pytest.mark.parametrize(
    ("change", "calls"),
    [
        ({"destination": Address(country="CL", municipality="  PROVIDENCIA ")}, 1),
        ({"destination": msgspec.structs.replace(PLACE, name="Ana", street="Calle Uno", phone="+56 9")}, 1),
        ({"destination": Address(country="CL", municipality="Ñuñoa")}, 2),
        ({"parcels": (msgspec.structs.replace(PARCEL, weight_g=1_001),)}, 2),
        ({"parcels": (PARCEL, PARCEL)}, 2),
        ({"declared_value": money(10_001, "CLP")}, 2),
        ({"origin": Address(country="CL", municipality="Arica")}, 2),
    ],
)
async def test_what_makes_it_another_question(shop: Shop, change: dict[str, Any], calls: int) -> None:
    await shop.quote()
    await shop.quote(msgspec.structs.replace(REQUEST, **change))
    assert shop.carrier.calls == calls


async def test_a_changed_account_never_answers_from_before(shop: Shop) -> None:
    await shop.quote()
    async with shop.hub.services.office.units.begin() as work:
        [account] = await work.accounts.of_store(shop.store.id)
        await work.accounts.save(msgspec.structs.replace(account, settings={"contract": "new"}))
        await work.commit()
    with pytest.raises(Exception, match="contract"):  # the made-up provider has no settings at all: it was opened anew
        shop.hub.services.office.connectors.open(msgspec.structs.replace(account, settings={"contract": "new"}))
    assert await shop.quote() == []
    assert shop.carrier.calls == 1


async def test_a_silent_carrier_answers_from_yesterday_and_not_from_the_day_before(shop: Shop) -> None:
    assert await shop.quote() == [("3990", RateSource.CARRIER)]
    shop.carrier.failure = Unavailable("no connection")
    shop.clock.turn(10 * MINUTE)
    assert await shop.quote() == [("3990", RateSource.STALE)]
    shop.clock.turn(24 * 60 * MINUTE)
    assert await shop.quote() == []


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (Unavailable("no connection"), Reason.FAILED),
        (RuntimeError("a bug"), Reason.FAILED),
        (Unauthorized("wrong key"), Reason.UNAUTHORIZED),
    ],
)
async def test_the_tariff_is_the_last_resort(shop: Shop, failure: Exception, reason: Reason) -> None:
    await shop.plan(tariff=(ROW,))
    shop.carrier.failure = failure
    offer = await shop.hub.services.quoting.quote(shop.store, REQUEST)
    [quote] = offer.quotes
    assert (quote.rate.price.plain(), quote.source, quote.rate.service_code) == ("2500", RateSource.TARIFF, "day")
    assert (offer.answers[0].reason, offer.answers[0].source) == (reason, RateSource.TARIFF)
    async with shop.hub.services.office.units.begin(write=False) as work:
        assert await work.quotes.get(shop.store.id, quote.id) == quote


async def test_an_old_answer_comes_before_the_tariff(shop: Shop) -> None:
    await shop.plan(tariff=(ROW,))
    await shop.quote()
    shop.carrier.failure = Unavailable("no connection")
    shop.clock.turn(10 * MINUTE)
    assert await shop.quote() == [("3990", RateSource.STALE)]


@pytest.mark.parametrize("failure", [Rejected("no coverage"), UnknownCurrency(currency="CLP")])
async def test_what_the_carrier_refuses_is_refused(shop: Shop, failure: Exception) -> None:
    await shop.plan(tariff=(ROW,))
    await shop.quote()
    shop.carrier.failure = failure
    shop.clock.turn(10 * MINUTE)
    assert await shop.quote() == []
    assert await shop.quote() == []
    assert shop.carrier.calls == 2, "a refusal is an answer, too"
    shop.carrier.failure = None
    shop.clock.turn(2 * MINUTE)
    assert await shop.quote() == [("3990", RateSource.CARRIER)], "and is asked again soon"


async def test_a_tariff_covers_no_place_that_no_row_names(shop: Shop) -> None:
    await shop.plan(tariff=(ROW,))
    shop.carrier.failure = Unavailable("no connection")
    there = Address(country="CL", municipality="Punta Arenas")
    assert await shop.quote(msgspec.structs.replace(REQUEST, destination=there)) == []


async def test_equal_carts_at_one_moment_share_one_call_and_one_set_of_quotes(shop: Shop) -> None:
    shop.carrier.hold, shop.carrier.asked = asyncio.Event(), asyncio.Event()
    quoting = shop.hub.services.quoting
    waiting = [asyncio.create_task(quoting.quote(shop.store, REQUEST)) for _ in range(20)]
    await shop.carrier.asked.wait()
    waiting[0].cancel()  # one buyer leaves; the others are not concerned
    shop.carrier.hold.set()
    offers = [
        offer
        for offer in await asyncio.gather(*waiting, return_exceptions=True)
        if not isinstance(offer, BaseException)
    ]
    assert shop.carrier.calls == 1
    assert len(offers) == 19
    assert len({offer.quotes for offer in offers}) == 1


async def test_who_answers_too_late_serves_the_next_cart(shop: Shop) -> None:
    shop.carrier.hold = asyncio.Event()
    impatient = Quoting(shop.hub.services.office, deadline=0.02)
    try:
        first = await impatient.quote(shop.store, REQUEST)
        assert (first.quotes, first.answers[0].reason) == ((), Reason.LATE)
        shop.carrier.hold.set()
        second = await impatient.quote(shop.store, REQUEST)
        assert [quote.rate.price.plain() for quote in second.quotes] == ["3990"]
        assert shop.carrier.calls == 1
    finally:
        await impatient.close()


async def test_a_carrier_without_prices_is_quoted_from_the_tariff_and_nowhere_else(
    sqlite_url: str, tmp_path: Path
) -> None:
    async with opened(sqlite_url, tmp_path, Mute) as shop:
        assert await shop.quote() == []
        await shop.plan(tariff=(ROW,), accounts=(AccountTerms(account="fake", divisor=4_000),))
        [account] = await shop.hub.services.accounts.all(shop.store.id)
        [quote] = (await shop.hub.services.quoting.quote(shop.store, REQUEST)).quotes
        assert (quote.account_id, quote.rate.service_code, quote.rate.price.plain()) == (account.id, "day", "2500")
        assert chosen_by_id(quote.id) == (account.id, "day")
        large = msgspec.structs.replace(PARCEL, length_mm=500, width_mm=500)  # 25,000 cm³: 6.25 kg
        assert await shop.quote(msgspec.structs.replace(REQUEST, parcels=(large,))) == []
        assert [service.code for service in await shop.hub.services.quoting.services(shop.store)] == ["fake-day"]


async def test_a_service_without_a_carrier_can_be_offered(shop: Shop) -> None:
    shop.carrier.rates = ()
    await shop.plan(tariff=(msgspec.structs.replace(ROW, account=None, service_code="bike"),))
    [quote] = (await shop.hub.services.quoting.quote(shop.store, REQUEST)).quotes
    assert (quote.account_id, quote.source) == ("", RateSource.TARIFF)
    assert [service.code for service in await shop.hub.services.quoting.services(shop.store)] == ["tariff-bike"]


@pytest.mark.parametrize(
    ("terms", "change", "reason"),
    [
        ({"po_boxes": False}, {"destination": msgspec.structs.replace(PLACE, street="Casilla 12")}, Reason.PO_BOX),
        ({"most_parcel_g": 999}, {}, Reason.TOO_HEAVY),
    ],
)
async def test_what_an_account_does_not_take_it_is_not_asked(
    shop: Shop, terms: dict[str, Any], change: dict[str, Any], reason: Reason
) -> None:
    await shop.plan(accounts=(AccountTerms(account="fake", **terms),), tariff=(ROW,))
    offer = await shop.hub.services.quoting.quote(shop.store, msgspec.structs.replace(REQUEST, **change))
    assert (offer.quotes, offer.answers[0].reason, shop.carrier.calls) == ((), reason, 0)


async def test_a_cart_that_names_no_place_is_asked_of_nobody(shop: Shop) -> None:
    await shop.plan(tariff=(msgspec.structs.replace(ROW, area=Area(countries=("CL",))),))
    nowhere = msgspec.structs.replace(REQUEST, destination=Address())
    assert await shop.quote(nowhere) == [("2500", RateSource.TARIFF)]
    assert shop.carrier.calls == 0


async def test_rules_count_at_once_and_can_hide_all(shop: Shop) -> None:
    assert await shop.quote() == [("3990", RateSource.CARRIER)]
    await shop.plan(rules=(Rule(action=MarkUp(percent=Decimal(10))),))
    assert await shop.quote() == [("4389", RateSource.CACHE)]
    await shop.plan(rules=(Rule(action=Free(), when=Conditions(value_from=Decimal(10_000))),))
    assert await shop.quote() == [("0", RateSource.CACHE)]
    await shop.plan(rules=(Rule(action=Hide()),))
    assert await shop.quote() == []
    assert shop.carrier.calls == 1


async def test_the_cut_off_hour_is_the_stores_own(shop: Shop) -> None:
    shop.clock.moment = shop.clock.moment.replace(month=7, day=1, hour=17, minute=59)  # 13:59 in Santiago in winter
    await shop.plan(rules=(Rule(action=AddDays(days=1, after="14:00")),))
    days = [(await shop.hub.services.quoting.quote(shop.store, REQUEST)).quotes[0].rate.days_max]
    shop.clock.turn(MINUTE)
    days.append((await shop.hub.services.quoting.quote(shop.store, REQUEST)).quotes[0].rate.days_max)
    assert days == [1, 2]


async def test_a_plan_is_saved_by_one_person_at_a_time(shop: Shop) -> None:
    plans = shop.hub.services.plans
    first = await plans.save(shop.store.id, ShippingPlan(handling_days=1), expected=0)
    assert (first.version, (await plans.read(shop.store.id)).plan.handling_days) == (1, 1)
    with pytest.raises(PlanChanged):
        await plans.save(shop.store.id, ShippingPlan(), expected=0)
    with pytest.raises(PlanInvalid):
        await plans.save(shop.store.id, ShippingPlan(accounts=(AccountTerms(account="nobody"),)), expected=1)
    assert (await plans.save(shop.store.id, ShippingPlan(), expected=None)).version == 2


async def test_a_plan_that_nobody_can_read_blocks_no_sale(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    await shop.plan(rules=(Rule(action=Hide()),))
    async with shop.hub.database._engines.write.begin() as connection:
        await connection.exec_driver_sql("UPDATE shipping_plans SET rest = '{\"boxes\": 3}'")
    assert await shop.quote() == [("3990", RateSource.CARRIER)]
    assert "cannot be read" in caplog.text


CART = Cart(
    origin=PLACE,
    destination=PLACE,
    lines=(CartLine(name="Taza", quantity=2, unit_price=Decimal(5_000), weight_g=450),),
    currency="CLP",
)


async def test_an_explanation_tells_everything_and_keeps_nothing(shop: Shop) -> None:
    await shop.plan(rules=(Rule(action=MarkUp(amount=Decimal(10)), label="box"),), handling_days=1)
    explained = await shop.hub.services.quoting.explain_cart(shop.store, CART)
    assert explained.worked is not None
    [answer], [judged] = explained.worked.answers, explained.worked.judged
    assert (answer.source, answer.problem) == (RateSource.CARRIER, None)
    assert [(step.rule, step.did) for step in judged.steps] == [(0, "mark_up"), (-1, "add_days")]
    assert judged.rate is not None
    assert (judged.rate.price.plain(), judged.rate.days_max) == ("4000", 2)
    again = await shop.hub.services.quoting.explain_cart(shop.store, CART)
    assert again.worked is not None
    assert again.worked.answers[0].source is RateSource.CACHE
    async with shop.hub.services.office.units.begin() as work:
        assert await work.quotes.remove_older(shop.clock.now() + timedelta(days=1), 10) == 0


async def test_an_explanation_of_an_impossible_cart_is_no_error(shop: Shop) -> None:
    explained = await shop.hub.services.quoting.explain_cart(
        shop.store, msgspec.structs.replace(CART, currency="PESOS")
    )
    assert (explained.worked, isinstance(explained.error, UnknownCurrency)) == (None, True)


async def test_an_account_out_of_use_is_not_asked_and_says_so(shop: Shop) -> None:
    async with shop.hub.services.office.units.begin() as work:
        account: Account = (await work.accounts.of_store(shop.store.id))[0]
        await work.accounts.save(account.needing_attention("wrong key"))
        await work.commit()
    offer = await shop.hub.services.quoting.quote(shop.store, REQUEST)
    assert (offer.answers[0].reason, offer.answers[0].account.state) == (Reason.CLOSED, AccountState.NEEDS_ATTENTION)
    assert shop.carrier.calls == 0


async def test_an_odd_rate_is_told_beside_the_good_ones(shop: Shop) -> None:
    shop.carrier.rates = (DAY, None, msgspec.structs.replace(DAY, service_code="x", price=Money(Decimal("NaN"), "CLP")))
    offer = await shop.hub.services.quoting.quote(shop.store, REQUEST)
    assert len(offer.quotes) == 1
    assert len(offer.answers[0].odd) == 2

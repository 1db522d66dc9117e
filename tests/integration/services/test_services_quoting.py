"""Rates at the checkout: everybody asked at once, nobody waited for, nobody spoils the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from decimal import Decimal
from pathlib import Path

import pytest

from despacho.bootstrap import Hub
from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_core.stores import AccountState, Store
from despacho_ports.errors import Rejected, Unauthorized, Unavailable
from despacho_services.quoting import Quoting
from tests.shop import open_shop, provider

PLACE = Address(country="CL", municipality="Providencia")
REQUEST = RateRequest(
    origin=PLACE,
    destination=PLACE,
    parcels=(Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100),),
    declared_value=Money(Decimal(10000), "CLP"),
)
Answer = Callable[[], Awaitable[Sequence[Rate]]]


def rate(price: int, *, currency: str = "CLP", code: str = "day") -> Rate:
    return Rate(service_code=code, service_name="Same day", price=Money(Decimal(price), currency))


async def offers(*rates: Rate) -> Sequence[Rate]:
    return rates


async def raises(error: Exception) -> Sequence[Rate]:
    raise error


async def never() -> Sequence[Rate]:
    await asyncio.Event().wait()
    return []


class Carrier:
    """Answers as it was told."""

    answer: Answer

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        return await type(self).answer()


def shop(url: str, folder: Path, answers: dict[str, Answer]) -> AbstractAsyncContextManager[tuple[Hub, Store]]:
    """A store with one account for each carrier."""
    made = [
        provider(name, type(name, (Carrier,), {"answer": staticmethod(answer)})) for name, answer in answers.items()
    ]
    return open_shop(url, folder, made)


async def test_the_cheapest_comes_first_and_every_quote_can_be_found_again(database_url: str, tmp_path: Path) -> None:
    answers: dict[str, Answer] = {"dear": lambda: offers(rate(9000)), "cheap": lambda: offers(rate(3000))}
    async with shop(database_url, tmp_path, answers) as (hub, store):
        offer = await hub.services.quoting.quote(store, REQUEST)
        assert [quote.rate.price.plain() for quote in offer.quotes] == ["3000", "9000"]
        async with hub.services.office.units.begin(write=False) as work:
            assert [await work.quotes.get(store.id, quote.id) for quote in offer.quotes] == list(offer.quotes)


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable("no connection"),
        Rejected("not there"),
        KeyError("total_price"),
        RuntimeError("a bug"),
    ],
)
async def test_a_carrier_that_fails_spoils_nothing(sqlite_url: str, tmp_path: Path, failure: Exception) -> None:
    answers: dict[str, Answer] = {"good": lambda: offers(rate(3000)), "bad": lambda: raises(failure)}
    async with shop(sqlite_url, tmp_path, answers) as (hub, store):
        offer = await hub.services.quoting.quote(store, REQUEST)
    assert [quote.rate.price.plain() for quote in offer.quotes] == ["3000"]
    assert [answer.problem is None for answer in sorted(offer.answers, key=lambda one: one.account.provider)] == [
        False,
        True,
    ]


async def test_a_carrier_that_never_answers_is_left_out_at_the_deadline(sqlite_url: str, tmp_path: Path) -> None:
    answers: dict[str, Answer] = {"good": lambda: offers(rate(3000)), "asleep": never}
    async with shop(sqlite_url, tmp_path, answers) as (hub, store):
        offer = await Quoting(hub.services.office, deadline=0.05).quote(store, REQUEST)
    assert [quote.rate.price.plain() for quote in offer.quotes] == ["3000"]
    assert [answer.problem for answer in offer.answers if not answer.quotes] == ["did not answer in time"]


async def test_an_odd_rate_is_left_out_alone(sqlite_url: str, tmp_path: Path) -> None:
    odd = (rate(-1), rate(10, currency="EUR"), rate(20, code=""), rate(4000))
    async with shop(sqlite_url, tmp_path, {"odd": lambda: offers(*odd)}) as (hub, store):
        offer = await hub.services.quoting.quote(store, REQUEST)
    assert [quote.rate.price.plain() for quote in offer.quotes] == ["4000"]


async def test_refused_credentials_put_the_account_aside_and_it_is_asked_no_more(
    sqlite_url: str, tmp_path: Path
) -> None:
    asked = []

    async def refuses() -> Sequence[Rate]:
        asked.append(1)
        raise Unauthorized("wrong key")

    async with shop(sqlite_url, tmp_path, {"refusing": refuses}) as (hub, store):
        await hub.services.quoting.quote(store, REQUEST)
        await hub.services.quoting.quote(store, REQUEST)
        [account] = await hub.services.accounts.all(store.id)
    assert (account.state, account.problem, len(asked)) == (AccountState.NEEDS_ATTENTION, "wrong key", 1)

"""One connector serves many at once, and nobody gets another's answer."""

from __future__ import annotations

import asyncio
from typing import cast

import msgspec

from despacho_core.quotes import RateRequest
from despacho_ports.carriers import QuotesRates
from despacho_ports.conformance.behaviour import identity
from despacho_ports.conformance.bench import MAKING, Bench, Checks
from despacho_ports.conformance.expecting import expect, skip

_AT_ONCE = 20


class TogetherChecks(Checks):
    """Twenty calls on one connector, whose answers overtake each other."""

    def test_twenty_at_once_get_what_is_theirs(self) -> None:
        """Twenty purchases or documents at once: each held once, all different, and each the one that its reference finds."""
        ports = self.declared(*MAKING)
        if not ports:
            skip("declares nothing that buys or issues")

        async def story(bench: Bench) -> None:
            for port in ports:
                requests = [await bench.request_for(port) for _ in range(_AT_ONCE)]
                bench.line.uneven = True
                made = await asyncio.gather(*(bench.make(port, one) for one in requests))
                bench.line.uneven = False
                expect(len({str(identity(one)) for one in made}) == _AT_ONCE, f"{port}: two got the same")
                for request, one in zip(requests, made, strict=True):
                    expect(bench.world.held(request) == 1, f"{port}: {bench.world.held(request)} held, asked for once")
                    if bench.can_find(port):
                        found = identity(await bench.find(request))
                        expect(found == identity(one), f"{port}: given {identity(one)}, but held is {found}")

        self.run(story)

    def test_twenty_quotes_at_once_are_those_of_their_carts(self) -> None:
        """Twenty carts of different weights at once get the prices that each gets alone."""
        if not self.declared("QuotesRates"):
            skip("does not declare QuotesRates")

        async def story(bench: Bench) -> None:
            sample = self.samples.rates
            if sample is None:
                raise AssertionError("the provider declares a port that needs Samples(rates=…)")
            carts = [_heavier(sample, place) for place in range(_AT_ONCE)]
            account = cast("QuotesRates", bench.account)
            alone = [list(await account.quote_rates(cart)) for cart in carts]
            bench.line.uneven = True
            at_once = await asyncio.gather(*(account.quote_rates(cart) for cart in carts))
            expect([list(one) for one in at_once] == alone, "quotes asked for at once are not those asked for alone")

        self.run(story)


def _heavier(cart: RateRequest, place: int) -> RateRequest:
    first, *rest = cart.parcels
    heavier = msgspec.structs.replace(first, weight_g=first.weight_g + 450 * place)
    return msgspec.structs.replace(cart, parcels=(heavier, *rest))

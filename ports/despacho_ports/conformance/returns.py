"""Parcels that come back: services of their own, and a purchase that is held once and found like any other."""

from __future__ import annotations

from typing import cast

from despacho_ports.carriers import BoughtShipment, BuysReturns, Service
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import expect, expect_type, outcome_of, skip


class ReturnChecks(Checks):
    """BuysReturns, as the hub uses it: the sample shipment the other way round, under each of the return services."""

    def test_a_return_is_bought(self) -> None:
        """BuysReturns: services without a call; one label a piece with a number of its own; held once, and found."""
        if not self.declared("BuysReturns"):
            skip("does not declare BuysReturns")

        async def story(bench: Bench) -> None:
            services = cast("BuysReturns", bench.account).return_services()
            expect(services, "no return service is listed")
            named = all(expect_type(one, Service, "return_services").name and one.code for one in services)
            expect(named, "a return service without code or name")
            expect(len({one.code for one in services}) == len(services), "a return service is listed twice")
            expect(bench.line.requests == 0, "listing return services makes requests")
            for service in services:
                await self._comes_back(bench, service)

        self.run(story)

    async def _comes_back(self, bench: Bench, service: Service) -> None:
        request = bench.coming_back(service.code)
        what = f"buy_return under {service.code}"
        asked = cast("BuysReturns", bench.account).buy_return(request)
        bought = expect_type(await outcome_of(asked, what), BoughtShipment, what)
        expect([one.piece for one in bought.labels] == [1], f"{what}: the labels are not those of the one piece")
        expect(bought.labels[0].tracking_number, f"{what}: the tracking number is missing")
        expect(bench.world.held(request) == 1, f"{what}: World.held does not count it (by our reference) as one")
        if bench.can_find("BuysShipments"):
            found = expect_type(await bench.find(request), BoughtShipment, f"find_shipment after {what}")
            numbers = [one.tracking_number for one in found.labels]
            expect(numbers == [bought.labels[0].tracking_number], f"{what}: something else is found: {numbers}")

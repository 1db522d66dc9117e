"""The own fleet proves itself without any world: there is no other side."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from despacho_core.addresses import Address
from despacho_core.money import money
from despacho_core.parcels import Parcel
from despacho_own_fleet import despacho_providers
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.conformance.bench import Bench
from despacho_ports.invoicing import IssueRequest

PLACE = Address(country="CL", municipality="Providencia", street="Calle Uno", street_number="12", name="Ana Pérez")


def one_by_nature(_: ShipmentRequest | IssueRequest) -> int:
    """Numbers follow from their request, so they are neither missing nor doubled."""
    return 1


class TestOwnFleet(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(
        shipment=ShipmentRequest(
            reference="-",
            service_code="next-day",
            origin=PLACE,
            destination=PLACE,
            parcels=(Parcel(weight_g=500, length_mm=100, width_mm=100, height_mm=100),) * 2,
            declared_value=money(9990, "CLP"),
            order_number=1,
        )
    )

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        settings = {"fleet_name": "Reparto Norte", "services": "same-day:Mismo día, next-day:Día siguiente"}
        yield World(settings=settings, held=one_by_nature)

    def test_what_was_made_is_found_and_nothing_else(self) -> None:
        """Not so here (docs/decisions/0010): what is found is what was bought or would be."""

        async def story(bench: Bench) -> None:
            request, other = bench.shipment(), bench.shipment()
            before = await bench.find(request)
            assert before == await bench.make("BuysShipments", request) == await bench.find(request)
            assert await bench.find(other) != before

        self.run(story)

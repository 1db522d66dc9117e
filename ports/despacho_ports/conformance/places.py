"""Where a carrier goes: known by heart, the same for everybody, and no code for what is no place."""

from __future__ import annotations

from typing import Any, cast

from despacho_core.addresses import Address
from despacho_ports.carriers import CoversPlaces
from despacho_ports.conformance.bench import Checks
from despacho_ports.conformance.expecting import expect, skip
from despacho_ports.conformance.odd import HOSTILE


class PlaceChecks(Checks):
    """CoversPlaces, as the hub asks it: of the connector's class, without an account."""

    def test_places_are_known_by_heart(self) -> None:
        """The samples' places have a code, an empty address has none, and odd ones are survived."""
        if not self.declared("CoversPlaces"):
            skip("declares no CoversPlaces")
        carrier = cast("CoversPlaces", self.provider.connector)
        given: list[Any] = [request for request in (self.samples.rates, self.samples.shipment) if request]
        for address in (place for request in given for place in (request.origin, request.destination)):
            code = carrier.coverage_of(address)
            expect(isinstance(code, str) and code, f"a sample's place, {address.place}, is not covered: {code!r}")
            expect(code == carrier.coverage_of(address), f"{address.place} has two codes")
        expect(carrier.coverage_of(Address()) is None, "no place at all has a code")
        for text in HOSTILE:
            for country in ("", *self.provider.countries):
                odd = Address(country=country, region=text, municipality=text, city=text, postal_code=text)
                try:
                    code = carrier.coverage_of(odd)
                except Exception as error:  # whatever a table stumbles over is reported
                    raise AssertionError(f"the place {text[:20]!r}: {type(error).__name__}") from error
                expect(code is None or code, f"the place {text[:20]!r} has the code {code!r}")

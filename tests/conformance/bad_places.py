"""Connectors that are deliberately bad in what they say of places."""

from despacho_core.addresses import Address
from tests.conformance.model_providers import ModelCarrier


class GoesNowhere(ModelCarrier):
    @staticmethod
    def coverage_of(address: Address) -> str | None:
        return address.place[:3].upper()


class ChangesItsMind(ModelCarrier):
    asked = 0

    @classmethod
    def coverage_of(cls, address: Address) -> str | None:
        cls.asked += 1
        return f"{address.place}{cls.asked}" if address.place else None


class StumblesOverPlaces(ModelCarrier):
    @staticmethod
    def coverage_of(address: Address) -> str | None:
        return address.place.encode("ascii").decode() or None

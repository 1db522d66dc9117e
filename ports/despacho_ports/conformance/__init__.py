"""The conformance kit: what every provider proves before anybody trusts it with parcels and tax documents.

A provider's author subclasses :class:`ProviderConformance` in a test module, names the provider and sample requests, and says how to make
a world to try it in; pytest then runs every check as a test of its own::

    class TestVan(ProviderConformance):
        provider = despacho_van.despacho_providers()[0]
        samples = Samples(rates=..., shipment=...)

        @asynccontextmanager
        async def world(self) -> AsyncIterator[World]:
            van = VanSimulator()
            yield World(settings={...}, transport=httpx.ASGITransport(van), held=van.count)

The kit stands on the line between the connector and that world: it loses answers after they were acted on, replaces them, and delays
them. The simulator needs no switches for faults, and recorded exchanges (``httpx.MockTransport``) do as well. pytest and Hypothesis are
loaded only by the checks that use them; the hub itself never imports this package.
"""

from despacho_ports.conformance.behaviour import BehaviourChecks
from despacho_ports.conformance.credits import CreditChecks
from despacho_ports.conformance.declaration import DeclarationChecks
from despacho_ports.conformance.losses import LossChecks
from despacho_ports.conformance.mapping import MappingChecks
from despacho_ports.conformance.places import PlaceChecks
from despacho_ports.conformance.pushes import PushChecks
from despacho_ports.conformance.returns import ReturnChecks
from despacho_ports.conformance.secrecy import SecrecyChecks
from despacho_ports.conformance.taxonomy import TaxonomyChecks
from despacho_ports.conformance.together import TogetherChecks
from despacho_ports.conformance.world import Samples, World

__all__ = ["ProviderConformance", "Samples", "World"]


class ProviderConformance(
    DeclarationChecks,
    BehaviourChecks,
    PlaceChecks,
    PushChecks,
    ReturnChecks,
    CreditChecks,
    TaxonomyChecks,
    LossChecks,
    TogetherChecks,
    SecrecyChecks,
    MappingChecks,
):
    """All checks. Subclass it, set ``provider`` and ``samples``, and write ``world``."""

"""One account opened in one world, and one call for each port."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import ClassVar, TypeVar, cast

import httpx
import msgspec

from despacho_core.fiscal import CreditedDocument
from despacho_core.fiscal_computation import credit_whole
from despacho_ports import carriers, invoicing
from despacho_ports.carriers import BoughtShipment, LabelHandle, ManifestRequest, ShipmentRequest
from despacho_ports.conformance.expecting import expect_type
from despacho_ports.conformance.line import Line
from despacho_ports.conformance.world import Samples, World
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Provider, Toolbox, capabilities_of

T = TypeVar("T")
Ask = Callable[[], Awaitable[object]]

ACTING = frozenset(
    {"BuysShipments", "BuysReturns", "VoidsShipments", "ClosesManifests", "IssuesDocuments", "CreditsDocuments"}
)
"""Ports that change something at the other side."""
MAKING = ("BuysShipments", "IssuesDocuments", "CreditsDocuments")
"""Ports that make what must exist once only."""


class Bench:
    """A provider's account, open, with the line to its world in the kit's hands.

    Args:
        provider: The declaration.
        samples: What to ask.
        world: Where.
    """

    def __init__(self, provider: Provider, samples: Samples, world: World) -> None:
        self.provider, self.samples, self.world = provider, samples, world
        self.line = Line(world.transport)
        self.http = httpx.AsyncClient(transport=self.line, trust_env=False)
        self._numbers = count(1)
        self.account = self.opened()

    def opened(self, **changes: object) -> object:
        """A connector of its own, with changed settings if wanted."""
        # Not by way of the form, which is slower: worlds are opened by the hundred.
        settings = msgspec.convert({**self.world.settings, **changes}, self.provider.settings, strict=False)
        toolbox = Toolbox(
            http=self.http, clock=self.world.clock, renderer=self.world.renderer, account_id="conformance"
        )
        return self.provider.connector(settings, toolbox)

    def shipment(self, sample: ShipmentRequest | None = None) -> ShipmentRequest:
        """A shipment to buy, under a reference and an order number of its own."""
        number = next(self._numbers)
        wanted = sample or _given(self.samples.shipment, "shipment")
        return msgspec.structs.replace(wanted, reference=f"CONFORM{number:05d}", order_number=70_000 + number)

    def sale(self) -> IssueRequest:
        """A document to issue, under a reference and an order number of its own."""
        number = next(self._numbers)
        document = msgspec.structs.replace(_given(self.samples.sale, "sale"), order_number=70_000 + number)
        return IssueRequest(reference=f"conform-{number:05d}", document=document)

    def note(self, sold: IssueRequest, issued: IssuedDocument) -> IssueRequest:
        """A credit note over the whole of an issued document, a day later."""
        document = sold.document
        credited = CreditedDocument(
            kind=document.kind,
            public_id=issued.public_id,
            external_id=issued.external_id,
            folio=issued.folio,
            issued_on=document.issued_on,
            reason="Pedido anulado",
        )
        note = credit_whole(document, credited=credited, issued_on=document.issued_on + timedelta(days=1))
        return IssueRequest(reference=f"{sold.reference}-note", document=note)

    def coming_back(self, service_code: str) -> ShipmentRequest:
        """One piece of the sample shipment, the other way round."""
        out = self.shipment()
        return msgspec.structs.replace(
            out, service_code=service_code, origin=out.destination, destination=out.origin, parcels=out.parcels[:1]
        )

    async def request_for(self, port: str) -> ShipmentRequest | IssueRequest:
        """A new request for one of the ports that make something."""
        if port == "BuysShipments":
            return self.shipment()
        sold = self.sale()
        if port == "IssuesDocuments":
            return sold
        issued = expect_type(await self.make("IssuesDocuments", sold), IssuedDocument, "issue_document")
        return self.note(sold, issued)

    async def make(self, port: str, request: ShipmentRequest | IssueRequest, account: object = None) -> object:
        """Buy, issue or credit."""
        on = account or self.account
        if isinstance(request, ShipmentRequest):
            return await cast("carriers.BuysShipments", on).buy_shipment(request)
        if port == "CreditsDocuments":
            return await cast("invoicing.CreditsDocuments", on).credit_document(request)
        return await cast("invoicing.IssuesDocuments", on).issue_document(request)

    async def find(self, request: ShipmentRequest | IssueRequest) -> object:
        """What the other side holds under the request's reference."""
        if isinstance(request, ShipmentRequest):
            return await cast("carriers.FindsShipments", self.account).find_shipment(request)
        return await cast("invoicing.FindsDocuments", self.account).find_document(request)

    def can_find(self, port: str) -> bool:
        """Whether what the port makes can be found again."""
        return ("FindsShipments" if port == "BuysShipments" else "FindsDocuments") in capabilities_of(self.provider)

    async def bought(self) -> tuple[ShipmentRequest, BoughtShipment]:
        """A shipment, bought."""
        request = self.shipment()
        return request, expect_type(await self.make("BuysShipments", request), BoughtShipment, "buy_shipment")

    async def handles(self) -> tuple[LabelHandle, ...]:
        """The labels of a shipment that was just bought."""
        request, bought = await self.bought()
        return handles_of(request, bought)

    async def prepared(self, port: str) -> Ask:
        """Everything that one call of a port needs, done; what is returned makes the call itself, as often as wanted."""
        account, samples = self.account, self.samples
        if port in MAKING:
            request = await self.request_for(port)
            return lambda: self.make(port, request)
        if port == "BuysReturns":
            returns = cast("carriers.BuysReturns", account)
            back = self.coming_back(next(iter(returns.return_services())).code)
            return lambda: returns.buy_return(back)
        if port == "QuotesRates":
            cart = _given(samples.rates, "rates")
            return lambda: cast("carriers.QuotesRates", account).quote_rates(cart)
        if port == "ListsPickupPoints":
            near = _given(samples.pickup_near, "pickup_near")
            return lambda: cast("carriers.ListsPickupPoints", account).list_pickup_points(near)
        if port == "ChecksAccount":
            return lambda: cast("carriers.ChecksAccount", account).check_account()
        return await (self._about_documents(port) if port.endswith("Documents") else self._about_labels(port))

    async def _about_labels(self, port: str) -> Ask:
        account = self.account
        request, bought = await self.bought()
        labels = handles_of(request, bought)
        if port == "FindsShipments":
            return lambda: self.find(request)
        if port == "VoidsShipments":
            return lambda: cast("carriers.VoidsShipments", account).void_shipment(labels)
        if port == "ReprintsLabels":
            wanted = request.label_format
            return lambda: cast("carriers.ReprintsLabels", account).reprint_label(labels[0], wanted)
        if port == "ClosesManifests":
            manifest = ManifestRequest(reference="M-CONFORM", labels=labels)
            return lambda: cast("carriers.ClosesManifests", account).close_manifest(manifest)
        tracks = cast("carriers.TracksShipments", account)
        return lambda: tracks.track_shipments(labels[: tracks.batch_size])

    async def _about_documents(self, port: str) -> Ask:
        sold = self.sale()
        issued = expect_type(await self.make("IssuesDocuments", sold), IssuedDocument, "issue_document")
        if port == "FindsDocuments":
            return lambda: self.find(sold)
        return lambda: cast("invoicing.FetchesDocuments", self.account).fetch_pdf(issued.external_id)


class Checks:
    """What all checks stand on.

    Attributes:
        provider: The declaration, as the package's hook returns it.
        samples: Requests that the world accepts.
        examples: How many examples Hypothesis makes for each property.
    """

    provider: ClassVar[Provider]
    samples: ClassVar[Samples] = Samples()
    examples: ClassVar[int] = 25

    def world(self) -> AbstractAsyncContextManager[World]:
        """A new, empty world; opened many times, so it should be quick."""
        raise NotImplementedError

    @asynccontextmanager
    async def bench(self) -> AsyncIterator[Bench]:
        """The account, open in a world of its own."""
        async with self.world() as world:
            bench = Bench(self.provider, self.samples, world)
            async with bench.http:
                yield bench

    def run(self, story: Callable[[Bench], Awaitable[None]]) -> None:
        """One story in one world."""

        async def told() -> None:
            async with self.bench() as bench:
                await story(bench)

        asyncio.run(told())

    def declared(self, *ports: str) -> list[str]:
        """Those of the ports that the provider declares; of all ports that can be asked by a call if none is named."""
        silent = {"CoversPlaces", "ListsServices", "ReceivesTracking", "ReportsByScan"}
        wanted = ports or tuple(port for port in capabilities_of(self.provider) if port not in silent)
        return [port for port in wanted if port in capabilities_of(self.provider)]

    async def steps(self, port: str) -> int:
        """How many requests one call of a port makes when nothing goes wrong."""
        async with self.bench() as bench:
            ask = await bench.prepared(port)
            bench.line.calm()
            await ask()
            return bench.line.requests


def handles_of(request: ShipmentRequest, bought: BoughtShipment) -> tuple[LabelHandle, ...]:
    """The labels of a shipment as the hub names them later."""
    return tuple(
        LabelHandle(
            tracking_number=one.tracking_number,
            reference=f"{request.reference}-{one.piece}",
            group=one.group,
            service_code=request.service_code,
        )
        for one in bought.labels
    )


def _given(sample: T | None, name: str) -> T:
    if sample is None:
        raise AssertionError(f"the provider declares a port that needs Samples({name}=…)")
    return sample

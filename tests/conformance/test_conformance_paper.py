"""Paper proves itself without any world: whoever it asked, nobody would be there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from decimal import Decimal

from despacho_core.fiscal import DocumentKind
from despacho_core.fiscal_computation import compute_document
from despacho_core.orders import LineTax, Order, OrderLine, OrderStatus
from despacho_documents import DocumentRenderer
from despacho_paper import despacho_providers
from despacho_ports.carriers import ShipmentRequest
from despacho_ports.conformance import ProviderConformance, Samples, World
from despacho_ports.conformance.bench import Bench
from despacho_ports.invoicing import IssueRequest

IVA = LineTax(name="IVA", rate=Decimal(23), included=True)
PAID = Order(
    number=1,
    status=OrderStatus.PAID,
    currency="EUR",
    lines=(OrderLine(product_id="1", name="Caneca", quantity=2, unit_price=Decimal("7.45"), taxes=(IVA,)),),
    total=Decimal("14.90"),
)


def one_by_nature(_: ShipmentRequest | IssueRequest) -> int:
    """There is no other side: a paper follows from its request, so it is neither missing nor doubled."""
    return 1


class TestPaper(ProviderConformance):
    provider = despacho_providers()[0]
    samples = Samples(
        sale=compute_document(PAID, kind=DocumentKind.RECEIPT, country="PT", issued_on=date(2026, 11, 20))
    )

    @asynccontextmanager
    async def world(self) -> AsyncIterator[World]:
        settings = {"issuer_name": "Loja do João", "language": "pt"}
        yield World(settings=settings, renderer=DocumentRenderer(), held=one_by_nature)

    def test_what_was_made_is_found_and_nothing_else(self) -> None:
        """Not so here (docs/decisions/0010): what is found is what was issued or would be, alike to the last byte."""

        async def story(bench: Bench) -> None:
            request, other = bench.sale(), bench.sale()
            before = await bench.find(request)
            made = await bench.make("IssuesDocuments", request)
            assert before == made == await bench.find(request)
            assert await bench.find(other) != made

        self.run(story)

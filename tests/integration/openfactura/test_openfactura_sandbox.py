"""The provider against the simulated OpenFactura, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from decimal import Decimal

import httpx
import msgspec
import pytest
import pytest_asyncio

from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import credit_whole
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_openfactura import OpenFactura
from despacho_ports.errors import RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument
from despacho_sandbox.kit.control import reset_simulator
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.simulator import OpenFacturaSimulator
from tests.unit.openfactura.openfactura_cases import document_of, opened, order, request_for

UNHURRIED = OpenFacturaOptions(requests_per_second=None, requests_per_minute=None)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(OpenFacturaSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def system(sandbox: Sandbox) -> OpenFacturaSimulator:
    simulator = sandbox.simulators["openfactura"]
    assert isinstance(simulator, OpenFacturaSimulator)
    reset_simulator(simulator)
    simulator.options.current = UNHURRIED
    return simulator


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10, verify=trusted()) as client:
        yield client


@pytest.fixture
def account(system: OpenFacturaSimulator, http: httpx.AsyncClient) -> OpenFactura:
    return opened(http, base_url=system.base_url)


pytestmark = pytest.mark.asyncio(loop_scope="module")

BOLETA = document_of(order(("Polera", 2, 9990)))
FACTURA = document_of(order(("Polera", 2, 11900)), DocumentKind.INVOICE)


def note(original: FiscalDocument, issued: IssuedDocument) -> FiscalDocument:
    credited = CreditedDocument(
        kind=original.kind,
        public_id=issued.public_id,
        external_id=issued.external_id,
        folio=issued.folio,
        issued_on=original.issued_on,
        reason="Pedido anulado",
    )
    return credit_whole(original, credited=credited, issued_on=date(2026, 11, 25))


async def test_the_account_is_checked(
    account: OpenFactura, system: OpenFacturaSimulator, http: httpx.AsyncClient
) -> None:
    assert (await account.check_account()).ok
    other = opened(http, base_url=system.base_url, api_key="badc0de0000000000000000000000002")
    assert not (await other.check_account()).ok
    with pytest.raises(Unauthorized):
        await opened(http, base_url=system.base_url, api_key="badc0de0-nobody").check_account()


@pytest.mark.parametrize("document", [BOLETA, FACTURA], ids=["boleta", "factura"])
async def test_a_sale_is_issued_drawn_and_credited(
    account: OpenFactura, system: OpenFacturaSimulator, document: FiscalDocument
) -> None:
    issued = await account.issue_document(request_for(document, "sale"))
    taken_back = await account.credit_document(request_for(note(document, issued), "note"))
    assert issued.public_id in {"39-1", "33-1"}
    assert taken_back.public_id == "61-1"
    assert (await account.fetch_pdf(issued.external_id)).startswith(b"%PDF-")
    sale, credit = system.documents_for("1024")
    assert sale.annulled_by == credit.folio
    assert sale.total == credit.total == document.totals.total


def part(
    original: FiscalDocument, notes: list[FiscalDocument], issued: IssuedDocument, *chosen: Chosen
) -> FiscalDocument:
    credited = note(original, issued).credits
    assert credited is not None
    day = date(2026, 11, 25)
    return credit_lines(original, notes, chosen or None, credited=credited, issued_on=day, country="CL")


@pytest.mark.parametrize("kind", [DocumentKind.RECEIPT, DocumentKind.INVOICE])
async def test_chosen_lines_are_credited_with_codref_3_until_nothing_is_left(
    account: OpenFactura, system: OpenFacturaSimulator, kind: DocumentKind
) -> None:
    document = document_of(order(("Polera", 3, 9990), ("Gorro", 1, 59), ("Taza", 7, 1333)), kind)
    issued = await account.issue_document(request_for(document, "sale"))
    notes: list[FiscalDocument] = []
    for chosen in ([Chosen(line=1, quantity=Decimal(2))], [Chosen(line=3, amount=Decimal(1000)), Chosen(line=2)], []):
        notes.append(part(document, notes, issued, *chosen))
        await account.credit_document(request_for(notes[-1], f"note-{len(notes)}"))
    sale, *parts = system.documents_for("1024")
    assert [one.dte["Referencia"][0]["CodRef"] for one in parts] == ["3", "3", "3"]
    assert sum(one.total for one in parts) == sale.total == sale.taken_back
    assert sale.annulled_by is None


async def test_a_part_is_found_again_by_its_own_reference(account: OpenFactura, system: OpenFacturaSimulator) -> None:
    issued = await account.issue_document(request_for(BOLETA, "sale"))
    first = part(BOLETA, [], issued, Chosen(line=1, quantity=Decimal(1)))
    system.faults.add(Fault(kind=FaultKind.CUT_AFTER, endpoint="issue", times=1))
    with pytest.raises(Uncertain):
        await account.credit_document(request_for(first, "note-1"))
    found = await account.find_document(request_for(first, "note-1"))
    assert found is not None
    assert found.public_id == "61-1"
    second = part(BOLETA, [first], issued)
    assert second.totals == first.totals
    assert await account.find_document(request_for(second, "note-2")) is None


async def test_more_than_was_invoiced_is_refused(account: OpenFactura) -> None:
    issued = await account.issue_document(request_for(BOLETA, "sale"))
    one = part(BOLETA, [], issued, Chosen(line=1, amount=Decimal(19000)))
    await account.credit_document(request_for(one, "note-1"))
    with pytest.raises(Rejected, match="Excede"):
        await account.credit_document(request_for(one, "note-2"))
    with pytest.raises(Rejected, match="Excede"):
        await account.credit_document(request_for(note(BOLETA, issued), "note-3"))


async def test_a_boleta_that_no_net_fits_is_credited_to_the_peso(account: OpenFactura) -> None:
    document = document_of(order(("Dulce", 1, 59)))
    issued = await account.issue_document(request_for(document, "sale"))
    assert (await account.credit_document(request_for(note(document, issued), "note"))).folio == "1"


async def test_an_exempt_order_gets_an_exempt_boleta_and_its_note(account: OpenFactura) -> None:
    document = document_of(order(("Libro", 1, 5000), taxes=()))
    issued = await account.issue_document(request_for(document, "sale"))
    assert issued.public_id == "41-1"
    assert (await account.credit_document(request_for(note(document, issued), "note"))).public_id == "61-1"


@pytest.mark.parametrize("document", [BOLETA, FACTURA], ids=["boleta", "factura"])
async def test_the_same_reference_gives_the_same_document(
    account: OpenFactura, system: OpenFacturaSimulator, document: FiscalDocument
) -> None:
    first = await account.issue_document(request_for(document))
    again = await account.issue_document(request_for(document))
    assert (again.external_id, again.public_id) == (first.external_id, first.public_id)
    assert again.total == document.totals.total
    assert len(system.documents_for("1024")) == 1


@pytest.mark.parametrize("kind", [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED])
async def test_an_answer_lost_after_issuing_is_a_doubt_that_finding_settles(
    account: OpenFactura, system: OpenFacturaSimulator, kind: FaultKind
) -> None:
    for number in range(1, 40):
        one = msgspec.structs.replace(BOLETA, order_number=number)
        await account.issue_document(request_for(one, f"other-{number}"))
    system.faults.add(Fault(kind=kind, endpoint="issue", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(BOLETA))
    found = await account.find_document(request_for(BOLETA))
    assert found is not None
    assert (found.public_id, found.total) == ("39-40", Decimal(19980))
    assert await account.find_document(request_for(BOLETA, "never-sent")) is None


@pytest.mark.parametrize("kind", [FaultKind.FAIL_BEFORE, FaultKind.CUT_BEFORE])
async def test_an_answer_lost_before_issuing_is_a_doubt_that_finding_settles_too(
    account: OpenFactura, system: OpenFacturaSimulator, kind: FaultKind
) -> None:
    system.faults.add(Fault(kind=kind, endpoint="issue", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(BOLETA))
    assert await account.find_document(request_for(BOLETA)) is None
    assert (await account.issue_document(request_for(BOLETA))).public_id == "39-1"


async def test_a_slow_answer_is_a_doubt(system: OpenFacturaSimulator) -> None:
    system.faults.add(Fault(kind=FaultKind.LATENCY, endpoint="issue", latency_ms=400, times=1))
    async with httpx.AsyncClient(timeout=0.1) as impatient:
        with pytest.raises(Uncertain):
            await opened(impatient, base_url=system.base_url).issue_document(request_for(BOLETA))


async def test_a_day_later_only_finding_protects(
    account: OpenFactura, system: OpenFacturaSimulator, sandbox: Sandbox
) -> None:
    first = await account.issue_document(request_for(BOLETA))
    sandbox.clock.advance(timedelta(hours=25).total_seconds())
    found = await account.find_document(request_for(BOLETA))
    assert found is not None
    assert found.external_id == first.external_id
    assert len(system.documents_for("1024")) == 1


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("OF-03", Unauthorized),
        ("OF-04", Unauthorized),
        ("OF-07", Rejected),
        ("OF-13", Uncertain),
        ("OF-21", Unavailable),
        ("OF-22", Uncertain),
        ("OF-23", Unavailable),
    ],
)
async def test_the_systems_codes_become_our_errors(
    account: OpenFactura, system: OpenFacturaSimulator, code: str, expected: type[Exception]
) -> None:
    system.options.current = msgspec.convert(
        msgspec.to_builtins(UNHURRIED) | {"emission_error": code}, OpenFacturaOptions
    )
    with pytest.raises(expected, match=code):
        await account.issue_document(request_for(BOLETA))
    assert system.documents_for("1024") == []


async def test_a_wrong_key_a_spent_limit_and_a_foreign_issuer(
    account: OpenFactura, system: OpenFacturaSimulator, http: httpx.AsyncClient
) -> None:
    with pytest.raises(Unauthorized):
        await opened(http, base_url=system.base_url, api_key="badc0de0-nobody").issue_document(request_for(BOLETA))
    with pytest.raises(Unauthorized, match="permisos"):
        await opened(http, base_url=system.base_url, rut="76430498-5").issue_document(request_for(BOLETA))
    system.faults.add(Fault(kind=FaultKind.RATE_LIMITED, endpoint="issue", times=1, retry_after=7))
    with pytest.raises(RateLimited) as limited:
        await account.issue_document(request_for(BOLETA))
    assert limited.value.retry_after == 7


async def test_a_document_without_folios_left_says_what_to_do(
    account: OpenFactura, system: OpenFacturaSimulator
) -> None:
    company = system.companies.by_rut("76795561-8")
    assert company is not None
    company.folios[39] = 0
    with pytest.raises(Rejected, match="No quedan folios"):
        await account.issue_document(request_for(BOLETA))


async def test_a_second_credit_note_over_one_document_is_refused(account: OpenFactura) -> None:
    issued = await account.issue_document(request_for(BOLETA, "sale"))
    await account.credit_document(request_for(note(BOLETA, issued), "note"))
    with pytest.raises(Rejected, match="anulado"):
        await account.credit_document(request_for(note(BOLETA, issued), "note-again"))


async def test_a_large_boleta_needs_its_setting(
    account: OpenFactura, system: OpenFacturaSimulator, http: httpx.AsyncClient
) -> None:
    # 135 x 40 000 = 5 400 000
    large = document_of(order(("Sofá", 1, 6_000_000)))
    with pytest.raises(Rejected, match="135 UF"):
        await account.issue_document(request_for(large))
    informed = opened(http, base_url=system.base_url, uf_value="40000")
    issued = await informed.issue_document(request_for(large))
    found = await informed.find_document(request_for(large))
    assert found is not None
    assert found.external_id == issued.external_id
    assert (await informed.credit_document(request_for(note(large, issued), "note"))).folio == "1"


async def test_a_system_that_refuses_order_references_on_boletas(
    account: OpenFactura, system: OpenFacturaSimulator, http: httpx.AsyncClient
) -> None:
    system.options.current = msgspec.structs.replace(UNHURRIED, boleta_order_reference=False)
    with pytest.raises(Rejected, match="TpoDocRef"):
        await account.issue_document(request_for(BOLETA))
    described = opened(http, base_url=system.base_url, boleta_order_number="description")
    issued = await described.issue_document(request_for(BOLETA))
    found = await described.find_document(request_for(BOLETA))
    assert found is not None
    assert found.external_id == issued.external_id

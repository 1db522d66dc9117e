"""The provider against the simulated InvoiceXpress, over real HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from despacho_core.fiscal import DocumentKind, FiscalDocument
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_core.orders import BillingDetails
from despacho_invoicexpress import InvoiceXpress
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized, Unavailable, Uncertain
from despacho_sandbox.invoicexpress.ledger import Document
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.simulator import InvoiceXpressSimulator
from despacho_sandbox.kit.control import reset_simulator
from despacho_sandbox.kit.faults import Fault, FaultKind
from despacho_sandbox.kit.server import Sandbox, running_sandbox
from despacho_sandbox.kit.trust import trusted
from tests.examples import examples
from tests.unit.invoicexpress.invoicexpress_cases import (
    DAY,
    KEY,
    LISBON,
    document_of,
    iva,
    note_over,
    opened,
    order,
    request_for,
)

UNHURRIED = InvoiceXpressOptions(requests_per_minute=None)
LOST_AFTER = [FaultKind.FAIL_AFTER, FaultKind.CUT_AFTER, FaultKind.MALFORMED]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def sandbox() -> AsyncIterator[Sandbox]:
    async with running_sandbox(speed=0, simulators=(InvoiceXpressSimulator,)) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def system(sandbox: Sandbox) -> InvoiceXpressSimulator:
    simulator = sandbox.invoicexpress
    reset_simulator(simulator)
    simulator.options.current = UNHURRIED
    return simulator


@pytest_asyncio.fixture(loop_scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10, verify=trusted()) as client:
        yield client


@pytest.fixture
def account(system: InvoiceXpressSimulator, http: httpx.AsyncClient) -> InvoiceXpress:
    return opened(http, base_url=system.base_url)


pytestmark = pytest.mark.asyncio(loop_scope="module")

RECEIPT = document_of(order(("Camisola", 1, "30.00"), ("Portes", 1, "5.00")))
INVOICE = document_of(order(("Camisola", 3, "19.99")), DocumentKind.INVOICE)


def switch(system: InvoiceXpressSimulator, **options: object) -> None:
    system.options.change(options)


def only(system: InvoiceXpressSimulator, reference: str = "D-1024-A") -> Document:
    (found,) = system.documents_for(reference)
    return found


async def test_the_account_is_checked(
    account: InvoiceXpress, system: InvoiceXpressSimulator, http: httpx.AsyncClient
) -> None:
    report = await account.check_account()
    assert report.ok
    assert "IVA23" in report.message
    assert KEY not in report.message
    with pytest.raises(Unauthorized):
        await opened(http, base_url=system.base_url, api_key="badc0de0-nobody").check_account()


async def test_an_account_without_the_regions_taxes_says_which_are_missing(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    mine = system.accounts.by_key(KEY)
    assert mine is not None
    mine.taxes = [tax for tax in mine.taxes if tax.name != "IVA13"]
    report = await account.check_account()
    assert not report.ok
    assert "13 %" in report.message


@pytest.mark.parametrize(
    ("document", "number"), [(RECEIPT, "FR G/1"), (INVOICE, "FT G/1")], ids=["fatura-recibo", "fatura"]
)
async def test_a_sale_is_issued_drawn_and_credited(
    account: InvoiceXpress, system: InvoiceXpressSimulator, document: FiscalDocument, number: str
) -> None:
    issued = await account.issue_document(request_for(document, "sale"))
    assert (issued.folio, issued.public_id) == (number, number.replace(" ", "-").replace("/", "-"))
    assert issued.total == document.totals.total
    note = note_over(document, external_id=issued.external_id, folio=issued.folio)
    credit = await account.credit_document(request_for(note, "note"))
    assert credit.folio == "NC G/1"
    assert (await account.fetch_pdf(issued.external_id)).startswith(b"%PDF-")
    taken_back, sale = only(system, "note"), only(system, "sale")
    assert taken_back.owner_id == sale.id
    assert taken_back.sums.total == sale.sums.total
    assert number in taken_back.observations
    assert sale.states == ("draft", "settled" if document is RECEIPT else "final")
    assert (sale.reference, sale.proprietary_uid) == ("sale", "sale")


async def test_chosen_lines_are_credited_by_their_owner_until_nothing_is_left(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    document = document_of(order(("Camisola", 3, "3.33"), ("Portes", 1, "5.00"), ("Livro", 7, "1.43")))
    issued = await account.issue_document(request_for(document, "sale"))
    credited = note_over(document, external_id=issued.external_id, folio=issued.folio).credits
    assert credited is not None
    notes: list[FiscalDocument] = []
    for chosen in (
        [Chosen(line=1, quantity=Decimal(2))],
        [Chosen(line=3, amount=Decimal("4.99")), Chosen(line=2)],
        None,
    ):
        note = credit_lines(document, notes, chosen, credited=credited, issued_on=DAY, country="PT")
        assert (await account.credit_document(request_for(note, f"note-{len(notes)}"))).total == note.totals.total
        notes.append(note)
    sale = only(system, "sale")
    drafts = [only(system, f"note-{at}") for at in range(3)]
    assert {one.owner_id for one in drafts} == {sale.id}
    assert sum((one.sums.total for one in drafts), Decimal(0)) == sale.sums.total
    assert f"Retifica em parte {issued.folio}" in drafts[0].observations
    with pytest.raises(Rejected, match="exceeds"):
        await account.credit_document(request_for(notes[0], "once-more"))


async def test_a_gift_card_sold_is_a_line_without_tax_for_m99(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    one = order(("Camisola", 1, "12.30"), ("Cartão-presente", 1, "50.00"))
    card = msgspec.structs.replace(one.lines[1], kind="gift_card", taxes=())
    document = document_of(msgspec.structs.replace(one, lines=(one.lines[0], card)))
    issued = await account.issue_document(request_for(document))
    assert issued.total == Decimal("62.30")
    draft = only(system, "D-1024-A")
    assert draft.tax_exemption == "M99"
    assert [line.rate for line in draft.lines] == [23, 0]


async def test_the_contracts_trap_of_35_euros_comes_out_right_with_four_decimals(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    assert (await account.issue_document(request_for(RECEIPT))).total == Decimal("35.00")


@pytest.mark.parametrize("decimals", [4, 2])
async def test_a_draft_of_another_total_is_never_final_and_is_thrown_away(
    account: InvoiceXpress, system: InvoiceXpressSimulator, http: httpx.AsyncClient, decimals: int
) -> None:
    # contract/invoicing.md 9.2: an account that keeps two decimals makes 35,01 of it, whatever is sent.
    switch(system, price_decimals=2)
    connector = opened(http, base_url=system.base_url, price_decimals=decimals)
    with pytest.raises(Rejected, match=r"3[45]\.\d\d EUR em vez de 35\.00 EUR"):
        await connector.issue_document(request_for(RECEIPT))
    assert only(system).states == ("draft", "deleted")
    assert system.issued() == []
    assert await connector.find_document(request_for(RECEIPT)) is None


async def test_a_draft_that_cannot_be_thrown_away_is_named(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    switch(system, price_decimals=2)
    system.faults.add(Fault(kind=FaultKind.FAIL_BEFORE, endpoint="change_state", times=1))
    with pytest.raises(Rejected, match="rascunho 2137287 ficou"):
        await account.issue_document(request_for(RECEIPT))
    assert only(system).status == "draft"


@pytest.mark.parametrize("document", [RECEIPT, INVOICE], ids=["fatura-recibo", "fatura"])
async def test_the_same_reference_gives_the_same_document(
    account: InvoiceXpress, system: InvoiceXpressSimulator, document: FiscalDocument
) -> None:
    first = await account.issue_document(request_for(document))
    again = await account.issue_document(request_for(document))
    assert (again.external_id, again.folio, again.total) == (first.external_id, first.folio, document.totals.total)
    assert only(system).issued


@pytest.mark.parametrize("kind", LOST_AFTER)
@pytest.mark.parametrize("endpoint", ["create", "change_state"])
async def test_an_answer_lost_after_acting_is_a_doubt_that_finding_settles(
    account: InvoiceXpress, system: InvoiceXpressSimulator, kind: FaultKind, endpoint: str
) -> None:
    await account.issue_document(request_for(RECEIPT, "D-1024-AB"))
    system.faults.add(Fault(kind=kind, endpoint=endpoint, times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    found = await account.find_document(request_for(RECEIPT))
    assert found is not None
    assert (found.folio, found.total) == ("FR G/2", Decimal("35.00"))
    assert only(system).states == ("draft", "settled")


@pytest.mark.parametrize("kind", LOST_AFTER)
async def test_a_crash_between_draft_and_final_goes_on_at_the_draft(
    account: InvoiceXpress, system: InvoiceXpressSimulator, kind: FaultKind
) -> None:
    system.faults.add(Fault(kind=kind, endpoint="create", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    assert (await account.issue_document(request_for(RECEIPT))).folio == "FR G/1"
    assert only(system).states == ("draft", "settled")


@pytest.mark.parametrize("kind", [FaultKind.FAIL_BEFORE, FaultKind.CUT_BEFORE])
@pytest.mark.parametrize("endpoint", ["create", "change_state"])
async def test_an_answer_lost_before_acting_leads_to_one_document_too(
    account: InvoiceXpress, system: InvoiceXpressSimulator, kind: FaultKind, endpoint: str
) -> None:
    system.faults.add(Fault(kind=kind, endpoint=endpoint, times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    found = await account.find_document(request_for(RECEIPT))
    assert (found is None) is (endpoint == "create")
    assert (await account.issue_document(request_for(RECEIPT))).folio == "FR G/1"
    assert only(system).issued


@pytest.mark.parametrize("endpoint", ["taxes", "list", "clients.by_code", "clients.create"])
@pytest.mark.parametrize("kind", [FaultKind.FAIL_BEFORE, FaultKind.CUT_AFTER, FaultKind.RATE_LIMITED])
async def test_before_a_draft_is_made_nothing_is_in_doubt(
    account: InvoiceXpress, system: InvoiceXpressSimulator, endpoint: str, kind: FaultKind
) -> None:
    system.faults.add(Fault(kind=kind, endpoint=endpoint, times=1, retry_after=7))
    with pytest.raises((Unavailable, RateLimited)):
        await account.issue_document(request_for(RECEIPT))
    assert system.documents_for("D-1024-A") == []
    assert (await account.issue_document(request_for(RECEIPT))).folio == "FR G/1"
    mine = system.accounts.by_key(KEY)
    assert mine is not None
    assert len(mine.clients) == 1


async def test_finding_never_finishes_a_draft_that_is_not_right(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    switch(system, price_decimals=2)
    system.faults.add(Fault(kind=FaultKind.CUT_AFTER, endpoint="create", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    assert await account.find_document(request_for(RECEIPT)) is None
    assert only(system).status == "draft"
    with pytest.raises(Rejected, match=r"35\.01 EUR em vez de 35\.00 EUR"):
        await account.issue_document(request_for(RECEIPT))
    assert only(system).status == "deleted"


@pytest.mark.parametrize("repeat", ["conflict", "existing", "forgotten"])
async def test_however_a_used_uid_is_taken_there_is_one_document(
    account: InvoiceXpress, system: InvoiceXpressSimulator, repeat: str
) -> None:
    switch(system, uid_repeat=repeat)
    system.faults.add(Fault(kind=FaultKind.CUT_AFTER, endpoint="create", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    assert (await account.issue_document(request_for(RECEIPT))).folio == "FR G/1"
    assert (await account.issue_document(request_for(RECEIPT))).folio == "FR G/1"
    assert len(system.issued()) == 1


async def test_a_draft_that_somebody_deleted_is_not_made_again_under_its_uid(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    system.faults.add(Fault(kind=FaultKind.CUT_AFTER, endpoint="create", times=1))
    with pytest.raises(Uncertain):
        await account.issue_document(request_for(RECEIPT))
    only(system).becomes("deleted")
    assert await account.find_document(request_for(RECEIPT)) is None
    with pytest.raises(Rejected, match="eliminado"):
        await account.issue_document(request_for(RECEIPT))


async def test_another_reference_is_another_document(account: InvoiceXpress, system: InvoiceXpressSimulator) -> None:
    await account.issue_document(request_for(RECEIPT, "D-1024-ABC"))
    assert await account.find_document(request_for(RECEIPT, "D-1024-AB")) is None, "a part of it is not it"
    await account.issue_document(request_for(RECEIPT, "D-1024-AB"))
    assert len(system.issued()) == 2


async def test_a_list_that_knows_only_the_official_words_is_understood(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    switch(system, strict_lists=True)
    issued = await account.issue_document(request_for(INVOICE))
    found = await account.find_document(request_for(INVOICE))
    assert found is not None
    assert found.external_id == issued.external_id


async def test_a_document_annulled_by_hand_is_still_the_one_that_was_issued(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    await account.issue_document(request_for(INVOICE))
    only(system).becomes("canceled")
    again = await account.issue_document(request_for(INVOICE))
    assert again.folio == "FT G/1"
    assert again.warning is not None
    assert len(system.issued()) == 1


@pytest.mark.parametrize("shape", ["object", "objects", "texts", "field"])
async def test_what_the_service_refuses_to_make_final_is_told_in_its_words(
    account: InvoiceXpress, system: InvoiceXpressSimulator, shape: str
) -> None:
    switch(system, error_shape=shape)
    later = msgspec.structs.replace(RECEIPT, issued_on=DAY.replace(day=25))
    await account.issue_document(request_for(later, "later"))
    with pytest.raises(Rejected, match="earlier than the last finalized"):
        await account.issue_document(request_for(RECEIPT))
    assert only(system).status == "deleted"


async def test_exempt_lines_carry_their_reason(
    account: InvoiceXpress, system: InvoiceXpressSimulator, http: httpx.AsyncClient
) -> None:
    named = document_of(order(("Curso", 1, "50.00"), taxes=(iva(0, "Isento M07"),)))
    await account.issue_document(request_for(named, "named"))
    assert only(system, "named").tax_exemption == "M07"
    unnamed = document_of(order(("Vale", 1, "50.00"), taxes=()))
    with pytest.raises(Rejected, match="exemption_code"):
        await account.issue_document(request_for(unnamed, "unnamed"))
    decided = opened(http, base_url=system.base_url, exemption_code="M99")
    await decided.issue_document(request_for(unnamed, "unnamed"))
    assert only(system, "unnamed").tax_exemption == "M99"


@pytest.mark.parametrize(
    ("key", "region", "rates"),
    [
        ("badc0de0acores0000000000000002", "PT-AC", {16: "IVA16", 4: "IVA4"}),
        ("badc0de0madeira000000000000003", "PT-MA", {22: "IVA22", 4: "IVA4M"}),
    ],
)
async def test_each_region_has_its_own_taxes(
    system: InvoiceXpressSimulator, http: httpx.AsyncClient, key: str, region: str, rates: dict[int, str]
) -> None:
    connector = opened(http, base_url=system.base_url, api_key=key, region=region)
    assert (await connector.check_account()).ok
    for rate, name in rates.items():
        document = document_of(order(("Queijo", 7, "3.33"), taxes=(iva(rate),)))
        await connector.issue_document(request_for(document, f"r-{rate}"))
        (line,) = only(system, f"r-{rate}").lines
        assert (line.tax_name, line.region) == (name, region)


async def test_a_rate_that_the_account_lost_meanwhile_is_noticed_before_anything_is_final(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    await account.check_account()
    mine = system.accounts.by_key(KEY)
    assert mine is not None
    # Renamed by the merchant: the name we know gives the default tax in silence, which has the same rate.
    mine.taxes = [msgspec.structs.replace(tax, name="Normal") if tax.name == "IVA23" else tax for tax in mine.taxes]
    with pytest.raises(Rejected, match="Normal em vez de IVA23"):
        await account.issue_document(request_for(RECEIPT))
    assert system.issued() == []
    assert (await account.issue_document(request_for(RECEIPT, "again"))).folio == "FR G/1"


async def test_two_buyers_of_one_name_are_two_clients(account: InvoiceXpress, system: InvoiceXpressSimulator) -> None:
    for at, nif in enumerate(["508025338", "501964843", None, "508025338"]):
        buyer = msgspec.structs.replace(LISBON, tax_id=nif)
        document = document_of(order(("P", 1, "1.00"), billing=BillingDetails(), billing_address=buyer))
        await account.issue_document(request_for(document, f"n-{at}"))
    mine = system.accounts.by_key(KEY)
    assert mine is not None
    assert [(one.name, one.fiscal_id) for one in mine.clients] == [
        ("Maria Silva", "508025338"),
        ("Maria Silva", "501964843"),
        ("Maria Silva", ""),
    ]


async def test_a_service_that_knows_clients_by_name_alone_never_puts_anybodys_nif_on_another_document(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    switch(system, client_matching="name")
    for at, nif in enumerate(["508025338", "501964843"]):
        buyer = msgspec.structs.replace(LISBON, tax_id=nif)
        document = document_of(order(("P", 1, "1.00"), billing=BillingDetails(), billing_address=buyer))
        if not at:
            await account.issue_document(request_for(document, "first"))
            continue
        with pytest.raises(Rejected, match="outro cliente"):
            await account.issue_document(request_for(document, "second"))
    assert len(system.issued()) == 1


async def test_a_buyer_who_gave_nothing_is_the_final_consumer(
    account: InvoiceXpress, system: InvoiceXpressSimulator
) -> None:
    nobody = order(
        ("P", 1, "1.00"), billing=BillingDetails(), billing_address=None, customer_email=None, customer_name=None
    )
    await account.issue_document(request_for(document_of(nobody)))
    mine = system.accounts.by_key(KEY)
    assert mine is not None
    assert [(one.name, one.code, one.fiscal_id) for one in mine.clients] == [
        ("Consumidor final", "despacho-consumidor-final", "")
    ]


async def test_consumers_may_get_simplified_invoices_up_to_a_thousand_euros(
    system: InvoiceXpressSimulator, http: httpx.AsyncClient
) -> None:
    connector = opened(http, base_url=system.base_url, receipt_as="simplified_invoice", invoice_as="invoice_receipt")
    small, large = document_of(order(("P", 1, "1000.00"))), document_of(order(("P", 1, "1000.01")))
    assert (await connector.issue_document(request_for(small, "small"))).folio == "FS G/1"
    assert (await connector.issue_document(request_for(large, "large"))).folio == "FR G/1"
    assert (await connector.issue_document(request_for(INVOICE, "lda"))).folio == "FR G/2"
    found = await connector.find_document(request_for(small, "small"))
    assert found is not None
    assert found.public_id == "FS-G-1"


async def test_a_pdf_takes_its_time(account: InvoiceXpress, system: InvoiceXpressSimulator) -> None:
    issued = await account.issue_document(request_for(RECEIPT))
    switch(system, pdf_polls=9)
    with pytest.raises(Unavailable, match="yet"):
        await account.fetch_pdf(issued.external_id)
    assert system.calls["pdf"] == 4
    switch(system, pdf_polls=5)
    assert (await account.fetch_pdf(issued.external_id)).startswith(b"%PDF-")
    with pytest.raises(Rejected):
        await account.fetch_pdf("1")


async def test_a_wrong_key_and_a_spent_limit(
    account: InvoiceXpress, system: InvoiceXpressSimulator, http: httpx.AsyncClient
) -> None:
    with pytest.raises(Unauthorized):
        await opened(http, base_url=system.base_url, api_key="badc0de0-nobody").issue_document(request_for(RECEIPT))
    system.faults.add(Fault(kind=FaultKind.RATE_LIMITED, endpoint="create", times=1, retry_after=7))
    with pytest.raises(RateLimited) as limited:
        await account.issue_document(request_for(RECEIPT))
    assert limited.value.retry_after == 7
    switch(system, requests_per_minute=1)
    assert (await account.check_account()).ok
    with pytest.raises(RateLimited):
        await account.check_account()


async def test_a_slow_answer_is_a_doubt(system: InvoiceXpressSimulator) -> None:
    system.faults.add(Fault(kind=FaultKind.LATENCY, endpoint="create", latency_ms=400, times=1))
    async with httpx.AsyncClient(timeout=0.2) as impatient:
        with pytest.raises(Uncertain):
            await opened(impatient, base_url=system.base_url).issue_document(request_for(RECEIPT))


async def test_a_credit_note_never_takes_back_twice(account: InvoiceXpress, system: InvoiceXpressSimulator) -> None:
    issued = await account.issue_document(request_for(RECEIPT, "sale"))
    note = note_over(RECEIPT, external_id=issued.external_id, folio=issued.folio)
    await account.credit_document(request_for(note, "note"))
    with pytest.raises(Rejected, match="exceeds"):
        await account.credit_document(request_for(note, "note-again"))
    assert only(system, "note-again").status == "deleted"


@pytest.mark.parametrize("endpoint", ["taxes", "list", "clients.by_code", "clients.create", "create", "change_state"])
@pytest.mark.parametrize("kind", [kind for kind in FaultKind if kind is not FaultKind.LATENCY])
async def test_whatever_goes_wrong_where_there_is_one_document_in_the_end_and_no_key_in_any_error(
    account: InvoiceXpress, system: InvoiceXpressSimulator, endpoint: str, kind: FaultKind
) -> None:
    system.faults.add(Fault(kind=kind, endpoint=endpoint, times=1))
    try:
        await account.issue_document(request_for(RECEIPT))
    except ProviderError as error:
        told = f"{error!r} {error.message} {error.__cause__!r} {error.__context__!r}"
    else:
        told = "nothing went wrong"
    assert KEY not in told
    found = await account.find_document(request_for(RECEIPT))
    if found is None:
        found = await account.issue_document(request_for(RECEIPT))
    assert found.folio == "FR G/1"
    assert [one.reference for one in system.issued()] == ["D-1024-A"]


ENDPOINTS = ("taxes", "list", "clients.by_code", "clients.create", "create", "get", "change_state")
mishaps = st.lists(
    st.tuples(
        st.sampled_from(ENDPOINTS),
        st.sampled_from([kind for kind in FaultKind if kind is not FaultKind.LATENCY]),
        st.integers(0, 2),
    ),
    max_size=5,
)


@given(mishaps, st.sampled_from(["conflict", "existing", "forgotten"]), st.booleans())
@examples(40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_however_many_things_go_wrong_one_document_is_issued_and_found(
    account: InvoiceXpress, system: InvoiceXpressSimulator, drawn: list[Any], repeat: str, looks_first: bool
) -> None:
    reset_simulator(system)
    system.options.current = msgspec.structs.replace(UNHURRIED, uid_repeat=repeat)
    for endpoint, kind, after in drawn:
        system.faults.add(Fault(kind=kind, endpoint=endpoint, times=1, after=after))
    found, in_doubt = None, looks_first
    for _ in range(40):
        try:
            # As the hub does: a doubt is looked into before anything is asked again.
            found = await account.find_document(request_for(RECEIPT)) if in_doubt else None
            found = found or await account.issue_document(request_for(RECEIPT))
            break
        except ProviderError as error:
            in_doubt = isinstance(error, Uncertain) or in_doubt
    system.faults.clear()
    assert found is not None
    assert [(one.reference, one.legal_number) for one in system.issued()] == [("D-1024-A", found.folio)]
    assert (await account.issue_document(request_for(RECEIPT))).folio == found.folio

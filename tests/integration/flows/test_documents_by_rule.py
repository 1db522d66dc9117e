"""Documents by the store's rules: when they are issued, by which account, anew after a whole credit, and in parts taken back."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from despacho_core.document_rules import DocumentRules, HalfGiven
from despacho_core.errors import (
    AccountNeedsAttention,
    CreditTooLarge,
    DomainError,
    InvoicingRefused,
    NothingToCredit,
    OrderNotPaid,
    WrongState,
)
from despacho_core.fiscal import DocumentKind, Invoice, InvoiceState
from despacho_core.fiscal_credits import Chosen
from despacho_core.shipments import ShipmentWish
from despacho_core.stores import AccountScope, InvoiceTrigger
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_sandbox.store.order import BillingInformation, Order, ShipmentStatus
from tests.town import Town


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


async def decides(town: Town, **changes: object) -> None:
    settings = msgspec.structs.replace(town.store.settings, **changes)
    town.store = await town.services.installation.change_settings(town.store.id, settings)


async def placed(town: Town, kind: str = "simple") -> Order:
    order = town.sandbox.store.place_order(town.store.code, kind)
    await town.webhook(order)
    await town.work(rounds=2)
    return order


async def documents(town: Town, order: Order) -> list[Invoice]:
    async with town.services.office.units.begin(write=False) as work:
        return list(await work.invoices.of_order(town.store.id, order.id))


async def issued(town: Town, order: Order, *, wait: float = 10) -> Invoice:
    return await town.services.invoicing.invoice(town.store.id, order.id, wait=wait)


async def credited(town: Town, invoice: Invoice, *chosen: Chosen) -> Invoice:
    note = await town.services.invoicing.credit(town.store.id, invoice.id, reason=None, wait=10, chosen=chosen or None)
    await town.work(rounds=1)
    return note


async def waiting(town: Town) -> dict[int, str]:
    return {one.order_number: one.code for one in await town.services.waiting.of_store(town.store.id)}


async def test_a_store_that_invoices_what_it_ships_issues_with_the_first_label(town: Town) -> None:
    await decides(town, invoices=InvoiceTrigger.ON_SHIPPED)
    order = await placed(town)
    assert town.at_invoicing(order) == []
    wish = ShipmentWish(account_id=town.carrier.id, service_code="3")
    await town.services.shipping.buy(town.store.id, order.id, wish, wait=10)
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39]


async def test_what_is_not_sent_is_invoiced_at_once_there_and_what_others_shipped_too(town: Town) -> None:
    await decides(town, invoices=InvoiceTrigger.ON_SHIPPED)
    download = await placed(town, "digital")
    assert town.at_invoicing(download) == [39]
    order = await placed(town)
    town.sandbox.store.order(order.id, town.store.code).shipment_status = ShipmentStatus.IN_TRANSIT
    await town.webhook(order, "order_updated")
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39]


async def test_a_trigger_that_is_switched_on_catches_up_from_when_the_merchant_says_and_else_with_nothing(
    town: Town,
) -> None:
    await decides(town, invoices=InvoiceTrigger.MANUAL)
    order = await placed(town)
    town.clock.turn(3600)
    await decides(town, invoices=InvoiceTrigger.ON_PAID)
    await town.services.work.reconcile()
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [], "what was left to hand stays so"
    assert await waiting(town) == {}
    yesterday = datetime.now(UTC) - timedelta(days=1)
    await decides(town, documents=DocumentRules(since=yesterday))
    await town.services.work.reconcile()
    await town.work(rounds=2)
    assert (town.at_invoicing(order), await waiting(town)) == ([39], {})


async def test_an_order_from_before_the_installation_is_told_or_left_alone_and_never_invoiced_by_itself(
    town: Town,
) -> None:
    week, year = timedelta(days=7), timedelta(days=365)
    orders = []
    for ago in (week, year):
        order = town.sandbox.store.place_order(town.store.code)
        order.created_at = order.completed_at = town.clock.now() - ago
        await town.webhook(order)
        orders.append(order)
    await town.work(rounds=2)
    await town.services.work.reconcile()
    recent, old = orders
    assert await waiting(town) == {recent.id: "order-before-start"}
    assert (town.at_invoicing(recent), town.at_invoicing(old)) == ([], [])
    await issued(town, recent)
    await issued(town, old)
    assert (town.at_invoicing(recent), town.at_invoicing(old), await waiting(town)) == ([39], [39], {})


async def test_a_paid_order_whose_document_nobody_owed_is_found(town: Town) -> None:
    await decides(town, invoices=InvoiceTrigger.MANUAL)
    orders = [await placed(town) for _ in range(3)]
    beginning = town.clock.now() - timedelta(hours=1)
    await decides(town, invoices=InvoiceTrigger.ON_PAID, documents=DocumentRules(since=beginning))
    assert await town.services.self_issuing.catch_up(town.store) == 3
    await town.work(rounds=2)
    assert [town.at_invoicing(order) for order in orders] == [[39]] * 3
    assert await town.services.self_issuing.catch_up(town.store) == 0


async def test_half_given_data_make_a_receipt_with_a_note_where_the_merchant_prefers_that(town: Town) -> None:
    await decides(town, documents=DocumentRules(half_given=HalfGiven.RECEIPT))
    order = town.sandbox.store.place_order(town.store.code)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    await town.webhook(order)
    await town.work(rounds=2)
    [receipt] = await documents(town, order)
    assert receipt.kind is DocumentKind.RECEIPT
    assert "boleta" in receipt.document.notes[-1]


async def test_what_waited_because_of_a_rule_is_issued_when_the_rule_is_changed(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    await town.webhook(order)
    await town.work(rounds=2)
    assert await waiting(town) == {order.id: "buyer-incomplete"}
    await decides(town, documents=DocumentRules(half_given=HalfGiven.RECEIPT))
    await town.work(rounds=2)
    assert (town.at_invoicing(order), await waiting(town)) == ([39], {})


async def test_an_order_is_invoiced_anew_by_hand_once_its_document_was_wholly_credited(town: Town) -> None:
    order = await placed(town)
    [first] = await documents(town, order)
    assert await issued(town, order) == first
    await credited(town, first)
    await town.webhook(order, "order_updated")
    await town.work(rounds=2)
    await town.services.work.reconcile()
    assert town.at_invoicing(order) == [39, 61], "nobody asked for another one"
    seconds = await asyncio.gather(*(issued(town, order) for _ in range(4)))
    assert len({one.public_id for one in seconds} | {first.public_id}) == 2
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39, 61, 39]
    await credited(town, seconds[0])
    third = await issued(town, order)
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39, 61, 39, 61, 39]
    attached = [one.public_id for one in town.sandbox.store.documents(order.id, town.store.code)]
    assert third.public_id in attached
    assert len(attached) == len(set(attached)) == 5


async def test_two_partial_credits_at_once_never_take_more_than_there_is(town: Town) -> None:
    order = await placed(town, "several")
    [invoice] = await documents(town, order)
    tries = await asyncio.gather(
        *(credited(town, invoice, Chosen(line=2, quantity=Decimal(3))) for _ in range(4)), return_exceptions=True
    )
    done = [one for one in tries if isinstance(one, Invoice)]
    assert len(done) == 1
    assert all(isinstance(one, CreditTooLarge) for one in tries if not isinstance(one, Invoice)), tries
    town.clock.turn(1)
    rest = await credited(town, invoice)
    total = done[0].document.totals.total + rest.document.totals.total
    assert total == invoice.document.totals.total
    assert (await town.services.invoicing.get(town.store.id, invoice.id)).credited_at is not None
    assert (await credited(town, invoice)).id == rest.id, "who asks for all of it again gets what took it"
    with pytest.raises(NothingToCredit):
        await credited(town, invoice, Chosen(line=1))


async def test_a_partly_credited_order_that_is_cancelled_gives_back_the_rest(town: Town) -> None:
    order = await placed(town, "several")
    [invoice] = await documents(town, order)
    await credited(town, invoice, Chosen(line=1, quantity=Decimal(1)))
    town.clock.turn(1)
    with pytest.raises(WrongState):
        await town.services.invoicing.mend_billing(town.store.id, order.id, None)
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    await town.work(rounds=3)
    [sale] = [one for one in await documents(town, order) if one.credits_id is None]
    notes = [one for one in await documents(town, order) if one.credits_id == sale.id]
    assert sum(note.document.totals.total for note in notes) == sale.document.totals.total
    assert sale.credited_at is not None
    with pytest.raises(OrderNotPaid):
        await issued(town, order)


async def test_a_cancelled_order_waits_no_longer(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    await town.webhook(order)
    await town.work(rounds=1)
    assert await waiting(town) == {order.id: "buyer-incomplete"}
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    await town.work(rounds=1)
    assert await waiting(town) == {}


async def test_a_credit_note_that_cannot_be_issued_waits_and_comes_once_the_account_is_back(town: Town) -> None:
    order = await placed(town)
    async with town.services.office.units.begin() as work:
        await work.accounts.save(town.invoicing.needing_attention("wrong key"))
        await work.commit()
    town.sandbox.store.cancel(order.id, town.store.code)
    await town.webhook(order, "order_canceled")
    await town.work(rounds=2)
    [waits] = await town.services.waiting.of_store(town.store.id)
    [sale] = await documents(town, order)
    assert (waits.code, waits.credits_id) == ("account-needs-attention", sale.id)
    assert (await town.services.accounts.test(town.store.id, town.invoicing.id)).ok
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39, 61]
    assert await waiting(town) == {}


async def another_account(town: Town, scope: AccountScope) -> str:
    town.clock.turn(1)
    again = await town.services.accounts.add(
        town.store.id, "openfactura", name="second", settings=dict(town.invoicing.settings)
    )
    await town.services.account_scopes.set(town.store.id, again.id, scope)
    return again.id


async def test_the_account_that_is_particular_about_a_document_issues_it_and_else_the_oldest(town: Town) -> None:
    await another_account(town, AccountScope())
    for_companies = await another_account(town, AccountScope(kinds=(DocumentKind.INVOICE,)))
    elsewhere = await another_account(town, AccountScope(countries=("PT",), kinds=(DocumentKind.INVOICE,)))
    consumer, company = await placed(town), await placed(town, "company")
    assert [one.account_id for one in await documents(town, consumer)] == [town.invoicing.id]
    assert [one.account_id for one in await documents(town, company)] == [for_companies]
    assert elsewhere != for_companies


async def test_documents_do_not_move_to_another_system_because_a_key_was_refused(town: Town) -> None:
    town.clock.turn(1)
    await town.services.accounts.add(
        town.store.id, "paper", name=None, settings={"issuer_name": "Tienda", "series": "X"}
    )
    async with town.services.office.units.begin() as work:
        await work.accounts.save(town.invoicing.needing_attention("wrong key"))
        await work.commit()
    order = await placed(town)
    assert await documents(town, order) == []
    assert await waiting(town) == {order.id: "account-needs-attention"}
    await another_account(town, AccountScope())
    await town.work(rounds=2)
    assert town.at_invoicing(order) == [39], "a renewed account of the same system is no other system"


async def test_an_order_that_the_first_account_cannot_state_goes_to_the_one_that_can(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    order.currency = "EUR"
    await town.webhook(order)
    await town.work(rounds=1)
    assert await waiting(town) == {order.id: "currency-not-issued"}
    paper = await town.services.accounts.add(
        town.store.id, "paper", name=None, settings={"issuer_name": "Tienda", "series": "X"}
    )
    await town.work(rounds=2)
    [document] = await documents(town, order)
    assert (document.account_id, document.state) == (paper.id, InvoiceState.ISSUED)


async def test_without_any_account_every_order_waits_and_is_issued_when_there_is_one(town: Town) -> None:
    await town.services.accounts.remove(town.store.id, town.invoicing.id)
    orders = [await placed(town) for _ in range(2)]
    assert await waiting(town) == {order.id: "no-account" for order in orders}
    await town.services.accounts.add(town.store.id, "openfactura", name=None, settings=dict(town.invoicing.settings))
    await town.work(rounds=2)
    assert [town.at_invoicing(order) for order in orders] == [[39], [39]]
    assert await waiting(town) == {}


async def test_an_account_that_is_refused_while_somebody_waits_is_named(town: Town) -> None:
    await decides(town, invoices=InvoiceTrigger.MANUAL)
    order = await placed(town)
    await town.fault("openfactura", "unauthorized", "issue")
    with pytest.raises(AccountNeedsAttention):
        await issued(town, order)
    assert await waiting(town) == {order.id: "account-needs-attention"}


async def test_what_may_be_refused_for_its_date_is_asked_for_again_under_later_ones_for_some_days(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = type(town.services.office.connectors.open(town.invoicing))
    issue = connector.issue_document  # type: ignore[attr-defined]  # the installed system's own
    taken: set[int] = set()
    dates: dict[int, list[date]] = {}

    async def minds_dates(self: object, request: IssueRequest) -> IssuedDocument:
        number = request.document.order_number
        dates.setdefault(number, []).append(request.document.issued_on)
        if number not in taken:
            raise Rejected("the date is older than the latest of the series")
        issued: IssuedDocument = await issue(self, request)
        return issued

    monkeypatch.setattr(connector, "issue_document", minds_dates)
    first, hopeless = await placed(town), await placed(town)
    taken.add(first.id)
    for _ in range(11):
        await same_day_and_next(town)
    assert (town.at_invoicing(first), len(dates[first.id])) == ([39], 2)
    assert dates[hopeless.id] == sorted(set(dates[hopeless.id])), "once a day"
    assert 7 <= len(dates[hopeless.id]) <= 8, "for a week"
    assert await waiting(town) == {hopeless.id: "invoicing-refused"}


async def same_day_and_next(town: Town) -> None:
    for hours in (1, 23):
        town.clock.turn(hours * 3_600)
        await town.services.work.reconcile()
        await town.work(rounds=1)


async def test_an_effect_that_is_retried_from_the_ledger_takes_its_order_off_the_list(town: Town) -> None:
    order = town.sandbox.store.place_order(town.store.code)
    few, order.lines = order.lines, order.lines * 61
    await town.webhook(order)
    await town.work(rounds=2)
    assert await waiting(town) == {order.id: "invoicing-refused"}
    [effect] = [one for one in await town.services.ledgers.outbox(town.store.id) if one.kind == "issue"]
    await town.services.ledgers.retry(town.store.id, effect.id)
    assert await waiting(town) == {}
    await town.work(rounds=1)
    assert await waiting(town) == {order.id: "invoicing-refused"}, "the same document is refused again"
    with pytest.raises(InvoicingRefused):
        await issued(town, order)
    order.lines = few
    town.clock.turn(1)
    await town.webhook(order, "order_updated")
    await town.work(rounds=2)
    assert (town.at_invoicing(order), await waiting(town)) == ([39], {})


async def test_nothing_of_a_refusal_by_hand_is_lost_or_half_written(town: Town) -> None:
    await decides(town, invoices=InvoiceTrigger.MANUAL)
    order = town.sandbox.store.place_order(town.store.code)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    await town.webhook(order)
    await town.work(rounds=1)
    for _ in range(2):
        with pytest.raises(DomainError):
            await issued(town, order)
    assert await waiting(town) == {order.id: "buyer-incomplete"}
    assert await documents(town, order) == []
    assert await town.services.ledgers.outbox(town.store.id) == []

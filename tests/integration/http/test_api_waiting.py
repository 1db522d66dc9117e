"""What cannot be invoiced is refused in words that say what to do, listed as waiting, and issued once it is mended: by every door."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from despacho_core.stores import InvoiceTrigger, StoreSettings
from despacho_http.api.wishes import MOST_NUMBER
from despacho_sandbox.store.order import AdditionalField, BillingInformation, Order, Tax
from tests.web import API, Web, as_json, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")

Door = Callable[[Web, Order], Awaitable[str]]


async def webhook(web: Web, order: Order) -> str:
    """The store tells of it: nobody is there to be refused, so the list alone says why."""
    await web.town.webhook(order)
    await web.town.work(rounds=2)
    return ""


async def button(web: Web, order: Order) -> str:
    """The merchant clicks "Create invoice" and reads what is wrong."""
    body = as_json({"order": {"id": order.id}})
    answer = await web.client.post(f"/jumpseller/invoices/{web.store.key}", content=body, headers=web.signed(body))
    assert answer.status_code == 422, answer.text
    return str(answer.json()["message"])


async def rest(web: Web, order: Order) -> str:
    """A program asks."""
    answer = await web.api.post(f"{API}/orders/{order.id}/invoice", headers={"accept-language": "es"})
    problem(answer)
    return str(answer.json()["detail"])


DOORS = [webhook, button, rest]


async def waiting(web: Web, order: Order) -> dict[str, Any] | None:
    answer = await web.api.get(f"{API}/invoices/waiting?limit=200")
    assert answer.status_code == 200, answer.text
    found = [one for one in answer.json()["items"] if one["order"] == order.id]
    assert len(found) <= 1
    return found[0] if found else None


def half_given(order: Order) -> None:
    assert order.billing_address is not None
    order.billing_address = msgspec.structs.replace(order.billing_address, taxid=None)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")


def wrong_tax_id(order: Order) -> None:
    company(order)
    assert order.billing_address is not None
    order.billing_address = msgspec.structs.replace(order.billing_address, taxid="76.430.498-6")


def missing_activity(order: Order) -> None:
    company(order)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    order.additional_fields = [AdditionalField(label="Documento", value="Factura")]


def totals_that_disagree(order: Order) -> None:
    order.lines[0] = msgspec.structs.replace(order.lines[0], discount=Decimal(2000))


def negative_line(order: Order) -> None:
    order.lines[0] = msgspec.structs.replace(order.lines[0], price=Decimal(-500))


def unknown_tax(order: Order) -> None:
    ila = Tax(id=9, name="ILA", rate=Decimal("31.5"))
    order.lines[0] = msgspec.structs.replace(order.lines[0], taxes=(ila,))


def other_currency(order: Order) -> None:
    order.currency = "EUR"


def too_many_lines(order: Order) -> None:
    order.lines = order.lines * 61


def company(order: Order) -> None:
    assert order.billing_address is not None
    order.billing_address = msgspec.structs.replace(order.billing_address, taxid="76.430.498-5")
    order.billing_information = BillingInformation(
        company_name="Ferretería Austral SpA", business_activity="Venta al por menor"
    )


REASONS: dict[str, tuple[Callable[[Order], None], str, str, str]] = {
    "company data half given": (half_given, "buyer-incomplete", "tax_id, business_activity", "RUT, giro"),
    "wrong tax id": (wrong_tax_id, "tax-id-invalid", "tax_id", "76.430.498-6"),
    "missing activity": (missing_activity, "buyer-incomplete", "business_activity", "giro"),
    "totals that do not add up": (totals_that_disagree, "totals-disagree", "total", "suman"),
    "a negative line": (negative_line, "amount-invalid", "", " es -"),
    "an unknown tax": (unknown_tax, "tax-not-supported", "", "ILA"),
    "another currency": (other_currency, "currency-not-issued", "currency", "EUR"),
    "a system that rejects": (too_many_lines, "invoicing-refused", "Detalle", "60 líneas"),
}


@pytest.mark.parametrize("door", DOORS, ids=lambda door: str(door.__name__))
@pytest.mark.parametrize("reason", REASONS)
async def test_an_order_waits_with_its_reason_and_is_issued_by_itself_once_the_store_has_mended_it(
    web: Web, reason: str, door: Door
) -> None:
    spoil, code, field, says = REASONS[reason]
    order = web.town.sandbox.store.place_order(web.store.code)
    good = msgspec.structs.asdict(order)
    good["lines"] = list(order.lines)
    spoil(order)
    told = await door(web, order)
    listed = await waiting(web, order)
    assert listed is not None
    assert listed["type"] == f"urn:despacho:problem:{code}"
    assert says in listed["detail"]
    assert says in told or door is webhook
    assert all(listed[part] for part in ("title", "remedy", "since", "tried_at"))
    assert listed["field"] == field or not field
    assert web.town.at_invoicing(order) == []
    for name, value in good.items():
        setattr(order, name, value)
    web.town.clock.turn(1)
    await web.town.webhook(order, "order_updated")
    await web.town.work(rounds=2)
    assert web.town.at_invoicing(order) == [39]
    assert await waiting(web, order) is None


@pytest.mark.parametrize("door", [button, rest], ids=lambda door: str(door.__name__))
@pytest.mark.parametrize("status", ["pending_payment", "abandoned"])
async def test_an_order_that_is_not_paid_is_refused_and_waits_for_nothing(web: Web, status: str, door: Door) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, status=status)
    assert "no pagado" in await door(web, order)
    assert await waiting(web, order) is None


async def test_an_order_of_gift_cards_alone_is_not_listed_and_looked_at_once(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code, "gift_card", shipping="0")
    order.lines = order.lines[:1]
    await webhook(web, order)
    assert await waiting(web, order) is None
    assert web.town.at_invoicing(order) == []
    async with web.town.services.office.units.begin(write=False) as work:
        kept = await work.waiting.get(web.store.id, order.id)
    assert kept is not None
    assert kept.code == "nothing-to-invoice"


@pytest.mark.parametrize("door", DOORS, ids=lambda door: str(door.__name__))
async def test_an_account_without_credentials_is_named_and_everything_is_issued_once_it_works(
    web: Web, door: Door
) -> None:
    town = web.town
    await town.fault("openfactura", "unauthorized", "issue")
    order = town.sandbox.store.place_order(web.store.code)
    told = await door(web, order)
    listed = await waiting(web, order)
    assert listed is not None
    assert listed["type"] == "urn:despacho:problem:account-needs-attention"
    assert listed["place"] == "account"
    assert town.invoicing.id in listed["detail"]
    assert door is webhook or town.invoicing.id in told
    later = town.sandbox.store.place_order(web.store.code)
    await webhook(web, later)
    assert (await waiting(web, later) or {})["type"] == listed["type"]
    assert (await town.services.accounts.test(web.store.id, town.invoicing.id)).ok
    await town.work(rounds=2)
    for one in (order, later):
        assert town.at_invoicing(one) == [39]
        assert await waiting(web, one) is None


async def test_a_company_out_of_folios_waits_and_goes_on_once_it_has_some(web: Web) -> None:
    town = web.town
    issuer = town.sandbox.openfactura.companies.by_rut("76795561-8")
    assert issuer is not None
    left, issuer.folios[39] = issuer.folios[39], 0
    order = town.sandbox.store.place_order(web.store.code)
    await webhook(web, order)
    listed = await waiting(web, order)
    assert listed is not None
    assert "OF-07" in listed["detail"]
    issuer.folios[39] = left
    assert (await town.services.accounts.test(web.store.id, town.invoicing.id)).ok
    await town.work(rounds=2)
    assert (town.at_invoicing(order), await waiting(web, order)) == ([39], None)


async def test_what_a_system_refused_is_not_put_to_it_again_until_something_changes(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    too_many_lines(order)
    await webhook(web, order)
    listed = await waiting(web, order)
    for _ in range(2):
        web.town.clock.turn(60)
        await web.town.webhook(order, "order_updated")
        await web.town.work(rounds=2)
        await web.town.services.work.reconcile()
    [invoice] = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"]
    assert invoice["state"] == "rejected"
    assert await waiting(web, order) == listed
    await rest(web, order)
    again = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"]
    assert [one["state"] for one in again] == ["rejected", "rejected"], "a person who asks is not told an old answer"


async def test_the_reason_is_said_in_the_caller_s_language_or_the_merchant_s(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    half_given(order)
    await webhook(web, order)

    async def detail(language: str) -> str:
        answer = await web.api.get(f"{API}/invoices/waiting?limit=200", headers={"accept-language": language})
        return next(str(one["detail"]) for one in answer.json()["items"] if one["order"] == order.id)

    assert (await detail("en")).startswith("The invoice needs")
    assert (await detail("pt")).startswith("Para a fatura falta")
    assert (await detail("ja")).startswith("Para la factura falta")


async def test_a_merchant_mends_the_buyer_here_and_no_reading_takes_it_back(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    wrong_tax_id(order)
    await webhook(web, order)
    address = f"{API}/orders/{order.id}/billing"
    refused = await web.api.put(address, json={"tax_id": "1-0"})
    assert problem(refused) == (422, "tax-id-invalid")
    answer = await web.api.put(address, json={"tax_id": "76430498-5"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["billing"]["tax_id"] == "76430498-5"
    assert (answer.json()["waiting"], answer.json()["invoice"]["kind"]) == (None, "invoice")
    await web.town.webhook(order, "order_updated")
    await web.town.work(rounds=2)
    assert web.town.at_invoicing(order) == [33]
    assert (await web.api.get(address)).json()["billing"]["tax_id"] == "76430498-5"
    late = await web.api.put(address, json={"tax_id": "76795561-8"})
    assert problem(late) == (409, "wrong-state")


async def test_a_merchant_chooses_a_receipt_for_one_order_and_may_take_the_word_back(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    half_given(order)
    await webhook(web, order)
    address = f"{API}/orders/{order.id}/billing"
    still = (await web.api.put(address, json={"name": "Ferretería Austral"})).json()
    assert still["waiting"]["type"] == "urn:despacho:problem:buyer-incomplete"
    assert (await web.api.put(address, json={})).json()["billing"]["name"] is None
    chosen = (await web.api.put(address, json={"kind": "receipt"})).json()
    assert (chosen["waiting"], chosen["invoice"]["kind"]) == (None, "receipt")
    await web.town.work(rounds=2)
    assert web.town.at_invoicing(order) == [39]


@pytest.mark.parametrize(
    "body", [{"kind": "credit_note"}, {"tax_id": ""}, {"tax_id": "  "}, {"country": "Chile"}, {"rut": "1-9"}, [], 7]
)
async def test_billing_data_of_another_shape_are_refused(web: Web, body: object) -> None:
    order = await web.order()
    answer = await web.api.put(f"{API}/orders/{order.id}/billing", json=body)
    assert problem(answer) == (422, "invalid-body")


async def test_another_store_sees_and_mends_nothing_of_it(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    half_given(order)
    await webhook(web, order)
    theirs = (await web.other.get(f"{API}/invoices/waiting")).json()["items"]
    assert order.id not in [one["order"] for one in theirs]
    assert problem(await web.other.delete(f"{API}/invoices/waiting/{order.id}")) == (404, "not-found")
    assert problem(await web.other.put(f"{API}/orders/{order.id}/billing", json={})) == (404, "not-found")


async def test_a_person_says_that_an_order_needs_no_document(web: Web) -> None:
    order = web.town.sandbox.store.place_order(web.store.code)
    half_given(order)
    await webhook(web, order)
    assert (await web.api.delete(f"{API}/invoices/waiting/{order.id}")).status_code == 204
    order.billing_information = None
    web.town.clock.turn(1)
    await web.town.webhook(order, "order_updated")
    await web.town.work(rounds=2)
    await web.town.services.work.reconcile()
    assert (web.town.at_invoicing(order), await waiting(web, order)) == ([], None)
    answer = await web.api.post(f"{API}/orders/{order.id}/invoice")
    assert answer.status_code == 201, "whoever asks still gets it"
    assert problem(await web.api.delete(f"{API}/invoices/waiting/{MOST_NUMBER}")) == (404, "not-found")


async def test_what_was_asked_for_by_hand_and_had_to_wait_comes_by_itself_later(web: Web) -> None:
    installation, office = web.town.services.installation, web.town.services.office
    settings: StoreSettings = (await office.store(web.store.id)).settings
    await installation.change_settings(web.store.id, msgspec.structs.replace(settings, invoices=InvoiceTrigger.MANUAL))
    try:
        order = web.town.sandbox.store.place_order(web.store.code)
        untouched = web.town.sandbox.store.place_order(web.store.code)
        half_given(order)
        await webhook(web, untouched)
        await button(web, order)
        order.billing_information = None
        web.town.clock.turn(1)
        await web.town.webhook(order, "order_updated")
        await web.town.work(rounds=2)
        assert (web.town.at_invoicing(order), web.town.at_invoicing(untouched)) == ([39], [])
    finally:
        # Without a day of its own it would count from now, and the hub's clock may be ahead of the simulated platform's.
        documents = msgspec.structs.replace(settings.documents, since=web.store.created_at)
        await installation.change_settings(web.store.id, msgspec.structs.replace(settings, documents=documents))


async def test_the_list_is_read_page_by_page(web: Web) -> None:
    for _ in range(3):
        order = web.town.sandbox.store.place_order(web.store.code)
        half_given(order)
        web.town.clock.turn(1)
        await webhook(web, order)
    seen: list[int] = []
    address: str | None = f"{API}/invoices/waiting?limit=2"
    while address is not None:
        page = (await web.api.get(address)).json()
        seen += [one["order"] for one in page["items"]]
        address = f"{API}/invoices/waiting?limit=2&before={page['next']}" if page["next"] else None
    everything = (await web.api.get(f"{API}/invoices/waiting?limit=200")).json()["items"]
    assert seen == [one["order"] for one in everything]
    assert len(seen) == len(set(seen)) >= 3


async def test_an_account_is_meant_for_some_documents_where_somebody_says_so(web: Web) -> None:
    address = f"{API}/accounts/{web.town.invoicing.id}/documents"
    answer = await web.api.put(address, json={"kinds": ["invoice"]})
    assert answer.json()["scope"] == {"currencies": [], "countries": [], "kinds": ["invoice"]}
    order = web.town.sandbox.store.place_order(web.store.code)
    await webhook(web, order)
    assert (await waiting(web, order) or {})["type"] == "urn:despacho:problem:no-account"
    shapes: list[object] = [
        {"kinds": ["credit_note"]},
        {"currencies": ["clp"]},
        {"countries": ["Chile"]},
        {"scope": {}},
    ]
    for wrong in shapes:
        assert problem(await web.api.put(address, json=wrong)) == (422, "invalid-body")
    assert problem(await web.api.put(address, json={"currencies": ["QQQ"]})) == (422, "unknown-currency")
    assert problem(await web.other.put(address, json={})) == (404, "not-found")
    assert (await web.api.put(address, json={})).status_code == 200
    await web.town.work(rounds=2)
    assert web.town.at_invoicing(order) == [39]


async def test_chosen_lines_are_credited_one_note_after_the_other_and_never_more_than_is_left(web: Web) -> None:
    order = await web.order("several")
    [invoice] = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"]
    address = f"{API}/invoices/{invoice['id']}"
    left = (await web.api.get(f"{address}/remaining")).json()
    assert left["total"] == invoice["total"]["amount"]
    assert (left["lines"][0]["line"], left["lines"][0]["quantity"]) == (1, "2")
    first = await web.api.post(f"{address}/credit", json={"lines": [{"line": 1, "quantity": 1}]})
    assert (first.status_code, first.json()["kind"]) == (201, "credit_note")
    over = await web.api.post(f"{address}/credit", json={"lines": [{"line": 1, "quantity": 2}]})
    assert problem(over) == (422, "credit-too-large")
    web.town.clock.turn(1)
    rest, again = [await web.api.post(f"{address}/credit", json={"reason": "Devuelto"}) for _ in range(2)]
    assert (rest.status_code, again.status_code) == (201, 200)
    assert rest.json()["id"] == again.json()["id"]
    after = (await web.api.get(f"{address}/remaining")).json()
    assert after["total"] == "0"
    sale = next(
        one for one in (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"] if one["credits_id"] is None
    )
    assert sale["credited_at"] is not None
    both = {"line": 1, "quantity": 1, "amount": "1"}
    shapes: list[object] = [{"lines": []}, {"lines": [{"line": 0}]}, {"lines": [both]}]
    for wrong in shapes:
        assert problem(await web.api.post(f"{address}/credit", json=wrong)) == (422, "invalid-body")
    assert problem(await web.api.get(f"{API}/invoices/{first.json()['id']}/remaining")) == (404, "not-found")
    anew = await web.api.post(f"{API}/orders/{order.id}/invoice")
    assert (anew.status_code, anew.json()["id"] == invoice["id"]) == (201, False)

"""The simulated InvoiceXpress by its rules: what the official document demands, how it adds up, what its QR code says."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from despacho_sandbox.invoicexpress.accounts import Account, Accounts
from despacho_sandbox.invoicexpress.arithmetic import Line, sums
from despacho_sandbox.invoicexpress.countries import COUNTRIES
from despacho_sandbox.invoicexpress.drafting import Drafting
from despacho_sandbox.invoicexpress.ledger import Document, Ledger
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.papers import qr_text
from despacho_sandbox.invoicexpress.shapes import (
    CHANGE,
    CLIENT,
    DOCUMENT,
    GLOBAL_DISCOUNT,
    ITEM,
    LIST_REQUIRES,
    LISTED_STATUSES,
    LISTED_TYPES,
    NEW_CLIENT,
    STATES,
    TYPES,
    Shape,
    check,
)
from despacho_sandbox.invoicexpress.states import States
from despacho_sandbox.invoicexpress.wire import Refused

OFFICIAL = Path(__file__).parents[4] / "shared" / "contract" / "invoicexpress-openapi.yaml"
needs_document = pytest.mark.skipif(
    not OFFICIAL.exists(), reason="the official document lies beside this repository only"
)

CENT = Decimal("0.01")


@pytest.fixture(scope="module")
def official() -> Any:
    return yaml.load(OFFICIAL.read_bytes(), yaml.CSafeLoader)


@needs_document
@pytest.mark.parametrize(
    ("shape", "path"),
    [
        (DOCUMENT, "CreateBody"),
        (CLIENT, "invoices_ClientRequest"),
        (ITEM, "InvoiceItemRequest"),
        (GLOBAL_DISCOUNT, "GlobalDiscountRequest"),
        (CHANGE, "ChangeStateInvoiceRequest/properties/invoice"),
        (NEW_CLIENT, "ClientRequest/properties/client"),
    ],
)
def test_each_request_has_the_official_fields_types_and_values(official: Any, shape: Shape, path: str) -> None:
    schema = official["components"]["schemas"]
    for part in path.split("/"):
        schema = schema[part]
    described = schema["properties"]
    assert set(shape) == set(described)
    assert {name for name, field in shape.items() if field.required} == set(schema.get("required", []))
    for name, field in shape.items():
        stated = described[name]
        assert field.kind == stated.get("type", "object"), name
        assert list(field.choices) == stated.get("enum", []), name


@needs_document
def test_types_states_and_list_parameters_are_the_official_ones(official: Any) -> None:
    components = official["components"]
    assert set(TYPES) == set(components["parameters"]["DocumentTypeInvoiceParam"]["schema"]["enum"])
    change = components["schemas"]["ChangeStateInvoiceRequest"]["properties"]["invoice"]["properties"]["state"]
    assert set(STATES) == set(change["enum"])
    listed = components["schemas"]["QueryParamns"]
    assert set(LIST_REQUIRES) == set(listed["required"])
    assert set(LISTED_TYPES) == set(listed["properties"]["type[]"]["items"]["enum"])
    assert set(LISTED_STATUSES) == set(listed["properties"]["status[]"]["items"]["enum"])


@needs_document
def test_the_countries_are_the_official_ones(official: Any) -> None:
    words = official["info"]["description"]
    named = {name.strip() for name in re.findall(r"^- (.+)$", words[words.index("Country list") :], re.MULTILINE)}
    assert named == COUNTRIES


@needs_document
def test_the_limit_and_every_simulated_path_are_the_official_ones(official: Any) -> None:
    assert "780 requests per minute" in " ".join(official["info"]["description"].split())
    assert InvoiceXpressOptions().requests_per_minute == 780
    for path in (
        "/invoices.json",
        "/{invoices-type}.json",
        "/{invoices-type}/{document-id}/change-state.json",
        "/api/pdf/{document-id}.json",
        "/api/qr_codes/{document-id}.json",
        "/taxes.json",
        "/clients/find-by-code.json",
    ):
        assert path in official["paths"]


def asked(**changes: Any) -> dict[str, Any]:
    body: dict[str, Any] = {
        "date": "20/11/2026",
        "due_date": "20/11/2026",
        "reference": "JS-1024",
        "client": {"name": "Maria Silva", "code": "js-88", "fiscal_id": "508025338", "country": "Portugal"},
        "items": [
            {"name": "S", "description": "Camisola", "unit_price": 24.39, "quantity": 1, "tax": {"name": "IVA23"}},
            {"name": "P", "description": "Envio", "unit_price": 4.07, "quantity": 1, "tax": {"name": "IVA23"}},
        ],
    }
    return body | changes


def item(**changes: Any) -> dict[str, Any]:
    return {"name": "S", "description": "Camisola", "unit_price": 10, "quantity": 1, "tax": {"name": "IVA23"}} | changes


class Desk:
    """An account with a ledger of its own."""

    def __init__(self, **options: Any) -> None:
        self.options = msgspec.convert(options, InvoiceXpressOptions)
        self.account: Account = Accounts().all()[0]
        self.ledger = Ledger()
        self._drafting = Drafting(self.ledger, lambda: self.options)
        self._states = States(self.ledger, lambda: self.options)

    def draft(self, path: str = "invoice_receipts", uid: str | None = None, **changes: Any) -> Document:
        envelope = {"invoice": asked(**changes)} | ({"proprietary_uid": uid} if uid else {})
        return self._drafting.create(self.account, path, msgspec.json.encode(envelope))

    def step(self, document: Document, state: str, message: str = "") -> Document:
        self._states.change(self.account, document, {"state": state} | ({"message": message} if message else {}))
        return document

    def issue(self, path: str = "invoice_receipts", **changes: Any) -> Document:
        return self.step(self.draft(path, **changes), "finalized")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"date": None}, "Date can't be blank"),
        ({"date": "2026-11-20"}, "Date is invalid"),
        ({"date": "31/02/2026"}, "Date is invalid"),
        ({"due_date": "19/11/2026"}, "Due date must be later than date"),
        ({"client": None}, "Client can't be blank"),
        ({"client": {"code": "x"}}, "Name can't be blank"),
        ({"client": {"name": "x"}}, "Code can't be blank"),
        ({"client": {"name": "x", "code": "y", "country": "PT"}}, "Country PT was not found"),
        ({"client": {"name": "x", "code": "y", "fiscal_id": "500999888"}}, "Client is invalid"),
        ({"client": {"name": "x" * 101, "code": "y"}}, "Client is invalid"),
        ({"items": {}}, "Items element should be of type array"),
        ({"items": []}, "Items can't be blank"),
        ({"items": [item(unit_price="10")]}, "Unit price must be a number"),
        ({"items": [item(description="")]}, "Description can't be blank"),
        ({"items": [item(quantity=0)]}, "Items is invalid"),
        ({"reference": 1024}, "undefined method `match' for 1024:Integer"),
        ({"sequence_id": 12345}, "undefined method `match' for 12345:Integer"),
        ({"sequence_id": "1"}, "Sequence was not found"),
        ({"mb_reference": "yes"}, "Mb reference is not included in the list"),
        ({"owner_invoice_id": "7"}, "Owner invoice id must be a number"),
    ],
)
def test_what_the_document_forbids_is_refused_in_the_services_words(changes: dict[str, Any], words: str) -> None:
    desk = Desk()
    with pytest.raises(Refused) as refusal:
        desk.draft(**changes)
    assert refusal.value.text == words
    assert not desk.ledger.documents


def test_the_contracts_own_example_comes_to_a_cent_more_than_was_paid() -> None:
    # contract/invoicing.md 9.2: (24,39 + 4,07) × 1,23 = 35,0058 → 35,01
    found = Desk().draft().sums
    assert (found.before_taxes, found.taxes, found.total) == (Decimal("28.46"), Decimal("6.55"), Decimal("35.01"))


def test_prices_are_kept_to_the_accounts_decimals() -> None:
    # 24,3902 + 4,0650 = 28,4552 × 1,23 = 34,9999 → 35,00; with two decimals 35,01 again
    exact = [item(unit_price=24.3902), item(unit_price=4.0650)]
    assert Desk().draft(items=exact).sums.total == Decimal("35.00")
    assert Desk(price_decimals=2).draft(items=exact).sums.total == Decimal("35.01")


def test_discounts_come_off_before_tax() -> None:
    # 10 × 2 − 10 % = 18 × 1,23 = 22,14; a tenth off the whole: 19,926 → 19,93
    line = item(quantity=2, discount=10)
    assert Desk().draft(items=[line]).sums.total == Decimal("22.14")
    off = {"value_type": "percentage", "value": 10}
    assert Desk().draft(items=[line], global_discount=off).sums.total == Decimal("19.93")
    assert Desk().draft(items=[line], global_discount={"value_type": "absolute", "value": 8}).sums.total == Decimal(
        "12.30"
    )


prices = st.decimals(0, 10_000, places=4)
made_lines = st.lists(
    st.builds(
        Line,
        name=st.just("n"),
        description=st.just("d"),
        unit_price=prices,
        quantity=st.integers(1, 500).map(Decimal),
        unit=st.just("unit"),
        discount=st.just(Decimal(0)),
        tax_id=st.just(1),
        tax_name=st.just("IVA"),
        rate=st.sampled_from([Decimal(23), Decimal(6), Decimal(0)]),
        region=st.just("PT"),
    ),
    min_size=1,
    max_size=8,
)


@given(made_lines, st.sampled_from(["once", "per_rate", "per_line"]))
def test_net_and_tax_come_to_the_total_however_it_is_rounded(lines: list[Line], rounding: str) -> None:
    found = sums(lines, rounding=rounding)
    assert found.before_taxes + found.taxes == found.total
    exact = sum((line.subtotal * (100 + line.rate) / 100 for line in lines), Decimal(0))
    assert abs(found.total - exact) <= CENT / 2 * len(lines)
    if rounding == "once":
        assert found.total == exact.quantize(CENT, ROUND_HALF_UP)


def test_an_unknown_tax_becomes_the_default_one_in_silence() -> None:
    (line,) = Desk().draft(items=[item(tax={"name": "IVA99"})]).lines
    assert (line.tax_name, line.rate) == ("IVA23", Decimal(23))
    (line,) = Desk().draft(items=[item(tax=None)]).lines
    assert line.tax_name == "IVA23"


def test_an_item_of_a_known_name_is_overwritten() -> None:
    desk = Desk()
    desk.draft(items=[item(unit_price=10)])
    desk.draft(items=[item(unit_price=12)])
    assert desk.account.items["S"]["unit_price"] == 12
    assert len(desk.account.items) == 1


def test_a_client_is_known_by_code_and_then_by_name_and_keeps_its_data() -> None:
    desk = Desk()
    first = desk.draft()
    other = desk.draft(client={"name": "Maria Silva", "code": "js-99", "fiscal_id": "501964843"})
    assert other.client_id == first.client_id, "the same name, whatever else was sent"
    assert desk.account.clients[0].fiscal_id == "508025338"


@pytest.mark.parametrize(
    ("path", "steps", "state"),
    [
        ("invoices", ["finalized"], "final"),
        ("invoices", ["finalized", "settled"], "settled"),
        ("invoice_receipts", ["finalized"], "settled"),
        ("simplified_invoices", ["finalized"], "final"),
        ("invoices", ["deleted"], "deleted"),
        ("invoices", ["finalized", "canceled"], "canceled"),
        ("invoice_receipts", ["finalized", "canceled"], "canceled"),
    ],
)
def test_the_states_that_there_are(path: str, steps: list[str], state: str) -> None:
    desk = Desk()
    document = desk.draft(path)
    for step in steps:
        desk.step(document, step, "Emitido por engano")
    assert document.status == state


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("invoices", ["settled"]),
        ("invoices", ["canceled"]),
        ("invoices", ["finalized", "finalized"]),
        ("invoices", ["finalized", "deleted"]),
        ("invoices", ["finalized", "settled", "unsettled"]),
        ("invoices", ["finalized", "settled", "canceled"]),
        ("invoice_receipts", ["finalized", "settled"]),
        ("invoices", ["deleted", "finalized"]),
        ("invoices", ["finalized", "canceled", "settled"]),
    ],
)
def test_the_steps_that_there_are_not(path: str, steps: list[str]) -> None:
    desk = Desk()
    document = desk.draft(path)
    for step in steps[:-1]:
        desk.step(document, step, "Engano")
    with pytest.raises(Refused, match="CantHandle: 1 for Invoice"):
        desk.step(document, steps[-1], "Engano")


def test_numbers_are_given_when_final_and_count_by_series_and_type() -> None:
    desk = Desk()
    draft, first, second, other = desk.draft(), desk.issue(), desk.issue(), desk.issue("invoices")
    assert (draft.number, draft.atcud, draft.legal_number) == (None, "N/D", "")
    assert [one.legal_number for one in (first, second, other)] == ["FR G/1", "FR G/2", "FT G/1"]
    assert [one.atcud for one in (first, second, other)] == ["ABCD1234-1", "ABCD1234-2", "ABCD1234-1"]
    assert all(re.fullmatch(r"[0-9A-F]{4}", one.saft_hash or "") for one in (first, second, other))


def test_a_series_that_is_not_registered_has_no_atcud() -> None:
    desk = Desk()
    desk.account.series[0].validation_code = None
    assert desk.issue().atcud == "N/D"


def test_dates_of_a_series_never_go_backwards() -> None:
    desk = Desk()
    desk.issue()
    earlier = desk.draft(date="19/11/2026", due_date="19/11/2026")
    with pytest.raises(Refused, match="earlier"):
        desk.step(earlier, "finalized")
    assert earlier.status == "draft"
    assert desk.issue("invoices", date="19/11/2026").legal_number == "FT G/1", "each type has dates of its own"


def test_a_line_without_tax_needs_a_reason() -> None:
    exempt = [item(tax={"name": "IVA0"})]
    desk = Desk()
    with pytest.raises(Refused, match="Razão de isenção"):
        desk.issue(items=exempt)
    assert desk.issue(items=exempt, tax_exemption="M07").tax_exemption == "M07"
    assert Desk(exempt_without_reason="stamp").issue(items=exempt).tax_exemption == "M99"


def test_a_simplified_invoice_ends_at_a_thousand_euros() -> None:
    assert Desk().issue("simplified_invoices", items=[item(unit_price=813.0081)]).legal_number == "FS G/1"
    with pytest.raises(Refused, match="limit"):
        Desk().issue("simplified_invoices", items=[item(unit_price=813.02)])


def test_a_credit_note_names_its_original_and_never_exceeds_it() -> None:
    desk = Desk()
    with pytest.raises(Refused, match="Owner invoice can't be blank"):
        desk.draft("credit_notes")
    with pytest.raises(Refused, match="Owner invoice is invalid"):
        desk.draft("credit_notes", owner_invoice_id=desk.draft().id)
    sale = desk.issue()
    part = desk.issue("credit_notes", owner_invoice_id=sale.id, items=[item(unit_price=20)])
    assert (part.legal_number, part.status) == ("NC G/1", "final")
    with pytest.raises(Refused, match="exceeds"):
        desk.issue("credit_notes", owner_invoice_id=sale.id)
    with pytest.raises(Refused, match="credit notes"):
        desk.step(sale, "canceled", "Engano")


def test_a_cancellation_says_why() -> None:
    desk = Desk()
    sale = desk.issue()
    with pytest.raises(Refused, match="Cancel message can't be blank"):
        desk.step(sale, "canceled")
    assert sale.status == "settled"


def test_a_uid_makes_one_document_by_default() -> None:
    desk = Desk()
    first = desk.draft(uid="u-1")
    with pytest.raises(Refused, match="ongoing document creation") as refusal:
        desk.draft(uid="u-1")
    assert refusal.value.status == 409
    desk.options = InvoiceXpressOptions(uid_repeat="existing")
    assert desk.draft(uid="u-1") is first
    desk.options = InvoiceXpressOptions(uid_repeat="forgotten")
    assert desk.draft(uid="u-1") is not first


def test_the_qr_code_says_what_the_tax_authority_fixed() -> None:
    desk = Desk()
    sale = desk.issue(items=[item(), item(tax={"name": "IVA6"}), item(tax={"name": "IVA0"})], tax_exemption="M07")
    client = desk.account.clients[0]
    assert qr_text(sale, desk.account, client) == (
        "A:509445535*B:508025338*C:PT*D:FR*E:N*F:20261120*G:FR G/1*H:ABCD1234-1*I1:PT*I2:10.00*I3:10.00*I4:0.60"
        f"*I7:10.00*I8:2.30*N:2.90*O:32.90*P:0.00*Q:{sale.saft_hash}*R:0000"
    )
    assert sale.date == date(2026, 11, 20)


def test_regions_are_kept_apart_in_the_qr_code() -> None:
    desk = Desk()
    sale = desk.issue(items=[item(), item(tax={"name": "IVA22"})])
    text = qr_text(sale, desk.account, desk.account.clients[0])
    assert "*I1:PT*I7:10.00*I8:2.30*J1:PT-MA*J7:10.00*J8:2.20*" in text


anything: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*DOCUMENT, *ITEM]), inner, max_size=4),
    max_leaves=10,
)


@given(anything, st.sampled_from([DOCUMENT, CLIENT, ITEM, CHANGE]))
def test_whatever_is_sent_is_taken_or_refused(value: Any, shape: Shape) -> None:
    try:
        check(value, shape)
    except Refused as refusal:
        answered = refusal.reply("object")
    else:
        return
    assert answered.status == 422


@given(st.sampled_from([*DOCUMENT]), anything)
def test_a_document_with_one_odd_field_is_made_or_refused(name: str, value: Any) -> None:
    desk, refused = Desk(), False
    body = msgspec.json.Encoder(decimal_format="number").encode({"invoice": asked() | {name: value}})
    try:
        desk._drafting.create(desk.account, "invoices", body)
    except Refused:
        refused = True
    assert len(desk.ledger.documents) == (not refused)

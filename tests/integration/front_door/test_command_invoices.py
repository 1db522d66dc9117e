"""Fiscal documents from the command line: issued, listed, saved, taken back in part and whole; what waits, and which account issues."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from despacho_sandbox.kit.server import Sandbox
from despacho_sandbox.store.order import BillingInformation
from tests.integration.front_door.conftest import Desk
from tests.town import FIRST_STORE, OPENFACTURA


@pytest.fixture
def account(desk: Desk, sandbox: Sandbox) -> str:
    """The id of an invoicing account of an installed store."""
    desk.add_store()
    sandbox.openfactura.options.change({"requests_per_second": None, "requests_per_minute": None})
    values = {**OPENFACTURA, "base_url": f"{sandbox.url}/openfactura"}
    given = [part for key, value in values.items() for part in ("--set", f"{key}={value}")]
    return str(desk.gives("accounts", "add", FIRST_STORE, "openfactura", *given)["id"])


def test_a_document_is_issued_once_listed_saved_and_taken_back_line_by_line(
    desk: Desk, sandbox: Sandbox, account: str, tmp_path: Path
) -> None:
    order = sandbox.store.place_order(FIRST_STORE, "several", silent=True)
    document: dict[str, Any] = desk.gives("invoices", "issue", FIRST_STORE, str(order.id))
    assert (document["state"], document["kind"], document["order"]) == ("issued", "receipt", order.id)
    assert desk.gives("invoices", "issue", FIRST_STORE, str(order.id))["id"] == document["id"]
    assert document["public_id"] in desk.does("invoices", "list", FIRST_STORE)
    saved = desk.gives("invoices", "pdf", FIRST_STORE, document["id"], "--out", str(tmp_path))
    assert Path(saved["file"]).read_bytes().startswith(b"%PDF")
    note = desk.gives("invoices", "credit", FIRST_STORE, document["id"], "--line", "1=1", "--line", "2:$ 1.000")
    unclear = desk.fails("invoices", "credit", FIRST_STORE, document["id"], "--line", "2:990,5")
    assert unclear == {"code": "amount-unclear", "message": "The amount of a line: amounts in CLP have no decimals."}
    assert (note["kind"], note["credits_id"]) == ("credit_note", document["id"])
    failure = desk.fails("invoices", "credit", FIRST_STORE, document["id"], "--line", "1=2")
    assert failure["code"] == "credit-too-large"
    rest = desk.gives("invoices", "credit", FIRST_STORE, document["id"], "--reason", "Devuelto")
    assert Decimal(note["total"]) + Decimal(rest["total"]) == Decimal(document["total"])
    listed = desk.gives("invoices", "list", "--kind", "receipt")
    assert [one["credited_at"] is not None for one in listed] == [True]
    assert len(desk.gives("invoices", "list", FIRST_STORE, "--kind", "credit_note")) == 2
    anew = desk.gives("invoices", "issue", FIRST_STORE, str(order.id))
    assert anew["id"] != document["id"]


def test_an_order_that_waits_is_listed_with_the_reason_and_what_to_do(
    desk: Desk, sandbox: Sandbox, account: str
) -> None:
    order = sandbox.store.place_order(FIRST_STORE, silent=True)
    order.billing_information = BillingInformation(company_name="Ferretería Austral SpA")
    assert desk.fails("invoices", "issue", FIRST_STORE, str(order.id))["code"] == "buyer-incomplete"
    [line] = desk.gives("invoices", "waiting")
    assert (line["store"], line["order"], line["code"]) == (FIRST_STORE, order.id, "buyer-incomplete")
    assert line["message"].startswith("Para la factura falta")
    assert "Corrige los datos de facturación" in desk.does("invoices", "waiting", FIRST_STORE)
    desk.does("stores", "set", FIRST_STORE, "documents.half_given=receipt")
    assert desk.gives("invoices", "issue", FIRST_STORE, str(order.id))["kind"] == "receipt"
    assert desk.does("invoices", "waiting").strip() == "No order waits for a document."


def test_an_account_is_told_what_it_is_meant_for(desk: Desk, sandbox: Sandbox, account: str) -> None:
    order = sandbox.store.place_order(FIRST_STORE, silent=True)
    scoped = desk.gives("invoices", "account", account, "--currency", "eur", "--country", "pt", "--kind", "invoice")
    assert scoped == {"id": account, "currencies": ["EUR"], "countries": ["PT"], "kinds": ["invoice"]}
    assert desk.fails("invoices", "issue", FIRST_STORE, str(order.id))["code"] == "no-account"
    assert desk.fails("invoices", "account", account, "--currency", "PESOS")["code"] == "unknown-currency"
    assert "all documents" in desk.does("invoices", "account", account)
    assert desk.gives("invoices", "issue", FIRST_STORE, str(order.id))["state"] == "issued"


def test_what_is_not_there_or_not_understood_is_said(desk: Desk, account: str) -> None:
    assert desk.fails("invoices", "issue", FIRST_STORE, "999999")["code"] == "not-found"
    assert desk.fails("invoices", "pdf", FIRST_STORE, "nothing")["code"] == "not-found"
    assert desk.fails("invoices", "credit", FIRST_STORE, "nothing")["code"] == "not-found"
    assert desk.run("invoices", "credit", FIRST_STORE, "x", "--line", "two").exit_code == 2
    assert desk.run("invoices", "issue", FIRST_STORE, "0").exit_code == 2

"""Found again after a lost answer: the very document, or certainly none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument
from despacho_core.fiscal_computation import credit_whole
from despacho_core.orders import BillingDetails
from despacho_openfactura.emission import emission_request
from despacho_openfactura.references import credited_type, origin_of
from despacho_ports.errors import Unavailable
from despacho_ports.invoicing import IssueRequest
from tests.unit.openfactura.openfactura_cases import (
    DAY,
    document_of,
    note_over,
    order,
    played,
    request_for,
    settings,
)

PAGE = 2


class Listed:
    """A small OpenFactura that lists what it holds, two to a page, and shows each with numbers as text."""

    def __init__(self) -> None:
        self.held: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.asked: list[Any] = []
        self.opened: list[str] = []

    def hold(self, request: IssueRequest, **changes: Any) -> str:
        """Keep a document as if it had been issued for the request; the row may be changed."""
        dte = msgspec.json.decode(emission_request(settings(), request))["dte"]
        folio, token = len(self.held) + 1, f"{len(self.held):064x}"
        dte["Encabezado"]["IdDoc"]["Folio"] = folio
        head = dte["Encabezado"]
        row = {
            "RUTRecep": int(head["Receptor"]["RUTRecep"].split("-")[0]),
            "TipoDTE": head["IdDoc"]["TipoDTE"],
            "FchEmis": head["IdDoc"]["FchEmis"],
            "Folio": folio,
            "MntTotal": head["Totales"]["MntTotal"],
            "token": token,
        }
        self.held.append((row | changes, as_text(dte)))
        return token

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            token = request.url.path.split("/")[-2]
            self.opened.append(token)
            found = next(dte for row, dte in self.held if row["token"] == token)
            return httpx.Response(200, json={"json": found, "token": token})
        assert request.url.path == "/v2/dte/document/issued", "finding must never issue"
        asked = msgspec.json.decode(request.content)
        self.asked.append(asked)
        rows = [row for row, _ in self.held if self._passes(row, asked)]
        start = (int(asked["Page"]) - 1) * PAGE
        last = max(1, -(-len(rows) // PAGE))
        page = {"current_page": asked["Page"], "last_page": last, "total": len(rows)}
        return httpx.Response(200, json=page | {"data": rows[start : start + PAGE]})

    @staticmethod
    def _passes(row: dict[str, Any], asked: Any) -> bool:
        day = asked["FchEmis"]
        return bool(str(row["TipoDTE"]) == asked["TipoDTE"]["eq"] and day["gte"] <= row["FchEmis"] <= day["lte"])


def as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: as_text(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_text(one) for one in value]
    return str(value) if isinstance(value, int | float) else value


def boleta(number: int = 1024, price: int = 1000) -> FiscalDocument:
    anonymous = order(("Polera", 1, price), billing=BillingDetails())
    return document_of(msgspec.structs.replace(anonymous, number=number))


REQUEST = request_for(boleta())


async def test_what_is_not_there_is_certainly_not_there() -> None:
    system = Listed()
    assert await played(system).find_document(REQUEST) is None
    assert system.asked == [
        {
            "Page": "1",
            "TipoDTE": {"eq": "39"},
            "FchEmis": {"gte": "2026-11-20", "lte": "2026-11-20"},
            "RUTRecep": {"eq": 66666666},
        }
    ]


async def test_a_document_is_found_among_many_of_the_same_day_and_total() -> None:
    system = Listed()
    for number in range(1, 6):
        system.hold(request_for(boleta(number), f"despacho-{number}-39"))
    token = system.hold(REQUEST)
    system.hold(request_for(boleta(7, price=999), "despacho-7-39"))
    found = await played(system).find_document(REQUEST)
    assert found is not None
    assert (found.external_id, found.public_id, found.total) == (token, "39-6", Decimal(1000))
    assert len(system.opened) < 9, "documents of another total need not be opened"


async def test_an_order_of_the_same_number_in_another_store_is_not_ours() -> None:
    system = Listed()
    system.hold(request_for(boleta(), "another-store-1024-39"))
    assert await played(system).find_document(REQUEST) is None


async def test_a_document_of_the_order_that_carries_no_reference_of_ours_counts() -> None:
    system = Listed()
    token = system.hold(REQUEST)
    system.held[0][1]["Referencia"][0]["RazonRef"] = "Pedido 1024"
    found = await played(system).find_document(REQUEST)
    assert found is not None
    assert found.external_id == token


async def test_a_boleta_that_names_its_order_in_a_line_is_found_too() -> None:
    system = Listed()
    token = system.hold(REQUEST)
    dte = msgspec.json.decode(emission_request(settings(boleta_order_number="description"), REQUEST))["dte"]
    dte["Encabezado"]["IdDoc"]["Folio"] = 1
    system.held[0] = (system.held[0][0], as_text(dte))
    found = await played(system, boleta_order_number="description").find_document(REQUEST)
    assert found is not None
    assert found.external_id == token


async def test_a_factura_and_its_credit_note_are_told_apart() -> None:
    system = Listed()
    sale = request_for(document_of(order(("Polera", 1, 2380)), DocumentKind.INVOICE), "despacho-1024-33")
    note = request_for(note_over(sale.document, public_id="33-1"), "despacho-1024-61")
    connector = played(system)
    system.hold(sale)
    assert await connector.find_document(note) is None
    token = system.hold(note)
    found = await connector.find_document(note)
    assert found is not None
    assert (found.external_id, found.public_id) == (token, "61-2")


async def test_another_receiver_is_another_document() -> None:
    system = Listed()
    system.hold(REQUEST, RUTRecep=76430498)
    assert await played(system).find_document(REQUEST) is None
    assert system.opened == []


async def test_a_large_boleta_is_found_whatever_the_uf_is_worth_by_now() -> None:
    system = Listed()
    request = request_for(document_of(order(("Sofá", 1, 5_400_001))))
    then, now = played(system, uf_value="40000"), played(system, uf_value="50000")
    token = system.hold(request, RUTRecep=76430498)
    for connector in (then, now):
        found = await connector.find_document(request)
        assert found is not None
        assert found.external_id == token
    assert all("RUTRecep" not in asked for asked in system.asked), "two receivers are possible"


async def test_a_document_is_opened_once_however_often_it_is_asked_about() -> None:
    system = Listed()
    system.hold(request_for(boleta(5), "despacho-5-39"))
    connector = played(system)
    for _ in range(3):
        assert await connector.find_document(REQUEST) is None
    assert len(system.opened) == 1


@pytest.mark.parametrize(
    "page",
    [
        {"last_page": 1},
        {"data": []},
        {"last_page": "x", "data": []},
        {"last_page": 1, "data": [7]},
        {"last_page": 1, "data": [{"MntTotal": 1000, "RUTRecep": 66666666, "token": "?"}]},
        {"last_page": 10**6, "data": [{"MntTotal": 1}]},
    ],
)
async def test_a_list_that_cannot_be_read_is_never_taken_for_a_no(page: object) -> None:
    with pytest.raises(Unavailable):
        await played(lambda _: httpx.Response(200, json=page)).find_document(REQUEST)


@pytest.mark.parametrize("answer", [(404, {}), (500, {}), (200, {"json": {}}), (200, [])])
async def test_a_candidate_that_cannot_be_opened_is_never_taken_for_a_no(answer: tuple[int, object]) -> None:
    system = Listed()
    system.hold(REQUEST)

    def half_broken(request: httpx.Request) -> httpx.Response:
        return system(request) if request.method == "POST" else httpx.Response(answer[0], json=answer[1])

    with pytest.raises(Unavailable):
        await played(half_broken).find_document(REQUEST)


@pytest.mark.parametrize(
    "odd", [{}, {"Referencia": None}, {"Referencia": "x", "Detalle": 7}, {"Referencia": [None, {}], "Detalle": [[]]}]
)
def test_a_document_that_refers_to_nothing_is_nobodys(odd: dict[str, object]) -> None:
    assert not origin_of(odd).is_of(REQUEST)


def test_a_single_reference_may_come_without_a_list() -> None:
    assert origin_of({"Referencia": {"TpoDocRef": 801, "FolioRef": 1024}}).is_of(REQUEST)


@pytest.mark.parametrize(
    ("public_id", "kind", "expected"),
    [
        ("39-106", DocumentKind.RECEIPT, "39"),
        ("41-7", DocumentKind.RECEIPT, "41"),
        ("34-1", DocumentKind.INVOICE, "34"),
        ("", DocumentKind.RECEIPT, "39"),
        ("B-7", DocumentKind.INVOICE, "33"),
    ],
)
def test_the_type_taken_back_is_that_of_the_original(public_id: str, kind: DocumentKind, expected: str) -> None:
    credited = CreditedDocument(
        kind=kind, public_id=public_id, external_id="t", folio="1", issued_on=DAY, reason="Pedido anulado"
    )
    note = credit_whole(boleta(), credited=credited, issued_on=date(2026, 11, 25))
    assert note.credits is not None
    assert credited_type(note.credits) == expected

"""Chosen lines of a document taken back over the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def sold(web: Web) -> dict[str, Any]:
    """The receipt of an order of 2 shirts, 4 mugs and a book."""
    order = web.town.sandbox.store.place_order(web.store.code, "several", silent=True)
    answer = await web.api.post(f"{API}/orders/{order.id}/invoice")
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def left(web: Web, sale: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = (await web.api.get(f"{API}/invoices/{sale['id']}/remaining")).json()
    return found


async def test_units_an_amount_and_then_the_rest_come_back(web: Web) -> None:
    sale = await sold(web)
    path = f"{API}/invoices/{sale['id']}/credit"
    first = await left(web, sale)
    assert first["total"] == sale["total"]["amount"]
    units = await web.api.post(path, json={"reason": "Llegó roto", "lines": [{"line": 2, "quantity": 1}]})
    priced = await web.api.post(path, json={"lines": [{"line": 1, "amount": 1000}]})
    rest = await web.api.post(path, json={})
    assert [one.status_code for one in (units, priced, rest)] == [201, 201, 201]
    notes = [one.json() for one in (units, priced, rest)]
    assert sum(Decimal(one["total"]["amount"]) for one in notes) == Decimal(sale["total"]["amount"])
    assert {one["credits_id"] for one in notes} == {sale["id"]}
    for one in notes:
        assert bool(one["notes"]) is bool(Decimal(one["difference"]["amount"]))
    asked = Decimal(notes[1]["total"]["amount"]) + Decimal(notes[1]["difference"]["amount"])
    assert asked == 1000
    assert {(one["quantity"], one["amount"]) for one in (await left(web, sale))["lines"]} == {("0", "0")}


async def test_what_cannot_be_taken_back_is_said_in_the_merchants_language(web: Web) -> None:
    sale = await sold(web)
    path = f"{API}/invoices/{sale['id']}/credit"
    too_many = await web.api.post(path, json={"lines": [{"line": 2, "quantity": 5}]}, headers={"accept-language": "es"})
    assert problem(too_many) == (422, "credit-too-large")
    assert "solo queda 4" in too_many.json()["detail"]
    unknown = await web.api.post(path, json={"lines": [{"line": 99}]})
    assert problem(unknown) == (422, "credit-line-invalid")
    twice = await web.api.post(path, json={"lines": [{"line": 1, "quantity": 1}, {"line": 1, "amount": 5}]})
    assert problem(twice) == (422, "credit-line-invalid")
    cents = await web.api.post(path, json={"lines": [{"line": 1, "amount": "10.5"}]})
    assert problem(cents) == (422, "credit-line-invalid")
    for odd in ("NaN", "1e99", "x", -5, 0):
        answer = await web.api.post(path, json={"lines": [{"line": 1, "amount": odd}]})
        assert problem(answer)[0] == 422
    assert (await left(web, sale))["total"] == sale["total"]["amount"]


async def test_one_key_is_one_note(web: Web) -> None:
    sale = await sold(web)
    path, body = f"{API}/invoices/{sale['id']}/credit", {"lines": [{"line": 2, "quantity": 1}]}
    answers = [await web.api.post(path, json=body, headers={"idempotency-key": sale["id"]}) for _ in range(2)]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert next(one for one in (await left(web, sale))["lines"] if one["line"] == 2)["quantity"] == "3"

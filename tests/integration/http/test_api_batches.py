"""Batches over the API: many orders in one request, a result for each, one file to print."""

from __future__ import annotations

import io

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from despacho_core.ledgers import Lane
from tests.web import API, Web, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def bought(web: Web, batch: str) -> None:
    for _ in range(4):
        await web.town.services.work.look_at_everything()


async def test_a_batch_buys_for_every_order_and_prints_all_labels_in_one_file(web: Web) -> None:
    orders = [await web.order() for _ in range(3)]
    numbers = [order.id for order in orders]
    answer = await web.api.post(f"{API}/batches", json={"orders": numbers, **web.express()})
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    assert answer.headers["location"] == f"{API}/batches/{batch['id']}"
    assert [line["order"] for line in batch["lines"]] == numbers
    assert batch["counts"]["waiting"] == 3
    assert not batch["settled"]

    await bought(web, batch["id"])
    batch = (await web.api.get(answer.headers["location"])).json()
    assert batch["settled"]
    assert [line["state"] for line in batch["lines"]] == ["bought"] * 3
    printed = await web.api.get(f"{API}/batches/{batch['id']}/labels.pdf")
    assert printed.status_code == 200
    assert len(PdfReader(io.BytesIO(printed.content)).pages) == 3

"""The demo, really played: two real processes, real sockets, all the orders to which something happens."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import pytest
import zxingcpp

from despacho.demo import run_demo
from despacho.demo.cast import NORTH, SOUTH, TWISTED, Placed, documents_wanted, shipments_wanted

pytestmark = pytest.mark.xdist_group("demo")

WANTED = [Placed(part, 0) for part in TWISTED]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "demo-output"
    folder.mkdir()
    (folder / "of-yesterday.pdf").touch()
    code = run_demo(keep_running=False, cast=TWISTED, folder=folder)
    problems = msgspec.json.decode((folder / "summary.json").read_bytes())["problems"]
    assert (code, problems) == (0, [])
    return folder


@pytest.fixture(scope="module")
def summary(output: Path) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode((output / "summary.json").read_bytes())
    return found


@cache
def barcodes(pdf: Path) -> frozenset[str]:
    """Read as a scanner would, from the first pages: what follows on a manifest are the carrier's own certificates."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[place].render(scale=4).to_pil() for place in range(min(2, len(document)))]
    finally:
        document.close()
    return frozenset(code.text for page in pages for code in zxingcpp.read_barcodes(page))


def test_all_three_sides_have_as_much_as_was_wanted(summary: dict[str, Any]) -> None:
    orders = summary["orders"]
    assert Counter(order["store"] for order in orders) == Counter(part.store for part in TWISTED)
    assert summary["at_carrier"] == {"shipments": shipments_wanted(WANTED)}
    assert summary["at_invoicing"] == {"documents": sum(documents_wanted(WANTED).values())}
    shown = Counter(document["document_type"] for order in orders for document in order["documents"])
    assert shown == documents_wanted(WANTED)


def test_webhooks_were_all_acknowledged_and_some_came_twice(summary: dict[str, Any]) -> None:
    webhooks = summary["webhooks"]
    assert webhooks["sent"] == webhooks["acknowledged"] > webhooks["duplicates"] > 0


def test_the_captured_order_is_among_the_delivered_ones(summary: dict[str, Any]) -> None:
    [order] = [one for one in summary["orders"] if (one["store"], one["id"]) == (NORTH, 1012)]
    assert order["shipment_status"] == "delivered"
    assert [len(shipment["tracking_numbers"]) for shipment in order["shipments"]] == [1]


def test_every_label_bears_the_number_that_the_store_shows(output: Path, summary: dict[str, Any]) -> None:
    shipments = [shipment for order in summary["orders"] for shipment in order["shipments"]]
    assert Counter(len(shipment["tracking_numbers"]) for shipment in shipments)[2] == 1
    for shipment in shipments:
        read = barcodes(output / shipment["label_pdf"])
        assert len(read) == len(shipment["tracking_numbers"])
        for number in shipment["tracking_numbers"]:
            assert any(number in code for code in read)
            assert number in (output / shipment["label_zpl"]).read_text(encoding="utf-8")
            assert any(number in code for code in barcodes(output / shipment["manifest"]))


def test_what_stood_in_the_folder_is_gone_and_what_is_named_is_there(output: Path, summary: dict[str, Any]) -> None:
    assert not (output / "of-yesterday.pdf").exists()
    assert {path.name for path in (output / "manifests").iterdir()} == {f"{NORTH}-1.pdf", f"{SOUTH}-1.pdf"}
    documents = [*(output / "invoices").iterdir(), *(output / "credit-notes").iterdir()]
    assert len(documents) == sum(len(order["documents"]) for order in summary["orders"])
    assert all(path.read_bytes().startswith(b"%PDF-") for path in documents)

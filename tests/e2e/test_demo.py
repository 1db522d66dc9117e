"""The demo, really played: two real processes, real sockets, all the orders to which something happens.

One test, because one performance takes half a minute.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pypdfium2
import zxingcpp

from despacho.demo import run_demo
from despacho.demo.browsing import merchants_browser
from despacho.demo.cast import NORTH, SOUTH, TWISTED, Placed, documents_wanted, shipments_wanted

AS_A_FRAME = {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}
"""What browsers say of themselves when the admin, on another port of this machine, shows the App."""
WANTED = [Placed(part, 0) for part in TWISTED]


def test_the_story_leaves_nothing_missing_nothing_doubled_and_everything_printed(tmp_path: Path) -> None:
    folder = tmp_path / "demo-output"
    folder.mkdir()
    (folder / "of-yesterday.pdf").touch()
    code = run_demo(keep_running=True, cast=TWISTED, folder=folder, visit=the_app_opens_signed_in)
    summary: dict[str, Any] = msgspec.json.decode((folder / "summary.json").read_bytes())
    assert (code, summary["problems"]) == (0, [])
    all_three_sides_have_as_much_as_was_wanted(summary)
    webhooks_were_all_acknowledged_and_some_came_twice(summary)
    the_captured_order_is_among_the_delivered_ones(summary)
    every_label_bears_the_number_that_the_store_shows(folder, summary)
    what_stood_in_the_folder_is_gone_and_what_is_named_is_there(folder, summary)


async def the_app_opens_signed_in(addresses: Mapping[str, str]) -> None:
    """In the admin of each store, whichever was open before, and by itself; there is something to do."""
    async with merchants_browser() as browser:
        for store, name in ((NORTH, "Tienda Norte"), (SOUTH, "Tienda Sur"), (NORTH, "Tienda Norte")):
            admin = await browser.get(addresses[f"the App in {store}'s admin"])
            found = re.search(r'<iframe src="([^"]+)"', admin.text)
            assert found is not None
            page = await browser.get(html.unescape(found[1]), headers=AS_A_FRAME)
            assert page.status_code == 200
            assert f'<span class="text-truncate flex-grow-1" translate="no">{name}</span>' in page.text
    async with merchants_browser() as browser:
        page = await browser.get(addresses[f"the App by itself ({NORTH})"], headers={"accept-language": "en"})
        assert "Paid orders without a label" in page.text
        assert "Tienda Norte" in page.text


def all_three_sides_have_as_much_as_was_wanted(summary: dict[str, Any]) -> None:
    orders = summary["orders"]
    assert Counter(order["store"] for order in orders) == Counter(part.store for part in TWISTED)
    assert summary["at_carrier"] == {"shipments": shipments_wanted(WANTED)}
    assert summary["at_invoicing"] == {"documents": sum(documents_wanted(WANTED).values())}
    shown = Counter(document["document_type"] for order in orders for document in order["documents"])
    assert shown == documents_wanted(WANTED)


def webhooks_were_all_acknowledged_and_some_came_twice(summary: dict[str, Any]) -> None:
    webhooks = summary["webhooks"]
    assert webhooks["sent"] == webhooks["acknowledged"] > webhooks["duplicates"] > 0


def the_captured_order_is_among_the_delivered_ones(summary: dict[str, Any]) -> None:
    [order] = [one for one in summary["orders"] if (one["store"], one["id"]) == (NORTH, 1012)]
    assert order["shipment_status"] == "delivered"
    assert [len(shipment["tracking_numbers"]) for shipment in order["shipments"]] == [1]


def every_label_bears_the_number_that_the_store_shows(folder: Path, summary: dict[str, Any]) -> None:
    shipments = [shipment for order in summary["orders"] for shipment in order["shipments"]]
    assert Counter(len(shipment["tracking_numbers"]) for shipment in shipments)[2] == 1
    for shipment in shipments:
        read = barcodes(folder / shipment["label_pdf"])
        assert len(read) == len(shipment["tracking_numbers"])
        for number in shipment["tracking_numbers"]:
            assert any(number in code for code in read)
            assert number in (folder / shipment["label_zpl"]).read_text(encoding="utf-8")
            assert any(number in code for code in barcodes(folder / shipment["manifest"]))


def what_stood_in_the_folder_is_gone_and_what_is_named_is_there(folder: Path, summary: dict[str, Any]) -> None:
    assert not (folder / "of-yesterday.pdf").exists()
    assert {path.name for path in (folder / "manifests").iterdir()} == {f"{NORTH}-1.pdf", f"{SOUTH}-1.pdf"}
    documents = [*(folder / "invoices").iterdir(), *(folder / "credit-notes").iterdir()]
    assert len(documents) == sum(len(order["documents"]) for order in summary["orders"])
    assert all(path.read_bytes().startswith(b"%PDF-") for path in documents)


@cache
def barcodes(pdf: Path) -> frozenset[str]:
    """Read as a scanner would, from the first pages: what follows on a manifest are the carrier's own certificates."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        pages = [document[place].render(scale=4).to_pil() for place in range(min(2, len(document)))]
    finally:
        document.close()
    return frozenset(code.text for page in pages for code in zxingcpp.read_barcodes(page))

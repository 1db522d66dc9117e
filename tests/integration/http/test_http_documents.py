"""What opens in a browser: fiscal documents and the buyer's page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from despacho_core.tracking import TrackingEvent
from tests.web import API, Web, path_of, problem

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_document_opens_in_the_browser_and_is_kept_by_nobody_in_between(web: Web) -> None:
    order = await web.order()
    [invoice] = (await web.api.get(f"{API}/orders/{order.id}")).json()["invoices"]
    answer = await web.client.get(path_of(invoice["url"]))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
    assert answer.headers["content-disposition"] == f'inline; filename="{invoice["public_id"]}.pdf"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"].startswith("private")
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize("name", ["nobody.pdf", ".pdf", "nobody", "nobody.txt", "%00.pdf", "ñ.pdf"])
async def test_a_document_that_nobody_was_given_does_not_exist(web: Web, name: str) -> None:
    assert problem(await web.client.get(f"/documents/{name}")) == (404, "not-found")


async def test_the_buyer_sees_how_far_the_parcel_is_and_nothing_of_whom_it_is_for(web: Web) -> None:
    order = await web.order()
    shipment = await web.bought(order)
    number = shipment["labels"][0]["tracking_number"]
    await web.town.parcels_reach("in_transit", number)
    await web.api.post(f"{API}/tracking/sync", json={"shipment_id": shipment["id"]})
    answer = await web.client.get(path_of(shipment["track_url"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for shown in ("En camino", number, web.store.name, '<html lang="es">', "<time datetime="):
        assert shown in answer.text
    customer = order.customer
    for hidden in (customer.fullname, customer.email, "Apoquindo"):
        assert hidden not in answer.text


@pytest.mark.parametrize(
    ("accepted", "language", "says"),
    [("pt-PT,pt;q=0.9", "pt", "Em preparação"), ("en", "en", "Being prepared"), ("de", "es", "En preparación")],
)
async def test_the_buyer_is_spoken_to_in_a_language_they_read(
    web: Web, accepted: str, language: str, says: str
) -> None:
    shipment = await web.bought(await web.order())
    answer = await web.client.get(path_of(shipment["track_url"]), headers={"accept-language": accepted})
    assert f'<html lang="{language}">' in answer.text
    assert says in answer.text


async def test_a_voided_shipment_says_so(web: Web) -> None:
    shipment = await web.bought(await web.order())
    assert (await web.api.post(f"{API}/shipments/{shipment['id']}/void")).status_code == 200
    assert "Este envío fue anulado" in (await web.client.get(path_of(shipment["track_url"]))).text


async def test_a_page_loads_nothing_and_runs_nothing(web: Web) -> None:
    answer = await web.client.get("/track/nobody")
    assert answer.status_code == 404
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_what_a_carrier_reports_is_shown_as_text(web: Web) -> None:
    shipment = await web.bought(await web.order())
    event = TrackingEvent(
        tracking_number=shipment["labels"][0]["tracking_number"],
        occurred_at=datetime.now(UTC),
        description="<script>alert(1)</script> & {braces}",
        location='"><img src=x>',
    )
    await web.town.services.tracking.take_in(web.store.id, [event])
    page = (await web.client.get(path_of(shipment["track_url"]))).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; {braces}" in page
    assert "<script" not in page
    assert "<img" not in page

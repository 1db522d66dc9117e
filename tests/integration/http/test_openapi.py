"""The OpenAPI document at ``/schema``: complete, self-contained, and true to what the routes answer."""

from __future__ import annotations

import re
from typing import Any

import pytest
import pytest_asyncio
from litestar.routes import HTTPRoute

from tests.web import API, Web

pytestmark = pytest.mark.asyncio(loop_scope="module")

PUBLIC = {
    ("get", "/orders"),
    ("get", "/orders/{number}"),
    ("post", "/orders/{number}/shipments"),
    ("post", "/orders/{number}/invoice"),
    ("post", "/quotes"),
    ("post", "/quotes/explain"),
    ("get", "/shipping-plan"),
    ("put", "/shipping-plan"),
    ("get", "/shipments"),
    ("get", "/shipments/{shipment_id}"),
    ("get", "/shipments/{shipment_id}/label.pdf"),
    ("get", "/shipments/{shipment_id}/label.zpl"),
    ("post", "/shipments/{shipment_id}/void"),
    ("get", "/shipments/{shipment_id}/tracking"),
    ("post", "/shipments/{shipment_id}/tracking"),
    ("post", "/tracking/sync"),
    ("get", "/tracking/unknown-codes"),
    ("get", "/manifests"),
    ("post", "/manifests"),
    ("post", "/manifests/{manifest_id}/labels"),
    ("delete", "/manifests/{manifest_id}/labels/{label_id}"),
    ("post", "/manifests/{manifest_id}/discard"),
    ("get", "/manifests/{manifest_id}/carrier.pdf"),
    ("post", "/manifests/{manifest_id}/close"),
    ("get", "/manifests/{manifest_id}"),
    ("get", "/manifests/{manifest_id}.pdf"),
    ("post", "/manifests/{manifest_id}/signatures"),
    ("get", "/invoices"),
    ("get", "/invoices/{file_name}.pdf"),
    ("post", "/invoices/batches"),
    ("get", "/invoices/batches"),
    ("get", "/invoices/batches/{document_batch_id}"),
    ("get", "/invoices/{invoice_id}/remaining"),
    ("post", "/invoices/{invoice_id}/credit"),
    ("get", "/invoices/waiting"),
    ("delete", "/invoices/waiting/{number}"),
    ("get", "/orders/{number}/billing"),
    ("put", "/orders/{number}/billing"),
    ("put", "/accounts/{account_id}/documents"),
    ("get", "/inbox"),
    ("post", "/inbox/replay"),
    ("get", "/outbox"),
    ("post", "/outbox/{effect_id}/retry"),
    ("post", "/outbox/{effect_id}/resolve"),
    ("post", "/invoices/{invoice_id}/settle"),
    ("post", "/shipments/{shipment_id}/settle"),
    ("get", "/accounts"),
    ("get", "/shipments/{shipment_id}/label"),
    ("post", "/orders/{number}/returns"),
    ("get", "/orders/{number}/packing-slip.pdf"),
    ("post", "/batches"),
    ("get", "/batches"),
    ("get", "/batches/{batch_id}"),
    ("get", "/batches/{batch_id}/labels.pdf"),
    ("get", "/batches/{batch_id}/labels.zpl"),
    ("get", "/batches/{batch_id}/packing-slips.pdf"),
    ("patch", "/accounts/{account_id}"),
    ("get", "/places"),
}
"""What was promised; once public, a route stays."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def schema(web: Web) -> dict[str, Any]:
    """The document."""
    answer = await web.client.get("/schema")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/vnd.oai.openapi+json")
    document: dict[str, Any] = answer.json()
    return document


def operations(schema: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, one) for path, item in schema["paths"].items() for method, one in item.items()]


async def test_the_api_is_what_was_promised(schema: dict[str, Any]) -> None:
    described = {(method, path.removeprefix(API)) for method, path, _ in operations(schema) if path.startswith(API)}
    assert described == PUBLIC


async def test_every_route_of_the_app_is_described(web: Web, schema: dict[str, Any]) -> None:
    routes = {route.path_format for route in web.app.routes if isinstance(route, HTTPRoute)}
    undescribed = {path for path in routes - set(schema["paths"]) if f"{path}.pdf" not in schema["paths"]}
    of_pages = ("/schema", "/app/", "/assets/")  # what the App's pages are made of is nobody else's to call
    assert {path for path in undescribed if not path.startswith(of_pages)} == {"/", "/app", "/signed-out"}


async def test_operations_have_names_of_their_own_and_say_what_they_do(schema: dict[str, Any]) -> None:
    names = [one["operationId"] for _, _, one in operations(schema)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z_]+", name) for name in names)
    assert all(one["description"] for _, _, one in operations(schema))


async def test_the_api_needs_a_token_and_the_rest_does_not(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for _, path, one in operations(schema):
        assert ("security" in one) is path.startswith(API)


async def test_every_post_takes_an_idempotency_key_and_every_operation_may_answer_a_problem(
    schema: dict[str, Any],
) -> None:
    for method, path, one in operations(schema):
        names = [parameter["name"] for parameter in one.get("parameters", [])]
        assert names.count("Idempotency-Key") == (1 if method == "post" and path.startswith(API) else 0)
        assert "application/problem+json" in one["responses"]["default"]["content"]


async def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    def references(node: Any) -> list[str]:
        if isinstance(node, dict):
            own = [str(node["$ref"])] if "$ref" in node else []
            return own + [one for value in node.values() for one in references(value)]
        return [one for value in node for one in references(value)] if isinstance(node, list) else []

    found = references(schema)
    assert found
    for reference in found:
        assert reference.removeprefix("#/components/schemas/") in schema["components"]["schemas"], reference


async def test_the_document_loads_nothing_from_elsewhere(web: Web) -> None:
    text = (await web.client.get("/schema")).text
    assert (await web.client.get("/schema/openapi.json")).text == text
    assert not re.search(r"https?://(?!127\.0\.0\.1)", text)


async def test_answers_have_the_shape_that_is_described(web: Web, schema: dict[str, Any]) -> None:
    order = await web.order()
    shipment = await web.bought(order)
    shapes = schema["components"]["schemas"]
    assert set(shipment) == set(shapes["ShipmentView"]["properties"])
    shown = (await web.api.get(f"{API}/orders/{order.id}")).json()
    assert set(shown) == set(shapes["OrderView"]["properties"])
    assert set(shown["invoices"][0]) == set(shapes["InvoiceView"]["properties"])

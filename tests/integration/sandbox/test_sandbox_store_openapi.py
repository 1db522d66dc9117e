"""The simulator's answers against the platform's official OpenAPI document.

The document marks nothing as required, so checked against it as it stands almost anything passes. Here every property that it lists must be
there and none that it does not list may be, except where the contract sheet (contract/jumpseller.md) says that the live platform
differs: `DEVIATIONS` names each of these places with its reason, and the test of the deviations fails if one is no longer needed.
"""

import copy
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest
from openapi_schema_validator import OAS30Validator

from despacho_sandbox.store import StoreSimulator
from despacho_sandbox.store.model import Service, ShippingMethod

pytestmark = pytest.mark.asyncio(loop_scope="module")

Schema = dict[str, Any]
DOCUMENT = Path(__file__).parents[4] / "shared" / "contract" / "jumpseller-openapi.json"

STRING, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}
WITHOUT = None

DEVIATIONS: list[tuple[str, str, Schema | None, str]] = [
    ("OrderFields", "status", STRING, "translated by the store's language (2.5, quirk 2)"),
    ("OrderFields", "status_name", STRING, "translated by the store's language (2.5, quirk 2)"),
    ("OrderFields", "shipment_status", STRING, "translated; live 'No Procesado', 'Procesado' (2.5, quirk 2)"),
    ("OrderFields", "shipment_status_enum", STRING, "live also 'fulfilled', outside the enum (quirk 18)"),
    ("OrderProduct", "tax", NUMBER, "in the captured order (2.4)"),
    ("OrderProduct", "type", STRING, "in the captured order (2.4)"),
    ("OrderProduct", "options", {"type": "array", "items": {}}, "in the captured order (2.4)"),
    ("OrderProduct", "files", {"type": "array", "items": {}}, "in the captured order (2.4)"),
    ("OrderShippingAddress", "street_number", STRING, "typed number, live null or text (quirk 6)"),
    ("OrderBillingAddress", "street_number", STRING, "typed number, live null or text (quirk 6)"),
    ("HookFields", "application_id", INTEGER, "in the live sample (2.1)"),
    ("ShippingMethodFields", "free_shipping_minimum_purchase", NUMBER, "typed boolean, live 0.0 (1.1, quirk 12)"),
    ("DocumentFields", "document_type", INTEGER, "the enum's texts '0 - credit note' describe the integers 0 and 1 (4.5)"),
    ("FulfillmentFields", "tracking_url", STRING, "can be sent, so it is kept and shown; not in the schema (4.4)"),
    ("FulfillmentFields", "external_id", STRING, "can be sent, so it is kept and shown; not in the schema (4.4)"),
    ("FulfillmentFields", "service_type", STRING, "can be sent, so it is kept and shown; not in the schema (4.4)"),
    ("FulfillmentFields", "message", STRING, "can be sent, so it is kept and shown; not in the schema (4.4)"),
    ("FulfillmentFields", "observations", STRING, "can be sent, so it is kept and shown; not in the schema (4.4)"),
    (
        "FulfillmentFields",
        "order",
        {"$ref": "#/components/schemas/OrderFields"},
        "live the order itself; the schema wraps it twice (4.4)",
    ),
    *[
        ("ProductFields", name, WITHOUT, "products are simulated only as far as the hub reads them")
        for name in (
            "page_title", "days_to_expire", "stock_threshold", "stock_notification", "back_in_stock_enabled",
            "cost_per_item", "compare_at_price", "brand", "barcode", "google_product_category_text", "quotable",
            "featured", "reviews_enabled", "permalink", "digital_products", "description",
        )
    ],
]  # fmt: skip


@pytest.fixture(scope="module")
def document() -> Schema:
    if not DOCUMENT.exists():
        pytest.skip("the official OpenAPI document is kept outside of the repository, in ../shared/contract")
    loaded: Schema = msgspec.json.decode(DOCUMENT.read_bytes())
    return loaded


def strict(document: Schema) -> Schema:
    """The document's schemas with the deviations, every property nullable and required, and no others allowed."""
    schemas: Schema = copy.deepcopy(document["components"]["schemas"])
    for name, field, schema, _ in DEVIATIONS:
        properties = schemas[name]["properties"]
        if schema is WITHOUT:
            properties.pop(field, None)
        else:
            properties[field] = schema
    return {name: _strict(schema) for name, schema in schemas.items()}


def _strict(schema: Any) -> Any:
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        # "All empty values are replaced with null" (the document's introduction): objects too.
        return {"nullable": True, "allOf": [{"$ref": schema["$ref"]}]}
    made = {key: value for key, value in schema.items() if key not in ("required", "example", "default", "description")}
    if "properties" in made:
        made["properties"] = {name: _strict(its) for name, its in made["properties"].items()}
        made["required"] = sorted(made["properties"])
        made["additionalProperties"] = False
    if "items" in made:
        made["items"] = _strict(made["items"])
    if "enum" in made:
        made["enum"] = [*made["enum"], None]
    if made.get("type") == "array":
        made.setdefault("items", {})
    return {**made, "nullable": True}


def problems(schemas: Schema, name: str, value: Any) -> list[str]:
    root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
    found: list[jsonschema.ValidationError] = list(OAS30Validator(root).iter_errors(value))
    return [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


async def eventful(stores: StoreSimulator, api: httpx.AsyncClient, hub: Any) -> int:
    """A store in which everything has happened once; the number of an order with everything."""
    store = stores.store()
    hook = {"event": "order_paid", "url": f"{hub.url}/webhooks"}
    (await api.post("/hooks.json", json={"hook": hook})).raise_for_status()
    method = ShippingMethod(
        id=836001, type="external", name="Acme", services=[Service(id=1, service_name="Express", service_code="EXP")]
    )
    store.shipping_methods[method.id] = method
    for kind in ("captured", "several", "gift_card", "digital"):
        stores.place_order(kind=kind)
    order = stores.place_order(kind="company", shipping_discount=990, discount=1000)
    location = store.main_location().id
    body = {"order_id": order.id, "type": "manual", "location_id": location, "tracking_company": "other",
            "tracking_url": "https://hub.example/t/1"}  # fmt: skip
    (await api.post("/fulfillments.json", json={"fulfillment": body})).raise_for_status()
    (await api.post(f"/orders/{order.id}/history.json", json={"order_history": {"message": "Guía"}})).raise_for_status()
    invoice = {"document_type": 1, "public_id": "F-33-1", "external_id": "x", "url": "https://hub.example/1.pdf"}
    (await api.post(f"/orders/{order.id}/documents.json", json={"document": invoice})).raise_for_status()
    await stores.idle()
    return order.id


async def test_every_answer_is_what_the_official_document_says(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, document: Schema
) -> None:
    schemas = strict(document)
    order = await eventful(stores, api, hub)
    lists = {
        "/orders.json": "Order",
        "/orders/status/paid.json": "Order",
        "/orders/after/1000.json": "Order",
        f"/orders/{order}/history.json": "OrderHistory",
        f"/orders/{order}/documents.json": "Document",
        "/documents.json": "Document",
        "/hooks.json": "Hook",
        "/shipping_methods.json": "ShippingMethod",
        "/locations.json": "PickupLocation",
        "/products.json": "Product",
        "/countries.json": "Country",
        "/countries/CL/regions.json": "Region",
        "/countries/CL/regions/12/municipalities.json": "Municipality",
    }
    singles = {
        f"/orders/{order}.json": "Order",
        "/orders/1012.json": "Order",
        "/orders/count.json": "Count",
        "/hooks/500001.json": "Hook",
        "/shipping_methods/836001.json": "ShippingMethod",
        "/locations/314455.json": "PickupLocation",
        "/countries/CL.json": "Country",
        "/countries/CL/regions/12.json": "Region",
        "/apps/despacho/install_status.json": "PaidAppInstallStatus",
    }
    found: dict[str, list[str]] = {}
    for path, name in lists.items():
        items = (await api.get(path)).json()
        assert items, path
        found[path] = [problem for item in items for problem in problems(schemas, name, item)]
    for path, name in singles.items():
        found[path] = problems(schemas, name, (await api.get(path)).json())
    assert {path: its for path, its in found.items() if its} == {}


async def test_the_store_and_its_fulfilments_fit_below_their_live_roots(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, document: Schema
) -> None:
    """Live clients read `{"store": {}}` where the schema is flat (3.3), and `order_fulfillment` for `fulfillment` (4.4)."""
    schemas = strict(document)
    order = await eventful(stores, api, hub)
    store = (await api.get("/store/info.json")).json()["store"]
    assert problems(schemas, "Store", store) == []
    (listed,) = (await api.get(f"/order/{order}/fulfillments.json")).json()
    assert problems(schemas, "FulfillmentFields", listed["order_fulfillment"]) == []


async def test_with_its_quirks_off_the_roots_are_those_of_the_document(
    stores: StoreSimulator, api: httpx.AsyncClient, hub: Any, document: Schema
) -> None:
    schemas = strict(document)
    order = await eventful(stores, api, hub)
    stores.configure(store_info_wrapped=False, fulfillment_root="fulfillment")
    assert problems(schemas, "Store", (await api.get("/store/info.json")).json()) == []
    for listed in (await api.get(f"/order/{order}/fulfillments.json")).json():
        assert problems(schemas, "Fulfillment", listed) == []


async def test_the_strict_reading_notices_what_is_missing_wrong_or_too_much(document: Schema) -> None:
    schemas = strict(document)
    assert problems(schemas, "Count", {"count": 3}) == []
    assert problems(schemas, "Count", {}) != []
    assert problems(schemas, "Count", {"count": "3"}) != []
    assert problems(schemas, "Count", {"count": 3, "total": 3}) != []


async def test_no_deviation_is_listed_that_the_document_does_not_need(document: Schema) -> None:
    schemas = document["components"]["schemas"]
    idle = [
        (name, field)
        for name, field, schema, _ in DEVIATIONS
        if (field not in schemas[name]["properties"]) == (schema is WITHOUT)
        and schemas[name]["properties"].get(field) == schema
    ]
    assert idle == []

"""The OpenAPI document at ``/schema``: made from the routes, completed with what the framework does not know.

It is served as JSON alone. The pages that frameworks offer beside it load scripts from elsewhere; any OpenAPI reader opens this one.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

import msgspec
from litestar import Request
from litestar.enums import OpenAPIMediaType
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import OpenAPIRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from despacho_http.api.orders import BASE
from despacho_http.problems import MEDIA_TYPE, PREFIX, all_problems

_FURTHER = {
    "create_shipment": ("202",),
    "create_invoice": ("200", "202"),
    "credit_invoice": ("200", "202"),
    "create_return": ("202",),
    "void_shipment": ("202",),
    "close_manifest": ("202",),
}
"""Statuses beside the one that the framework knows: 200 for what was there before, 202 while nobody knows yet."""

_PDF = {
    "200": {
        "description": "The document",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_SUFFIXED = {
    f"{BASE}/manifests/{{manifest_id}}": (f"{BASE}/manifests/{{manifest_id}}.pdf", "get_manifest_pdf", True),
    f"{BASE}/invoices/{{file_name}}": (f"{BASE}/invoices/{{file_name}}.pdf", "get_invoice_pdf", False),
    "/documents/{file_name}": ("/documents/{file_name}.pdf", "open_document", False),
}
"""Routes whose last segment ends in ``.pdf``: how they are written, and whether the bare one exists too."""

_FORMS = {
    "sign_manifest": {
        "type": "object",
        "required": ["scan"],
        "properties": {
            "scan": {
                "type": "string",
                "format": "binary",
                "description": "The signed paper: PDF, PNG or JPEG, 5,000,000 octets at most.",
            },
            **{
                f"{party}_{what}": {"type": "string", "maxLength": 200}
                for party in ("merchant", "carrier")
                for what in ("name", "role")
            },
        },
        "additionalProperties": False,
    }
}
"""Routes that take a form beside JSON, by operation."""

_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "The same request again under the same key acts once, and is told what was made of it. Kept for two days.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_PROBLEM = {
    "description": "A problem document (RFC 9457); docs/problems.md lists the types",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


class SchemaDocument(OpenAPIRenderPlugin):
    """Serves the completed document."""

    def __init__(self) -> None:
        super().__init__(path=["/", "/openapi.json"], media_type=OpenAPIMediaType.OPENAPI_JSON)

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:  # noqa: ARG002 - Litestar's signature
        """The document as JSON."""
        return msgspec.json.encode(completed(openapi_schema))


def openapi_config() -> OpenAPIConfig:
    """What Litestar needs to know for the document."""
    bearer = SecurityScheme(type="http", scheme="bearer", description="A token of `despacho tokens create`.")
    return OpenAPIConfig(
        title="Despacho",
        version=_version(),
        description=(
            "Shipping, tracking and invoicing of a Jumpseller store. Every route under /api/v1 needs a bearer token and sees its "
            "store alone. Lists are paged by `before`; errors are problem documents."
        ),
        components=Components(security_schemes={"token": bearer}),
        render_plugins=[SchemaDocument()],
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _paths: handler.handler_name,
    )


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """The framework's document with problems, security, ``Idempotency-Key`` and the routes that end in ``.pdf``."""
    paths: dict[str, Any] = {}
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            _complete(path, method, operation)
        paths |= _spelt_out(path, item)
    components = schema["components"]
    schemas = components.get("schemas", {}) | {"Problem": _problem_schema()}
    return {**schema, "paths": paths, "components": {**components, "schemas": schemas}}


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    # What the framework says of its own errors is not what we answer.
    responses = operation["responses"]
    responses.pop("400", None)
    for status in _FURTHER.get(operation["operationId"], ()):
        responses[status] = responses["201" if "201" in responses else "200"]
    responses["default"] = _PROBLEM
    if operation["operationId"] in _FORMS:
        form = {"schema": _FORMS[operation["operationId"]]}
        operation["requestBody"]["content"]["multipart/form-data"] = form
    operation.pop("summary", None)
    if not path.startswith(BASE):
        return
    operation["security"] = [{"token": []}]
    if method == "post":
        parameters = operation.setdefault("parameters", [])
        if _IDEMPOTENCY_KEY not in parameters:
            parameters.append(_IDEMPOTENCY_KEY)


def _spelt_out(path: str, item: dict[str, Any]) -> dict[str, Any]:
    if path not in _SUFFIXED:
        return {path: item}
    suffixed, operation_id, bare_exists = _SUFFIXED[path]
    responses = {**item["get"]["responses"], **_PDF}
    as_pdf = {"get": {**item["get"], "operationId": operation_id, "responses": responses}}
    return {path: item, suffixed: as_pdf} if bare_exists else {suffixed: as_pdf}


def _problem_schema() -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "enum": [PREFIX + problem.code for problem in all_problems()]},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {
                "type": "string",
                "description": "What to do, in the language of Accept-Language: en, es or pt.",
            },
            "facts": {"type": "object", "additionalProperties": True},
        },
    }


def _version() -> str:
    try:
        return version("despacho")
    except PackageNotFoundError:  # run from a folder that was never installed
        return "0"

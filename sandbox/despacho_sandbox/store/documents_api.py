"""`/documents*` of the API (contract 4.5): invoices and credit notes attached to orders.

Nothing says that `public_id` must be unique, so posting twice attaches twice: an App that repeats itself is seen. PUT and DELETE mean the
first document of that `public_id`. No mail, no webhook.
"""

from __future__ import annotations

from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.model import Document
from despacho_sandbox.store.orders_api import find_order
from despacho_sandbox.store.web import ApiError, json_answer, json_object

CREDIT_NOTE, INVOICE = 0, 1


class DocumentsApi:
    """Lists, attaches, edits and removes documents."""

    def routes(self) -> list[ApiRoute]:
        """The endpoints; the store-wide list names no scope and is treated like orders."""
        read, write = "read_orders", "write_orders"
        one = "/orders/{id}/documents/{public_id}.json"
        return [
            api_route("documents.list", "GET", "/documents.json", self.list_all, read),
            api_route("documents.of-order", "GET", "/orders/{id}/documents.json", self.of_order, read),
            api_route("documents.create", "POST", "/orders/{id}/documents.json", self.create, write),
            api_route("documents.update", "PUT", one, self.update, write),
            api_route("documents.delete", "DELETE", one, self.delete, write),
        ]

    def list_all(self, call: Call) -> Reply:
        """Every document of the store."""
        return json_answer([_wrapped(document) for document in call.page(call.store.documents)])

    def of_order(self, call: Call) -> Reply:
        """The documents of one order."""
        order = find_order(call.store, call.number("id"))
        return json_answer([_wrapped(document) for document in call.store.documents if document.order_id == order.id])

    def create(self, call: Call) -> Reply:
        """Attaches a document."""
        order = find_order(call.store, call.number("id"))
        document = Document(order_id=order.id, app_code=call.grant.app_code)
        _fill(document, {"document_type": None, **call.body("document")})
        call.store.documents.append(document)
        return json_answer(_wrapped(document))

    def update(self, call: Call) -> Reply:
        """Edits a document; the body is bare in the schema, wrapped is understood too."""
        document, body = self._find(call), json_object(call.request)
        wrapped = body.get("document")
        _fill(document, wrapped if isinstance(wrapped, dict) else body)
        return json_answer(_wrapped(document))

    def delete(self, call: Call) -> Reply:
        """Removes a document."""
        call.store.documents.remove(self._find(call))
        return json_answer("OK")

    def _find(self, call: Call) -> Document:
        order_id, public_id = call.number("id"), call.request.params["public_id"]
        for document in call.store.documents:
            if document.order_id == order_id and document.public_id == public_id:
                return document
        raise ApiError(404, "Page Not Found")


def _fill(document: Document, body: dict[str, Any]) -> None:
    if "document_type" in body:
        kind = str(body["document_type"])
        if kind not in (str(CREDIT_NOTE), str(INVOICE)):
            raise ApiError(400, {"message": "document_type must be 0 (credit note) or 1 (invoice)"})
        document.document_type = int(kind)
    for name in ("external_id", "public_id", "url"):
        if name in body:
            value = body[name]
            setattr(document, name, None if value is None else str(value))


def _wrapped(document: Document) -> dict[str, Any]:
    return {"document": msgspec.to_builtins(document)}

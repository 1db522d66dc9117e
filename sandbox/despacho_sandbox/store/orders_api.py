"""`/orders*` of the API (contract 4.3), history included."""

from __future__ import annotations

from typing import Any

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.model import Store
from despacho_sandbox.store.order import AdditionalField, Order, OrderStatus, ShipmentStatus
from despacho_sandbox.store.order_search import filtered, matches
from despacho_sandbox.store.order_view import STATUS_NAMES, order_object, stamp
from despacho_sandbox.store.orders import OrderBook
from despacho_sandbox.store.records import HistoryEntry
from despacho_sandbox.store.web import ApiError, json_answer

PERMITTED = ("status", "shipment_status", "additional_information", "additional_fields")
"""Keys that a PUT changes. `tracking_*` is in the schema, but live it is not permitted (contract 4.3)."""

NOT_PERMITTED = {
    "es": "No se encontraron parámetros permitidos",
    "pt": "Não foram encontrados parâmetros permitidos",
}
UPDATABLE_SHIPMENT_STATUS = frozenset({"requested", "in_transit", "delivered", "failed", "pickup_available"})


def find_order(store: Store, order_id: int) -> Order:
    """An order of the store.

    Raises:
        ApiError: 404.
    """
    order = store.orders.get(order_id)
    if order is None:
        raise ApiError(404, {"message": "Order Not Found."})
    return order


class OrdersApi:
    """Lists, shows and changes orders.

    Args:
        orders: Announces the changes.
    """

    def __init__(self, orders: OrderBook) -> None:
        self._orders = orders

    def routes(self) -> list[ApiRoute]:
        """The endpoints, literal paths before `/orders/{id}.json`."""
        read, write = "read_orders", "write_orders"
        return [
            api_route("orders.list", "GET", "/orders.json", self.list_orders, read),
            api_route("orders.count", "GET", "/orders/count.json", self.count, read),
            api_route("orders.search", "GET", "/orders/search.json", self.search, read),
            api_route("orders.after", "GET", "/orders/after/{id}.json", self.after, read),
            api_route("orders.status", "GET", "/orders/status/{status}.json", self.by_status, read),
            api_route("orders.get", "GET", "/orders/{id}.json", self.get, read),
            api_route("orders.update", "PUT", "/orders/{id}.json", self.update, write),
            api_route("history.list", "GET", "/orders/{id}/history.json", self.history, read),
            api_route("history.create", "POST", "/orders/{id}/history.json", self.add_history, write),
        ]

    def list_orders(self, call: Call) -> Reply:
        """All orders that pass the filters, newest number first."""
        return json_answer(self._shown(call, filtered(call, self._orders.now())))

    def count(self, call: Call) -> Reply:
        """How many there are, abandoned ones included."""
        return json_answer({"count": len(call.store.orders)})

    def search(self, call: Call) -> Reply:
        """Orders that hold the words of `query`, and how many."""
        words = call.first("query").casefold()
        found = [order for order in filtered(call, self._orders.now()) if matches(order, words)]
        return json_answer({"orders": self._shown(call, found), "count": len(found)})

    def after(self, call: Call) -> Reply:
        """Orders of higher numbers, lowest first, as a list (the schema shows one; its words mean several)."""
        floor = call.number("id")
        later = [order for number, order in sorted(call.store.orders.items()) if number > floor]
        return json_answer(self._shown(call, later))

    def by_status(self, call: Call) -> Reply:
        """Orders of one status."""
        wanted = call.request.params["status"]
        if wanted not in set(OrderStatus):
            raise ApiError(404, {"message": "Invalid Status."})
        orders = filtered(call, self._orders.now())
        return json_answer(self._shown(call, [order for order in orders if order.status == wanted]))

    def get(self, call: Call) -> Reply:
        """One order."""
        order = find_order(call.store, call.number("id"))
        return json_answer({"order": _projected(order_object(order, call.store), call.first("fields"))})

    def update(self, call: Call) -> Reply:
        """Changes an order; keys that are not permitted are passed over, and alone they are a 400."""
        order = find_order(call.store, call.number("id"))
        wanted = {key: value for key, value in call.body("order").items() if key in PERMITTED}
        if not wanted:
            raise ApiError(400, NOT_PERMITTED.get(call.store.language, "No permitted parameters were found"))
        status, shipment_status = _wanted_status(wanted), _wanted_shipment_status(wanted)
        edited = _edit(order, wanted)
        if status is not None:
            self._orders.set_status(call.store, order, status)
        if shipment_status is not None:
            self._orders.set_shipment_status(call.store, order, shipment_status)
        if edited:
            self._orders.announce_edit(call.store, order)
        return json_answer({"order": order_object(order, call.store)})

    def history(self, call: Call) -> Reply:
        """An order's history."""
        order = find_order(call.store, call.number("id"))
        entries = [entry for entry in call.store.history if entry.order_id == order.id]
        return json_answer([_history_object(entry) for entry in call.page(entries)])

    def add_history(self, call: Call) -> Reply:
        """Adds a remark to an order's history."""
        order = find_order(call.store, call.number("id"))
        message = call.body("order_history").get("message")
        if not isinstance(message, str) or not message:
            raise ApiError(400, {"message": "message can't be blank"})
        return json_answer(_history_object(self._orders.remark(call.store, order, message)))

    def _shown(self, call: Call, orders: list[Order]) -> list[dict[str, Any]]:
        fields = call.first("fields")
        return [{"order": _projected(order_object(order, call.store), fields)} for order in call.page(orders)]


def _projected(shown: dict[str, Any], fields: str) -> dict[str, Any]:
    wanted = {name.strip() for name in fields.split(",") if name.strip()}
    return {key: value for key, value in shown.items() if key in wanted} if wanted else shown


def _wanted_status(wanted: dict[str, Any]) -> OrderStatus | None:
    if "status" not in wanted:
        return None
    by_name = {name: status for status, name in STATUS_NAMES.items()}
    if wanted["status"] not in by_name:
        raise ApiError(400, {"message": f"status must be one of: {', '.join(by_name)}"})
    return by_name[wanted["status"]]


def _wanted_shipment_status(wanted: dict[str, Any]) -> ShipmentStatus | None:
    if "shipment_status" not in wanted:
        return None
    if wanted["shipment_status"] not in UPDATABLE_SHIPMENT_STATUS:
        raise ApiError(
            400, {"message": f"shipment_status must be one of: {', '.join(sorted(UPDATABLE_SHIPMENT_STATUS))}"}
        )
    return ShipmentStatus(wanted["shipment_status"])


def _edit(order: Order, wanted: dict[str, Any]) -> bool:
    """Applies the free texts; True if anything changed."""
    before = (order.additional_information, list(order.additional_fields))
    if "additional_information" in wanted:
        text = wanted["additional_information"]
        order.additional_information = None if text is None else str(text)
    fields = wanted.get("additional_fields")
    if isinstance(fields, list):
        kept = {field.label: field for field in order.additional_fields}
        for field in fields:
            if isinstance(field, dict) and isinstance(field.get("label"), str):
                value = field.get("value")
                kept[field["label"]] = AdditionalField(field["label"], None if value is None else str(value))
        order.additional_fields = list(kept.values())
    return before != (order.additional_information, order.additional_fields)


def _history_object(entry: HistoryEntry) -> dict[str, Any]:
    shown = {"id": entry.id, "message": entry.message, "created_at": stamp(entry.created_at)}
    return {"order_history": shown}

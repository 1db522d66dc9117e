"""`/fulfillments*` of the API (contract 4.4): how a third-party App tells the store of a shipment.

The order must be paid. It becomes fulfilled and mirrors the newest fulfilment's tracking; several fulfilments for one order are
allowed (7.16 leaves that open). There is no way to delete one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.model import Fulfillment, Store
from despacho_sandbox.store.order import Address, Order, OrderStatus, ShipmentStatus
from despacho_sandbox.store.order_view import order_object, stamp
from despacho_sandbox.store.orders import OrderBook
from despacho_sandbox.store.orders_api import find_order
from despacho_sandbox.store.web import ApiError, json_answer

TYPES = frozenset(
    {"manual", "shipit", "chilexpress", "ctt", "dpd", "mrw", "correos_chile", "dhl", "servientrega", "starken", "bluexpress",
     "correos_express"}
)  # fmt: skip
SHIPMENT_STATUSES = frozenset({"requested", "in_transit", "delivered", "failed"})
TEXTS = ("external_id", "service_type", "message", "observations", "expected_arrival_from", "expected_arrival_to")


class FulfillmentsApi:
    """Lists, makes and edits fulfilments.

    Args:
        orders: Carries the effect on the order.
    """

    def __init__(self, orders: OrderBook) -> None:
        self._orders = orders

    def routes(self) -> list[ApiRoute]:
        """The endpoints; mind the singular `/order/{id}/fulfillments.json`."""
        read, write = "read_fulfillments", "write_fulfillments"
        return [
            api_route("fulfillments.list", "GET", "/fulfillments.json", self.list_all, read),
            api_route("fulfillments.create", "POST", "/fulfillments.json", self.create, write),
            api_route("fulfillments.count", "GET", "/fulfillments/count.json", self.count, read),
            api_route("fulfillments.label", "GET", "/fulfillments/{id}/label.json", self.label, read),
            api_route("fulfillments.get", "GET", "/fulfillments/{id}.json", self.get, read),
            api_route("fulfillments.update", "PUT", "/fulfillments/{id}.json", self.update, write),
            api_route("fulfillments.of-order", "GET", "/order/{id}/fulfillments.json", self.of_order, read),
        ]

    def list_all(self, call: Call) -> Reply:
        """Every fulfilment of the store, newest first."""
        newest_first = sorted(call.store.fulfillments.values(), key=lambda one: one.id, reverse=True)
        return json_answer([_wrapped(one, call.store) for one in call.page(newest_first)])

    def count(self, call: Call) -> Reply:
        """How many there are."""
        return json_answer({"count": len(call.store.fulfillments)})

    def get(self, call: Call) -> Reply:
        """One fulfilment."""
        return json_answer(_wrapped(self._find(call), call.store))

    def label(self, call: Call) -> Reply:
        """A manual fulfilment has no label of the platform's."""
        self._find(call)
        raise ApiError(400, {"error": "Invalid Label."})

    def of_order(self, call: Call) -> Reply:
        """The fulfilments of one order, oldest first."""
        order = find_order(call.store, call.number("id"))
        return json_answer([_wrapped(one, call.store) for one in fulfillments_of(call.store, order)])

    def create(self, call: Call) -> Reply:
        """Makes a fulfilment and marks its order as fulfilled."""
        body = call.body("fulfillment")
        order = self._shippable_order(call.store, body)
        kind, location_id = body.get("type"), _integer(body.get("location_id"))
        if kind not in TYPES:
            raise ApiError(400, {"message": "type is missing or unknown"})
        if location_id is None or all(place.id != location_id for place in call.store.locations):
            raise ApiError(400, {"message": "location_id is missing or unknown"})
        now = self._orders.now()
        made = Fulfillment(
            id=call.store.new_id("fulfillment", 12474001), order_id=order.id, type=kind, location_id=location_id,
            created_at=now, updated_at=now, address=order.shipping_address,
        )  # fmt: skip
        _fill(made, body)
        call.store.fulfillments[made.id] = made
        self._ship(call.store, order, made, mails=body.get("send_email") is True)
        return json_answer(_wrapped(made, call.store))

    def update(self, call: Call) -> Reply:
        """Edits a fulfilment; its tracking and (by a quirk) its shipment status reach the order."""
        known, body = self._find(call), call.body("fulfillment")
        status = body.get("shipment_status")
        if status is not None and status not in SHIPMENT_STATUSES:
            raise ApiError(400, {"message": f"shipment_status must be one of: {', '.join(sorted(SHIPMENT_STATUSES))}"})
        _fill(known, body)
        known.updated_at = self._orders.now()
        order = call.store.orders[known.order_id]
        self._orders.set_tracking(call.store, order, known.tracking_number, known.tracking_company, known.tracking_url)
        if status is not None:
            known.shipment_status = status
            if call.store.quirks.mirrors_fulfillment_status:
                self._orders.set_shipment_status(call.store, order, ShipmentStatus(status))
        return json_answer(_wrapped(known, call.store))

    def _ship(self, store: Store, order: Order, made: Fulfillment, *, mails: bool) -> None:
        self._orders.ship(
            store, order, number=made.tracking_number, company=made.tracking_company, url=made.tracking_url, mails=mails
        )

    def _shippable_order(self, store: Store, body: Mapping[str, Any]) -> Order:
        order = find_order(store, _integer(body.get("order_id")) or 0)
        if order.status is not OrderStatus.PAID:
            raise ApiError(400, {"message": "Order must be paid."})
        return order

    def _find(self, call: Call) -> Fulfillment:
        known = call.store.fulfillments.get(call.number("id"))
        if known is None:
            raise ApiError(404, {"message": "Fulfillment Not Found."})
        return known


def fulfillments_of(store: Store, order: Order) -> list[Fulfillment]:
    """An order's fulfilments, oldest first."""
    return [one for one in store.fulfillments.values() if one.order_id == order.id]


def _fill(known: Fulfillment, body: Mapping[str, Any]) -> None:
    if body.get("type") in TYPES:
        known.type = body["type"]
    for name in TEXTS:
        if name in body:
            setattr(known, name, _text(body[name]))
    if known.type == "manual":
        known.tracking_number = _text(body.get("tracking_number", known.tracking_number))
        known.tracking_company = _text(body.get("tracking_company", known.tracking_company))
        url = _text(body.get("tracking_url", known.tracking_url))
        known.tracking_url = url if known.tracking_company == "other" else None


def _wrapped(known: Fulfillment, store: Store) -> dict[str, Any]:
    names = ("id", "order_id", "type", "tracking_number", "tracking_company", "tracking_url", "shipment_status", *TEXTS)
    shown = {
        **{name: getattr(known, name) for name in names},
        "label_url": None,
        "created_at": stamp(known.created_at),
        "updated_at": stamp(known.updated_at),
        "fulfillment_address": {"address": _address(known.address)},
        "order": order_object(store.orders[known.order_id], store),
    }
    return {store.quirks.fulfillment_root: shown}


def _address(address: Address | None) -> dict[str, Any] | None:
    """Here region and country are codes (contract 6, 7)."""
    if address is None:
        return None
    shown = msgspec.to_builtins(address)
    names = ("name", "surname", "address", "city", "postal", "municipality")
    return {**{name: shown[name] for name in names}, "region": address.region_code, "country": address.country_code}


def _integer(value: object) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() else None


def _text(value: object) -> str | None:
    return None if value is None or value == "" else str(value)

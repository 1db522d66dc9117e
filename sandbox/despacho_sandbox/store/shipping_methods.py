"""`/shipping_methods*` of the API, and the fetching of an external method's services (contract 1.1, 1.2).

How the token travels to `fetch_services_url` is not known (7.5): it goes as a bearer token. What fetching brings is enabled at once, as if
the merchant had ticked every service; a service that is no longer offered is gone.
"""

from __future__ import annotations

from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply
from despacho_sandbox.store.gate import ApiRoute, Call, api_route
from despacho_sandbox.store.model import Service, ShippingMethod, Store
from despacho_sandbox.store.outgoing import ask
from despacho_sandbox.store.web import ApiError, json_answer

FETCH_SECONDS = 10.0
TEXTS = ("name", "callback_url", "fetch_services_url", "token", "state", "city", "postal")


class _Offered(msgspec.Struct):
    service_name: str
    service_code: str


class _Services(msgspec.Struct):
    services: list[_Offered]


class ShippingMethodsApi:
    """Lists, registers, edits and deletes shipping methods."""

    def routes(self) -> list[ApiRoute]:
        """The endpoints."""
        read, write = "read_shipping_methods", "write_shipping_methods"
        one = "/shipping_methods/{id}.json"
        return [
            api_route("shipping-methods.list", "GET", "/shipping_methods.json", self.list_all, read),
            api_route("shipping-methods.create", "POST", "/shipping_methods.json", self.create, write),
            api_route("shipping-methods.get", "GET", one, self.get, read),
            api_route("shipping-methods.update", "PUT", one, self.update, write),
            api_route("shipping-methods.delete", "DELETE", one, self.delete, write),
        ]

    def list_all(self, call: Call) -> Reply:
        """Every method, or only those that are (not) `enabled`."""
        methods = list(call.store.shipping_methods.values())
        if wanted := call.first("enabled"):
            methods = [method for method in methods if method.enabled is (wanted.lower() == "true")]
        return json_answer([_wrapped(method) for method in call.page(methods)])

    async def create(self, call: Call) -> Reply:
        """Registers a method."""
        body = call.body("shipping_method")
        kind, name = body.get("type", "external"), body.get("name")
        if kind not in ("external", "tables") or not isinstance(name, str) or not name:
            raise ApiError(400, {"message": "type must be external or tables, and name can't be blank"})
        method = ShippingMethod(id=call.store.new_id("shipping_method", 836001), type=kind, name=name)
        _fill(method, body)
        call.store.shipping_methods[method.id] = method
        if call.store.quirks.fetches_services:
            await fetch_services(call.store, method)
        return json_answer(_wrapped(method))

    def get(self, call: Call) -> Reply:
        """One method."""
        return json_answer(_wrapped(find_method(call.store, call.number("id"))))

    async def update(self, call: Call) -> Reply:
        """Edits a method."""
        method, body = find_method(call.store, call.number("id")), call.body("shipping_method")
        _fill(method, body)
        if call.store.quirks.fetches_services and "fetch_services_url" in body:
            await fetch_services(call.store, method)
        return json_answer(_wrapped(method))

    def delete(self, call: Call) -> Reply:
        """Deletes a method."""
        del call.store.shipping_methods[find_method(call.store, call.number("id")).id]
        return json_answer("OK")


def find_method(store: Store, method_id: int) -> ShippingMethod:
    """A shipping method of the store.

    Raises:
        ApiError: 404.
    """
    method = store.shipping_methods.get(method_id)
    if method is None:
        raise ApiError(404, {"message": "Shipping Method Not Found."})
    return method


async def fetch_services(store: Store, method: ShippingMethod) -> None:
    """Asks an external method for its services; on failure the old ones stay and `fetch_note` says what happened."""
    if method.type != "external" or not method.fetch_services_url:
        return
    headers = {"Authorization": f"Bearer {method.token}"} if method.token else {}
    outcome = await ask("GET", method.fetch_services_url, seconds=FETCH_SECONDS, headers=headers)
    if outcome.error or outcome.status != 200:
        method.fetch_note = outcome.error or f"status {outcome.status}"
        return
    try:
        offered = msgspec.convert(outcome.answer, type=_Services).services
    except msgspec.ValidationError as error:
        method.fetch_note = str(error)
        return
    known = {service.service_code: service for service in method.services}
    method.services = [known.get(one.service_code) or _new_service(store, one) for one in offered]
    method.fetch_note = f"{len(offered)} services"


def _new_service(store: Store, offered: _Offered) -> Service:
    return Service(
        id=store.new_id("service", 91001), service_name=offered.service_name, service_code=offered.service_code
    )


def _fill(method: ShippingMethod, body: dict[str, Any]) -> None:
    for name in TEXTS:
        if name in body:
            setattr(method, name, None if body[name] is None else str(body[name]))
    if isinstance(body.get("enabled"), bool):
        method.enabled = body["enabled"]
    for wanted in body.get("services") or []:
        for service in method.services:
            if isinstance(wanted, dict) and wanted.get("id") == service.id and isinstance(wanted.get("enabled"), bool):
                service.enabled = wanted["enabled"]


def _wrapped(method: ShippingMethod) -> dict[str, Any]:
    names = ("id", "type", "name", "enabled", "callback_url", "fetch_services_url", "state", "city", "postal")
    shown = {
        **{name: getattr(method, name) for name in names},
        "free_shipping": False,
        "free_shipping_minimum_purchase": 0.0,
        "fee": None,
        "services": [_service(service) for service in method.services],
        "tables": [],
    }
    return {"shipping_method": shown}


def _service(service: Service) -> dict[str, Any]:
    return {
        "id": service.id,
        "service_name": service.service_name,
        "service_code": service.service_code,
        "name": service.service_name,
        "enabled": service.enabled,
        "original_service_name": service.service_name,
    }

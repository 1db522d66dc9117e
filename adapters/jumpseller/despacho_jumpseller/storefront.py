"""One store's API, as the hub uses it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import date
from typing import TypeVar
from urllib.parse import quote

from despacho_core.addresses import Address
from despacho_core.orders import Order, OrderStatus
from despacho_jumpseller import resources
from despacho_jumpseller.api import Params, StoreApi
from despacho_jumpseller.fields import Fields, root, rows
from despacho_jumpseller.messages import log_oddities
from despacho_jumpseller.orders import order_from
from despacho_ports.errors import Rejected, Uncertain
from despacho_ports.storefront import (
    AttachedDocument,
    Fulfillment,
    FulfillmentChange,
    Hook,
    Location,
    MessageInvalid,
    NewFulfillment,
    ShippingMethod,
    StoreInfo,
)

log = logging.getLogger("despacho.jumpseller")

T = TypeVar("T")


class JumpsellerStorefront:
    """Implements :class:`despacho_ports.storefront.Storefront`.

    An answer whose meaning cannot be read is ``Rejected`` with the place where reading ended; after a POST it is ``Uncertain``.

    Args:
        api: Calls the store.
        weight_unit: In which the store weighs its products.
        app_code: What the platform calls the App; None where the store has not installed it, or nobody told.
    """

    def __init__(self, api: StoreApi, *, weight_unit: str = "kg", app_code: str | None = None) -> None:
        self._api = api
        self._weight_unit = weight_unit
        self._app_code = app_code

    async def is_installed(self) -> bool:
        """Whether the platform still has the App for this store (contract 3.4).

        Only a plain no counts: an App of that code that the platform does not know is the operator's mistake.
        """
        if self._app_code is None:
            return True
        try:
            value = await self._api.get(f"/apps/{_part(self._app_code)}/install_status.json")
        except Rejected as error:
            log.warning("the platform does not say whether App %s is installed: %s", self._app_code, error)
            return True
        return _read("install status", resources.installed, value)

    async def store_info(self) -> StoreInfo:
        """Who the store is, with its hooks token."""
        return _read("store info", resources.store_info, await self._api.get("/store/info.json"))

    async def locations(self) -> Sequence[Location]:
        """All its places."""
        return await self._all("/locations.json", "locations", resources.location, "location")

    async def order(self, number: int) -> Order:
        """One order. ``Rejected(not_found=True)`` when there is none."""
        value = await self._api.get(f"/orders/{number}.json")
        return _read(f"order {number}", self._order, value)

    async def orders(self, status: OrderStatus, *, since: date, until: date) -> AsyncIterator[Order]:
        """Orders of one status created within the days, newest first, page by page.

        In which time zone the platform counts the days is not documented: ask for a day more on both sides. An order that
        comes twice, because new ones moved the pages, is given once; one that cannot be read is logged and left out.
        """
        params: Params = {
            "status_filters[]": [status.value],
            "dateFilter": "customDate",
            "initialDate": since.isoformat(),
            "finalDate": until.isoformat(),
        }
        given: set[int] = set()
        async for page in self._api.listing("/orders.json", "orders", "order", params=params):
            for fields in page:
                found = self._listed(fields)
                if found is not None and found.number not in given:
                    given.add(found.number)
                    yield found

    async def fulfillments_of(self, number: int) -> Sequence[Fulfillment]:
        """The fulfillments of one order."""
        value = await self._api.get(f"/order/{number}/fulfillments.json")
        return _read_rows(value, "fulfillments", resources.fulfillment, *resources.FULFILLMENT)

    async def create_fulfillment(self, new: NewFulfillment) -> Fulfillment:
        """Create one. ``Uncertain`` when it may have been created."""
        value = await self._api.post("/fulfillments.json", resources.fulfillment_body(new))
        return _created("fulfillment", lambda: resources.fulfillment(root(value, *resources.FULFILLMENT)))

    async def change_fulfillment(self, fulfillment_id: str, change: FulfillmentChange) -> None:
        """Show another tracking number. Safe to repeat. ``Rejected`` where there is no such fulfillment any more."""
        await self._api.put(f"/fulfillments/{_part(fulfillment_id)}.json", resources.fulfillment_change_body(change))

    async def update_fulfillment(self, fulfillment_id: str, *, shipment_status: str) -> None:
        """Tell how far it is; a parcel waiting at a pickup point is still in transit for it. Safe to repeat."""
        status = resources.fulfillment_status(shipment_status)
        await self._api.put(f"/fulfillments/{_part(fulfillment_id)}.json", {"fulfillment": {"shipment_status": status}})

    async def set_shipment_status(self, number: int, status: str) -> None:
        """Tell how far the order is; the platform may mail the buyer on a change. Safe to repeat."""
        await self._api.put(f"/orders/{number}.json", {"order": {"shipment_status": status}})

    async def documents_of(self, number: int) -> Sequence[AttachedDocument]:
        """The documents attached to one order."""
        value = await self._api.get(f"/orders/{number}/documents.json")
        return _read_rows(value, "documents", resources.attached_document, "document")

    async def attach_document(self, number: int, document: AttachedDocument) -> None:
        """Attach one. ``Uncertain`` when it may have been attached."""
        await self._api.post(f"/orders/{number}/documents.json", resources.document_body(document))

    async def hooks(self) -> Sequence[Hook]:
        """All registered webhooks."""
        return await self._all("/hooks.json", "hooks", resources.hook, "hook")

    async def create_hook(self, event: str, url: str) -> Hook:
        """Register one."""
        value = await self._api.post("/hooks.json", {"hook": {"event": event, "url": url}})
        return _created("webhook", lambda: resources.hook(root(value, "hook")))

    async def delete_hook(self, hook_id: str) -> None:
        """Remove one; removing what is gone is no error."""
        await self._api.delete(f"/hooks/{_part(hook_id)}.json")

    async def shipping_methods(self) -> Sequence[ShippingMethod]:
        """All shipping methods."""
        return await self._all(
            "/shipping_methods.json", "shipping_methods", resources.shipping_method, "shipping_method"
        )

    async def create_shipping_method(
        self, *, name: str, callback_url: str, services_url: str, token: str, origin: Address | None
    ) -> ShippingMethod:
        """Register an external shipping method."""
        body = resources.shipping_method_body(
            name=name, callback_url=callback_url, services_url=services_url, token=token, origin=origin
        )
        value = await self._api.post("/shipping_methods.json", body)
        return _created("shipping method", lambda: resources.shipping_method(root(value, "shipping_method")))

    async def delete_shipping_method(self, method_id: str) -> None:
        """Remove one; removing what is gone is no error."""
        await self._api.delete(f"/shipping_methods/{_part(method_id)}.json")

    def _order(self, value: object) -> Order:
        return self._order_from(root(value, "order"))

    def _order_from(self, fields: Fields) -> Order:
        notes: list[str] = []
        found = order_from(fields, weight_unit=self._weight_unit, notes=notes)
        log_oddities(found, notes)
        return found

    def _listed(self, fields: Fields) -> Order | None:
        try:
            return self._order_from(fields)
        except MessageInvalid as error:
            log.warning("left an order out of the listing: %s", error)
            return None

    async def _all(self, path: str, plural: str, read: Callable[[Fields], T], name: str) -> list[T]:
        found: list[T] = []
        async for page in self._api.listing(path, plural, name):
            found += [_read(plural, read, fields) for fields in page]
        return found


V = TypeVar("V")


def _read(what: str, read: Callable[[V], T], value: V) -> T:
    try:
        return read(value)
    except MessageInvalid as error:
        raise Rejected(f"The store's API gave a {what} that cannot be read: {error}") from error


def _read_rows(value: object, plural: str, read: Callable[[Fields], T], *names: str) -> list[T]:
    return _read(plural, lambda raw: [read(fields) for fields in rows(raw, plural, *names)], value)


def _created(what: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except MessageInvalid as error:
        raise Uncertain(f"The store's API accepted the {what}, but not what it answered is clear: {error}") from error


def _part(identifier: str) -> str:
    return quote(identifier, safe="")

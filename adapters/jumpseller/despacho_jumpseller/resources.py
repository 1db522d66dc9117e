"""What the API answers about a store, as the port's types; and the bodies that it is sent.

Ids come as numbers or text and go out as text; whatever is wrapped may be flat (contract/jumpseller.md 6).
"""

from __future__ import annotations

from despacho_core.addresses import Address
from despacho_jumpseller.addresses import address
from despacho_jumpseller.countries import country_code, time_zone
from despacho_jumpseller.fields import Fields, root
from despacho_ports.storefront import (
    AttachedDocument,
    Fulfillment,
    FulfillmentChange,
    Hook,
    Location,
    NewFulfillment,
    ShippingMethod,
    StoreInfo,
)

FULFILLMENT = ("fulfillment", "order_fulfillment")
"""The documented root and the live one (contract 4.4)."""

_FULFILLMENT_STATUS = {"pickup_available": "in_transit", "out_for_delivery": "in_transit", "returned": "failed"}


def store_info(value: object) -> StoreInfo:
    """Who the store is, flat or under ``store`` (contract 3.3).

    Raises:
        MessageInvalid: Code or hooks token are missing; without the token no webhook could be believed.
    """
    fields = root(value, "store")
    code, hooks_token = fields.text("code"), fields.text("hooks_token")
    if code is None:
        raise fields.missing("code", "the store's code")
    if hooks_token is None:
        raise fields.missing("hooks_token", "the store's hooks token")
    loose = fields.tolerant([])
    place = loose.child("address")
    country = country_code(loose.text("country")) or country_code(place.text("country_code", "country"))
    return StoreInfo(
        code=code,
        name=loose.text("name") or code,
        currency=(loose.text("currency") or "").upper(),
        country=country,
        timezone=time_zone(loose.text("timezone"), country),
        hooks_token=hooks_token,
        email=loose.text("email") or "",
        url=loose.text("url") or "",
        weight_unit=(loose.text("weight_unit") or "kg").lower(),
        address=address(place),
    )


def installed(value: object) -> bool:
    """Whether the App is installed, flat as documented or wrapped; True where nothing is said (contract 3.4)."""
    return root(value, "app", "install_status").tolerant([]).flag("installed", default=True)


def location(fields: Fields) -> Location:
    """A place of the store (contract 4.6)."""
    loose = fields.tolerant([])
    return Location(
        id=_id(fields),
        name=loose.text("name") or "",
        address=address(loose.child("location_address")) or Address(),
        main=loose.flag("main", default=False),
        is_stock_origin=loose.flag("is_stock_origin", default=False),
    )


def fulfillment(fields: Fields) -> Fulfillment:
    """A fulfillment. No document promises that ``external_id`` is answered; the tracking number is."""
    loose = fields.tolerant([])
    return Fulfillment(
        id=_id(fields),
        external_id=loose.text("external_id"),
        tracking_number=loose.text("tracking_number"),
        shipment_status=loose.text("shipment_status"),
    )


def attached_document(fields: Fields) -> AttachedDocument:
    """A document of an order; its type may come as ``1`` or as ``1 - invoice``, the OpenAPI document's words."""
    loose = fields.tolerant([])
    kind = (loose.text("document_type") or "").partition(" ")[0]
    return AttachedDocument(
        document_type=0 if kind == "0" else 1,
        public_id=loose.text("public_id") or "",
        external_id=loose.text("external_id") or "",
        url=loose.text("url") or "",
    )


def hook(fields: Fields) -> Hook:
    """A webhook."""
    loose = fields.tolerant([])
    return Hook(id=_id(fields), event=loose.text("event") or "", url=loose.text("url") or "")


def shipping_method(fields: Fields) -> ShippingMethod:
    """A shipping method with the codes of the services that the platform fetched."""
    loose = fields.tolerant([])
    codes = (service.text("service_code") for service in loose.children("services"))
    return ShippingMethod(
        id=_id(fields),
        name=loose.text("name") or "",
        kind=loose.text("type") or "",
        callback_url=loose.text("callback_url"),
        services=tuple(code for code in codes if code),
    )


def fulfillment_body(new: NewFulfillment) -> dict[str, object]:
    """What creates a fulfillment: ids as text, and whether to mail the buyer always said, since its default is not known.

    A tracking address is used only under ``tracking_company: "other"`` (contract 4.4); the company's name stands without one.
    """
    return {
        "fulfillment": {
            "order_id": str(new.order_number),
            "type": "manual",
            "location_id": new.location_id,
            "tracking_company": "other" if new.tracking_url else new.tracking_company,
            "tracking_number": new.tracking_number,
            "tracking_url": new.tracking_url,
            "external_id": new.external_id,
            "send_email": new.send_email,
            **_said(service_type=new.service_type, message=new.message),
        }
    }


def fulfillment_change_body(change: FulfillmentChange) -> dict[str, object]:
    """What changes a fulfillment. An address is taken only together with ``tracking_company: "other"`` (contract 4.4)."""
    return {
        "fulfillment": {
            "tracking_number": change.tracking_number,
            **_said(
                tracking_company="other" if change.tracking_url else None,
                tracking_url=change.tracking_url,
                external_id=change.external_id,
                service_type=change.service_type,
            ),
        }
    }


def fulfillment_status(shipment_status: str) -> str:
    """The fulfillment's word for a status: it knows neither ``pickup_available`` nor the hub's own finer ones."""
    return _FULFILLMENT_STATUS.get(shipment_status, shipment_status)


def document_body(document: AttachedDocument) -> dict[str, object]:
    """What attaches a document: the type is the bare integer."""
    return {
        "document": {
            "document_type": document.document_type,
            "external_id": document.external_id,
            "public_id": document.public_id,
            "url": document.url,
        }
    }


def shipping_method_body(
    *, name: str, callback_url: str, services_url: str, token: str, origin: Address | None
) -> dict[str, object]:
    """What registers an external shipping method (contract 1.1)."""
    place = origin or Address()
    return {
        "shipping_method": {
            "type": "external",
            "name": name,
            "callback_url": callback_url,
            "fetch_services_url": services_url,
            **_said(
                token=token, state=place.region_code, city=place.municipality or place.city, postal=place.postal_code
            ),
        }
    }


def _said(**values: str | None) -> dict[str, object]:
    return {name: value for name, value in values.items() if value}


def _id(fields: Fields) -> str:
    found = fields.text("id")
    if found is None:
        raise fields.missing("id", "an id")
    return found

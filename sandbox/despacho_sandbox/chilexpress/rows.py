"""Entries of `data.detail` in the answers about transport orders (contract/carriers.md 1.4)."""

from __future__ import annotations

from despacho_sandbox.chilexpress.asked import Package, text
from despacho_sandbox.chilexpress.labels import label
from despacho_sandbox.chilexpress.ledger import TransportOrder
from despacho_sandbox.chilexpress.wire import OK


def order_row(order: TransportOrder, company: str, label_type: int) -> dict[str, object]:
    """One entry of `data.detail`. Which texts of the label stand in which field is partly a guess (contract 1.4)."""
    region = "RM" if order.destination.region == "RM" else order.destination.region.removeprefix("R")
    printed = order.created_at.strftime("%d-%m-%Y")
    return {
        "transportOrderNumber": order.number,
        "reference": order.reference,
        "groupReference": order.group_reference,
        "productDescription": "D" if order.document else "E",
        "serviceDescription": order.service.short,
        "serviceDescriptionFull": order.service.name,
        "deliveryTypeCode": "EO" if order.office is None else "OF",
        "destinationCoverageAreaName": f"({region}){order.destination.county}",
        "additionalProductDescription": "",
        "classificationData": order.routing_code,
        "distributionDescription": f"C {order.destination.county}-1",
        "deliveryZoneId": 0,
        "barcode": order.barcode,
        "companyName": company,
        "recipient": order.recipient,
        "address": order.address,
        "printedDate": printed,
        "createdDate": printed,
        "labelVersion": "V.1.0",
        "genericString1": None,
        "genericString2": None,
        "label": label(order, label_type),
        "statusCode": 0,
        "statusDescription": OK,
    }


def refused_row(package: Package, complaint: str | None) -> dict[str, object]:
    """The entry of a piece that did not become an order."""
    return {
        "transportOrderNumber": None,
        "reference": package.reference,
        "groupReference": text(package.group_reference),
        "barcode": None,
        "label": None,
        "statusCode": -1,
        "statusDescription": complaint,
    }

"""Where things stand, as badges: the words (English, for the catalogues) and Bootstrap's colour of each state."""

from __future__ import annotations

from despacho_core.batches import DocumentState, LineState
from despacho_core.order_overview import InvoiceMark, ShippingMark
from despacho_core.orders import OrderStatus
from despacho_http.desk.wording import marked

Mark = tuple[str, str]

STATUSES: dict[OrderStatus, Mark] = {
    OrderStatus.PAID: (marked("Paid"), "success"),
    OrderStatus.PENDING_PAYMENT: (marked("Waiting for payment"), "warning"),
    OrderStatus.CANCELED: (marked("Cancelled"), "secondary"),
    OrderStatus.ABANDONED: (marked("Abandoned"), "secondary"),
    OrderStatus.UNKNOWN: (marked("Unknown"), "secondary"),
}
SHIPPING: dict[ShippingMark, Mark] = {
    ShippingMark.MISSING: (marked("No label yet"), "warning"),
    ShippingMark.PROBLEM: (marked("Label: problem"), "danger"),
    ShippingMark.WAITING: (marked("Label on its way"), "info"),
    ShippingMark.READY: (marked("Label ready"), "primary"),
    ShippingMark.MOVING: (marked("On its way"), "info"),
    ShippingMark.FAILED: (marked("Delivery failed"), "danger"),
    ShippingMark.DELIVERED: (marked("Delivered"), "success"),
    ShippingMark.NOT_NEEDED: (marked("Nothing to ship"), "light"),
}
INVOICES: dict[InvoiceMark, Mark] = {
    InvoiceMark.MISSING: (marked("No document"), "light"),
    InvoiceMark.PROBLEM: (marked("Document: problem"), "danger"),
    InvoiceMark.WAITING: (marked("Document on its way"), "info"),
    InvoiceMark.ISSUED: (marked("Document issued"), "success"),
    InvoiceMark.CREDITED: (marked("Credited"), "secondary"),
}
LINES: dict[LineState, Mark] = {
    LineState.WAITING: (marked("On its way"), "info"),
    LineState.BOUGHT: (marked("Label ready"), "success"),
    LineState.REJECTED: (marked("Refused"), "danger"),
    LineState.UNCERTAIN: (marked("Nobody knows yet"), "warning"),
    LineState.VOIDED: (marked("Void"), "secondary"),
}
DOCUMENTS: dict[DocumentState, Mark] = {
    DocumentState.WAITING: (marked("On its way"), "info"),
    DocumentState.ISSUED: (marked("Document issued"), "success"),
    DocumentState.REJECTED: (marked("Refused"), "danger"),
    DocumentState.UNCERTAIN: (marked("Nobody knows yet"), "warning"),
    DocumentState.CREDITED: (marked("Credited"), "secondary"),
}

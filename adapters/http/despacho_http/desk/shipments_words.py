"""What shipments are called on the App's pages: where a purchase stands, what is the matter, why an event moved nothing."""

from __future__ import annotations

from despacho_core.shipment_overview import ShipmentView
from despacho_core.shipments import ShipmentState
from despacho_core.tracking import Standstill, TrackingStatus
from despacho_http.desk import activity_words
from despacho_http.desk.marks import Mark
from despacho_http.desk.wording import marked

STATES: dict[ShipmentState, Mark] = {
    ShipmentState.REQUESTED: (marked("Being bought"), "info"),
    ShipmentState.UNCERTAIN: (marked("In doubt"), "warning"),
    ShipmentState.BOUGHT: (marked("Bought"), "success"),
    ShipmentState.REJECTED: (marked("Refused"), "danger"),
    ShipmentState.VOIDING: (marked("Being voided"), "info"),
    ShipmentState.VOIDED: (marked("Void"), "secondary"),
}
WAY: dict[TrackingStatus, str] = {
    TrackingStatus.REQUESTED: "light",
    TrackingStatus.IN_TRANSIT: "info",
    TrackingStatus.OUT_FOR_DELIVERY: "info",
    TrackingStatus.PICKUP_AVAILABLE: "info",
    TrackingStatus.FAILED: "danger",
    TrackingStatus.RETURNED: "danger",
    TrackingStatus.DELIVERED: "success",
}
VIEWS: dict[ShipmentView, str] = {
    ShipmentView.ALL: marked("All"),
    ShipmentView.UNCERTAIN: marked("In doubt"),
    ShipmentView.REFUSED: marked("Refused"),
    ShipmentView.FAILED: marked("Not delivered"),
    ShipmentView.LATE: marked("Late"),
    ShipmentView.STUCK: marked("Never scanned"),
    ShipmentView.MOVING: marked("On its way"),
    ShipmentView.RETURNS: marked("Returns"),
}
EXPLAINED: dict[ShipmentView, str] = {
    ShipmentView.UNCERTAIN: marked(
        "The carrier was asked for these labels and gave no clear answer. They are looked for by themselves and never bought twice; "
        "open one to settle it at once."
    ),
    ShipmentView.REFUSED: marked(
        "The carrier said no, for the reason beside each. Mend the order and buy the label again."
    ),
    ShipmentView.FAILED: marked("They could not be delivered, or come back to you. Talk to the buyer and the carrier."),
    ShipmentView.LATE: marked(
        "Nothing was heard of them for too long, or they went out for delivery yesterday and did not arrive."
    ),
    ShipmentView.STUCK: marked("The label was bought, and the carrier has never seen the parcel. Was it handed over?"),
    ShipmentView.RETURNS: marked("Parcels that come back from buyers to you."),
}
TROUBLES: dict[ShipmentView, Mark] = {
    ShipmentView.LATE: (marked("Late"), "warning"),
    ShipmentView.STUCK: (marked("Never scanned"), "warning"),
}
"""What is the matter beside the state itself."""

STANDSTILLS: dict[Standstill, str] = {
    Standstill.FUTURE: marked("dated ahead of time, so it moved nothing"),
    Standstill.VOIDED: marked("the label was void already"),
    Standstill.CORRECTED: marked("from before your correction"),
}
EFFECTS = activity_words.EFFECTS
EFFECT_STATES = activity_words.EFFECT_STATES

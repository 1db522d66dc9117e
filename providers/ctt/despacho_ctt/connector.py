"""One account with CTT Expresso: what the carrier offers, port by port.

There are no rates (the hub quotes from the merchant's tariff table), no question by our reference, no second print of a label, and no
cancelling: what is not closed is void (contract/carriers.md 2.2 to 2.4).
"""

from __future__ import annotations

import uuid
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from datetime import datetime, timedelta

from despacho_core.addresses import Address
from despacho_ctt.answers import result_of
from despacho_ctt.closing import close_request, closed_manifest
from despacho_ctt.following import events_request, read_reports
from despacho_ctt.gateway import Gateway, Operations
from despacho_ctt.orders import order_request
from despacho_ctt.points import Place, nearest, points_request, read_places
from despacho_ctt.receipts import read_purchase
from despacho_ctt.s10 import is_object_number, object_number
from despacho_ctt.services import offered_services, return_services
from despacho_ctt.settings import CttSettings
from despacho_ports.carriers import (
    AccountReport,
    BoughtShipment,
    ClosedManifest,
    LabelHandle,
    ManifestRequest,
    PickupPoint,
    Service,
    ShipmentRequest,
    TrackingReport,
)
from despacho_ports.providers import Toolbox

POINTS_ARE_FRESH = timedelta(hours=12)
"""The list of delivery points is long and changes seldom."""

_NOBODYS_NUMBER = object_number("DD", 0)


class Ctt:
    """Buys, returns, closes and tracks for one account, and knows the delivery points.

    Args:
        settings: The account.
        toolbox: What the hub lends.
    """

    batch_size = 50
    """Ours: how many objects one question takes is not published."""

    def __init__(self, settings: CttSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._clock = toolbox.clock
        self._gateway = Gateway(settings.base_url, toolbox.http)
        self._points: dict[Operations, tuple[datetime, list[Place]]] = {}

    async def check_account(self) -> AccountReport:
        """Ask for the events of a number that is nobody's. Client and contract can only be tried by making a shipment."""
        (report,) = await self._tracked([LabelHandle(tracking_number=_NOBODYS_NUMBER, reference="")])
        message = "The AuthenticationID is accepted. Client and contract number are only tried by the first label."
        return AccountReport(ok=True, message=f"{message} {report.problem}" if report.problem else message)

    def list_services(self) -> Sequence[Service]:
        """The services that the tariff table may price."""
        return offered_services()

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        """One call for all pieces, on a delivery note of its own. The contract decides whether labels come as PDF or ZPL."""
        body = order_request(self._settings, request, str(uuid.uuid4()))
        return read_purchase(await self._asked(Operations.CREATE, body), request)

    def return_services(self) -> Sequence[Service]:
        """The services for returns."""
        return return_services()

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        """As any shipment: the buyer is the sender, the merchant the receiver, and the service says that it is a return."""
        return await self.buy_shipment(request)

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        """Close the labels; those that are closed already stay so, without their certificates."""

        async def close(labels: Sequence[LabelHandle]) -> ET.Element:
            return await self._asked(Operations.CLOSE, close_request(self._settings, labels, str(uuid.uuid4())))

        return await closed_manifest(close, request)

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        """The events of each."""
        known = [label for label in labels if is_object_number(label.tracking_number)]
        reports = [_unknown(label) for label in labels if not is_object_number(label.tracking_number)]
        for start in range(0, len(known), self.batch_size):
            reports += await self._tracked(known[start : start + self.batch_size])
        return reports

    async def list_pickup_points(self, near: Address) -> Sequence[PickupPoint]:
        """The points around an address in Portugal or Spain; the whole list is asked for twice a day at most."""
        operation = Operations.POINTS_SPAIN if near.country.upper() == "ES" else Operations.POINTS
        now = self._clock.now()
        asked_at, places = self._points.get(operation, (None, []))
        if asked_at is None or now - asked_at > POINTS_ARE_FRESH:
            body = points_request(operation.value.name, self._settings.authentication_id)
            places = read_places(await self._asked(operation, body))
            self._points[operation] = (now, places)
        return nearest(places, near)

    async def _tracked(self, labels: Sequence[LabelHandle]) -> list[TrackingReport]:
        body = events_request(self._settings.authentication_id, (label.tracking_number for label in labels))
        return read_reports(await self._asked(Operations.EVENTS, body), labels)

    async def _asked(self, operation: Operations, body: bytes) -> ET.Element:
        asked = operation.value
        return result_of(await self._gateway.send(asked, body), asked.name, acting=asked.acting)


def _unknown(label: LabelHandle) -> TrackingReport:
    return TrackingReport(tracking_number=label.tracking_number, problem="This is no object number of CTT.")

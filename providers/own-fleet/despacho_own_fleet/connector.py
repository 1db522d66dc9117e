"""One fleet: numbers of its own, and nobody outside who could be asked.

What is bought follows from the request and the settings alone. So nothing is ever uncertain: buying may be repeated, and looking for a
reference is making its numbers again. The hub draws the labels and the manifests, prices come from the merchant's tariff table, and how
far a parcel is the driver says at the address on its label, or a person in the shop.
"""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.tracking import TrackingStatus
from despacho_own_fleet.numbers import tracking_number
from despacho_own_fleet.settings import OwnFleetSettings
from despacho_ports.carriers import AccountReport, BoughtLabel, BoughtShipment, LabelHandle, Service, ShipmentRequest
from despacho_ports.errors import Rejected
from despacho_ports.providers import Toolbox


class OwnFleet:
    """One merchant's fleet.

    Args:
        settings: The account.
        toolbox: What the hub lends; nothing of it is used but the account's id.
    """

    scan_statuses: tuple[TrackingStatus, ...] = (
        TrackingStatus.IN_TRANSIT,
        TrackingStatus.OUT_FOR_DELIVERY,
        TrackingStatus.DELIVERED,
        TrackingStatus.FAILED,
    )

    def __init__(self, settings: OwnFleetSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._services = settings.offered()
        self._account_id = toolbox.account_id

    async def check_account(self) -> AccountReport:
        """Nobody has to be asked: says what is offered, and what a number looks like."""
        names = ", ".join(service.name for service in self._services)
        example = tracking_number(self._settings.prefix, self._account_id, "example")
        return AccountReport(ok=True, message=f"{self._settings.fleet_name}: {names}; numbers like {example}")

    def list_services(self) -> Sequence[Service]:
        """What the merchant offers."""
        return self._services

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        """Numbers for every piece; the same request always gets the same ones.

        Raises:
            Rejected: The fleet has no such service.
        """
        if request.service_code not in {service.code for service in self._services}:
            known = ", ".join(service.code for service in self._services)
            message = f"{self._settings.fleet_name} has no service {request.service_code!r}, but {known}"
            raise Rejected(message, field="service_code")
        return self._made(request)

    def return_services(self) -> Sequence[Service]:
        """The same vans bring it back."""
        return self._services

    async def buy_return(self, request: ShipmentRequest) -> BoughtShipment:
        """As any shipment; the driver is sent to the buyer. Raises ``Rejected`` as :meth:`buy_shipment`."""
        return await self.buy_shipment(request)

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        """The same numbers again: what may have been bought and what would be bought now are one.

        None for a service that there is not, since then nothing was bought.
        """
        try:
            return await self.buy_shipment(request)
        except Rejected:
            return None

    async def void_shipment(self, labels: Sequence[LabelHandle]) -> None:
        """Nobody has to be told: the hub's label is void, and its address leads nowhere any more."""

    def _made(self, request: ShipmentRequest) -> BoughtShipment:
        lines = tuple(line for line in (self._settings.fleet_name, self._settings.contact_phone) if line.strip())
        prefix = self._settings.prefix
        return BoughtShipment(
            labels=tuple(
                BoughtLabel(
                    piece=piece,
                    tracking_number=tracking_number(prefix, self._account_id, reference),
                    routing=lines,
                )
                for piece, reference in enumerate(request.piece_references(), start=1)
            )
        )

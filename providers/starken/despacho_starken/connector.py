"""One account with Starken: what the carrier offers, port by port.

There is no question by our reference (tracking by the customer's document is documented only in part), no cancelling, no close-out, and no
list of agencies (contract/carriers.md 3A).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_core.tracking import TrackingEvent
from despacho_ports.carriers import (
    AccountReport,
    BoughtShipment,
    LabelDocument,
    LabelFormat,
    LabelHandle,
    Service,
    ShipmentRequest,
    TrackingReport,
)
from despacho_ports.errors import Rejected, Unavailable
from despacho_ports.providers import Toolbox
from despacho_starken import following, rating
from despacho_starken.amounts import packed, pesos
from despacho_starken.answers import checked
from despacho_starken.cities import DESTINATIONS, ORIGINS, CityLists
from despacho_starken.comunas import Place, listed_name, place_of
from despacho_starken.following import State
from despacho_starken.gateway import Gateway
from despacho_starken.labels import document_of, from_base64, is_address, label_query, read_entry
from despacho_starken.numbers import package_of
from despacho_starken.orders import emission_request
from despacho_starken.pushes import check_token, read_push
from despacho_starken.receipts import read_purchase
from despacho_starken.services import offered_services
from despacho_starken.settings import StarkenSettings
from despacho_starken.together import together

_PROBE = RateRequest(
    origin=Address(country="CL", region="Región Metropolitana", municipality="Santiago"),
    destination=Address(country="CL", region="Los Lagos", municipality="Castro"),
    parcels=(Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100),),
    declared_value=Money(Decimal(1000), "CLP"),
)
"""A cart between two cities whose codes are known, so that every account can have it priced."""


class Starken:
    """Quotes, buys, reprints, tracks and takes in pushes for one account.

    Args:
        settings: The account.
        toolbox: What the hub lends.
    """

    batch_size = 10
    """Ours: each OF is a request of its own, a few at a time. The call for many is documented only in part."""

    push_headers: tuple[str, ...] = ()

    def __init__(self, settings: StarkenSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._clock = toolbox.clock
        self._gateway = Gateway(settings, toolbox.http)
        self._cities = CityLists(self._gateway, toolbox.clock)

    async def check_account(self) -> AccountReport:
        """Have a cart priced. The credentials of emission and labels can only be tried by making a shipment."""
        rates = await self.quote_rates(_PROBE)
        message = f"Quotes and tracking are open; services between Santiago and Castro: {len(rates)}."
        return AccountReport(
            ok=bool(rates), message=f"{message} Emission and labels are only tried by the first shipment."
        )

    @staticmethod
    def coverage_of(address: Address) -> str | None:
        """The carrier's name of the comuna, which is what its emission takes."""
        return listed_name(address)

    def list_services(self) -> Sequence[Service]:
        """The services that a quote may name."""
        return offered_services()

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        """Prices of the whole cart as one package; to an agency only where the settings name one for the comuna."""
        package = packed(request.parcels)
        pesos(request.declared_value)
        origin, destination = place_of(request.origin), place_of(request.destination)
        if origin is None or destination is None:
            return []
        start, end = await together(self._city, ((origin, ORIGINS), (destination, DESTINATIONS)))
        if start is None or end is None:
            return []
        body = rating.rate_request(self._settings, start, end, package)
        agency = self._settings.agency_in(destination.official, destination.name)
        return rating.read_rates(await self._gateway.ask(rating.OPERATION, body), with_agency=agency is not None)

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        """One emission for all pieces, which share its OF."""
        return read_purchase(await self._gateway.emit(emission_request(self._settings, request)), request)

    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        """The carrier's own label as a PDF. Without an address of labels, and in other formats, the hub draws it."""
        if wanted is not LabelFormat.PDF or not self._settings.label_url:
            raise Rejected(f"Starken gives no label as {wanted.value}.", code="label-format")
        known = package_of(label.tracking_number)
        if known is None:
            message = f"“{label.tracking_number}” is no OF of Starken."
            raise Rejected(message, field="tracking_number", not_found=True)
        order, piece = known
        entry = read_entry(await self._gateway.print(label_query(self._settings, order)), piece)
        if not is_address(entry):
            return document_of(from_base64(entry))
        answer = await self._gateway.document(entry)
        content = checked(answer, acting=False)
        if answer.status != 200:
            raise Unavailable(f"Starken's label cannot be fetched (HTTP {answer.status}).")
        return document_of(content)

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        """The current state of each; the pieces of one OF are asked about once."""
        orders = {label.tracking_number: package_of(label.tracking_number) for label in labels}
        asked = list(dict.fromkeys(known[0] for known in orders.values() if known is not None))
        states = dict(zip(asked, await together(self._state, asked), strict=True))
        unknown = State(problem="This is no OF of Starken.")
        return [
            following.report(label, states[known[0]] if (known := orders[label.tracking_number]) else unknown)
            for label in labels
        ]

    def check_push(self, headers: Mapping[str, str], body: bytes) -> None:  # noqa: ARG002 - the carrier signs no body
        """The account's token has to come along."""
        check_token(headers, self._settings.push_token)

    def decode_tracking(self, headers: Mapping[str, str], body: bytes) -> Sequence[TrackingEvent]:  # noqa: ARG002 - as above
        """What the carrier tells."""
        return read_push(body)

    async def _city(self, asked: tuple[Place, str]) -> int | None:
        return await self._cities.code_of(*asked)

    async def _state(self, order: str) -> State:
        answer = await self._gateway.ask(following.OPERATION, following.detail_request(order))
        return following.read_state(answer, order, self._clock.now())

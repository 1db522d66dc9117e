"""One account with Chilexpress: what the carrier offers, port by port.

There is no void: nothing published cancels an order (contract/carriers.md 1.4); what is not handed over is not charged.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from despacho_chilexpress.amounts import carrier_number, is_number
from despacho_chilexpress.answers import opened, succeeded
from despacho_chilexpress.certificate_in_use import CertificateInUse
from despacho_chilexpress.certificates import Certificate
from despacho_chilexpress.closing import closed_certificate
from despacho_chilexpress.coverage import code_of
from despacho_chilexpress.finding import bulk_reports, certificate_of, found_shipment, single_report
from despacho_chilexpress.following import single_request
from despacho_chilexpress.gateway import Gateway, Product
from despacho_chilexpress.labels import read_reprint, reprint_request
from despacho_chilexpress.orders import order_request
from despacho_chilexpress.rating import Question, added_up, offered_services, questions, rate_path, read_rates
from despacho_chilexpress.receipts import read_purchase
from despacho_chilexpress.settings import ChilexpressSettings
from despacho_chilexpress.together import together
from despacho_core.addresses import Address
from despacho_core.money import Money
from despacho_core.parcels import Parcel
from despacho_core.quotes import Rate, RateRequest
from despacho_ports.carriers import (
    AccountReport,
    BoughtShipment,
    ClosedManifest,
    LabelDocument,
    LabelFormat,
    LabelHandle,
    ManifestRequest,
    Service,
    ShipmentRequest,
    TrackingReport,
)
from despacho_ports.errors import Rejected
from despacho_ports.providers import Toolbox

_PROBE = RateRequest(
    origin=Address(country="CL", municipality="Santiago"),
    destination=Address(country="CL", municipality="Providencia"),
    parcels=(Parcel(weight_g=1000, length_mm=100, width_mm=100, height_mm=100),),
    declared_value=Money(Decimal(1000), "CLP"),
)
"""A cart that every account can have priced."""


class Chilexpress:
    """Quotes, buys, finds, reprints, closes and tracks for one account.

    Args:
        settings: The account.
        toolbox: What the hub lends.
    """

    batch_size = 50

    def __init__(self, settings: ChilexpressSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._gateway = Gateway(settings, toolbox.http)
        self._certificate_in_use = CertificateInUse(toolbox.clock, shared=settings.certificates == "together")

    async def check_account(self) -> AccountReport:
        """Try the three keys and the card with questions that change nothing."""
        succeeded(await self._gateway.send(Product.COVERAGE, "GET", "/regions"))
        rates = await self.quote_rates(_PROBE)
        body = single_request(self._settings.company, reference="despacho-check")
        # An unknown reference is refused with -1, which shows that the key was taken.
        opened(await self._gateway.send(Product.SHIPPING, "POST", "/tracking", body), acting=False)
        return AccountReport(
            ok=bool(rates),
            message=f"The three keys are accepted; {len(rates)} services between Santiago and Providencia.",
        )

    @staticmethod
    def coverage_of(address: Address) -> str | None:
        """The coverage code of a place; None where the carrier is not known to go."""
        return code_of(address)

    def list_services(self) -> Sequence[Service]:
        """The services that a quote may name."""
        return offered_services()

    async def quote_rates(self, request: RateRequest) -> Sequence[Rate]:
        """Prices of the services that take every parcel; each distinct parcel is asked for once, all at the same time."""
        asked = questions(self._settings, request)
        return added_up(asked, await together(self._answered, asked))

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        """One call for all pieces, on a certificate of its own or on that of the day."""
        in_use = self._certificate_in_use
        try:
            bought = await self._bought(request, in_use.number())
        except Rejected as error:
            if not in_use.refused(error):
                raise
            # Nothing was sold: another process has closed the certificate meanwhile.
            bought = await self._bought(request, in_use.number())
        in_use.bought(bought)
        return bought

    async def find_shipment(self, request: ShipmentRequest) -> BoughtShipment | None:
        """The pieces that the carrier knows by our references. A first None may come too early: ask again before believing it."""
        return await found_shipment(self._gateway, self._settings.company, request)

    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        """The label again, in any of the four formats."""
        _check_number(label)
        body = reprint_request(label.tracking_number, wanted)
        answer = await self._gateway.send(Product.SHIPPING, "POST", "/transport-orders-labels", body)
        return read_reprint(answer, wanted)

    async def close_manifest(self, request: ManifestRequest) -> ClosedManifest:
        """Close the certificate of every label, each once. A certificate is closed whole, other labels on it included."""
        numbers = dict.fromkeys(await together(self._certificate, request.labels))

        async def close(number: str) -> Certificate:
            return await closed_certificate(self._gateway, number)

        # What a failure leaves open is closed by repeating.
        closed = await together(close, numbers)
        self._certificate_in_use.closed(numbers)
        return ClosedManifest(
            references=tuple(one.number for one in closed),
            documents=tuple(one.document for one in closed if one.document is not None),
        )

    async def track_shipments(self, labels: Sequence[LabelHandle]) -> Sequence[TrackingReport]:
        """The events of each; in bulk where the carrier has it, else one by one."""
        known = [label for label in labels if is_number(label.tracking_number)]
        reports = [_unknown(label) for label in labels if not is_number(label.tracking_number)]
        for start in range(0, len(known), self.batch_size):
            reports += await self._tracked(known[start : start + self.batch_size])
        return reports

    async def _bought(self, request: ShipmentRequest, certificate: int) -> BoughtShipment:
        body = order_request(self._settings, request, certificate)
        answer = await self._gateway.send(Product.SHIPPING, "POST", "/transport-orders", body, acting=True)
        return read_purchase(answer, request)

    async def _tracked(self, labels: Sequence[LabelHandle]) -> list[TrackingReport]:
        if len(labels) > 1:
            reports = await bulk_reports(self._gateway, self._settings.company, labels)
            if reports is not None:
                return reports

        async def one(label: LabelHandle) -> TrackingReport:
            return await single_report(self._gateway, self._settings.company, label)

        return await together(one, labels)

    async def _answered(self, question: Question) -> dict[int, Rate]:
        path = rate_path(self._settings)
        return read_rates(await self._gateway.send(Product.RATING, "POST", path, question.body))

    async def _certificate(self, label: LabelHandle) -> str:
        number = carrier_number(label.group)
        if number is not None:
            return number
        _check_number(label)
        return await certificate_of(self._gateway, self._settings.company, label)


def _check_number(label: LabelHandle) -> None:
    if not is_number(label.tracking_number):
        message = f"“{label.tracking_number}” is no order number of Chilexpress."
        raise Rejected(message, field="tracking_number", not_found=True)


def _unknown(label: LabelHandle) -> TrackingReport:
    return TrackingReport(tracking_number=label.tracking_number, problem="This is no order number of Chilexpress.")

"""Carrying out purchases and voids with the carrier."""

from __future__ import annotations

from datetime import datetime, timedelta

from despacho_core.errors import NoAccount, NotFound, OrderAlreadyShipped, WrongState
from despacho_core.ledgers import Effect, Lane
from despacho_core.shipments import Label, Shipment, ShipmentState, live_shipment
from despacho_ports.carriers import (
    BoughtLabel,
    BoughtShipment,
    BuysReturns,
    BuysShipments,
    FindsShipments,
    LabelFormat,
    LabelHandle,
    ReportsByScan,
    ReprintsLabels,
    ShipmentRequest,
    TracksShipments,
    VoidsShipments,
)
from despacho_ports.persistence import UnitOfWork
from despacho_services.handling import Parties, Settlement
from despacho_services.identifiers import new_token
from despacho_services.label_documents import LabelDocuments
from despacho_services.office import Office
from despacho_services.purchases import Purchases, Shipped
from despacho_services.shipping import BUY, VOID, shipment_with_labels
from despacho_services.voiding import CANCELLED_FIRST, is_of_cancelled_order, void_now

FIRST_CHECK_AFTER = timedelta(hours=1)


class BuyHandler:
    """Buys a shipment, once."""

    kind = BUY
    repeatable = False

    def __init__(self, office: Office, documents: LabelDocuments, shipped: Shipped) -> None:
        self._office = office
        self._documents = documents
        self._purchases = Purchases(office, shipped)

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Hand the shipment to the carrier, unless its order was cancelled first."""
        async with self._office.units.begin(write=False) as work:
            shipment = await _shipment(work, effect)
            cancelled = await is_of_cancelled_order(work, shipment)
        if cancelled:
            return self._not_bought(shipment)
        connector = self._office.connector(parties.account)
        return self._bought(shipment, await _buy(connector, shipment), connector)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Ask the carrier for our references."""
        shipment = await self._subject(effect)
        connector = self._office.connector(parties.account)
        if not isinstance(connector, FindsShipments):
            raise NotImplementedError
        found = await connector.find_shipment(request_of(shipment))
        return None if found is None else self._bought(shipment, found, connector)

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The shipment is rejected, with the carrier's words."""
        shipment = await _shipment(work, effect)
        if shipment.state in {ShipmentState.REQUESTED, ShipmentState.UNCERTAIN}:
            await work.shipments.save(shipment.rejected(message))

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nobody knows whether it is bought."""
        shipment = await _shipment(work, effect)
        if shipment.state in {ShipmentState.REQUESTED, ShipmentState.UNCERTAIN}:
            await work.shipments.save(shipment.uncertain(message))

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Certainly not bought: asked for once more, unless the order has got another shipment meanwhile."""
        shipment = await _shipment(work, effect)
        if shipment.state is ShipmentState.REJECTED:
            existing = await work.shipments.of_order(effect.store_id, shipment.order_number)
            other = live_shipment(existing, direction=shipment.direction)
            if other is not None:
                raise OrderAlreadyShipped(order=shipment.order_number, shipment=other.id)
        await work.shipments.save(shipment.retried())

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """A person says that the carrier has it: bought, without labels of ours."""
        shipment = await _shipment(work, effect)
        await work.shipments.save(shipment.bought(self._office.now(), next_check_at=None, problem=note))

    async def _subject(self, effect: Effect) -> Shipment:
        async with self._office.units.begin(write=False) as work:
            return await _shipment(work, effect)

    @staticmethod
    def _not_bought(shipment: Shipment) -> Settlement:
        async def apply(work: UnitOfWork) -> None:
            current = await work.shipments.get(shipment.store_id, shipment.id)
            if current is not None and current.state is ShipmentState.REQUESTED:
                await work.shipments.save(current.voided())

        return Settlement(apply, CANCELLED_FIRST)

    def _bought(self, shipment: Shipment, bought: BoughtShipment, connector: object) -> Settlement:
        """The numbers are written first, since some carriers give them once; files are kept afterwards."""
        now = self._office.now()
        labels = [_label(shipment, piece, connector, now) for piece in bought.labels]
        problem = "; ".join(bought.refusals) or None
        check_at = now + FIRST_CHECK_AFTER if isinstance(connector, TracksShipments) else None

        async def apply(work: UnitOfWork) -> None:
            current = await work.shipments.get(shipment.store_id, shipment.id)
            if current is None or current.state is ShipmentState.BOUGHT:
                return
            changed = current.bought(now, next_check_at=check_at, problem=problem)
            await work.labels.add_all(labels)
            await work.shipments.save(changed)
            await self._purchases.follow(work, changed, labels)

        async def keep_files() -> None:
            documents = [piece.documents for piece in bought.labels]
            again = isinstance(connector, ReprintsLabels)
            await self._documents.keep_bought(list(zip(labels, documents, strict=True)), can_be_had_again=again)

        return Settlement(
            apply,
            problem,
            wakes=(Lane.INTERACTIVE, Lane.FISCAL),
            afterwards=keep_files if any(piece.documents for piece in bought.labels) else None,
            told=", ".join(label.tracking_number for label in labels),
            partial=len(labels) < len(shipment.parcels),
        )


class VoidHandler:
    """Takes a shipment back. Voiding what is void already is no error, so it may be repeated."""

    kind = VOID
    repeatable = True

    def __init__(self, office: Office) -> None:
        self._office = office

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Ask the carrier to void all pieces."""
        async with self._office.units.begin(write=False) as work:
            shipment, labels = await shipment_with_labels(work, effect.store_id, effect.subject)
        connector = self._office.connector(parties.account)
        if not isinstance(connector, VoidsShipments):
            raise NoAccount(capability="void shipments")
        await connector.void_shipment([handle_of(shipment, label) for label in labels])

        async def apply(work: UnitOfWork) -> None:
            current, live = await shipment_with_labels(work, effect.store_id, effect.subject)
            if current.state is ShipmentState.VOIDING:
                await void_now(work, current, live, self._office)

        return Settlement(apply, wakes=(Lane.INTERACTIVE,))

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Never asked: voiding is repeated."""
        raise NotImplementedError

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """The shipment stays bought, with the carrier's words."""
        shipment = await _shipment(work, effect)
        if shipment.state is ShipmentState.VOIDING:
            await work.shipments.save(shipment.void_refused(message))

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is repeated."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """A refused void is asked for once more, unless the labels were put on a manifest meanwhile."""
        shipment, labels = await shipment_with_labels(work, effect.store_id, effect.subject)
        if shipment.state is ShipmentState.BOUGHT:
            if any(label.manifest_id for label in labels):
                raise WrongState(what="shipment", id=shipment.id, state="on a manifest", action="be voided")
            await work.shipments.save(shipment.void_requested())

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:  # noqa: ARG002 - the ledger keeps the note
        """A person says that the carrier took it back."""
        shipment, labels = await shipment_with_labels(work, effect.store_id, effect.subject)
        if shipment.state is ShipmentState.VOIDING:
            await void_now(work, shipment, labels, self._office)


def request_of(shipment: Shipment) -> ShipmentRequest:
    """The shipment as its carrier is asked for it; the same whenever it is asked."""
    return ShipmentRequest(
        reference=shipment.reference,
        service_code=shipment.service_code,
        origin=shipment.origin,
        destination=shipment.destination,
        parcels=shipment.parcels,
        declared_value=shipment.declared_value,
        order_number=shipment.order_number,
        label_format=LabelFormat(shipment.label_format.value),
    )


def _label(shipment: Shipment, piece: BoughtLabel, connector: object, at: datetime) -> Label:
    """What is kept of one piece that was bought; its files are kept apart."""
    return Label(
        id=f"{shipment.id}-{piece.piece}",
        store_id=shipment.store_id,
        account_id=shipment.account_id,
        shipment_id=shipment.id,
        order_number=shipment.order_number,
        piece=piece.piece,
        pieces=len(shipment.parcels),
        tracking_number=piece.tracking_number,
        barcode=piece.barcode or piece.tracking_number,
        created_at=at,
        group=piece.group,
        routing=piece.routing,
        direction=shipment.direction,
        matrix=piece.matrix,
        scan_token=new_token() if isinstance(connector, ReportsByScan) else "",
    )


async def _buy(connector: object, shipment: Shipment) -> BoughtShipment:
    request = request_of(shipment)
    if shipment.is_return:
        if not isinstance(connector, BuysReturns):
            raise NoAccount(capability="buy returns")
        return await connector.buy_return(request)
    if not isinstance(connector, BuysShipments):
        raise NoAccount(capability="buy shipments")
    return await connector.buy_shipment(request)


def handle_of(shipment: Shipment, label: Label) -> LabelHandle:
    """The label as its carrier knows it."""
    return LabelHandle(
        tracking_number=label.tracking_number,
        reference=shipment.piece_reference(label.piece),
        group=label.group,
        service_code=shipment.service_code,
    )


async def _shipment(work: UnitOfWork, effect: Effect) -> Shipment:
    shipment = await work.shipments.get(effect.store_id, effect.subject)
    if shipment is None:
        raise NotFound(what="shipment", id=effect.subject)
    return shipment

"""One order as a merchant works on it: where it goes and whether that place exists, its parcels, shipments, documents, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from despacho_core.addresses import Address
from despacho_core.delivery import mended_from
from despacho_core.errors import DomainError, NotFound, OrderWithoutAddress
from despacho_core.fiscal import Invoice
from despacho_core.orders import Order
from despacho_core.packing import Boxed
from despacho_core.parcels import Parcel, check_parcels
from despacho_core.shipments import Label, Shipment, live_shipment
from despacho_core.stores import Account, Store
from despacho_core.tracking import TrackingEvent
from despacho_core.waiting import WaitingDocument
from despacho_ports.carriers import BuysReturns, ListsServices
from despacho_ports.persistence import UnitOfWork
from despacho_ports.records import OrderRecord
from despacho_services.buyable import carrier_name
from despacho_services.offers import Offer
from despacho_services.office import Office
from despacho_services.order_history import Happening, history_of
from despacho_services.order_rates import parcels_of_order, request_of_order
from despacho_services.packing_slips import notes_of
from despacho_services.places import CheckedAddress, check_address
from despacho_services.preselection import Preselected, plan_of, preselected
from despacho_services.quoting import Quoting


@dataclass(frozen=True)
class ShipmentPart:
    """A shipment with all that belongs to it. ``carrier`` is its name for people."""

    shipment: Shipment
    labels: tuple[Label, ...]
    events: tuple[TrackingEvent, ...]
    carrier: str
    account: Account | None


@dataclass(frozen=True)
class Dossier:
    """Everything about one order.

    ``place`` is None without an address. ``boxed`` are the parcels as the store's plan packs them; where it cannot, ``problem`` says why.
    """

    record: OrderRecord
    place: CheckedAddress | None
    shipments: tuple[ShipmentPart, ...]
    invoices: tuple[Invoice, ...]
    waiting: tuple[WaitingDocument, ...]
    preselected: Preselected | None
    boxed: tuple[Boxed, ...]
    problem: DomainError | None
    service_name: str
    """Of what is preselected, as the carrier calls it; empty where nothing is."""
    returnable: bool
    history: tuple[Happening, ...]

    @property
    def order(self) -> Order:
        """The order as carriers see it."""
        return self.record.to_ship

    @property
    def notes(self) -> list[tuple[str, str]]:
        """What was written beside it."""
        return notes_of(self.record.order)

    @property
    def live(self) -> Shipment | None:
        """The shipment that goes out and counts, if there is one."""
        return live_shipment([one.shipment for one in self.shipments])


class OrderDossiers:
    """Opens dossiers, quotes their order, and keeps a mended address in them."""

    def __init__(self, office: Office, quoting: Quoting) -> None:
        self._office = office
        self._quoting = quoting

    async def open(self, store_id: str, number: int) -> Dossier:
        """All about an order. Raises ``NotFound``."""
        async with self._office.units.begin(write=False) as work:
            store, record = await _held(work, store_id, number)
            parts = await self._parts(work, store_id, number)
            invoices = await work.invoices.of_order(store_id, number)
            waiting = await work.waiting.page(store_id, order_number=number)
            chosen = await preselected(work, store, record.to_ship, self._office.now())
            plan = await plan_of(work, store_id)
            triples = [(one.shipment, one.labels, one.events) for one in parts]
            history = await history_of(work, store_id, number, triples, invoices)
        boxed: tuple[Boxed, ...] = ()
        problem: DomainError | None = None
        try:
            record.to_ship.destination()
            boxed = parcels_of_order(record.to_ship, store, plan)
        except DomainError as error:
            problem = error
        address = record.to_ship.shipping_address
        return Dossier(
            record=record,
            place=check_address(address) if address is not None else None,
            shipments=parts,
            invoices=tuple(invoices),
            waiting=tuple(waiting),
            preselected=chosen,
            boxed=boxed,
            problem=problem,
            service_name=self._service_name(chosen),
            returnable=any(self._takes_returns(one.account) for one in parts if not one.shipment.is_return),
            history=history,
        )

    async def quote(self, store_id: str, number: int, parcels: Sequence[Parcel] = ()) -> Offer:
        """What every account asks for the order now, for these parcels or as the plan packs it.

        Raises:
            NotFound: No such order.
            DomainError: Nothing to ship, no address, no origin, or impossible parcels.
        """
        async with self._office.units.begin(write=False) as work:
            store, record = await _held(work, store_id, number)
            plan = await plan_of(work, store_id)
        request, _ = request_of_order(record.to_ship, store, plan)
        if parcels:
            check_parcels(parcels)
            request = msgspec.structs.replace(request, parcels=tuple(parcels))
        return await self._quoting.quote(store, request, order=record.to_ship)

    async def mend(self, store_id: str, number: int, wanted: Address | None) -> OrderRecord:
        """Have carriers see another address of this order than the store's; None goes back to the store's.

        What is bought already stays as it was bought.

        Raises:
            NotFound: No such order.
            OrderWithoutAddress: The address lacks what every carrier needs.
        """
        async with self._office.units.begin() as work:
            _, record = await _held(work, store_id, number)
            mended = None
            if wanted is not None:
                missing = wanted.missing_for_delivery()
                if missing:
                    raise OrderWithoutAddress(order=number, missing=", ".join(missing))
                mended = mended_from(record.order.shipping_address or Address(), wanted)
            await work.orders.save_delivery(store_id, number, mended)
            await work.commit()
        return msgspec.structs.replace(record, delivery=mended)

    async def _parts(self, work: UnitOfWork, store_id: str, number: int) -> tuple[ShipmentPart, ...]:
        shipments = await work.shipments.of_order(store_id, number)
        labels = await work.labels.of_shipments(store_id, [one.id for one in shipments])
        accounts = {one.id: one for one in await work.accounts.of_store(store_id)}
        return tuple(
            [
                ShipmentPart(
                    shipment=one,
                    labels=tuple(label for label in labels if label.shipment_id == one.id),
                    events=tuple(await work.tracking.of_shipment(store_id, one.id)),
                    carrier=self._name(accounts.get(one.account_id)),
                    account=accounts.get(one.account_id),
                )
                for one in shipments
            ]
        )

    def _service_name(self, chosen: Preselected | None) -> str:
        """A rule knows the service by its code alone."""
        if chosen is None:
            return ""
        try:
            connector = self._office.connector(chosen.account)
        except DomainError:
            return chosen.service_name
        listed = connector.list_services() if isinstance(connector, ListsServices) else ()
        return next((one.name for one in listed if one.code == chosen.service_code), chosen.service_name)

    def _name(self, account: Account | None) -> str:
        return carrier_name(self._office, account) if account is not None else ""

    def _takes_returns(self, account: Account | None) -> bool:
        if account is None:
            return False
        try:
            return isinstance(self._office.connector(account), BuysReturns)
        except DomainError:
            return False


async def _held(work: UnitOfWork, store_id: str, number: int) -> tuple[Store, OrderRecord]:
    store = await work.stores.get(store_id)
    record = await work.orders.get(store_id, number)
    if store is None or record is None:
        raise NotFound(what="order", id=number)
    return store, record

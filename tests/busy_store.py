"""A store in the middle of a morning: one of everything that a page can show, with the texts that the outside world gave it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from despacho_core.batches import BatchOrder
from despacho_core.boxes import Box
from despacho_core.manifests import Party
from despacho_core.shipments import Label, Shipment, ShipmentState, ShipmentWish
from despacho_core.shipping_plans import ShippingPlan
from despacho_core.stores import Account, Store
from despacho_core.tracking import TrackingEvent, TrackingStatus
from despacho_ports.activity import Through
from despacho_sandbox.store.actions import StoreActions
from despacho_sandbox.store.order import Order
from despacho_services.activity_log import Deed
from despacho_services.identifiers import new_id, new_token
from despacho_services.services import Services

WAIT = 20.0
WRONG_TAX_ID = "76.430.498-6"


@dataclass(frozen=True)
class Texts:
    """What others wrote: buyers, the store's catalogue, carriers."""

    buyer: str = "Ana Pérez Müller"
    street: str = "Av. Irarrázaval"
    product: str = "Polera de algodón, talla M"
    event: str = "Recibido en oficina de Ñuñoa"
    problem: str = "La comuna de destino no tiene cobertura"
    view: str = "Para mañana"
    box: str = "Caja mediana"


@dataclass
class Morning:
    """Makes it, and knows what paths of the App call each thing: ``ids`` by the name of the path's parameter."""

    services: Services
    shop: StoreActions
    store: Store
    carrier: Account
    take_in: Callable[[Order], Awaitable[None]]
    texts: Texts = field(default_factory=Texts)
    ids: dict[str, str] = field(default_factory=dict)

    async def begin(self) -> dict[str, str]:
        """Let everything happen once."""
        moving, listed, batched = [await self.order() for _ in range(3)]
        await self._sent(moving)
        await self._refused(moving)
        await self._listed(listed)
        await self._batch([batched, await self.order("several")])
        await self._waiting()
        await self._left_over()
        token, _ = await self.services.tokens.create(self.store.id, name="Bodega")
        effect = (await self.services.ledgers.outbox(self.store.id))[0]
        message = (await self.services.ledgers.inbox(self.store.id))[0]
        self.ids |= {
            "effect_id": effect.id,
            "message_id": str(message.id),
            "number": str(moving.id),
            "account_id": self.carrier.id,
            "provider_id": self.carrier.provider,
            "token_id": token.id,
            "party": "merchant",
            "section": "boxes",
            "key": "0",
        }
        return self.ids

    async def order(self, kind: str = "simple", *, tax_id: str | None = None) -> Order:
        """A paid order of somebody, taken in."""
        order = self.shop.place_order(self.store.code, kind)
        self._written(order)
        if tax_id is not None and order.billing_address is not None:
            order.billing_address = msgspec.structs.replace(order.billing_address, taxid=tax_id)
        await self.take_in(order)
        return order

    def _written(self, order: Order) -> None:
        texts = self.texts
        order.lines = [msgspec.structs.replace(line, name=texts.product) for line in order.lines]
        order.customer = msgspec.structs.replace(order.customer, fullname=texts.buyer)
        if order.shipping_address is not None:
            order.shipping_address = msgspec.structs.replace(
                order.shipping_address, name=texts.buyer, surname="", address=texts.street
            )

    async def bought(self, order: Order) -> tuple[Shipment, Label]:
        """Its label."""
        wish = ShipmentWish(account_id=self.carrier.id, service_code="3")
        shipment, labels, _ = await self.services.shipping.buy(self.store.id, order.id, wish, wait=WAIT)
        assert shipment.state is ShipmentState.BOUGHT, shipment.problem
        return shipment, labels[0]

    async def _sent(self, order: Order) -> None:
        """On its way, its manifest signed by one party, its receipt issued and a part of it credited."""
        shipment, label = await self.bought(order)
        contents = await self.services.manifesting.open(self.store.id, self.carrier.id)
        manifest = contents.manifest.id
        await self.services.manifesting.close(self.store.id, manifest, wait=WAIT)
        await self.services.signing.sign(
            self.store.id, manifest, party=Party.CARRIER, name=self.texts.buyer, role="Chofer"
        )
        at = self.services.office.now() - timedelta(hours=5)
        event = TrackingEvent(
            tracking_number=label.tracking_number,
            occurred_at=at,
            description=self.texts.event,
            location=self.texts.event,
            status=TrackingStatus.IN_TRANSIT,
        )
        unread = msgspec.structs.replace(event, status=None, code="?!", description=f"{self.texts.event} ?")
        await self.services.tracking.take_in(self.store.id, [event, unread])
        invoice = await self.services.invoicing.invoice(self.store.id, order.id, wait=WAIT)
        self.ids |= {
            "shipment_id": shipment.id,
            "label_id": label.id,
            "manifest_id": manifest,
            "invoice_id": invoice.id,
            "file_name": f"{invoice.id}.pdf",
        }

    async def _refused(self, order: Order) -> None:
        """A further shipment, which the carrier refused in its own words."""
        async with self.services.office.units.begin() as work:
            first = await work.shipments.get(self.store.id, self.ids["shipment_id"])
            assert first is not None
            refused = msgspec.structs.replace(
                first,
                id=new_id(),
                ordinal=first.ordinal + 1,
                reference=f"{first.reference}R",
                track_token=new_token(),
                state=ShipmentState.REJECTED,
                problem=self.texts.problem,
                bought_at=None,
                next_check_at=None,
                fulfillment_id=None,
            )
            await work.shipments.add(refused)
            await work.commit()

    async def _listed(self, order: Order) -> None:
        """A label on a manifest that is still open."""
        await self.bought(order)
        await self.services.manifesting.open(self.store.id, self.carrier.id)

    async def _batch(self, orders: list[Order]) -> None:
        wish = ShipmentWish(account_id=self.carrier.id, service_code="3")
        lines = [BatchOrder(order_number=order.id, wish=wish) for order in orders]
        batch = await self.services.bulk.buy(self.store.id, lines, wait=WAIT)
        self.ids["batch_id"] = batch.batch.id
        for _ in range(3):
            await self.services.work.look_at_everything()

    async def _waiting(self) -> None:
        """A document that cannot be issued before somebody mends what is wrong."""
        order = await self.order("company", tax_id=WRONG_TAX_ID)
        batch = await self.services.bulk_invoicing.invoice(self.store.id, [order.id], wait=WAIT)
        self.ids |= {"waiting": str(order.id), "document_batch_id": batch.batch.id}

    async def _left_over(self) -> None:
        """Orders that nobody has touched, a view of them, a box, and the record of who did what."""
        await self.order("several")
        box = Box(name=self.texts.box, length_mm=400, width_mm=300, height_mm=250, max_weight_g=20_000)
        await self.services.plans.save(self.store.id, ShippingPlan(boxes=(box,)), expected=None)
        deed = Deed(
            actor=self.texts.buyer, through=Through.APP, action="buy_labels", path={"number": self.ids["waiting"]}
        )
        await self.services.activity.record(self.store.id, deed)
        await self.services.order_views.keep(self.store.id, self.texts.view, "status=paid")
        await self.services.work.look_at_everything()

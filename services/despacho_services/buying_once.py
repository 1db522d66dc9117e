"""One label asked for by one press of a button: the same form sent twice, or two fingers at once, buy one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from despacho_core.errors import OrderAlreadyShipped
from despacho_core.ledgers import Lane
from despacho_core.shipments import Label, Shipment, ShipmentWish
from despacho_ports.records import IdempotentAnswer
from despacho_services.effects import EffectRunner
from despacho_services.office import Office
from despacho_services.shipping import Shipping

HELD_FOR = timedelta(days=1)


class BuyingOnce:
    """Buys for a person at a page."""

    def __init__(self, office: Office, runner: EffectRunner, shipping: Shipping) -> None:
        self._office = office
        self._runner = runner
        self._shipping = shipping

    async def buy(
        self, store_id: str, order_number: int, wish: ShipmentWish, *, key: str, wait: float
    ) -> tuple[Shipment, Sequence[Label]]:
        """Ask for a shipment and run its purchase at once, for somebody who waits ``wait`` seconds.

        Args:
            store_id: Whose order.
            order_number: Which.
            wish: What to buy.
            key: Of the form that was sent; empty where there is none, and only the order's place protects it then.
            wait: Seconds.

        Raises:
            OrderAlreadyShipped: A live shipment is there and no further one is wished, or this form was sent before.
            DomainError: As :meth:`Shipping.request`.
        """
        now = self._office.now()
        async with self._office.units.begin() as work:
            if key:
                mine = IdempotentAnswer(
                    store_id=store_id,
                    key=f"app:{order_number}:{key}",
                    fingerprint="",
                    created_at=now,
                    locked_until=now + HELD_FOR,
                )
                if await work.answers.begin(mine) is not None:
                    raise OrderAlreadyShipped(order=order_number, shipment="of this form")
            shipment, effect = await self._shipping.request_in(
                work, store_id, order_number, wish, lane=Lane.INTERACTIVE
            )
            claimed = await self._runner.claim(work, effect.id)
            await work.commit()
        await self._runner.run_claimed(effect.id, claimed, wait=wait)
        return await self._shipping.get(store_id, shipment.id)

"""Carrying a batch out: its lines are asked for, a few in each transaction."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_core.batches import BatchLine
from despacho_core.errors import DomainError
from despacho_core.ledgers import Effect, Lane
from despacho_ports.persistence import UnitOfWork
from despacho_services.bulk_buying import BATCH
from despacho_services.handling import Parties, Settlement, nothing_to_write
from despacho_services.intake import Intake
from despacho_services.office import Office
from despacho_services.shipping import Shipping

LINES_AT_A_TIME = 5
"""So many lines are asked for in one transaction: some ten milliseconds, in which nobody else writes to SQLite."""


class BatchHandler:
    """Asks for the lines of a batch. What was asked for is not asked for again, so it may be repeated."""

    kind = BATCH
    repeatable = True

    def __init__(self, office: Office, shipping: Shipping, intake: Intake) -> None:
        self._office = office
        self._shipping = shipping
        self._intake = intake

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Ask for a few lines at a time until none is left; an order that we do not hold yet is read from the store."""
        async with self._office.units.begin(write=False) as work:
            lines = [line for line in await work.batches.lines(effect.store_id, effect.subject) if line.is_open]
            held = await work.orders.known_numbers(effect.store_id, [line.order_number for line in lines])
        for first in range(0, len(lines), LINES_AT_A_TIME):
            some = lines[first : first + LINES_AT_A_TIME]
            for line in some:
                if line.order_number not in held:
                    await self._intake.take_in(parties.store, line.order_number)
            await self._ask(effect, some)
            await self._office.wake(Lane.BULK)
        return Settlement(nothing_to_write)

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Never asked: asking is repeated."""
        raise NotImplementedError

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: lines that are still open stay so, and the ledger says why."""

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Nothing to write: it is repeated."""

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Nothing to write."""

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Never uncertain: it is repeated."""

    async def _ask(self, effect: Effect, lines: Sequence[BatchLine]) -> None:
        """Ask for lines that are still open: whoever was thought dead may have asked for them meanwhile."""
        async with self._office.units.begin() as work:
            places = [line.place for line in lines]
            for line in await work.batches.lines(effect.store_id, effect.subject, places=places):
                if line.is_open:
                    await work.batches.save_line(await self._asked(work, line))
            await work.commit()

    async def _asked(self, work: UnitOfWork, line: BatchLine) -> BatchLine:
        number = line.order_number
        try:
            shipment, _ = await self._shipping.request_in(work, line.store_id, number, line.wish, lane=Lane.BULK)
        except DomainError as error:
            return line.refused(error)
        return line.asked(shipment.id)

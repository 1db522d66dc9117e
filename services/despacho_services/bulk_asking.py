"""Carrying a batch out: its lines are asked for, a few in each transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from despacho_core.batches import BatchLine, BatchPurpose
from despacho_core.errors import DomainError, NotFound, OrderUnreadable
from despacho_core.ledgers import Effect, Lane
from despacho_core.stores import Store
from despacho_ports.errors import Rejected
from despacho_ports.persistence import UnitOfWork
from despacho_services.bulk_opening import BATCH
from despacho_services.doing_over import doing_over, done_over
from despacho_services.handling import Parties, Settlement, nothing_to_write
from despacho_services.intake import Intake
from despacho_services.office import Office
from despacho_services.shipping import Shipping

LINES_AT_A_TIME = 5
"""So many lines are asked for in one transaction: some ten milliseconds, in which nobody else writes to SQLite."""


class AsksForLine(Protocol):
    """Asks for what one order of a batch wants."""

    async def asked(self, work: UnitOfWork, line: BatchLine) -> BatchLine:
        """The line with what was owed for it in this transaction, or with why nothing can be."""
        ...


class LabelLines:
    """Asks for labels."""

    def __init__(self, shipping: Shipping) -> None:
        self._shipping = shipping

    async def asked(self, work: UnitOfWork, line: BatchLine) -> BatchLine:
        """The line with its shipment, or refused."""
        number = line.order_number
        try:
            shipment, _ = await self._shipping.request_in(work, line.store_id, number, line.wish, lane=Lane.BULK)
        except DomainError as error:
            return line.refused(error)
        return line.asked(shipment.id)


class BatchHandler:
    """Asks for the lines of a batch. What was asked for is not asked for again, so it may be repeated."""

    kind = BATCH
    repeatable = True

    def __init__(self, office: Office, intake: Intake, lines: Mapping[BatchPurpose, AsksForLine]) -> None:
        self._office = office
        self._intake = intake
        self._lines = lines

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Ask for a few lines at a time until none is left; an order that we do not hold yet is read from the store, after all others."""
        async with self._office.units.begin(write=False) as work:
            batch = await work.batches.get(effect.store_id, effect.subject)
            if batch is None:
                raise NotFound(what="batch", id=effect.subject)
            lines = [line for line in await work.batches.lines(effect.store_id, effect.subject) if line.is_open]
            held = await work.orders.known_numbers(effect.store_id, [line.order_number for line in lines])
        # A store that cannot be asked just now keeps waiting only what has to be read from it.
        lines.sort(key=lambda line: line.order_number not in held)
        for first in range(0, len(lines), LINES_AT_A_TIME):
            some = lines[first : first + LINES_AT_A_TIME]
            for line in some:
                if line.order_number not in held:
                    await self._read(parties.store, line)
            await self._ask(effect, self._lines[batch.purpose], some)
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

    async def _read(self, store: Store, line: BatchLine) -> None:
        """Take the order in; one that the store does not give out is refused for itself, and keeps no other from being asked for."""
        try:
            await self._intake.take_in(store, line.order_number)
        except Rejected as error:
            refusal = OrderUnreadable(order=line.order_number, message=error.message)
            await self._refuse(line, refusal)

    @doing_over
    async def _refuse(self, line: BatchLine, refusal: DomainError) -> None:
        async with self._office.units.begin() as work:
            await work.batches.save_line(line.refused(refusal))
            await work.commit()

    async def _ask(self, effect: Effect, asking: AsksForLine, lines: Sequence[BatchLine]) -> None:
        """Ask for lines that are still open: whoever was thought dead may have asked for them meanwhile."""
        places = [line.place for line in lines]

        async def ask() -> None:
            async with self._office.units.begin() as work:
                for line in await work.batches.lines(effect.store_id, effect.subject, places=places):
                    if line.is_open:
                        await work.batches.save_line(await asking.asked(work, line))
                await work.commit()

        await done_over(ask)

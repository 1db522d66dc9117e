"""What is lost after the other side acted is ``Uncertain``, and can be settled to exactly one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from despacho_ports.carriers import ClosedManifest, ShipmentRequest
from despacho_ports.conformance.behaviour import identity
from despacho_ports.conformance.bench import MAKING, Bench, Checks
from despacho_ports.conformance.expecting import described, expect, expect_type, outcome_of, skip
from despacho_ports.conformance.line import LOST
from despacho_ports.errors import ProviderError, Unavailable, Uncertain
from despacho_ports.invoicing import IssueRequest

Request = ShipmentRequest | IssueRequest
Aftermath = Callable[[Bench, str, Request, object, str], Awaitable[None]]

_PATIENCE = 5
"""How often a question that cannot be answered yet is asked again."""


class LossChecks(Checks):
    """Every request of a purchase or a document loses its answer once, in every way, after it was carried out."""

    def test_a_lost_answer_is_uncertain(self) -> None:
        """An error that is told while the other side holds the thing is ``Uncertain``; and nothing is told as done that is not held."""

        async def look(bench: Bench, _: str, request: Request, outcome: object, when: str) -> None:
            held = bench.world.held(request)
            expect(held <= 1, f"{when}: {held} are held under one reference")
            if isinstance(outcome, ProviderError):
                expect(not held or isinstance(outcome, Uncertain), f"{when}: {described(outcome)}, but it was done")
            else:
                expect(held == 1, f"{when}: told as done, but nothing is held")

        self._lose(look, self.declared(*MAKING))

    def test_finding_settles_what_is_uncertain(self) -> None:
        """After every doubt, ``find`` tells what is held or that nothing is; then asking again makes exactly one."""

        async def settle(bench: Bench, port: str, request: Request, outcome: object, when: str) -> None:
            if not isinstance(outcome, Uncertain):
                return
            found = await _settled(bench, request, when)
            held = bench.world.held(request)
            expect((found is None) == (held == 0), f"{when}: {held} held, but find gave {described(found)}")
            if found is None:
                found = await bench.make(port, request)
            held = bench.world.held(request)
            expect(held == 1, f"{when}: {held} held once all is settled")
            again = await _settled(bench, request, when)
            expect(identity(again) == identity(found), f"{when}: found {identity(again)} after {identity(found)}")

        def can_find(port: str) -> bool:
            return bool(self.declared("FindsShipments" if port == "BuysShipments" else "FindsDocuments"))

        self._lose(settle, [port for port in self.declared(*MAKING) if can_find(port)])

    def test_a_close_whose_answer_was_lost_can_be_repeated(self) -> None:
        """Closing again after any loss gives a close-out with the same references as ever."""
        if not self.declared("ClosesManifests"):
            skip("does not declare ClosesManifests")

        async def closed() -> None:
            for step in range(1, await self.steps("ClosesManifests") + 1):
                for way in LOST:
                    async with self.bench() as bench:
                        close = await bench.prepared("ClosesManifests")
                        bench.line.order(way, first=step, last=step)
                        when = f"close_manifest with {way.name} at request {step}"
                        await outcome_of(close(), when)
                        bench.line.calm()
                        again = expect_type(await outcome_of(close(), f"{when}, again"), ClosedManifest, when)
                        last = expect_type(await close(), ClosedManifest, when)
                        expect(again.references and again.references == last.references, f"{when}: closed differently")

        asyncio.run(closed())

    def _lose(self, aftermath: Aftermath, ports: list[str]) -> None:
        if not ports:
            skip("declares nothing that could be lost so")

        async def story() -> None:
            for port in ports:
                for step in range(1, await self.steps(port) + 1):
                    await self._lose_at(step, port, aftermath)

        asyncio.run(story())

    async def _lose_at(self, step: int, port: str, aftermath: Aftermath) -> None:
        for way in LOST:
            async with self.bench() as bench:
                request = await bench.request_for(port)
                bench.line.order(way, first=step, last=step)
                when = f"{port} with {way.name} at request {step}"
                outcome = await outcome_of(bench.make(port, request), when)
                bench.line.calm()
                await aftermath(bench, port, request, outcome, when)


async def _settled(bench: Bench, request: Request, when: str) -> object:
    outcome: object = None
    for _ in range(_PATIENCE):
        outcome = await outcome_of(bench.find(request), f"{when}: find")
        if not isinstance(outcome, Unavailable):
            break
    expect(not isinstance(outcome, ProviderError), f"{when}: find gave {described(outcome)}")
    return outcome

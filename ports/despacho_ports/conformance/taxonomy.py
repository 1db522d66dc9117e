"""Whatever the other side answers, a port gives an answer or one of the five errors, and the right one where there is no doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from despacho_ports.conformance.bench import ACTING, MAKING, Checks
from despacho_ports.conformance.expecting import described, expect, outcome_of, skip
from despacho_ports.conformance.line import BROKEN, LIMITED, NEVER_SENT, ODD, REFUSED, Trouble
from despacho_ports.errors import ProviderError, RateLimited, Unauthorized, Unavailable, Uncertain


class TaxonomyChecks(Checks):
    """Each port against each odd answer."""

    def test_refused_credentials_are_unauthorized(self) -> None:
        """HTTP 401 at any port is ``Unauthorized``."""
        for port, _, outcome in self._met([REFUSED]):
            expect(isinstance(outcome, Unauthorized), f"{port} after HTTP 401: {described(outcome)}")

    def test_refused_credentials_of_the_world_are_unauthorized(self) -> None:
        """The world's own words for credentials that it does not know are understood."""
        asyncio.run(self._refused())

    def test_too_many_requests_are_rate_limited(self) -> None:
        """HTTP 429 at any port is ``RateLimited``, with a wait above 0."""
        for port, _, outcome in self._met([LIMITED]):
            if not isinstance(outcome, RateLimited):
                raise AssertionError(f"{port} after HTTP 429: {described(outcome)}")
            expect(outcome.retry_after > 0, f"{port} after HTTP 429: to be asked again after {outcome.retry_after} s")

    def test_what_was_never_sent_is_unavailable(self) -> None:
        """No connection: certainly nothing happened, and it is told so."""
        for port, _, outcome in self._met([NEVER_SENT]):
            expect(isinstance(outcome, Unavailable), f"{port} without a connection: {described(outcome)}")

    def test_odd_answers_give_only_the_five_errors(self) -> None:
        """Refusals, failures, web pages, broken, huge, deep and mistyped answers, from the first request or from a later one on."""
        for _ in self._met(ODD, later=True):
            pass

    def test_nonsense_is_never_taken_for_an_answer(self) -> None:
        """What can mean nothing is no purchase, no document and no “certainly nothing”; and what only asks leaves no doubt behind."""
        for port, trouble, outcome in self._met(BROKEN):
            when = f"{port} after {trouble.name}"
            if port in MAKING or port.startswith("Finds"):
                expect(isinstance(outcome, ProviderError), f"{when}: {described(outcome)}")
            expect(port in ACTING or not isinstance(outcome, Uncertain), f"{when}: Uncertain, but it only asks")

    def _met(self, troubles: Iterable[Trouble], *, later: bool = False) -> list[tuple[str, Trouble, object]]:
        """The outcome of every port under every trouble, one in one world; ports that call nobody are left out."""
        return asyncio.run(self._outcomes(tuple(troubles), later=later))

    async def _outcomes(self, troubles: tuple[Trouble, ...], *, later: bool) -> list[tuple[str, Trouble, object]]:
        met: list[tuple[str, Trouble, object]] = []
        for port in self.declared():
            steps = await self.steps(port)
            for first in range(1, (steps if later else min(steps, 1)) + 1):
                for trouble in troubles:
                    async with self.bench() as bench:
                        ask = await bench.prepared(port)
                        bench.line.order(trouble, first=first)
                        when = f"{port} with {trouble.name} from request {first} on"
                        met.append((port, trouble, await outcome_of(ask(), when)))
        return met

    async def _refused(self) -> None:
        for port in self.declared("ChecksAccount", *MAKING[:2], "QuotesRates")[:1]:
            async with self.bench() as bench:
                if not bench.world.refused:
                    skip("World.refused names no credentials that are refused")
                bench.account = bench.opened(**bench.world.refused)
                outcome = await outcome_of((await bench.prepared(port))(), f"{port} with refused credentials")
                expect(isinstance(outcome, Unauthorized), f"{port} with refused credentials: {described(outcome)}")

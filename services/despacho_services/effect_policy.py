"""How long effects may take, and how long they wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from despacho_core.ledgers import Effect

WRITING = timedelta(seconds=15)


@dataclass(frozen=True)
class EffectPolicy:
    """How long to wait for what. ``budget`` bounds a call and stays below ``lease``.

    ``look_after`` are the waits before each look for an uncertain effect; as many empty answers in a row make a carrier's "no"
    believable, since a shipment may show up late (contract/carriers.md 1.6). ``write_again`` are the waits before an outcome is written
    again where the database did not take it; they end before ``lease`` does.
    """

    lease: timedelta = timedelta(seconds=90)
    budget: timedelta = timedelta(seconds=60)
    look_after: tuple[timedelta, ...] = (timedelta(seconds=5), timedelta(seconds=20), timedelta(seconds=60))
    slow_kinds: frozenset[str] = frozenset({"close"})
    slow_budget: timedelta = timedelta(minutes=6)
    """For these kinds, which take a carrier minutes (contract/carriers.md 2.4); their leases are lengthened before the call."""
    write_again: tuple[timedelta, ...] = (timedelta(seconds=0.5), timedelta(seconds=2), timedelta(seconds=8))
    give_up_after: int = 20
    """So many attempts are made; then a person has to see to it."""
    attention_wait: timedelta = timedelta(minutes=15)
    button_wait: timedelta = timedelta(seconds=30)
    """How long the store's button may take to attach what it was answered, before we do it."""

    def budget_of(self, effect: Effect) -> timedelta:
        """How long carrying it out may take."""
        return self.slow_budget if effect.kind in self.slow_kinds else self.budget

    @property
    def longest(self) -> timedelta:
        """How long a call that has begun may still take."""
        return max(self.budget, self.slow_budget)

    @property
    def grace(self) -> timedelta:
        """How long whoever ends a process waits for a call that has begun and for writing down what came of it."""
        return self.longest + WRITING

"""Fault rules: what shall go wrong, where, how often, decided by one seeded random source."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from random import Random
from typing import Annotated

import msgspec


class FaultKind(StrEnum):
    """What can go wrong; to act is to do what was asked: sell a label, issue a document."""

    LATENCY = "latency"
    FAIL_BEFORE = "fail_before"
    FAIL_AFTER = "fail_after"
    CUT_BEFORE = "cut_before"
    CUT_AFTER = "cut_after"
    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"
    MALFORMED = "malformed"


Count = Annotated[int, msgspec.Meta(ge=0)]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One rule.

    Attributes:
        kind: What goes wrong. `malformed` acts first and then answers 200 with half of the body.
        endpoint: Name of an endpoint, or `*` for every named one.
        times: How many more requests it hits; None is unlimited.
        probability: Chance of a hit, 0 to 1, for each request that gets this far.
        after: How many matching requests pass unharmed first.
        latency_ms: For `latency`: real milliseconds, whatever the sandbox clock does.
        retry_after: For `rate_limited`: seconds that the answer asks the client to wait.
        id: Given by the book.
        hits: How many requests it has hit so far.
    """

    kind: FaultKind
    endpoint: str = "*"
    times: Count | None = None
    probability: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    after: Count = 0
    latency_ms: Count = 0
    retry_after: Count = 1
    id: int = 0
    hits: int = 0


class FaultBook:
    """The rules in force at one simulator.

    Args:
        random: Decides about probabilities; seed it to see the same story twice.
        endpoints: Names that rules may speak of.
    """

    def __init__(self, random: Random, endpoints: Iterable[str]) -> None:
        self._random = random
        self._endpoints = frozenset(endpoints)
        self._rules: list[Fault] = []
        self._next_id = 1

    @property
    def rules(self) -> tuple[Fault, ...]:
        """All rules, the used-up ones too, in the order in which they were added."""
        return tuple(self._rules)

    def add(self, fault: Fault) -> Fault:
        """Adds a rule and returns it with its id.

        Raises:
            ValueError: If it names an endpoint that does not exist, or is a latency of no length.
        """
        if fault.endpoint != "*" and fault.endpoint not in self._endpoints:
            raise ValueError(f"no endpoint {fault.endpoint!r}; known: {', '.join(sorted(self._endpoints))}")
        if fault.kind is FaultKind.LATENCY and not fault.latency_ms:
            raise ValueError("a latency needs latency_ms above 0")
        rule = msgspec.structs.replace(fault, id=self._next_id, hits=0)
        self._next_id += 1
        self._rules.append(rule)
        return rule

    def remove(self, rule_id: int) -> bool:
        """Removes one rule; says whether there was one."""
        kept = [rule for rule in self._rules if rule.id != rule_id]
        removed = len(kept) != len(self._rules)
        self._rules = kept
        return removed

    def clear(self) -> None:
        """Removes all rules."""
        self._rules.clear()

    def take(self, endpoint: str) -> list[Fault]:
        """The rules that hit this request: any number of latencies and at most one other; each is counted."""
        taken: list[Fault] = []
        decided = False
        for rule in self._rules:
            if rule.endpoint not in ("*", endpoint) or (decided and rule.kind is not FaultKind.LATENCY):
                continue
            if self._hits(rule):
                taken.append(rule)
                decided = decided or rule.kind is not FaultKind.LATENCY
        return taken

    def _hits(self, rule: Fault) -> bool:
        if rule.times == 0:
            return False
        if rule.after > 0:
            rule.after -= 1
            return False
        if rule.probability < 1 and self._random.random() >= rule.probability:
            return False
        rule.hits += 1
        if rule.times is not None:
            rule.times -= 1
        return True

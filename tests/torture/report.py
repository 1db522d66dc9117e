"""What is printed at the end: figures, and every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.torture.audit import Finding
from tests.torture.plan import Plan
from tests.torture.story import Outcome

MOST_SHOWN = 60


def report(plan: Plan, outcome: Outcome, findings: Sequence[Finding]) -> str:
    """A table and the findings, as text."""
    rows = _figures(plan, outcome)
    width = max(len(name) for name, _ in rows)
    lines = [f"{name.ljust(width)}  {value}" for name, value in rows]
    if not findings:
        return "\n".join([*lines, "", "Nothing lost, nothing twice."])
    kinds = ", ".join(f"{count} × {kind}" for kind, count in Counter(one.kind for one in findings).most_common())
    shown = [f"  {one.kind}: {one.where}: {one.what}" for one in findings[:MOST_SHOWN]]
    return "\n".join([*lines, "", f"{len(findings)} findings: {kinds}", *shown])


def _figures(plan: Plan, outcome: Outcome) -> list[tuple[str, object]]:
    evidence, webhooks = outcome.evidence, outcome.webhooks
    killed = ", ".join(f"{count} × {name}" for name, count in sorted(Counter(outcome.killed).items()))
    return [
        ("seed", plan.seed),
        ("database", plan.database.value),
        ("orders placed", f"{len(evidence.wanted)} of {len(plan.orders)} in {plan.size.stores} stores"),
        ("killed", f"{len(outcome.killed)} of {len(plan.kills)} planned: {killed}"),
        ("calls that failed after acting", outcome.faults),
        ("webhooks", f"{webhooks['deliveries']} due, {webhooks['sent']} sent, {webhooks['acknowledged']} acknowledged"),
        ("  of these repeated", webhooks["duplicates"]),
        ("inbox", f"{len(evidence.inbox)} rows: {_states(one.state for one in evidence.inbox)}"),
        ("outbox", f"{len(evidence.outbox)} rows: {_states(one.state for one in evidence.outbox)}"),
        ("at the carrier", f"{len(evidence.carrier.transport_orders)} transport orders"),
        ("at the invoicing system", f"{len(evidence.invoicing.documents)} documents"),
        ("at the stores", _at_stores(outcome)),
        ("storm, then calm", f"{outcome.storm_seconds:.0f} s, {outcome.calm_seconds:.0f} s"),
    ]


def _at_stores(outcome: Outcome) -> str:
    stores = outcome.evidence.stores.values()
    fulfillments = sum(len(store.fulfillments) for store in stores)
    documents = sum(len(store.documents) for store in stores)
    return f"{fulfillments} fulfillments, {documents} documents"


def _states(states: object) -> str:
    counted = Counter(str(state) for state in states)  # type: ignore[attr-defined]  # any iterable of states
    return ", ".join(f"{count} {state}" for state, count in sorted(counted.items()))

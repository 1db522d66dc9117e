"""Asking one account about some shipments: in batches as its carrier takes them, some at once, and what became of each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from despacho_core.shipments import Label, LabelState, Shipment
from despacho_core.stores import Account
from despacho_core.tracking import TrackingEvent
from despacho_ports.carriers import LabelHandle, TrackingReport, TracksShipments
from despacho_ports.errors import ProviderError, RateLimited, Rejected, Unauthorized
from despacho_services.shipping_effects import handle_of

log = logging.getLogger("despacho.tracking")

CALLS_TOGETHER = 128
"""Of all accounts: fewer than the connections that the hub keeps open."""
CALLS_AT_ONCE = 8
"""Of one account. Its rate limit spaces them further, in the client that its connector is handed."""
MOST_FAILURES = 3
"""After so many batches that failed the account is left alone till the next round."""
MOST_HALVINGS = 24
"""So often are refused batches halved in one asking: enough for four bad numbers among forty of each, and no flood where all is refused."""
RETRY_AFTER = timedelta(minutes=15)


@dataclass
class Asked:
    """What one asking brought: events by shipment of those that were answered, and of the rest when to ask again."""

    answered: dict[str, list[TrackingEvent]] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    again_in: timedelta = RETRY_AFTER
    refused: str | None = None
    """The provider's words where it refused the account's credentials."""
    failures: int = 0
    halvings: int = 0

    @property
    def is_over(self) -> bool:
        """Whether the account should be asked nothing more for now."""
        return self.refused is not None or self.failures >= MOST_FAILURES


@dataclass(frozen=True)
class _Piece:
    handle: LabelHandle
    shipment_id: str


async def ask(
    account: Account,
    connector: TracksShipments,
    shipments: Sequence[Shipment],
    labels: Sequence[Label],
    *,
    lines: asyncio.Semaphore,
) -> Asked:
    """Ask about the live pieces of shipments that have not ended. Raises nothing but cancellation.

    Args:
        account: Who is asked.
        connector: The account's.
        shipments: Of the account.
        labels: Theirs.
        lines: Shared by all accounts: how many calls are made together.
    """
    asked = Asked(answered={shipment.id: [] for shipment in shipments})
    pieces = _pieces(shipments, labels)
    size = max(1, connector.batch_size)
    batches = [pieces[start : start + size] for start in range(0, len(pieces), size)]
    turns = asyncio.Semaphore(CALLS_AT_ONCE)

    async def one(batch: list[_Piece]) -> None:
        async with turns, lines:
            await _ask_batch(account, connector, batch, asked)

    await asyncio.gather(*map(one, batches))
    for shipment_id in asked.failed:
        asked.answered.pop(shipment_id, None)
    return asked


async def _ask_batch(account: Account, connector: TracksShipments, batch: list[_Piece], asked: Asked) -> None:
    if asked.is_over:
        asked.failed.update(piece.shipment_id for piece in batch)
        return
    try:
        reports = await connector.track_shipments([piece.handle for piece in batch])
    except Rejected as error:
        await _refused(account, connector, batch, asked, error)
    except ProviderError as error:
        _failed(batch, asked, error.message)
        if isinstance(error, Unauthorized):
            asked.refused = error.message
        if isinstance(error, RateLimited):
            asked.failures = MOST_FAILURES
            asked.again_in = timedelta(seconds=max(60.0, error.retry_after))
    except Exception as error:
        log.exception("account %s broke while tracking", account.id)
        _failed(batch, asked, f"the provider broke: {error!r}")
    else:
        asked.failures = 0
        _reported(batch, asked, reports)


async def _refused(
    account: Account, connector: TracksShipments, batch: list[_Piece], asked: Asked, error: Rejected
) -> None:
    """One number that a carrier will not hear of must not keep the others of its batch in the dark: the halves are asked apart."""
    if len(batch) == 1:
        asked.problems.append(f"{batch[0].handle.tracking_number}: {error.message}")
        return
    if asked.halvings >= MOST_HALVINGS:
        _failed(batch, asked, error.message)
        return
    asked.halvings += 1
    half = len(batch) // 2
    await _ask_batch(account, connector, batch[:half], asked)
    await _ask_batch(account, connector, batch[half:], asked)


def _failed(batch: list[_Piece], asked: Asked, message: str) -> None:
    asked.failures += 1
    asked.problems.append(message)
    asked.failed.update(piece.shipment_id for piece in batch)


def _reported(batch: list[_Piece], asked: Asked, reports: Sequence[TrackingReport]) -> None:
    of_number = {piece.handle.tracking_number: piece.shipment_id for piece in batch}
    for report in reports:
        shipment_id = of_number.get(report.tracking_number)
        if shipment_id is None:
            continue
        if report.problem:
            asked.problems.append(report.problem)
        asked.answered[shipment_id] += report.events


def _pieces(shipments: Sequence[Shipment], labels: Sequence[Label]) -> list[_Piece]:
    by_id = {shipment.id: shipment for shipment in shipments}
    return [
        _Piece(handle_of(by_id[label.shipment_id], label), label.shipment_id)
        for label in labels
        if label.state is LabelState.LIVE and not label.tracking_status.has_ended
    ]

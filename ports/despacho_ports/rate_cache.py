"""What carriers answered lately, kept so that the same cart costs them no second call and a silent carrier blocks no sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

import msgspec

from despacho_core.quotes import Rate


class KeptRates(msgspec.Struct, frozen=True, kw_only=True):
    """An account's answer to one question: its rates, or its refusal of just this question.

    Attributes:
        rates: Sound ones, at the carrier's own prices.
        asked_at: When the carrier answered; aware UTC.
        refusal: What the carrier said where it names no price for this cart.
        odd: What had to be left out or mended.
    """

    rates: tuple[Rate, ...]
    asked_at: datetime
    refusal: str | None = None
    odd: tuple[str, ...] = ()


class RateCache(Protocol):
    """Keeps answers by key for a day at most. A hint only: losing all of it costs calls, and nothing else.

    Keys are digests that already name store, account and everything that the question depends on.
    """

    async def find(self, keys: Sequence[str], *, since: datetime) -> Mapping[str, KeptRates]:
        """What is kept, fresh or old. Looks beyond this process only for keys without an answer since then.

        Never raises, and takes a few milliseconds at most: what cannot be had in time is not there.
        """
        ...

    def keep(self, key: str, kept: KeptRates) -> None:
        """Keep an answer. Returns at once and never raises."""
        ...

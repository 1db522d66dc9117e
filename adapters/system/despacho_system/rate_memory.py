"""Carriers' answers kept in this process: the most recently used ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import datetime

from despacho_ports.rate_cache import KeptRates

MOST_ANSWERS = 20_000
"""About a kilobyte each."""


class RateMemory:
    """Implements :class:`despacho_ports.rate_cache.RateCache` for one process."""

    def __init__(self, most: int = MOST_ANSWERS) -> None:
        self._most = most
        self._kept: OrderedDict[str, KeptRates] = OrderedDict()

    async def find(self, keys: Sequence[str], *, since: datetime) -> Mapping[str, KeptRates]:  # noqa: ARG002 - there is nowhere else to look
        """What is kept, fresh or old."""
        return self.known(keys)

    def known(self, keys: Sequence[str]) -> dict[str, KeptRates]:
        """The same, without waiting."""
        found: dict[str, KeptRates] = {}
        for key in keys:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
                found[key] = kept
        return found

    def keep(self, key: str, kept: KeptRates) -> None:
        """Keep an answer, and forget the one longest unused where there are too many."""
        self._kept[key] = kept
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

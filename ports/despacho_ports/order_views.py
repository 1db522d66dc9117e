"""Views of the list of orders that a store's people keep: a name, and what stands behind the question mark of the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """One view. ``query`` is a query string that the list itself made, such as ``status=paid&shipping=missing``."""

    store_id: str
    name: str
    query: str


class OrderViews(Protocol):
    """Views, by store and name."""

    async def of_store(self, store_id: str) -> Sequence[OrderView]:
        """By name."""
        ...

    async def save(self, view: OrderView) -> None:
        """Add, or replace the one of that name."""
        ...

    async def remove(self, store_id: str, name: str) -> None:
        """Forget it; forgetting twice is no error."""
        ...

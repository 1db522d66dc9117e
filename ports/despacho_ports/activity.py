"""What people did: who, when, through which way in, and about which orders."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

import msgspec


class Through(enum.StrEnum):
    """Which way in somebody took."""

    APP = "app"
    API = "api"


class Activity(msgspec.Struct, frozen=True, kw_only=True):
    """One change that somebody made.

    ``actor`` is the name that whoever works in the App gave (``app`` without one), or the API token's. ``action`` is the name of the
    route that was called, which the App has words for. ``subject`` is the id in its path (of a shipment, a manifest, …); ``orders`` are
    the numbers of the orders that it was about, ``detail`` what else tells two such changes apart (a carrier's name, a reason).
    """

    id: str
    store_id: str
    at: datetime
    actor: str
    action: str
    subject: str = ""
    through: Through = Through.APP
    orders: tuple[int, ...] = ()
    detail: str = ""


class Activities(Protocol):
    """The record of what people did: added to and read, never changed."""

    async def add(self, activity: Activity) -> None:
        """Add one."""
        ...

    async def page(
        self, store_id: str, *, before: datetime | None = None, limit: int = 50, order_number: int | None = None
    ) -> Sequence[Activity]:
        """Newest first, of all orders or of one. Rows of one instant all come, as in every list by time."""
        ...

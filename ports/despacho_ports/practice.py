"""Accounts to practise with: a simulator of the outside world says what to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class PracticeAccount(msgspec.Struct, frozen=True, kw_only=True):
    """One account, ready to be added; nothing that it does is real.

    ``countries`` are those of the stores that it is for, ISO 3166 alpha-2; empty for all that no other of the provider is for.
    """

    provider: str
    name: str
    settings: dict[str, object]
    countries: tuple[str, ...] = ()


class PracticeGround(Protocol):
    """Where practice accounts come from."""

    @property
    def is_there(self) -> bool:
        """Whether this hub knows of any."""
        ...

    async def accounts(self) -> Sequence[PracticeAccount]:
        """Those that can be had now. Raises ``Unavailable`` where the simulator does not answer, or says what cannot be read."""
        ...

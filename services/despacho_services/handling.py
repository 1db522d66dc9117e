"""What a handler of effects is asked, and what it brings back. See :mod:`despacho_services.effects` for who asks it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from despacho_core.errors import NotFound
from despacho_core.ledgers import Effect, Lane
from despacho_core.stores import Account, Store
from despacho_ports.persistence import UnitOfWork

Apply = Callable[[UnitOfWork], Awaitable[None]]


@dataclass(frozen=True)
class Settlement:
    """What a handler brings back: the business change to write with the settlement, and a word for the ledger.

    ``wakes`` are the lanes in which ``apply`` owes further effects. ``afterwards`` is done once it is settled, as far as it can be: what
    may be had later too, such as files. ``told`` is what the provider gave, for a person to read where it cannot be written. ``partial``
    is what was found where more was asked for: the rest may still show up.
    """

    apply: Apply
    message: str | None = None
    wakes: tuple[Lane, ...] = ()
    afterwards: Callable[[], Awaitable[None]] | None = None
    told: str = ""
    partial: bool = False


async def nothing_to_write(work: UnitOfWork) -> None:
    """The ``apply`` of a settlement that changes no more than the ledger."""


@dataclass(frozen=True)
class Parties:
    """Whose effect it is, as read just before it is carried out."""

    store: Store
    provider_account: Account | None

    @property
    def account(self) -> Account:
        """The account that carries it out. Raises ``NotFound`` for an effect that the store's own platform carries out."""
        if self.provider_account is None:
            raise NotFound(what="account", id="")
        return self.provider_account


class NotYet(Exception):
    """The effect has to wait for another one; nothing was called. Counts as no attempt that failed."""

    def __init__(self, message: str, wait: timedelta = timedelta(seconds=2)) -> None:
        super().__init__(message)
        self.wait = wait


class Handler(Protocol):
    """Carries out effects of one kind."""

    kind: str
    repeatable: bool
    """Whether doing it twice changes nothing; then an uncertain one is simply done again."""

    async def perform(self, effect: Effect, parties: Parties) -> Settlement:
        """Call the provider once. Raises the five errors, ``NotYet`` or a ``DomainError`` (which rejects)."""
        ...

    async def find(self, effect: Effect, parties: Parties) -> Settlement | None:
        """Ask whether it happened; None if certainly not. ``NotImplementedError`` where nobody can be asked."""
        ...

    async def refused(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Write what a refusal means for the business."""
        ...

    async def in_doubt(self, work: UnitOfWork, effect: Effect, message: str) -> None:
        """Write that nobody knows."""
        ...

    async def again(self, work: UnitOfWork, effect: Effect) -> None:
        """Write that it certainly did not happen and will be tried again. A ``DomainError`` forbids it."""
        ...

    async def by_hand(self, work: UnitOfWork, effect: Effect, note: str) -> None:
        """Write that it happened, as a person found out where nobody else could be asked."""
        ...

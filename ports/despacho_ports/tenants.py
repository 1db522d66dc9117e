"""Stores, their accounts and plans, who may come in, and answers that are given again: what belongs to a tenant before anything is sold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from despacho_core.stores import Account, Credentials, Store
from despacho_ports.records import ApiToken, ConsentUsed, IdempotentAnswer, PlanRecord, Session


class Stores(Protocol):
    """The tenants."""

    async def add(self, store: Store) -> None:
        """Add; raises ``AlreadyThere`` for a code in use."""
        ...

    async def get(self, store_id: str) -> Store | None: ...
    async def by_code(self, code: str) -> Store | None: ...
    async def by_key(self, key: str) -> Store | None: ...
    async def all(self) -> Sequence[Store]: ...
    async def save(self, store: Store) -> None:
        """Save everything but the credentials."""
        ...

    async def save_credentials(self, store_id: str, credentials: Credentials) -> None:
        """Replace the credentials as one."""
        ...

    async def remove(self, store_id: str) -> None:
        """Remove the store with all that belongs to it."""
        ...


class Accounts(Protocol):
    """Stores' accounts with providers."""

    async def add(self, account: Account) -> None: ...
    async def get(self, store_id: str, account_id: str) -> Account | None: ...
    async def by_key(self, key: str) -> Account | None: ...
    async def of_store(self, store_id: str) -> Sequence[Account]:
        """Oldest first."""
        ...

    async def save(self, account: Account) -> None: ...
    async def remove(self, store_id: str, account_id: str) -> None: ...


class Plans(Protocol):
    """Stores' shipping plans, one each at most."""

    async def get(self, store_id: str) -> PlanRecord | None:
        """The plan. Raises ``ValueError`` for one that this program cannot read."""
        ...

    async def save(self, record: PlanRecord) -> bool:
        """Save as the version after the one that is there (1 where there is none); False, and nothing saved, where it is not."""
        ...


class ApiTokens(Protocol):
    """Bearer tokens."""

    async def add(self, token: ApiToken) -> None: ...
    async def by_digest(self, digest: str) -> ApiToken | None: ...
    async def of_store(self, store_id: str) -> Sequence[ApiToken]: ...
    async def revoke(self, store_id: str, token_id: str, at: datetime) -> bool: ...


class Sessions(Protocol):
    """Browsers that are signed in."""

    async def add(self, session: Session) -> None:
        """Add; those that ended long ago are swept out."""
        ...

    async def get(self, digest: str) -> Session | None: ...
    async def save(self, session: Session) -> None: ...
    async def remove(self, digest: str) -> None: ...


class Consents(Protocol):
    """OAuth2 states that came back."""

    async def was_used(self, nonce: str) -> bool:
        """Whether it came back before."""
        ...

    async def use(self, used: ConsentUsed, *, now: datetime) -> bool:
        """Remember it, and forget those that have ended; False when it came back before."""
        ...


class Answers(Protocol):
    """Answers kept for ``Idempotency-Key``."""

    async def begin(self, answer: IdempotentAnswer) -> IdempotentAnswer | None:
        """Reserve the key; None when reserved (or an abandoned reservation was taken over), else what is there.

        What was made under a key keeps it: such a reservation is never abandoned.
        """
        ...

    async def take(self, store_id: str, key: str, *, at: datetime) -> str | None:
        """Have the key for this unit alone till it ends, reserved or not; the id of what was made under it before, if anything was."""
        ...

    async def keep_made(self, store_id: str, key: str, made: str) -> None:
        """Keep what is made under a key that was taken, in the transaction that makes it. Raises ``NotFound`` for any other key."""
        ...

    async def finish(self, answer: IdempotentAnswer) -> None:
        """Keep the answer, unless one is kept. A refusal is not kept where something was made: it may stand otherwise later."""
        ...

    async def release(self, store_id: str, key: str) -> None:
        """Give up a reservation; an answer, and what was made under the key, stay."""
        ...

    async def remove_older(self, before: datetime, limit: int) -> int: ...

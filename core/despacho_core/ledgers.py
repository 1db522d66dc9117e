"""The two ledgers: what came in, and every effect still owed to the outside world.

An effect runs like this::

    pending ──claim──► running ──► done | rejected | dead
       ▲                  │ ╲
       ├──certainly not───┘  ╲► uncertain ──find──► done | pending (certainly not there) | a person decides
       │
    rejected, dead: owed again by a new wish, or retried by a person

``running`` past its lease means that the process died: nobody knows whether the provider acted, so it becomes ``uncertain``. Each
doubt is a new one: what was looked for and not found before an attempt says nothing about that attempt. ``dead`` means that our side
broke or gave up after too many attempts, whether the last one did nothing or nobody knows; what may not be repeated gives up only
where it certainly did nothing.
"""

from __future__ import annotations

import enum
from datetime import datetime, timedelta

import msgspec

from despacho_core.errors import WrongState


class Lane(enum.StrEnum):
    """Work grouped by what its delay costs; each lane is its own queue."""

    INTERACTIVE = "interactive"
    FISCAL = "fiscal"
    BULK = "bulk"
    POLLING = "polling"


class InboxState(enum.StrEnum):
    """``ignored`` was read and needs nothing; ``dead`` broke our worker too often, with the error kept."""

    PENDING = "pending"
    DONE = "done"
    IGNORED = "ignored"
    DEAD = "dead"


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """A message as it came, stored before it was acknowledged. ``dedupe_key`` is unique.

    ``order_number`` is known once the message was read, where it is about an order.
    """

    id: int
    store_id: str
    source: str
    event: str
    dedupe_key: str
    body: bytes
    headers: dict[str, str]
    received_at: datetime
    state: InboxState = InboxState.PENDING
    attempts: int = 0
    due_at: datetime | None = None
    error: str | None = None
    order_number: int | None = None


class EffectState(enum.StrEnum):
    """See the module's drawing."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    REJECTED = "rejected"
    UNCERTAIN = "uncertain"
    DEAD = "dead"

    @property
    def is_settled(self) -> bool:
        """Whether nothing further will happen by itself."""
        return self in {EffectState.DONE, EffectState.REJECTED, EffectState.DEAD}


class Effect(msgspec.Struct, frozen=True, kw_only=True):
    """One effect owed to the outside world. ``key`` is the unique business key, ``subject`` the id of what it is about.

    ``attempts`` counts claims, ``lookups`` how often one was looked for and not found since it last became uncertain. ``lease_until``
    bounds a claim; ``claim`` tells one claim from the next, so that a runner that was thought dead cannot settle what another has taken
    over.
    """

    id: str
    store_id: str
    key: str
    kind: str
    subject: str
    lane: Lane
    created_at: datetime
    due_at: datetime
    account_id: str | None = None
    payload: dict[str, object] = {}
    state: EffectState = EffectState.PENDING
    attempts: int = 0
    lookups: int = 0
    claim: str | None = None
    lease_until: datetime | None = None
    message: str | None = None
    settled_at: datetime | None = None

    def done(self, at: datetime, message: str | None = None) -> Effect:
        """The provider acted, once."""
        return self._settled(EffectState.DONE, at, message)

    def rejected(self, at: datetime, message: str) -> Effect:
        """The provider said no; its words are kept."""
        return self._settled(EffectState.REJECTED, at, message)

    def dead(self, at: datetime, message: str) -> Effect:
        """Our side broke, or gave up; the error is kept."""
        return self._settled(EffectState.DEAD, at, message)

    def later(self, due_at: datetime, message: str, *, counted: bool = True) -> Effect:
        """Certainly nothing happened: try again at ``due_at``. Not ``counted`` when it was not even tried."""
        self._claimed("put off")
        return msgspec.structs.replace(
            self,
            state=EffectState.PENDING,
            due_at=due_at,
            message=message,
            attempts=self.attempts if counted else max(self.attempts - 1, 0),
            lookups=0,
            claim=None,
            lease_until=None,
        )

    def uncertain(self, due_at: datetime, message: str, *, counted: bool = True) -> Effect:
        """It may have happened: look for it at ``due_at``, never repeat it. Not ``counted`` when the look gave no answer."""
        self._claimed("marked uncertain")
        known = self.lookups if self.state is EffectState.UNCERTAIN else 0
        return msgspec.structs.replace(
            self,
            state=EffectState.UNCERTAIN,
            due_at=due_at,
            message=message,
            lookups=known if counted else max(known - 1, 0),
            claim=None,
            lease_until=None,
        )

    def retried(self, at: datetime, *, repeatable: bool) -> Effect:
        """A person wants a settled effect tried again.

        A dead one may have been done by a provider that we lost track of: unless ``repeatable`` it is looked for first.
        """
        if self.state not in {EffectState.REJECTED, EffectState.DEAD}:
            raise WrongState(what="effect", id=self.key, state=self.state.value, action="be retried")
        safe = repeatable or self.state is EffectState.REJECTED
        state = EffectState.PENDING if safe else EffectState.UNCERTAIN
        return msgspec.structs.replace(self, state=state, due_at=at, attempts=0, lookups=0, settled_at=None)

    def resolved(self, at: datetime, *, happened: bool, message: str) -> Effect:
        """A person has asked the provider: it happened (and is settled), or certainly not (and is tried again)."""
        if self.state is not EffectState.UNCERTAIN:
            raise WrongState(what="effect", id=self.key, state=self.state.value, action="be resolved")
        return msgspec.structs.replace(
            self,
            state=EffectState.DONE if happened else EffectState.PENDING,
            due_at=at,
            settled_at=at if happened else None,
            message=message,
            lookups=0,
            claim=None,
            lease_until=None,
        )

    def owed_again(self, wish: Effect) -> Effect:
        """A settled effect, owed once more as a new wish under its key has it. Its provider refused it, or was never let in.

        Raises:
            WrongState: It is on its way, in doubt, or done.
        """
        if self.state not in {EffectState.REJECTED, EffectState.DEAD}:
            raise WrongState(what="effect", id=self.key, state=self.state.value, action="be owed again")
        return msgspec.structs.replace(
            self,
            account_id=wish.account_id,
            subject=wish.subject,
            lane=wish.lane,
            payload=wish.payload,
            due_at=wish.due_at,
            state=EffectState.PENDING,
            attempts=0,
            lookups=0,
            message=None,
            settled_at=None,
        )

    def _settled(self, state: EffectState, at: datetime, message: str | None) -> Effect:
        self._claimed(state.value)
        return msgspec.structs.replace(self, state=state, settled_at=at, message=message, claim=None, lease_until=None)

    def _claimed(self, action: str) -> None:
        if self.state not in {EffectState.RUNNING, EffectState.UNCERTAIN}:
            raise WrongState(what="effect", id=self.key, state=self.state.value, action=f"be {action}")


def backoff(
    attempts: int, jitter: float, *, first: timedelta = timedelta(seconds=5), most: timedelta = timedelta(hours=1)
) -> timedelta:
    """Wait before the next try: doubling from ``first``, at most ``most``, shortened by up to half by ``jitter`` in 0..1."""
    doublings = min(max(attempts - 1, 0), 20)
    full = min(most, first * float(1 << doublings))
    return full * (1 - 0.5 * jitter)

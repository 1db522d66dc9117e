"""What will be done in a torture, decided beforehand from one seed: who orders what, who asks for what, and who is killed when."""

from __future__ import annotations

import enum
from random import Random

import msgspec


class Database(enum.StrEnum):
    """What the hub keeps its ledgers in."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


class Ask(enum.StrEnum):
    """Who asks for a document or a label: the store's own setting, the merchant's button, a client of the API."""

    SETTING = "setting"
    BUTTON = "button"
    API = "api"


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much of it. An order that is placed and paid is told in four webhooks, before anything is done about it.

    ``seconds`` is how long orders keep coming and processes keep dying, ``every`` the mean time between two kills, ``hurry`` what
    everybody's own waiting is divided by. ``lease`` (in seconds) is how soon the hub takes a silent process for dead. ``processes`` is
    how many web processes there are, and workers, where they can be many.
    """

    stores: int
    orders: int
    seconds: float
    every: float
    hurry: float = 1.0
    lease: float = 6.0
    processes: int = 2


WHOLE = Size(stores=10, orders=500, seconds=100.0, every=3.5)
SHORT = Size(stores=2, orders=12, seconds=4.0, every=0.9, hurry=5.0, lease=3.0, processes=1)


class PlannedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """One order's story. Times are seconds from the beginning; ``pays_after`` and ``asks_after`` count from its placing.

    ``units`` and ``discount`` make totals differ, and sometimes not. A ``silent`` one is told by no webhook.
    """

    store: int
    at: float
    units: int
    discount: int
    pays_after: float | None
    asks_after: float
    label: Ask
    document: tuple[Ask, ...]
    silent: bool


class Kill(msgspec.Struct, frozen=True):
    """SIGKILL for a process, and how long it stays away where nobody but the torture starts it again."""

    at: float
    victim: str
    away: float


class Hold(msgspec.Struct, frozen=True):
    """A store's webhooks are kept back for a while and then sent in a wild order."""

    at: float
    store: int
    seconds: float


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    seed: int
    database: Database
    size: Size
    orders: tuple[PlannedOrder, ...]
    kills: tuple[Kill, ...]
    holds: tuple[Hold, ...]


SUPERVISOR = "serve"
"""Killed once, where there is one: its children die with it and are all started again."""


def victims(database: Database, size: Size) -> tuple[str, ...]:
    """Who may be killed again and again."""
    if database is Database.SQLITE:
        return ("web", "worker", "redis")
    numbers = range(1, size.processes + 1)
    return (*(f"web-{number}" for number in numbers), *(f"worker-{number}" for number in numbers), "redis")


def buys_by_setting(store: int) -> bool:
    """Whether a store's labels are bought as soon as an order is paid."""
    return store % 3 == 0


def issues_by_setting(store: int) -> bool:
    """Whether a store's documents are issued as soon as an order is paid."""
    return store % 2 == 0


def make_plan(seed: int, database: Database, size: Size) -> Plan:
    """The plan of a seed; the same whenever it is asked for."""
    orders = Random(f"{seed}:orders")
    return Plan(
        seed=seed,
        database=database,
        size=size,
        orders=tuple(_order(orders, number, size) for number in range(size.orders)),
        kills=_kills(Random(f"{seed}:kills:{database}"), database, size),
        holds=_holds(Random(f"{seed}:holds"), size),
    )


def _order(random: Random, number: int, size: Size) -> PlannedOrder:
    store = number % size.stores
    by_setting = buys_by_setting(store)
    return PlannedOrder(
        store=store,
        at=random.uniform(0, size.seconds),
        units=random.randint(1, 3),
        discount=10 * random.randint(0, 9),
        # A buyer at the checkout pays there; only orders of other shops' clerks are paid later.
        pays_after=None if by_setting or random.random() < 0.5 else random.uniform(0.2, 4.0) / size.hurry,
        asks_after=random.uniform(0.0, 5.0) / size.hurry,
        label=Ask.SETTING if by_setting else Ask.API,
        document=_document(random, issues_by_setting(store)),
        silent=random.random() < 0.02,
    )


def _document(random: Random, by_setting: bool) -> tuple[Ask, ...]:
    """Several ask at once, as often as not."""
    asked = tuple(one for one in (Ask.BUTTON, Ask.API) if random.random() < 0.4)
    if by_setting:
        return (Ask.SETTING, *asked)
    return asked or (random.choice((Ask.BUTTON, Ask.API)),)


def _kills(random: Random, database: Database, size: Size) -> tuple[Kill, ...]:
    """Everybody dies at least once, in a random order, and then whoever is met."""
    first = [*victims(database, size), *([SUPERVISOR] if database is Database.SQLITE else [])]
    random.shuffle(first)
    at, kills = 0.0, []
    while (at := at + random.uniform(0.3, 1.7) * size.every) < size.seconds or first:
        victim = first.pop() if first else random.choice(victims(database, size))
        kills.append(Kill(at, victim, random.uniform(0.0, 1.5) / size.hurry))
    return tuple(kills)


def _holds(random: Random, size: Size) -> tuple[Hold, ...]:
    """Every third store is held back once."""
    return tuple(
        Hold(random.uniform(0, size.seconds * 0.7), store, random.uniform(1.0, 8.0) / size.hurry)
        for store in range(0, size.stores, 3)
    )

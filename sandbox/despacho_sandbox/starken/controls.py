"""What a visitor may do at the simulated Starken beside its services."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route
from despacho_sandbox.starken.accounts import Account, Accounts
from despacho_sandbox.starken.journey import BY_NAME, move_by_hand
from despacho_sandbox.starken.ledger import Event, Freight, Ledger


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    """Move one OF, those of a reference, or all.

    Attributes:
        to: The carrier's words for a state, known or not, or a name such as `delivered`.
    """

    to: str
    order: int | None = None
    reference: str | None = None
    all: bool = False


class Controls:
    """Accounts and OFs by hand.

    Args:
        accounts: Customers to list and to add to.
        ledger: OFs to move.
        clock: The sandbox's clock.
        follow: Brings OFs up to the clock before a hand moves them.
        happened: Called with each OF and its new event.
    """

    def __init__(
        self,
        accounts: Accounts,
        ledger: Ledger,
        clock: SandboxClock,
        follow: Callable[[], None],
        happened: Callable[[Freight, Event], None],
    ) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._clock = clock
        self._follow = follow
        self._happened = happened

    def routes(self) -> tuple[Route, ...]:
        """`POST advance`, `GET accounts`, `POST accounts`."""
        return (
            control_route("POST", "advance", self._advance),
            control_route("GET", "accounts", lambda _: json_reply(self._accounts.all())),
            control_route("POST", "accounts", self._add_account),
        )

    def advance(self, wanted: Advance) -> list[Freight]:
        """Moves OFs and returns them.

        Raises:
            ValueError: If no OF is meant, or no state is named.
        """
        state = BY_NAME.get(wanted.to, wanted.to.strip())
        if not state:
            raise ValueError(f"no state is named: the carrier's words, or one of {', '.join(BY_NAME)}")
        chosen = [one for one in self._ledger.orders.values() if _meant(one, wanted)]
        if not chosen and not wanted.all:
            raise ValueError("no such OF: name an order, a reference, or all")
        self._follow()
        for freight in chosen:
            for event in move_by_hand(freight, state, self._clock.now()):
                self._happened(freight, event)
        return chosen

    def _advance(self, request: Request) -> Reply:
        moved = self.advance(msgspec.json.decode(request.body, type=Advance))
        return json_reply({"moved": [{"order": one.order, "at": one.events[-1].state} for one in moved]})

    def _add_account(self, request: Request) -> Reply:
        account = msgspec.json.decode(request.body, type=Account)
        self._accounts.add(account)
        return json_reply(account, 201)


def shown_freight(freight: Freight) -> dict[str, Any]:
    """An OF as the state shows it."""
    shown: dict[str, Any] = msgspec.to_builtins(freight)
    places = {"origin": freight.origin.name, "destination": freight.destination.name}
    return shown | places | {"at": freight.events[-1].state}


def _meant(freight: Freight, wanted: Advance) -> bool:
    return wanted.all or freight.order == wanted.order or freight.reference == (wanted.reference or 0)

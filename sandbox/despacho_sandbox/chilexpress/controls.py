"""What a visitor may do at the simulated Chilexpress beside its API."""

from __future__ import annotations

from typing import Any

import msgspec

from despacho_sandbox.chilexpress.accounts import Account, Accounts
from despacho_sandbox.chilexpress.journey import move_by_hand, reached
from despacho_sandbox.chilexpress.ledger import Ledger, Milestone, TransportOrder
from despacho_sandbox.chilexpress.tracking import Tracking
from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route


class Advance(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    """Move one parcel, those of a reference, or all; `text` replaces what the carrier says of the last step."""

    to: Milestone
    transport_order_number: int | None = None
    reference: str | None = None
    all: bool = False
    text: str | None = None


class Controls:
    """Accounts and parcels by hand.

    Args:
        accounts: Customers to list and to add to.
        ledger: Parcels to move.
        tracking: Brings parcels up to the clock before a hand moves them.
        clock: The sandbox's clock.
    """

    def __init__(self, accounts: Accounts, ledger: Ledger, tracking: Tracking, clock: SandboxClock) -> None:
        self._accounts = accounts
        self._ledger = ledger
        self._tracking = tracking
        self._clock = clock

    def routes(self) -> tuple[Route, ...]:
        """`POST advance`, `GET accounts`, `POST accounts`."""
        return (
            control_route("POST", "advance", self._advance),
            control_route("GET", "accounts", lambda _: json_reply(self._accounts.all())),
            control_route("POST", "accounts", self._add_account),
        )

    def advance(self, wanted: Advance) -> list[TransportOrder]:
        """Moves parcels and returns them.

        Raises:
            ValueError: If no parcel is meant.
        """
        chosen = [order for order in self._ledger.orders.values() if _meant(order, wanted)]
        if not chosen and not wanted.all:
            raise ValueError("no such parcel: name a transportOrderNumber, a reference, or all")
        self._tracking.follow()
        for order in chosen:
            move_by_hand(order, wanted.to, self._clock.now(), wanted.text)
        return chosen

    def _advance(self, request: Request) -> Reply:
        moved = self.advance(msgspec.json.decode(request.body, type=Advance, strict=False))
        return json_reply({"moved": [{"transportOrderNumber": one.number, "at": reached(one)} for one in moved]})

    def _add_account(self, request: Request) -> Reply:
        account = msgspec.json.decode(request.body, type=Account)
        self._accounts.add(account)
        return json_reply(account, 201)


def shown_order(order: TransportOrder) -> dict[str, Any]:
    """An order as the state shows it."""
    shown: dict[str, Any] = msgspec.to_builtins(order)
    places = {"origin": order.origin.code, "destination": order.destination.code}
    return shown | places | {"service": order.service.code, "barcode": order.barcode, "at": reached(order)}


def _meant(order: TransportOrder, wanted: Advance) -> bool:
    return wanted.all or order.number == wanted.transport_order_number or order.reference == (wanted.reference or 0)

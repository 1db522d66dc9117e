"""What a visitor may do at the simulated CTT Expresso beside its services."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from despacho_sandbox.ctt.accounts import Account, Accounts
from despacho_sandbox.ctt.journey import BY_NAME, move_by_hand
from despacho_sandbox.ctt.ledger import Ledger, Parcel
from despacho_sandbox.ctt.tracking import Tracking
from despacho_sandbox.kit.asgi import Reply, Request, json_reply
from despacho_sandbox.kit.clock import SandboxClock
from despacho_sandbox.kit.control import control_route
from despacho_sandbox.kit.routing import Route

_CODE = re.compile(r"[A-Z]{3}")


class Advance(msgspec.Struct, forbid_unknown_fields=True):
    """Move one object, those of a reference, or all.

    Attributes:
        to: An event code, known or not, or a name such as `delivered`.
        reason: `_CodigoMotivo`.
        situation: `_CodigoSituacao`.
        text: Replaces what the carrier says of the event.
    """

    to: str
    number: str | None = None
    reference: str | None = None
    all: bool = False
    reason: str = ""
    situation: str = ""
    text: str | None = None


class Controls:
    """Accounts and objects by hand.

    Args:
        accounts: Customers to list and to add to.
        ledger: Objects to move.
        tracking: Brings objects up to the clock before a hand moves them.
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

    def advance(self, wanted: Advance) -> list[Parcel]:
        """Moves objects and returns them.

        Raises:
            ValueError: If no object is meant, or the event is none.
        """
        code = BY_NAME.get(wanted.to, wanted.to)
        if not _CODE.fullmatch(code):
            raise ValueError(f"no event {wanted.to!r}: a code of three capitals, or one of {', '.join(BY_NAME)}")
        chosen = [parcel for parcel in self._ledger.parcels.values() if _meant(parcel, wanted)]
        if not chosen and not wanted.all:
            raise ValueError("no such object: name a number, a reference, or all")
        self._tracking.follow()
        for parcel in chosen:
            move_by_hand(
                parcel, code, self._clock.now(), reason=wanted.reason, situation=wanted.situation, text=wanted.text
            )
        return chosen

    def _advance(self, request: Request) -> Reply:
        moved = self.advance(msgspec.json.decode(request.body, type=Advance))
        return json_reply({"moved": [{"number": one.number, "at": one.events[-1].code} for one in moved]})

    def _add_account(self, request: Request) -> Reply:
        account = msgspec.json.decode(request.body, type=Account)
        self._accounts.add(account)
        return json_reply(account, 201)


def shown_parcel(parcel: Parcel) -> dict[str, Any]:
    """An object as the state shows it."""
    shown: dict[str, Any] = msgspec.to_builtins(parcel)
    return shown | {"product": parcel.product.code, "at": parcel.events[-1].code}


def _meant(parcel: Parcel, wanted: Advance) -> bool:
    return wanted.all or parcel.number == wanted.number or parcel.reference == wanted.reference

"""The certificate that purchases join: one a day, by the carrier's own day."""

from __future__ import annotations

from datetime import UTC, datetime

from despacho_chilexpress.certificate_in_use import NONE, CertificateInUse
from despacho_ports.carriers import BoughtLabel, BoughtShipment
from despacho_ports.errors import Rejected
from tests.town import TurnedClock

BOUGHT = BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number="712100832940", group="900"),))


def bought_at(hour: int, minute: int = 0, *, shared: bool = True) -> tuple[CertificateInUse, TurnedClock]:
    clock = TurnedClock(datetime(2026, 11, 20, hour, minute, tzinfo=UTC))
    in_use = CertificateInUse(clock, shared=shared)
    assert in_use.number() == NONE, "the first one opens its own"
    in_use.bought(BOUGHT)
    return in_use, clock


def test_an_evening_in_santiago_goes_on_after_midnight_in_greenwich() -> None:
    in_use, clock = bought_at(23, 30)  # half past eight in the evening
    clock.turn(2 * 3600)
    assert in_use.number() == 900
    clock.turn(2 * 3600)  # half past midnight
    assert in_use.number() == NONE


def test_nothing_joins_what_was_closed_here_or_elsewhere() -> None:
    in_use, _ = bought_at(15)
    in_use.closed(["899"])
    assert in_use.number() == 900
    in_use.closed(["900"])
    assert in_use.number() == NONE
    in_use.bought(BOUGHT)
    assert in_use.refused(Rejected("El certificado está cerrado"))
    assert in_use.number() == NONE


def test_purchases_stay_apart_unless_the_account_wants_them_together() -> None:
    in_use, _ = bought_at(15, shared=False)
    assert in_use.number() == NONE

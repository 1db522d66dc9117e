"""The certificate that purchases are put on, where the account wants its shipments closed together.

The first purchase of a day opens one by itself (``certificateNumber`` 0); the following ones join it until it is closed
(contract/carriers.md 1.5). It is remembered by the process: another one opens its own, and a manifest then closes a few instead of one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from despacho_chilexpress.moments import santiago
from despacho_chilexpress.words import plain
from despacho_ports.carriers import BoughtShipment
from despacho_ports.errors import Rejected
from despacho_ports.system import Clock

NONE = 0
"""Opens a certificate of its own."""


class CertificateInUse:
    """Remembers one certificate for a day of the carrier's, or none at all.

    Args:
        clock: What day it is.
        shared: Whether shipments join each other.
    """

    def __init__(self, clock: Clock, *, shared: bool) -> None:
        self._clock = clock
        self._shared = shared
        self._known: tuple[date, str] | None = None

    def number(self) -> int:
        """What to put a purchase on."""
        if self._known is None or self._known[0] != self._today():
            return NONE
        return int(self._known[1])

    def bought(self, shipment: BoughtShipment) -> None:
        """Let the following ones join this one."""
        group = shipment.labels[0].group if shipment.labels else None
        if self._shared and group:
            self._known = (self._today(), group)

    def closed(self, numbers: Iterable[str]) -> None:
        """Nothing joins these any more."""
        if self._known is not None and self._known[1] in set(numbers):
            self._known = None

    def refused(self, error: Rejected) -> bool:
        """Whether a purchase was refused for its certificate (closed by somebody else), and may be put on one of its own."""
        if self._known is None or "CERTIFICADO" not in plain(error.message):
            return False
        self._known = None
        return True

    def _today(self) -> date:
        return self._clock.now().astimezone(santiago()).date()

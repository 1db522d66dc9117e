"""The account's taxes: a line names one, and a name that the account does not know would get its default tax in silence.

So the names are read before, and what a draft answers is compared with them afterwards (contract/invoicing.md 9.2 and 9.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

import msgspec

from despacho_core.fiscal_portugal import Region
from despacho_invoicexpress.answers import check, decimal_of, lenient, text_of
from despacho_invoicexpress.gateway import Gateway
from despacho_ports.errors import Rejected, Unavailable
from despacho_ports.system import Clock

KEPT_FOR = timedelta(minutes=10)


class Tax(msgspec.Struct, frozen=True):
    """One tax: its name, its rate in per cent and its region, empty where the account does not say."""

    name: str
    rate: Decimal
    region: str


class _Row(msgspec.Struct):
    name: object = None
    value: object = None
    region: object = None


class _Taxes(msgspec.Struct):
    taxes: list[_Row]


class TaxBook:
    """Reads the account's taxes, and remembers them for a while.

    Args:
        gateway: The account's connection.
        clock: Tells when they are too old.
    """

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._known: tuple[datetime, tuple[Tax, ...]] | None = None

    async def taxes(self) -> tuple[Tax, ...]:
        """All taxes of the account.

        Raises:
            ProviderError: They could not be read.
        """
        now = self._clock.now()
        if self._known is None or now - self._known[0] > KEPT_FOR:
            self._known = (now, await self._read())
        return self._known[1]

    def forget(self) -> None:
        """They are not what was thought."""
        self._known = None

    async def _read(self) -> tuple[Tax, ...]:
        answer = await self._gateway.read("/taxes.json")
        check(answer)
        found = lenient(answer.body, _Taxes)
        if found is None:
            raise Unavailable("InvoiceXpress listed its taxes in a form that cannot be read.")
        rows = [(text_of(row.name), decimal_of(row.value), text_of(row.region)) for row in found.taxes]
        return tuple(Tax(name, rate, region) for name, rate, region in rows if name and rate is not None)


def tax_for(rate: Decimal, taxes: Sequence[Tax], home: Region) -> Tax:
    """The tax of a rate: the home region's own, one without a region, else the only one there is.

    Raises:
        Rejected: The account has none, or several of other regions.
    """
    fitting = [tax for tax in taxes if tax.rate == rate]
    at_home = [tax for tax in fitting if tax.region == home] or [tax for tax in fitting if not tax.region]
    if at_home:
        return at_home[0]
    if rate == 0 and fitting:
        return fitting[0]
    if len(fitting) != 1:
        message = (
            f"A conta InvoiceXpress não tem uma taxa de IVA de {rate.normalize():f} % para a região {home.value}. "
            "Crie-a em InvoiceXpress (Conta → Taxas) e tente de novo."
        )
        raise Rejected(message, field="tax")
    return fitting[0]

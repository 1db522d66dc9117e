"""Each rate judged alone, so that an odd one never spoils the rest."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import msgspec

from despacho_core.money import MOST_DIGITS, Money
from despacho_core.quotes import Rate

MOST_NAME = 120
MOST_DESCRIPTION = 512
"""As long as the platform takes one (contract/jumpseller.md 1.4)."""
MOST_CODE = 64
MOST_DAYS = 365
MOST_RATES = 100
"""Of one answer: a checkout shows a handful, and answers are kept."""


def sound_rates(rates: Iterable[object], currency: str) -> tuple[tuple[Rate, ...], tuple[str, ...]]:
    """The rates that can be offered, mended where only words or days are odd, and what was found odd.

    A price that is no price, another currency, no service code or one that came already: the rate is left out. Days that cannot be are
    no estimate; names are cut to what a checkout shows.
    """
    sound: dict[str, Rate] = {}
    odd: list[str] = []
    for rate in rates:
        if len(sound) == MOST_RATES:
            odd.append(f"there are more than {MOST_RATES} rates; the others are left out")
            break
        problem = _unsound(rate, currency)
        if problem is not None or not isinstance(rate, Rate):
            odd.append(problem or "it is no rate")
        elif rate.service_code in sound:
            odd.append(f"service {rate.service_code}: it came twice; the first one counts")
        else:
            mended = _mended(rate)
            sound[rate.service_code] = mended
            if mended != rate:
                odd.append(f"service {rate.service_code}: its days or its words were mended")
    return tuple(sound.values()), tuple(odd)


def _unsound(rate: object, currency: str) -> str | None:
    if not isinstance(rate, Rate):
        return f"it is no rate: {rate!r}"[:200]
    fields: Any = rate  # what a Struct says of its fields nobody has checked
    code, price = fields.service_code, fields.price
    if not isinstance(code, str) or not code.strip() or len(code) > MOST_CODE:
        return "a rate without a usable service code"
    if not isinstance(fields.service_name, str) or not isinstance(fields.description, str):
        return f"service {code}: its name is no text"
    amount = price.amount if isinstance(price, Money) else None
    if not isinstance(amount, Decimal) or not amount.is_finite() or amount < 0 or amount.adjusted() >= MOST_DIGITS:
        return f"service {code}: its price is no price: {amount}"[:200]
    if rate.price.currency != currency:
        return f"service {code}: its price is in {rate.price.currency}, not {currency}"
    return None


def _mended(rate: Rate) -> Rate:
    least, most = _days(rate.days_min), _days(rate.days_max)
    if least is not None and most is not None and least > most:
        least = most = None
    name = (rate.service_name or rate.service_code)[:MOST_NAME]
    wanted = (least, most, name, rate.description[:MOST_DESCRIPTION])
    if wanted == (rate.days_min, rate.days_max, rate.service_name, rate.description):
        return rate
    return msgspec.structs.replace(
        rate, days_min=least, days_max=most, service_name=name, description=rate.description[:MOST_DESCRIPTION]
    )


def _days(days: object) -> int | None:
    return days if isinstance(days, int) and 0 <= days <= MOST_DAYS else None

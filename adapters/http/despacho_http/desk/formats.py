"""Money, numbers and moments as the store writes them: its country's form, its own time zone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from despacho_core.money import Money
from despacho_core.stores import Store

if TYPE_CHECKING:
    from babel import Locale


@dataclass(frozen=True)
class Formats:
    """How values are written for one store on pages of one language."""

    store: Store
    language: str

    def money(self, amount: Decimal | Money, currency: str | None = None) -> str:
        """An amount with its currency: ``$12.990``, ``12,99 €``."""
        number = amount.amount if isinstance(amount, Money) else amount
        given = amount.currency if isinstance(amount, Money) else currency
        return _money(number, given or self.store.currency, self._country)

    def number(self, value: Decimal | int) -> str:
        """A number with the store's separators."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - as above

        return format_decimal(value, locale=self._country)

    @property
    def mark(self) -> str:
        """The store's decimal separator, for what is written into fields."""
        from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - as above

        return get_decimal_symbol(self._country)

    def weight(self, grams: int) -> str:
        """A weight in kilograms: ``1,5 kg``."""
        return f"{self.number(Decimal(grams) / 1000)} kg"

    def moment(self, at: datetime | None) -> str:
        """Day and time, in the store's zone; empty for None."""
        if at is None:
            return ""
        return _minute(at.astimezone(self._zone).replace(second=0, microsecond=0, tzinfo=None), self._words)

    def day(self, at: datetime | date | None) -> str:
        """A day in the store's zone; empty for None."""
        from babel.dates import format_date  # noqa: PLC0415 - as above

        if at is None:
            return ""
        local = at.astimezone(self._zone).date() if isinstance(at, datetime) else at
        return format_date(local, "medium", locale=self._words)

    def machine(self, at: datetime) -> str:
        """For ``<time datetime>``."""
        return at.astimezone(self._zone).isoformat(timespec="seconds")

    def filters(self) -> dict[str, Callable[..., str]]:
        """The same, by the names that templates use."""
        return {name: getattr(self, name) for name in ("money", "number", "weight", "moment", "day", "machine")}

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.store.timezone)

    @property
    def _country(self) -> Locale:
        return _locale(self.store.language, self.store.country)

    @property
    def _words(self) -> Locale:
        """Names of months in the page's language, in the order of the store's country where that speaks it."""
        return _locale(self.language, self.store.country if self.language == self.store.language else "GB")


@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, locale: Locale) -> str:
    """Kept, as what follows: a list shows the same amounts and minutes again and again, and each takes the library long."""
    from babel.numbers import format_currency  # noqa: PLC0415 - loaded when the first page is shown

    return format_currency(amount, currency, locale=locale)


def _minute(local: datetime, locale: Locale) -> str:
    """As Babel's ``format_datetime`` writes it, of parts that come again: there are 1,440 minutes and few days."""
    clock = _clock(local.time(), locale)
    return _pattern(locale).replace("{0}", clock).replace("{1}", _short_day(local.date(), locale))


@lru_cache(maxsize=8192)
def _clock(minute: time, locale: Locale) -> str:
    from babel.dates import format_time  # noqa: PLC0415 - as above

    return format_time(minute, "short", locale=locale)


@lru_cache(maxsize=4096)
def _short_day(day: date, locale: Locale) -> str:
    from babel.dates import format_date  # noqa: PLC0415 - as above

    return format_date(day, "short", locale=locale)


@lru_cache(maxsize=64)
def _pattern(locale: Locale) -> str:
    from babel.dates import get_datetime_format  # noqa: PLC0415 - as above

    return str(get_datetime_format("short", locale=locale)).replace("'", "")


@lru_cache(maxsize=64)
def _locale(language: str, country: str) -> Locale:
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - as above

    try:
        return Locale.parse(f"{language}_{country}")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(language)

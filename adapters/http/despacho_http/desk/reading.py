"""A form that is being read: numbers as people write them, bounds, and what is wrong, beside its field and in the reader's language."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from despacho_core.bounds import Bounds
from despacho_core.errors import UnknownCurrency
from despacho_core.phrases import said
from despacho_core.written import read_amount, read_count, read_measure
from despacho_http.desk.forms import FormData
from despacho_http.desk.visitor import Visitor
from despacho_http.desk.wording import marked

E = TypeVar("E", bound=enum.StrEnum)
N = TypeVar("N", Decimal, int)

NEEDED = marked("This is needed.")
LONGEST = 120


@dataclass
class Reading:
    """What was written, and what is wrong with it by field: one of our messages in English, or a reason in ``language``.

    Amounts are in ``currency`` unless another is said.
    """

    form: FormData
    language: str = "en"
    currency: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A short text."""
        return self.form.text(name)[:LONGEST]

    def needed(self, name: str) -> str:
        """A short text that must be there."""
        text = self.text(name)
        if not text:
            self.errors[name] = NEEDED
        return text

    def number(self, name: str, least: Decimal | int, most: Decimal | int, *, optional: bool = False) -> Decimal | None:
        """A number within bounds, in which a single separator is the decimal one; None for what is empty or wrong."""
        return self._read(name, read_measure, least, most, optional=optional)

    def whole(self, name: str, least: Decimal | int, most: Decimal | int, *, optional: bool = False) -> int | None:
        """A whole number within bounds."""
        return self._read(name, read_count, least, most, optional=optional)

    def amount(
        self,
        name: str,
        least: Decimal | int,
        most: Decimal | int,
        *,
        optional: bool = False,
        currency: str | None = None,
    ) -> Decimal | None:
        """An amount of money within bounds. What is in a currency that is none is told of where the currency stands."""
        meant = self.currency if currency is None else currency
        try:
            return self._read(name, lambda text: read_amount(text, meant), least, most, optional=optional)
        except UnknownCurrency:
            return None

    def scaled(
        self, name: str, factor: int, least: Decimal | int, most: Decimal | int, *, optional: bool = False
    ) -> int | None:
        """A measure in a unit that holds ``factor`` of ours, in ours: kilograms in grams. The bounds are in ours."""
        value = self.number(name, Decimal(least) / factor, Decimal(most) / factor, optional=optional)
        return None if value is None else int((value * factor).to_integral_value(ROUND_HALF_UP))

    def choice(self, name: str, kind: type[E], default: E) -> E:
        """One of a list; what is none of it leaves what is there."""
        text = self.form.text(name)
        return kind(text) if text in set(kind) else default

    def wrong(self, name: str, reason: str) -> None:
        """Note why a field does not fit, beside what was noted before."""
        told = sentence(str(said(reason, self.language)))
        self.errors[name] = f"{self.errors[name]} {told}" if name in self.errors else told

    def _read(
        self, name: str, read: Callable[[str], N], least: Decimal | int, most: Decimal | int, *, optional: bool
    ) -> N | None:
        text = self.form.text(name)
        if not text:
            if not optional:
                self.errors[name] = NEEDED
            return None
        try:
            value = read(text)
        except ValueError as error:
            self.wrong(name, str(error))
            return None
        if not least <= value <= most:
            self.wrong(name, Bounds(Decimal(least), Decimal(most)).reason)
            return None
        return value


def reading_of(visitor: Visitor, form: FormData) -> Reading:
    """A form of a visitor, in the visitor's language and the store's currency."""
    return Reading(form, visitor.language, visitor.store.currency)


def sentence(text: str) -> str:
    """A reason as a sentence of its own."""
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")

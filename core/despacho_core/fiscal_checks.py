"""What an order must satisfy before a fiscal document is computed from it: plausible amounts, and taxes that can be stated."""

from __future__ import annotations

from decimal import Decimal

from despacho_core.errors import AmountInvalid, TaxNotSupported
from despacho_core.fiscal_rules import FiscalRules
from despacho_core.orders import LineTax, Order, OrderLine

MOST_MONEY = Decimal(10) ** 12
MOST_PERCENT = Decimal(100)
MOST_UNITS = 999_999


def check_amounts(order: Order) -> None:
    """Every amount is a number from 0 to 10¹², every percentage to 100, every quantity from 1 to 999 999.

    Raises:
        AmountInvalid: Names the amount and its bounds.
    """
    for name in ("total", "subtotal", "tax", "shipping", "shipping_tax", "discount", "shipping_discount", "gift_cards"):
        _check(order, name.replace("_", " "), getattr(order, name))
    for line in order.lines:
        _check_line(order, line)
    _check_tax_rates(order, order.shipping_taxes)


def check_taxes(order: Order, rules: FiscalRules) -> None:
    """Every percentage can be stated, and nothing bears a tax of which the order names no rate.

    Raises:
        TaxNotSupported: Names the line, its tax and what can be stated.
    """
    shipping = rules.text("shipping")
    taxed = [(line.name or line.sku, line.tax, line.taxes) for line in order.lines]
    for name, amount, taxes in [*taxed, (shipping, order.shipping_tax, order.shipping_taxes)]:
        if amount and not taxes:
            raise _not_supported(order, rules, name, f"{amount} {order.currency}")
        _check_rate(order, rules, name, taxes)
    if order.tax and not any(line.taxes for line in order.lines):
        raise _not_supported(order, rules, rules.text("product"), f"{order.tax} {order.currency}")


def _check_rate(order: Order, rules: FiscalRules, name: str, taxes: tuple[LineTax, ...]) -> None:
    percentages = [tax for tax in taxes if not tax.fixed]
    rate = sum((tax.rate for tax in percentages), Decimal(0))
    if rate and rules.rates and rate not in rules.rates:
        raise _not_supported(order, rules, name, ", ".join(f"{tax.name} {tax.rate} %" for tax in percentages))


def _not_supported(order: Order, rules: FiscalRules, line: str, tax: str) -> TaxNotSupported:
    known = ", ".join(f"{rate:f} %" for rate in sorted(rules.rates)) or "x %"
    return TaxNotSupported(order=order.number, line=line, tax=tax, known=known)


def _check_line(order: Order, line: OrderLine) -> None:
    name = line.name or line.sku or "product"
    if not 1 <= line.quantity <= MOST_UNITS:
        raise AmountInvalid(order=order.number, what=name, value=line.quantity, least=1, most=MOST_UNITS)
    for amount in (line.unit_price, line.discount, line.tax):
        _check(order, name, amount)
    _check_tax_rates(order, line.taxes)


def _check_tax_rates(order: Order, taxes: tuple[LineTax, ...]) -> None:
    for tax in taxes:
        _check(order, tax.name or "tax", tax.rate, most=MOST_MONEY if tax.fixed else MOST_PERCENT)


def _check(order: Order, what: str, amount: Decimal, *, most: Decimal = MOST_MONEY) -> None:
    if not (amount.is_finite() and 0 <= amount <= most):
        raise AmountInvalid(order=order.number, what=what, value=amount, least=0, most=f"{most:f}")

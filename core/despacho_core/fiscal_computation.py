"""How a fiscal document is computed from an order: purely, exactly, and to the last peso or cent.

Rounding is done per item (contract/jumpseller.md 5.5). What the order's own total and the document's cannot agree on is stated in
``difference`` and explained in ``notes``; no line is ever scaled to hide it. More than a minor unit per item is not rounding: such an order
is refused, since a document cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import msgspec

from despacho_core.errors import NothingToInvoice, OrderNotPaid, TotalsDisagree
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, FiscalLine, Payment, PriceBasis
from despacho_core.fiscal_amounts import Charge, Item, charges
from despacho_core.fiscal_buyers import invoice_buyer, receipt_buyer
from despacho_core.fiscal_checks import check_amounts, check_taxes
from despacho_core.fiscal_rules import FiscalRules, rules_of
from despacho_core.fiscal_totals import groups_of, net_lines, totals_of
from despacho_core.money import minor_digits, round_money
from despacho_core.orders import LineTax, Order

__all__ = ["compute_document", "credit_whole"]


def compute_document(
    order: Order,
    *,
    kind: DocumentKind,
    country: str,
    issued_on: date,
    untaxed_rate: Decimal | None = None,
    gift_card_exemption: str | None = None,
) -> FiscalDocument:
    """The document that an order owes.

    Gift cards sold are lines without tax or left out, gift cards used are a payment and a note and never a discount, shipping is a line of
    its own, and what costs nothing is named in a note. A line without tax is exempt.

    Args:
        order: A paid order.
        kind: Receipt or invoice; see :func:`despacho_core.document_rules.decide`.
        country: The store's, ISO 3166 alpha-2; its rules apply.
        issued_on: The date on the document, in the store's own time zone.
        untaxed_rate: What prices hold for which the order names no tax, in per cent; None takes the order at its word: exempt. It goes for
            the goods if none of them names a tax, and for the shipping, an accessory, if any of the goods is taxed. Many shops in Chile
            enter prices with IVA and set up no tax, and the platform then sends none (the captured order of contract/jumpseller.md 2.4
            is one); no source says whether such a shop is exempt. Its shipping is not (contract/invoicing.md 1.3).
        gift_card_exemption: Why gift cards sold bear no tax, such as ``M99``; empty leaves them out of the document, None is the country's
            usual way: a line in Portugal, left out in Chile (contract/invoicing.md 14).

    Raises:
        OrderNotPaid: The store does not say that it is paid.
        NothingToInvoice: Only gift cards, or nothing to pay.
        BuyerIncomplete: An invoice lacks something about the buyer.
        TaxIdInvalid: An invoice's tax id is wrong.
        UnknownCurrency: The order's currency is none.
        AmountInvalid: An amount or quantity is negative, absurd or no number.
        TaxNotSupported: A tax that the country's documents cannot state.
        TotalsDisagree: The lines do not come to what was paid, by more than rounding.
    """
    rules = rules_of(country)
    if not order.is_paid:
        raise OrderNotPaid(order=order.number, status=order.status.value)
    unit = Decimal(1).scaleb(-minor_digits(order.currency))
    check_amounts(order)
    check_taxes(order, rules)
    if untaxed_rate:
        order = _with_rate(order, untaxed_rate)
    if rules.shipping_follows_goods and not order.shipping_taxes:
        order = _with_rate_of_goods(order)
    buyer = invoice_buyer(order, country) if kind is DocumentKind.INVOICE else receipt_buyer(order, country)
    cards = rules.gift_card_exemption if gift_card_exemption is None else gift_card_exemption
    charge = _charge(order, rules, unit, cards)
    basis = rules.basis(kind)
    lines = tuple(_gross_line(item) for item in charge.items if item.amount)
    if not lines:
        raise NothingToInvoice(order=order.number)
    groups = groups_of(lines, basis, unit)
    totals = totals_of(lines, groups)
    return FiscalDocument(
        kind=kind,
        order_number=order.number,
        currency=order.currency,
        issued_on=issued_on,
        basis=basis,
        buyer=buyer,
        lines=net_lines(lines, groups, unit) if basis is PriceBasis.NET else lines,
        totals=totals,
        difference=charge.paid - totals.total,
        notes=tuple(_notes(order, rules, charge, charge.paid - totals.total)),
        payment_method=order.payment_method,
        payments=_payments(order, charge),
    )


def credit_whole(document: FiscalDocument, *, credited: CreditedDocument, issued_on: date) -> FiscalDocument:
    """The credit note that takes a whole document back: the same totals to the last minor unit.

    Its lines are net, because credit notes follow the invoice's form even over a receipt (contract/invoicing.md 2.6). A net has its own
    rounded tax, though, and for about one gross in six no net comes to it; over a receipt of such a total the lines stay gross, as
    ``basis`` says, since a note that annuls has to name the very amounts that it annuls.

    Args:
        document: What was issued.
        credited: How the invoicing system knows it.
        issued_on: The date on the credit note.
    """
    lines, basis = document.lines, document.basis
    if basis is PriceBasis.GROSS:
        unit = Decimal(1).scaleb(-minor_digits(document.currency))
        groups = groups_of(lines, PriceBasis.GROSS, unit)
        if groups == groups_of(lines, PriceBasis.NET, unit):
            lines, basis = net_lines(lines, groups, unit), PriceBasis.NET
    return msgspec.structs.replace(
        document,
        kind=DocumentKind.CREDIT_NOTE,
        basis=basis,
        issued_on=issued_on,
        lines=lines,
        difference=Decimal(0),
        notes=(),
        payments=(),
        credits=credited,
    )


def _charge(order: Order, rules: FiscalRules, unit: Decimal, gift_card_exemption: str) -> Charge:
    """The order under the first reading that fits its total, when every item may have been rounded by a minor unit."""
    first: Charge | None = None
    for charge in charges(order, rules, gift_card_exemption=gift_card_exemption):
        if abs(charge.difference) <= unit * (len(charge.items) + 1):
            return charge
        first = first or charge
    if first is None:
        charged = order.subtotal + order.tax + order.shipping + order.shipping_tax
        raise TotalsDisagree(order=order.number, lines=charged, paid=order.total)
    raise TotalsDisagree(order=order.number, lines=first.paid - first.difference, paid=first.paid)


def _payments(order: Order, charge: Charge) -> tuple[Payment, ...]:
    """How it was paid: by gift card, and the rest as the order says. Together they are what was paid for the document's lines."""
    rest = charge.paid - charge.gift_cards_used
    parts = (Payment(amount=charge.gift_cards_used, gift_card=True), Payment(amount=rest, method=order.payment_method))
    return tuple(one for one in parts if one.amount)


def _with_rate(order: Order, rate: Decimal) -> Order:
    """The order with the shop's own rate where it names none; see ``untaxed_rate`` above."""
    own = (LineTax(name="IVA", rate=rate, included=True),)
    lines = order.lines
    if not any(line.taxes for line in lines):
        lines = tuple(msgspec.structs.replace(line, taxes=own) for line in lines)
    taxed = any(tax.rate and not tax.fixed for line in lines for tax in line.taxes)
    shipping_taxes = own if taxed and not order.shipping_taxes else order.shipping_taxes
    return msgspec.structs.replace(order, lines=lines, shipping_taxes=shipping_taxes)


def _with_rate_of_goods(order: Order) -> Order:
    """The order with its shipping taxed as its goods are, if they all bear one rate; else the order is taken at its word."""
    goods = [line for line in order.lines if line.kind != "gift_card"]
    rates = {sum((tax.rate for tax in line.taxes if not tax.fixed), Decimal(0)) for line in goods}
    if len(rates) != 1 or not any(rates):
        return order
    return msgspec.structs.replace(order, shipping_taxes=(LineTax(name="IVA", rate=rates.pop(), included=True),))


def _gross_line(item: Item) -> FiscalLine:
    return FiscalLine(
        name=item.name,
        sku=item.sku,
        quantity=item.quantity,
        unit_price=item.unit_price,
        amount=item.amount,
        discount=item.before - item.amount,
        tax_rate=item.rate,
        exempt=not item.rate,
        exemption=item.exemption,
    )


def _notes(order: Order, rules: FiscalRules, charge: Charge, difference: Decimal) -> Sequence[str]:
    """What a person needs to know to see why the document is what it is, in the country's language."""

    def text(key: str, amount: Decimal) -> str:
        return rules.text(key, amount=f"{round_money(amount, order.currency):f}", currency=order.currency)

    notes = []
    free = [item.name for item in charge.items if not item.amount and (item.before or item.sku)]
    if free:
        notes.append(rules.text("free", names=", ".join(free)))
    if charge.gift_cards_sold:
        notes.append(text("gift_cards_sold", charge.gift_cards_sold))
    if order.gift_cards:
        notes.append(text("gift_cards_used", order.gift_cards))
    if difference != charge.difference:
        notes.append(text("no_net", difference - charge.difference))
    if charge.difference:
        notes.append(text("rounding", abs(charge.difference)))
    return notes

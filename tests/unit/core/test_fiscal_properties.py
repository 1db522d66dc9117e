"""Whatever is in an order: its document adds up, comes to what was paid or says by how little it does not, and holds no float."""

from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.addresses import Address
from despacho_core.apportionment import share_out
from despacho_core.errors import DomainError, NothingToInvoice
from despacho_core.fiscal import CreditedDocument, DocumentKind, FiscalDocument, PriceBasis
from despacho_core.fiscal_computation import compute_document, credit_whole
from despacho_core.fiscal_totals import gross_group, net_group
from despacho_core.orders import BillingDetails, LineTax, Order, OrderLine, OrderStatus

TODAY = date(2026, 11, 20)
ISSUED = (DocumentKind.RECEIPT, DocumentKind.INVOICE)
COMPANY = BillingDetails(company_name="Hosty SpA", business_activity="Servicios", tax_id="76430498-5")
ADDRESS = Address(country="CL", street="Arturo Prat 527", municipality="Curicó")
RATES = {"CL": [Decimal(19)], "PT": [Decimal(rate) for rate in (23, 13, 6, 16, 9, 4, 22, 12)]}
UNIT = {"CL": Decimal(1), "PT": Decimal("0.01")}


class Made(msgspec.Struct):
    """An order, its country, the reason for which gift cards sold are untaxed lines (empty: none), and what was paid for what is a line."""

    order: Order
    country: str
    cards: str
    paid: Decimal


@st.composite
def made_orders(draw: st.DrawFn) -> Made:
    """Orders whose sums hold as the platform makes them hold: total = goods + shipping + taxes on top − discounts.

    The order's own discount comes off at the end; whether taxes on top are computed before the lines' discounts is drawn.
    """
    country, cards = draw(st.sampled_from(["CL", "PT"])), draw(st.sampled_from(["", "M99"]))
    unit, taxed_first = UNIT[country], draw(st.booleans())

    def amount(most: int) -> Decimal:
        return draw(st.integers(0, most)) * unit

    def taxes() -> tuple[LineTax, ...]:
        included, rate = draw(st.sampled_from([None, True, False])), draw(st.sampled_from(RATES[country]))
        fixed = LineTax(name="Envase", rate=amount(500), fixed=True, included=draw(st.booleans()))
        own = () if included is None else (LineTax(name="IVA", rate=rate, included=included),)
        return (*own, fixed) if draw(st.integers(0, 4)) == 0 else own

    def priced(kind: str, quantity: int, price: Decimal, most_discount: int) -> OrderLine:
        discount = min(price * quantity, amount(most_discount))
        return OrderLine(
            product_id="1",
            name="P",
            quantity=quantity,
            unit_price=price,
            discount=discount,
            kind=kind,
            taxes=() if kind == "gift_card" else taxes(),  # contract/jumpseller.md 5.5: sold with VAT 0
        )

    kinds = st.lists(st.sampled_from(["physical", "digital", "gift_card"]), min_size=1, max_size=6)
    lines = [
        priced(kind, draw(st.integers(1, 30)), amount(200_000), draw(st.sampled_from([0, 50_000])))
        for kind in draw(kinds)
    ]
    shipping = priced("shipping", 1, amount(9_000), draw(st.sampled_from([0, 9_000])))
    charged = {at: charged_for(one, taxed_first, unit) for at, one in enumerate([*lines, shipping])}
    goods = sum((charged[at] for at, one in enumerate(lines) if one.kind != "gift_card"), Decimal(0))
    sold = sum((charged[at] for at, one in enumerate(lines) if one.kind == "gift_card"), Decimal(0))
    discount = min(goods, amount(draw(st.sampled_from([0, 30_000]))))
    total = sum(charged.values(), Decimal(0)) - discount
    gift_cards = min(total, amount(draw(st.sampled_from([0, 50_000]))))
    order = Order(
        number=draw(st.integers(1, 10**6)),
        status=OrderStatus.PAID,
        currency="CLP" if country == "CL" else "EUR",
        total=total - gift_cards,
        shipping=shipping.unit_price,
        shipping_taxes=shipping.taxes,
        shipping_discount=shipping.discount,
        discount=discount + shipping.discount + sum((one.discount for one in lines), Decimal(0)),
        gift_cards=gift_cards,
        lines=tuple(lines),
        billing=COMPANY if country == "CL" else msgspec.structs.replace(COMPANY, tax_id="501964843"),
        billing_address=msgspec.structs.replace(ADDRESS, country=country),
    )
    return Made(order, country, cards, total - (Decimal(0) if cards else sold))


def charged_for(one: OrderLine, taxed_first: bool, unit: Decimal) -> Decimal:
    rate = sum((tax.rate for tax in one.taxes if not tax.included and not tax.fixed), Decimal(0))
    fixed = sum((tax.rate for tax in one.taxes if not tax.included and tax.fixed), Decimal(0)) * one.quantity
    price = one.unit_price * one.quantity
    taxed = price if taxed_first else price - one.discount
    return price - one.discount + (taxed * rate / 100).quantize(unit, ROUND_HALF_UP) + fixed


def computed(made: Made, kind: DocumentKind) -> FiscalDocument | None:
    """The document; None where there is nothing to invoice, which is never so when something was paid for goods."""
    try:
        return compute_document(
            made.order, kind=kind, country=made.country, issued_on=TODAY, gift_card_exemption=made.cards
        )
    except NothingToInvoice:
        return None


def assert_adds_up(document: FiscalDocument, unit: Decimal) -> None:
    totals = document.totals
    assert totals.net + totals.tax + totals.exempt == totals.total
    lines = sum((line.amount for line in document.lines), Decimal(0))
    assert lines == totals.total - (totals.tax if document.basis is PriceBasis.NET else 0)
    assert sum((line.amount for line in document.lines if line.exempt), Decimal(0)) == totals.exempt
    for line in document.lines:
        stated = (line.quantity * line.unit_price).quantize(unit, ROUND_HALF_UP) - line.discount
        assert stated == line.amount
        assert line.amount >= 0
        assert line.discount >= 0
        assert line.amount % unit == 0
        assert line.exempt == (line.tax_rate == 0)


def assert_its_tax_follows_from_its_lines(note: FiscalDocument, unit: Decimal) -> None:
    """Computed anew from the lines, as the invoicing systems do it."""
    taxed: dict[Decimal, Decimal] = {}
    for line in note.lines:
        taxed[line.tax_rate] = taxed.get(line.tax_rate, Decimal(0)) + line.amount
    if note.basis is PriceBasis.NET:
        tax = sum((amount * rate / 100).quantize(unit, ROUND_HALF_UP) for rate, amount in taxed.items())
    else:
        net = {rate: (amount * 100 / (100 + rate)).quantize(unit, ROUND_HALF_UP) for rate, amount in taxed.items()}
        tax = sum(amount - net[rate] for rate, amount in taxed.items())
    assert note.totals.tax == tax


@given(made_orders(), st.sampled_from(ISSUED))
def test_lines_taxes_and_totals_add_up_for_any_order(made: Made, kind: DocumentKind) -> None:
    document = computed(made, kind)
    if document is not None:
        assert_adds_up(document, UNIT[made.country])


@given(made_orders(), st.sampled_from(ISSUED))
def test_the_total_is_what_was_paid_or_the_small_difference_is_stated_and_explained(
    made: Made, kind: DocumentKind
) -> None:
    document = computed(made, kind)
    unit = UNIT[made.country]
    if document is None:
        assert made.paid <= unit * len(made.order.lines)
        return
    assert document.difference == made.paid - document.totals.total
    rates = {line.tax_rate for line in document.lines if not line.exempt}
    assert abs(document.difference) <= unit * (2 * len(made.order.lines) + 3 + len(rates))
    if document.difference:
        assert any("paga" in note or "pago" in note for note in document.notes)


@given(made_orders(), st.sampled_from(ISSUED))
def test_the_payments_add_up_to_what_was_paid_and_gift_cards_are_among_them(made: Made, kind: DocumentKind) -> None:
    document = computed(made, kind)
    if document is None:
        return
    assert sum((one.amount for one in document.payments), Decimal(0)) == document.totals.total + document.difference
    by_card = sum((one.amount for one in document.payments if one.gift_card), Decimal(0))
    assert by_card == min(made.order.gift_cards, document.totals.total + document.difference)
    assert bool(made.order.gift_cards) == any("gift card: " in n or "cartão-presente: " in n for n in document.notes)


@given(made_orders(), st.sampled_from(ISSUED))
def test_a_gift_card_used_never_lessens_what_is_taxed(made: Made, kind: DocumentKind) -> None:
    """Whoever pays half with a card gets the very lines of one who pays all at once."""
    order = made.order
    if order.gift_cards:
        at_once = msgspec.structs.replace(order, total=order.total + order.gift_cards, gift_cards=Decimal(0))
        with_card, without = computed(made, kind), computed(msgspec.structs.replace(made, order=at_once), kind)
        assert (with_card is None) == (without is None)
        if with_card is not None and without is not None:
            assert (with_card.lines, with_card.totals) == (without.lines, without.totals)


@given(made_orders(), st.sampled_from(ISSUED))
def test_gift_cards_sold_are_lines_without_tax_or_named_as_left_out(made: Made, kind: DocumentKind) -> None:
    document = computed(made, kind)
    sold = [one for one in made.order.lines if one.kind == "gift_card" and one.unit_price]
    if document is None or not sold:
        return
    named = any("gift cards vendidas" in note or "cartões-presente vendidos" in note for note in document.notes)
    exempt = [one for one in document.lines if one.exempt and one.exemption == "M99"]
    assert named is (not made.cards and any(one.unit_price * one.quantity > one.discount for one in sold))
    assert not exempt or (made.cards and made.country == "PT")


@given(made_orders(), st.sampled_from(ISSUED))
def test_a_credit_note_takes_back_exactly_the_original(made: Made, kind: DocumentKind) -> None:
    document = computed(made, kind)
    if document is None:
        return
    credited = CreditedDocument(
        kind=kind, public_id="39-1", external_id="t", folio="1", issued_on=TODAY, reason="Pedido anulado"
    )
    note = credit_whole(document, credited=credited, issued_on=TODAY)
    assert note.totals == document.totals
    assert_its_tax_follows_from_its_lines(note, UNIT[made.country])
    assert [line.name for line in note.lines] == [line.name for line in document.lines]
    assert_adds_up(note, UNIT[made.country])


def held(value: object) -> Iterator[object]:
    """Everything in a document, down to its last field."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from held(getattr(value, name))
    elif isinstance(value, tuple):
        for one in value:
            yield from held(one)
    else:
        yield value


@given(made_orders(), st.sampled_from(ISSUED))
def test_no_amount_is_ever_a_float(made: Made, kind: DocumentKind) -> None:
    document = computed(made, kind)
    if document is not None:
        assert not [value for value in held(document) if isinstance(value, float)]
        assert all(value.is_finite() for value in held(document) if isinstance(value, Decimal))
        assert msgspec.json.decode(msgspec.json.encode(document), type=FiscalDocument) == document


amounts = st.decimals(allow_nan=True, allow_infinity=True) | st.decimals(-5, 5_000_000, places=3)
wild_taxes = st.builds(LineTax, name=st.text(max_size=5), rate=amounts, fixed=st.booleans(), included=st.booleans())
wild_lines = st.builds(
    OrderLine,
    product_id=st.just("1"),
    name=st.text(max_size=10),
    quantity=st.integers(-2, 10**7),
    unit_price=amounts,
    discount=amounts,
    tax=amounts,
    kind=st.sampled_from(["physical", "gift_card", "?"]),
    taxes=st.lists(wild_taxes, max_size=2).map(tuple),
)
wild_orders = st.builds(
    Order,
    number=st.integers(),
    status=st.sampled_from([*OrderStatus]),
    currency=st.sampled_from(["CLP", "EUR", "BHD", "???", ""]),
    total=amounts,
    subtotal=amounts,
    tax=amounts,
    shipping=amounts,
    shipping_tax=amounts,
    discount=amounts,
    shipping_discount=amounts,
    gift_cards=amounts,
    lines=st.lists(wild_lines, max_size=3).map(tuple),
    shipping_taxes=st.lists(wild_taxes, max_size=2).map(tuple),
)


@given(wild_orders, st.sampled_from([*DocumentKind]), st.sampled_from(["CL", "PT", "", "FR"]))
def test_an_absurd_order_is_computed_or_refused_in_our_own_words(
    order: Order, kind: DocumentKind, country: str
) -> None:
    try:
        document = compute_document(order, kind=kind, country=country, issued_on=TODAY)
    except DomainError as refusal:
        texts = {refusal.text(language) for language in ("en", "es", "pt")}
    else:
        texts = {f"{document.totals.total}"}
        assert document.totals.total > 0
    assert all(texts)


@given(st.integers(1, 10**9))
def test_the_net_of_a_factura_is_the_best_there_is(gross: int) -> None:
    group = net_group(Decimal(gross), Decimal(19), Decimal(1))
    short = gross - group.net - group.tax
    assert group.tax == (group.net * Decimal("0.19")).quantize(Decimal(1), ROUND_HALF_UP)
    assert short in (0, 1)
    if short:
        above = group.net + 1
        assert above + (above * Decimal("0.19")).quantize(Decimal(1), ROUND_HALF_UP) > gross


def test_one_gross_in_six_has_no_net() -> None:
    # contract/invoicing.md 1.3 counts 31 933 of 1..200 000; a tenth of that range is enough here.
    groups = [net_group(Decimal(gross), Decimal(19), Decimal(1)) for gross in range(1, 20_001)]
    traps = [at for at, group in enumerate(groups, 1) if group.net + group.tax != at]
    assert traps[:10] == [3, 9, 16, 22, 28, 34, 41, 47, 53, 59]
    assert len(traps) == 3193


@given(st.integers(0, 10**9), st.sampled_from([Decimal(19), Decimal(23)]))
def test_net_and_tax_of_a_boleta_always_come_to_its_gross(gross: int, rate: Decimal) -> None:
    group = gross_group(Decimal(gross), rate, Decimal(1))
    assert group.net + group.tax == gross
    tax = (Decimal(gross) * rate / (100 + rate)).quantize(Decimal(1), ROUND_HALF_UP)
    assert abs(group.tax - tax) <= 1


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=20), st.data())
def test_shares_add_up_and_none_is_above_its_weight(weights: list[int], data: st.DataObject) -> None:
    amount = Decimal(data.draw(st.integers(0, sum(weights))))
    shares = share_out(amount, [Decimal(weight) for weight in weights], Decimal(1))
    assert sum(shares) == amount
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))

"""Credit notes for chosen lines: worked out by hand, and held for any document and any order of notes."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from despacho_core.errors import CreditLineInvalid, CreditTooLarge, CreditTooSmall, NothingToCredit
from despacho_core.fiscal import (
    Buyer,
    CreditedDocument,
    DocumentKind,
    FiscalDocument,
    FiscalLine,
    FiscalTotals,
    PriceBasis,
)
from despacho_core.fiscal_computation import credit_whole
from despacho_core.fiscal_credits import Chosen, credit_lines, credit_rest, remaining
from despacho_core.fiscal_totals import groups_of, net_lines, totals_of
from despacho_core.money import minor_digits

DAY = date(2026, 11, 20)
LATER = date(2026, 11, 25)
CREDITED = CreditedDocument(
    kind=DocumentKind.RECEIPT, public_id="39-106", external_id="t", folio="106", issued_on=DAY, reason="Devolución"
)


def line(amount: str | int, quantity: int = 1, rate: str | int = 19, discount: str | int = 0) -> FiscalLine:
    gross, off = Decimal(amount), Decimal(discount)
    return FiscalLine(
        name=f"P{amount}",
        quantity=Decimal(quantity),
        unit_price=(gross + off) / quantity,
        amount=gross,
        discount=off,
        tax_rate=Decimal(rate),
        exempt=not Decimal(rate),
    )


def document(*lines: FiscalLine, currency: str = "CLP", net: bool = False) -> FiscalDocument:
    """A document of gross lines; ``net`` makes a Chilean factura of them."""
    unit = Decimal(1).scaleb(-minor_digits(currency))
    basis = PriceBasis.NET if net else PriceBasis.GROSS
    groups = groups_of(lines, basis, unit)
    return FiscalDocument(
        kind=DocumentKind.INVOICE if net else DocumentKind.RECEIPT,
        order_number=7,
        currency=currency,
        issued_on=DAY,
        basis=basis,
        buyer=Buyer(),
        lines=net_lines(lines, groups, unit) if net else lines,
        totals=totals_of(lines, groups),
    )


def credit(
    original: FiscalDocument, notes: Sequence[FiscalDocument], *chosen: Chosen, country: str = "CL"
) -> FiscalDocument:
    return credit_lines(original, notes, chosen, credited=CREDITED, issued_on=LATER, country=country)


def rest(original: FiscalDocument, notes: Sequence[FiscalDocument], country: str = "CL") -> FiscalDocument:
    return credit_rest(original, notes, credited=CREDITED, issued_on=LATER, country=country)


def units(place: int, quantity: int) -> Chosen:
    return Chosen(line=place, quantity=Decimal(quantity))


def amount(place: int, of: str | int) -> Chosen:
    return Chosen(line=place, amount=Decimal(of))


def totals(net: str | int, tax: str | int, exempt: str | int, total: str | int) -> FiscalTotals:
    return FiscalTotals(net=Decimal(net), tax=Decimal(tax), exempt=Decimal(exempt), total=Decimal(total))


def stated(note: FiscalDocument) -> list[str]:
    return [f"{one.name} {one.quantity} x {one.unit_price} = {one.amount}" for one in note.lines]


def test_one_of_two_lines_comes_back_as_it_stands() -> None:
    # 11 900 + 5 950 = 17 850 = 15 000 + 2 850. The first line alone: 11 900 / 1,19 = 10 000 + 1 900; what stays is 5 000 + 950
    original = document(line(11900), line(5950))
    note = credit(original, [], units(1, 1))
    assert note.totals == totals(10000, 1900, 0, 11900)
    assert (note.kind, note.basis, note.issued_on) == (DocumentKind.CREDIT_NOTE, PriceBasis.NET, LATER)
    assert stated(note) == ["P11900 1 x 10000 = 10000"]
    assert note.credits == msgspec.structs.replace(CREDITED, whole=False)
    assert note.difference == 0
    assert not note.notes
    assert rest(original, [note]).totals == totals(5000, 950, 0, 5950)


def test_some_units_take_their_share_of_what_is_left_and_the_last_ones_the_rest() -> None:
    # three for 10,00 at 23 %: 8,13 + 1,87. One is 3,33: 3,33 / 1,23 = 2,71 + 0,62. One more of the 6,67: 3,335 → 3,34, together 6,67:
    # 5,42 + 1,25, less the first 2,71 + 0,63. The last: 3,33, of which 8,13 − 5,42 = 2,71 and 1,87 − 1,25 = 0,62
    original = document(line("10.00", 3, 23), currency="EUR")
    assert original.totals == totals("8.13", "1.87", 0, "10.00")
    notes: list[FiscalDocument] = []
    for _ in range(3):
        notes.append(credit(original, notes, units(1, 1), country="PT"))
    assert [note.totals for note in notes] == [
        totals("2.71", "0.62", 0, "3.33"),
        totals("2.71", "0.63", 0, "3.34"),
        totals("2.71", "0.62", 0, "3.33"),
    ]
    assert [note.credits.whole for note in notes if note.credits] == [False, False, False]


def test_thirds_of_a_tax_that_does_not_part_in_three_still_add_up_to_it() -> None:
    # factura of 3 units, net 100, IVA 19. One: 33 + 6 (6,27), which leaves 67 + 13 (12,73). Of these one more: 33,5 → 34 and 6,46; with 6
    # the last would be 33 + 7, but 19 % of 33 is 6,27 → 6, and 40 / 1,19 = 33,61 → 34. So 34 + 7: 41 / 1,19 = 34,45 → 34. Leaves 33 + 6
    original = document(line(119, 3), net=True)
    notes: list[FiscalDocument] = []
    for _ in range(3):
        notes.append(credit(original, notes, units(1, 1)))
    assert [note.totals for note in notes] == [totals(33, 6, 0, 39), totals(34, 7, 0, 41), totals(33, 6, 0, 39)]
    assert [note.basis for note in notes] == [PriceBasis.NET, PriceBasis.GROSS, PriceBasis.NET]
    assert [note.difference for note in notes] == [0, -1, 0]


def test_a_boletas_part_that_would_leave_what_no_document_can_state_is_a_peso_off_and_says_so() -> None:
    # 49 of 90 (75,63 → 76 + 14): 41,18 → 41 and 41 / 1,19 = 34,45 → 34: 75, one short. 48: 40,34 → 40 and 42 / 1,19 = 35,29 → 35: 75.
    # 50: 42,02 → 42 and 40 / 1,19 = 33,61 → 34: 76 fits
    original = document(line(90))
    note = credit(original, [], amount(1, 49))
    assert note.totals == totals(42, 8, 0, 50)
    assert note.difference == -1
    assert note.notes == (
        "Se pidió devolver 49 CLP y la nota es por 50: así neto e IVA de todas las notas suman los del documento.",
    )
    assert rest(original, [note]).totals == totals(34, 6, 0, 40)


def test_shipping_and_exempt_lines_come_back_like_any_other() -> None:
    # 39 990 taxed (33 605 + 6 385) and 2 990 of exempt shipping: the shipping alone is 2 990 exempt
    original = document(line(39990), line(2990, rate=0))
    note = credit(original, [], units(2, 1))
    assert note.totals == totals(0, 0, 2990, 2990)
    assert [one.exempt for one in note.lines] == [True]
    last = rest(original, [note])
    assert last.totals == totals(33605, 6385, 0, 39990)
    assert last.credits is not None
    assert not last.credits.whole


def test_an_amount_lowers_the_price_and_takes_no_unit() -> None:
    # 2 for 23 800: 5 950 back = 5 000 + 950; both units are still there, at 17 850 together
    original = document(line(23800, 2))
    note = credit(original, [], amount(1, 5950))
    assert note.totals == totals(5000, 950, 0, 5950)
    assert stated(note) == ["P23800 1 x 5000 = 5000"]
    left = remaining(original, [note]).lines[0]
    assert [left.quantity, left.amount, left.gross] == [2, 17850, 17850]


def test_of_a_factura_an_amount_with_tax_becomes_a_net() -> None:
    # 11 900 = 10 000 + 1 900; 5 950 with IVA is 5 000 net
    original = document(line(11900), net=True)
    note = credit(original, [], amount(1, 5950))
    assert (note.basis, note.totals) == (PriceBasis.NET, totals(5000, 950, 0, 5950))
    assert remaining(original, [note]).lines[0].gross == 5950


def test_all_lines_at_once_are_the_whole_document() -> None:
    original = document(line(1000, 2), line(500))
    whole = credit_whole(original, credited=CREDITED, issued_on=LATER)
    assert rest(original, []) == whole
    assert credit(original, [], Chosen(line=1), units(2, 1)) == whole
    assert remaining(original, [whole]).totals == totals(0, 0, 0, 0)
    assert {one.amount for one in remaining(original, [whole]).lines} == {0}


def test_never_more_than_is_left() -> None:
    original = document(line(3000, 3), line(1000))
    note = credit(original, [], units(1, 2))
    with pytest.raises(CreditTooLarge, match="only 1 is left"):
        credit(original, [note], units(1, 2))
    with pytest.raises(CreditTooLarge) as refusal:
        credit(original, [note], amount(1, 5000))
    assert refusal.value.facts["left"] == f"{remaining(original, [note]).lines[0].gross:f}"
    last = rest(original, [note])
    with pytest.raises(NothingToCredit):
        rest(original, [note, last])
    with pytest.raises(NothingToCredit):
        credit(original, [note, last], units(1, 1))


def test_a_line_of_which_nothing_is_left_is_said_to_have_nothing() -> None:
    original = document(line(3000, 3), line(1000))
    note = credit(original, [], Chosen(line=1))
    with pytest.raises(CreditTooLarge, match="only 0 is left"):
        credit(original, [note], Chosen(line=1))


@pytest.mark.parametrize(
    "unfit",
    [
        [units(0, 1)],
        [units(3, 1)],
        [units(1, 0)],
        [units(1, -1)],
        [amount(1, 0)],
        [amount(1, "-5")],
        [amount(1, "10.5")],
        [amount(1, "NaN")],
        [amount(1, "Infinity")],
        [amount(1, "1e400")],
        [Chosen(line=1, quantity=Decimal("1.5"))],
        [Chosen(line=1, quantity=Decimal("1e400"))],
        [Chosen(line=1, quantity=Decimal(1), amount=Decimal(1))],
        [units(1, 1), amount(1, 5)],
    ],
)
def test_what_makes_no_sense_is_refused_before_anything_is_computed(unfit: list[Chosen]) -> None:
    with pytest.raises(CreditLineInvalid):
        credit(document(line(3000, 3), line(1000)), [], *unfit)


def test_a_line_of_a_peso_may_not_come_back_alone() -> None:
    # 235 / 1,19 = 197,48 → 197. 1 / 1,19 = 0,84 → 1, and 234 / 1,19 = 196,64 → 197: 198 in all
    with pytest.raises(CreditTooSmall, match="1 CLP"):
        credit(document(line(234), line(1)), [], units(2, 1))


def test_no_line_at_all_is_nothing_to_credit() -> None:
    with pytest.raises(NothingToCredit):
        credit(document(line(3000)), [])


class Made(msgspec.Struct):
    original: FiscalDocument
    country: str


@st.composite
def documents(draw: st.DrawFn) -> Made:
    """Boletas, facturas and Portuguese documents of several lines, some exempt, some with discounts."""
    country, net = draw(st.sampled_from([("CL", False), ("CL", True), ("PT", False), ("MX", True)]))
    rates = {"CL": [19, 0], "PT": [23, 13, 6, 22, 4, 0], "MX": [16, 8, 0]}[country]
    currency, unit = ("CLP", Decimal(1)) if country == "CL" else ("EUR", Decimal("0.01"))
    lines = [
        line(
            str(draw(st.integers(1, 300) | st.integers(1, 5_000_000)) * unit),
            draw(st.integers(1, 12) | st.integers(1, 999)),
            draw(st.sampled_from(rates)),
            str(draw(st.sampled_from([0, 100])) * unit),
        )
        for _ in range(draw(st.integers(1, 5)))
    ]
    return Made(document(*lines, currency=currency, net=net), country)


def some_of(data: st.DataObject, original: FiscalDocument, notes: Sequence[FiscalDocument]) -> list[Chosen]:
    """Some lines of which something is left: units, amounts, or all of it."""
    unit = Decimal(1).scaleb(-minor_digits(original.currency))
    found = []
    for left in remaining(original, notes).lines:
        if not left.amount or not data.draw(st.booleans()):
            continue
        how = data.draw(st.sampled_from(["units", "amount", "all"]))
        if how == "units" and left.quantity >= 1:
            found.append(units(left.line, data.draw(st.integers(1, int(left.quantity)))))
        elif how == "amount":
            found.append(Chosen(line=left.line, amount=data.draw(st.integers(1, int(left.gross / unit))) * unit))
        else:
            found.append(Chosen(line=left.line))
    return found


def held(note: FiscalDocument, country: str) -> None:
    """The note adds up; in Chile its tax is what its own lines give."""
    unit = Decimal(1).scaleb(-minor_digits(note.currency))
    own = note.totals
    assert own.net + own.tax + own.exempt == own.total > 0
    assert min(own.net, own.tax, own.exempt) >= 0
    assert sum((one.amount for one in note.lines if one.exempt), Decimal(0)) == own.exempt
    taxed = sum((one.amount for one in note.lines if not one.exempt), Decimal(0))
    assert taxed == own.net + (own.tax if note.basis is PriceBasis.GROSS else 0)
    for one in note.lines:
        assert (one.quantity * one.unit_price).quantize(unit, ROUND_HALF_UP) - one.discount == one.amount >= 0
    if country == "CL" and note.basis is PriceBasis.NET:
        assert own.tax == (taxed * 19 / 100).quantize(unit, ROUND_HALF_UP)
    elif country == "CL":
        assert own.net == (taxed / Decimal("1.19")).quantize(unit, ROUND_HALF_UP)


@given(documents(), st.data())
def test_any_notes_in_any_order_stay_within_the_document_and_all_of_them_are_the_document(
    made: Made, data: st.DataObject
) -> None:
    original, notes = made.original, list[FiscalDocument]()
    for _ in range(data.draw(st.integers(0, 4))):
        chosen = some_of(data, original, notes)
        try:
            note = credit(original, notes, *chosen, country=made.country)
        except (NothingToCredit, CreditTooSmall):  # nothing chosen, or a share that rounds to nothing or to a peso
            continue
        held(note, made.country)
        notes.append(note)
        left = remaining(original, notes)
        assert min(left.totals.net, left.totals.tax, left.totals.exempt, left.totals.total) >= 0
        assert all(one.amount >= 0 and one.quantity >= 0 for one in left.lines)
    if remaining(original, notes).totals.total:
        notes.append(rest(original, notes, made.country))
        held(notes[-1], made.country)
    for name in FiscalTotals.__struct_fields__:
        assert sum((getattr(note.totals, name) for note in notes), Decimal(0)) == getattr(original.totals, name)
    assert {one.amount for one in remaining(original, notes).lines} == {0}


@given(documents(), st.data())
def test_what_a_note_gives_back_is_what_was_asked_or_within_three_units_and_stated(
    made: Made, data: st.DataObject
) -> None:
    chosen = [one for one in some_of(data, made.original, []) if one.quantity is None]
    left = {one.line: one for one in remaining(made.original, []).lines}
    try:
        note = credit(made.original, [], *chosen, country=made.country)
    except (NothingToCredit, CreditTooSmall):
        return
    unit = Decimal(1).scaleb(-minor_digits(note.currency))
    assert abs(note.difference) <= unit * (3 + len(chosen))
    assert bool(note.notes) is bool(note.difference)
    if made.original.basis is PriceBasis.GROSS:
        asked = sum((one.amount or left[one.line].amount for one in chosen), Decimal(0))
        assert note.totals.total + note.difference == asked
        assert made.country == "CL" or not note.difference

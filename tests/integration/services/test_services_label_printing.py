"""Labels on paper: carriers' own as they are, ours where there is none or none that can be read, void ones never."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import ClassVar

import pypdfium2
import pytest
import zxingcpp
from pypdf import PdfReader

from despacho.bootstrap import Hub
from despacho_core.errors import AccountRemoved, ChoiceInvalid, DocumentMissing, LabelsVoid, NotFound, NothingToPrint
from despacho_core.labels import LabelChoice, LabelPaper, Matrix, MatrixKind, PrintFormat
from despacho_core.parcels import Parcel
from despacho_core.shipments import Shipment, ShipmentState, ShipmentWish
from despacho_core.stores import Store
from despacho_documents import DocumentRenderer
from despacho_ports.carriers import (
    BoughtLabel,
    BoughtShipment,
    LabelDocument,
    LabelFormat,
    LabelHandle,
    ShipmentRequest,
)
from despacho_ports.documents import LabelForm
from despacho_ports.errors import Rejected, Unavailable
from despacho_services.label_printing import PrintWish, Reason
from tests.shop import PLACE, open_shop, paid_order, provider

PARCEL = Parcel(weight_g=500, length_mm=200, width_mm=150, height_mm=100)


def carriers_pdf(code: str) -> bytes:
    """A document as a carrier would draw it."""
    form = LabelForm(
        carrier="Carrier's own",
        service="x",
        order_number=1,
        reference="r",
        piece=1,
        pieces=1,
        tracking_number=code,
        barcode=code,
        sender=PLACE,
        receiver=PLACE,
    )
    return DocumentRenderer().label(form, LabelFormat.PDF, LabelChoice(paper=LabelPaper.A6))


class Documented:
    """Gives each label with a document of its own; ``content`` may be spoilt by a test."""

    bought: ClassVar[list[ShipmentRequest]] = []
    content: ClassVar[bytes | None] = None

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        self.bought.append(request)
        labels = []
        for piece in range(1, len(request.parcels) + 1):
            number = f"DOC{len(self.bought):05}{piece}"
            content = self.content if self.content is not None else carriers_pdf(number)
            document = LabelDocument(format=LabelFormat.PDF, content=content)
            labels.append(BoughtLabel(piece=piece, tracking_number=number, documents=(document,)))
        return BoughtShipment(labels=tuple(labels))


class Reprinting:
    """Gives documents only when asked again, and in ZPL never."""

    asked: ClassVar[list[str]] = []
    is_down: ClassVar[bool] = False

    async def buy_shipment(self, request: ShipmentRequest) -> BoughtShipment:
        number = f"RE{request.order_number}"
        matrix = Matrix(kind=MatrixKind.DATA_MATRIX, text=f"DEPOT-{request.order_number}")
        return BoughtShipment(labels=(BoughtLabel(piece=1, tracking_number=number, matrix=matrix),))

    async def reprint_label(self, label: LabelHandle, wanted: LabelFormat) -> LabelDocument:
        if self.is_down:
            raise Unavailable("maintenance")
        self.asked.append(wanted.value)
        if wanted is LabelFormat.ZPL:
            raise Rejected("no such format")
        return LabelDocument(format=wanted, content=carriers_pdf(label.tracking_number))


@pytest.fixture(autouse=True)
def nothing_happened(monkeypatch: pytest.MonkeyPatch) -> None:
    Documented.bought.clear()
    Reprinting.asked.clear()


class Shop:
    """A store that ships with two carriers."""

    def __init__(self, hub: Hub, store: Store, accounts: dict[str, str]) -> None:
        self.hub, self.store, self.accounts = hub, store, accounts
        self.orders = 1000

    async def bought(self, carrier: str = "documented", *, pieces: int = 1) -> Shipment:
        self.orders += 1
        number = await paid_order(self.hub, self.store, self.orders)
        wish = ShipmentWish(account_id=self.accounts[carrier], service_code="day", parcels=(PARCEL,) * pieces)
        shipment, _, _ = await self.hub.services.shipping.buy(self.store.id, number, wish, wait=10)
        assert shipment.state is ShipmentState.BOUGHT
        return shipment

    async def printed(self, shipment: Shipment, **wish: object) -> bytes:
        printed = await self.hub.services.labels.shipment(self.store.id, shipment.id, PrintWish(**wish))  # type: ignore[arg-type]
        return printed.read()

    async def choose(self, carrier: str, choice: str) -> None:
        await self.hub.services.label_choices.choose(self.store.id, self.accounts[carrier], label=choice)


@pytest.fixture
async def shop(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Shop]:
    providers = [provider("documented", Documented), provider("reprinting", Reprinting)]
    async with open_shop(sqlite_url, tmp_path, providers) as (hub, store):
        accounts = {one.provider: one.id for one in await hub.services.accounts.all(store.id)}
        yield Shop(hub, store, accounts)


def scanned(pdf: bytes) -> list[list[str]]:
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=203 / 72, grayscale=True).to_pil() for page in document]
    return [sorted(code.text for code in zxingcpp.read_barcodes(page)) for page in pages]


async def test_a_carriers_document_is_given_to_the_octet(shop: Shop) -> None:
    shipment = await shop.bought()
    assert await shop.printed(shipment) == carriers_pdf("DOC000011")
    assert await shop.printed(shipment, paper=LabelPaper.SMALL) == carriers_pdf("DOC000011"), "its depots read it"


async def test_all_pieces_stand_in_one_file_by_number(shop: Shop) -> None:
    shipment = await shop.bought(pieces=3)
    assert scanned(await shop.printed(shipment)) == [["DOC000011"], ["DOC000012"], ["DOC000013"]]
    assert scanned(await shop.printed(shipment, paper=LabelPaper.A4, start=3)) == [
        ["DOC000011", "DOC000012"],
        ["DOC000013"],
    ]


async def test_an_accounts_choice_holds_until_a_printing_says_otherwise(shop: Shop) -> None:
    shipment = await shop.bought("reprinting")
    await shop.choose("reprinting", "zpl-300-100x50")
    own = await shop.printed(shipment)
    assert b"^PW1181" in own
    assert b"^LL591" in own
    assert b"^PW800" in await shop.printed(shipment, dpi=203)
    assert (await shop.printed(shipment, format=PrintFormat.PDF)).startswith(b"%PDF")


async def test_what_is_bought_is_asked_for_as_the_printer_takes_it(shop: Shop) -> None:
    await shop.choose("documented", "zpl")
    await shop.bought()
    await shop.choose("documented", "a4")
    await shop.bought()
    assert [one.label_format for one in Documented.bought] == [LabelFormat.ZPL, LabelFormat.PDF]


async def test_where_the_carrier_has_no_such_format_ours_is_drawn_and_the_carrier_asked_once(shop: Shop) -> None:
    shipment = await shop.bought("reprinting")
    for _ in range(3):
        zpl = await shop.printed(shipment, format=PrintFormat.ZPL)
        assert b"^FDRE1001^FS" in zpl
        assert b"^GFA," in zpl, "with the carrier's matrix"
    assert Reprinting.asked == ["zpl"]


async def test_a_reprinted_document_is_kept(shop: Shop) -> None:
    shipment = await shop.bought("reprinting")
    for _ in range(2):
        assert await shop.printed(shipment) == carriers_pdf("RE1001")
    assert Reprinting.asked == ["pdf"]


async def test_a_carrier_that_cannot_be_asked_is_no_reason_to_print_something_else_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment = await shop.bought("reprinting")
    monkeypatch.setattr(Reprinting, "is_down", True)
    with pytest.raises(DocumentMissing, match="maintenance"):
        await shop.printed(shipment)


@pytest.mark.parametrize("broken", [b"", b"%PDF-1.4 cut", b"<html>session expired</html>"])
async def test_a_broken_document_is_replaced_by_ours_and_the_label_says_so(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, broken: bytes
) -> None:
    monkeypatch.setattr(Documented, "content", broken)
    bad = await shop.bought()
    monkeypatch.setattr(Documented, "content", None)
    good = await shop.bought()
    printed = await shop.hub.services.labels.many(shop.store.id, [bad.id, good.id], PrintWish())
    assert (printed.labels, printed.replaced) == (2, ("DOC000011",))
    pdf = printed.read()
    assert scanned(pdf) == [["DOC000011"], ["DOC000021"]]
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert ["Carrier's own" in text for text in texts] == [False, True]
    _, [label] = await shop.hub.services.shipping.get(shop.store.id, bad.id)
    assert "not a readable PDF" in (label.problem or "")
    alone = await shop.hub.services.labels.shipment(shop.store.id, bad.id, PrintWish())
    assert scanned(alone.read()) == [["DOC000011"]]


async def test_many_labels_come_in_the_sequence_asked_for_and_what_is_missing_is_told(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = await shop.bought(), await shop.bought("reprinting"), await shop.bought(pieces=2)
    await shop.hub.services.shipping.void(shop.store.id, first.id, wait=5)
    monkeypatch.setattr(Reprinting, "is_down", True)
    printed = await shop.hub.services.labels.many(
        shop.store.id, [third.id, first.id, second.id, "nobody", third.id], PrintWish()
    )
    assert [(one.order_number, one.reason) for one in printed.left_out] == [(first.order_number, Reason.VOIDED)]
    assert printed.replaced == ("RE1002",), "ours goes out while the carrier cannot be asked"
    assert scanned(printed.read()) == [["DOC000021"], ["DOC000022"], ["DEPOT-1002", "RE1002"]]
    _, [label] = await shop.hub.services.shipping.get(shop.store.id, second.id)
    assert label.problem is None, "it is asked for again next time"


async def test_void_labels_are_not_printed_again(shop: Shop) -> None:
    shipment = await shop.bought()
    await shop.hub.services.shipping.void(shop.store.id, shipment.id, wait=5)
    for wish in (PrintWish(), PrintWish(format=PrintFormat.ZPL), PrintWish(paper=LabelPaper.A4)):
        with pytest.raises(LabelsVoid, match=f"order {shipment.order_number}"):
            await shop.hub.services.labels.shipment(shop.store.id, shipment.id, wish)
    with pytest.raises(NothingToPrint):
        await shop.hub.services.labels.many(shop.store.id, [shipment.id], PrintWish())


async def test_voiding_one_of_several_shipments_leaves_the_others(shop: Shop) -> None:
    first = await shop.bought()
    wish = ShipmentWish(account_id=first.account_id, service_code="day", additional=True)
    second, _, _ = await shop.hub.services.shipping.buy(shop.store.id, first.order_number, wish, wait=10)
    await shop.hub.services.shipping.void(shop.store.id, first.id, wait=5)
    with pytest.raises(LabelsVoid):
        await shop.printed(first)
    assert scanned(await shop.printed(second)) == [["DOC000021"]]


async def test_what_is_kept_of_a_removed_account_is_printed_for_ever_and_what_is_not_says_why(shop: Shop) -> None:
    kept, never_fetched = await shop.bought(), await shop.bought("reprinting")
    before = await shop.printed(kept)
    for account_id in shop.accounts.values():
        await shop.hub.services.accounts.remove(shop.store.id, account_id)
    assert await shop.printed(kept) == before
    with pytest.raises(AccountRemoved, match="no pdf of it was kept"):
        await shop.printed(never_fetched)
    with pytest.raises(AccountRemoved, match="no zpl of it was kept"):
        await shop.printed(kept, format=PrintFormat.ZPL)
    printed = await shop.hub.services.labels.many(shop.store.id, [never_fetched.id, kept.id], PrintWish())
    assert (scanned(printed.read()), [one.reason for one in printed.left_out]) == (
        [["DOC000011"]],
        [Reason.ACCOUNT_GONE],
    )


@pytest.mark.parametrize(
    "wish",
    [
        {"format": PrintFormat.ZPL, "dpi": 150},
        {"format": PrintFormat.ZPL, "paper": LabelPaper.A4},
        {"paper": LabelPaper.A4, "start": 5},
        {"paper": LabelPaper.A6, "start": 2},
        {"start": 0},
    ],
)
async def test_what_no_printer_does_is_refused(shop: Shop, wish: dict[str, object]) -> None:
    shipment = await shop.bought()
    with pytest.raises(ChoiceInvalid):
        await shop.printed(shipment, **wish)


async def test_an_unknown_paper_is_not_chosen(shop: Shop) -> None:
    with pytest.raises(ChoiceInvalid, match="a5"):
        await shop.choose("documented", "a5")
    with pytest.raises(NotFound):
        await shop.hub.services.label_choices.choose(shop.store.id, "nobody", label="a6")


async def test_a_shipment_that_nobody_has_is_not_printed(shop: Shop) -> None:
    with pytest.raises(NotFound):
        await shop.hub.services.labels.shipment(shop.store.id, "nobody", PrintWish())

"""Forms as a shop in Ñuñoa or Famalicão would fill them, and the eyes of whoever receives the paper."""

import io
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader

from despacho_core.addresses import Address
from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument, FiscalLine, PriceBasis
from despacho_core.fiscal_totals import groups_of, totals_of
from despacho_core.money import minor_digits
from despacho_core.parcels import Parcel
from despacho_documents import DocumentRenderer
from despacho_ports.documents import InvoiceForm, Issuer, LabelForm, ManifestForm, ManifestLine, SignatureBox

CODE_128 = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.Code128)
SANTIAGO = timezone(timedelta(hours=-3))
SENDER = Address(
    country="CL",
    region="Región Metropolitana",
    municipality="Ñuñoa",
    street="Avenida Irarrázaval",
    street_number="2401",
    postal_code="7750000",
    company="Panadería São João y Compañía Ltda.",
    phone="+56 2 2345 6789",
)
RECEIVER = Address(
    country="CL",
    region="Región de Valparaíso",
    municipality="Viña del Mar",
    city="Reñaca",
    street="Calle Ángel Guarello",
    street_number="427",
    complement="Depto. 1203",
    name="María José Núñez Peñaloza",
    phone="+56 9 8765 4321",
    postal_code="2520000",
)


class Paper:
    """A printed PDF: what a reader, a scanner and a ruler make of it."""

    def __init__(self, content: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(content), strict=True)
        self._drawing = pypdfium2.PdfDocument(content)

    def __len__(self) -> int:
        return len(self.reader.pages)

    def text(self, page: int = 0) -> str:
        return " ".join(self._drawing[page].get_textpage().get_text_bounded().split())

    def size_mm(self, page: int = 0) -> tuple[float, float]:
        box = self.reader.pages[page].mediabox
        return round(float(box.width) * 25.4 / 72, 1), round(float(box.height) * 25.4 / 72, 1)

    def printed(self, page: int = 0, *, dpi: float = 203.2) -> Image.Image:
        """As a thermal printer puts it on paper: black dots or none."""
        # A trifle less: 100 mm would else be 801 dots, and every bar a little wider than the printer's.
        scale = dpi / 72 * (1 - 1e-5)
        grey: Image.Image = self._drawing[page].render(scale=scale, grayscale=True).to_pil().convert("L")
        return grey.point(lambda value: 255 if value > 127 else 0)

    def scanned(self, page: int = 0, *, dpi: float = 203.2) -> list[str]:
        found = zxingcpp.read_barcodes(self.printed(page, dpi=dpi), formats=CODE_128)
        return [code.text for code in sorted(found, key=lambda code: code.position.top_left.y)]


@pytest.fixture(scope="session")
def renderer() -> DocumentRenderer:
    return DocumentRenderer()


@pytest.fixture(scope="session")
def paper() -> Callable[[bytes], Paper]:
    return Paper


@pytest.fixture(scope="session")
def label_form() -> Callable[..., LabelForm]:
    def make(**changes: object) -> LabelForm:
        form: dict[str, object] = {
            "carrier": "Chilexpress",
            "service": "Día hábil siguiente",
            "order_number": 10482,
            "reference": "D-7Q4K2M-2",
            "piece": 2,
            "pieces": 3,
            "tracking_number": "996801234567",
            "barcode": "61003033117121008334040",
            "sender": SENDER,
            "receiver": RECEIVER,
            "parcel": Parcel(weight_g=1250, length_mm=200, width_mm=150, height_mm=100),
            "routing": ("C1-033 VIÑA", "V · 12"),
            "notes": "Frágil: dejar en conserjería",
        }
        return LabelForm(**{**form, **changes})  # type: ignore[arg-type]  # the tests name the fields

    return make


@pytest.fixture(scope="session")
def manifest_line() -> Callable[..., ManifestLine]:
    def make(number: int = 1, **changes: object) -> ManifestLine:
        line: dict[str, object] = {
            "tracking_number": f"9968{number:08}",
            "barcode": "",
            "order_number": 10_000 + number,
            "piece": 1,
            "pieces": 1,
            "service": ("Prioritario", "Día hábil siguiente")[number % 2],
            "receiver": "Conceição Guimarães",
            "place": "Ñuñoa",
            "weight_g": 250,
        }
        return ManifestLine(**{**line, **changes})  # type: ignore[arg-type]  # the tests name the fields

    return make


@pytest.fixture(scope="session")
def manifest_form(manifest_line: Callable[..., ManifestLine]) -> Callable[..., ManifestForm]:
    def make(labels: int = 3, **changes: object) -> ManifestForm:
        form: dict[str, object] = {
            "number": 12,
            "reference": "M-7Q4K2M",
            "merchant": "Panadería São João",
            "carrier": "Chilexpress",
            "account": "Cuenta principal",
            "carrier_references": ("8834021",),
            "place": "Ñuñoa",
            "closed_at": datetime(2026, 11, 21, 14, 30, tzinfo=SANTIAGO),
            "lines": tuple(manifest_line(number) for number in range(1, labels + 1)),
            "boxes": (SignatureBox(title="Comercio"), SignatureBox(title="Transportista")),
        }
        return ManifestForm(**{**form, **changes})  # type: ignore[arg-type]  # the tests name the fields

    return make


@pytest.fixture(scope="session")
def drawn_signature() -> bytes:
    """A stroke on transparent ground, as a signing screen gives it."""
    image = Image.new("RGBA", (600, 200), (0, 0, 0, 0))
    ImageDraw.Draw(image).line([(20, 150), (120, 30), (300, 170), (580, 60)], fill=(0, 0, 90, 255), width=8)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture(scope="session")
def fiscal_document() -> Callable[..., FiscalDocument]:
    """A document of gross lines, with totals that follow from them."""

    def make(*lines: FiscalLine, currency: str = "CLP", **changes: object) -> FiscalDocument:
        mug = FiscalLine(
            name="Taza de cerámica",
            sku="TAZA-1",
            quantity=Decimal(2),
            unit_price=Decimal(3995),
            discount=Decimal(1000),
            amount=Decimal(6990),
            tax_rate=Decimal(19),
        )
        lines = lines or (mug,)
        groups = groups_of(lines, PriceBasis.GROSS, Decimal(1).scaleb(-minor_digits(currency)))
        document: dict[str, object] = {
            "kind": DocumentKind.RECEIPT,
            "order_number": 10482,
            "currency": currency,
            "issued_on": date(2026, 11, 21),
            "basis": PriceBasis.GROSS,
            "buyer": Buyer(name="María José Núñez", tax_id="12531909-2", street="Calle Guarello 427", country="CL"),
            "lines": lines,
            "totals": totals_of(lines, groups),
            "payment_method": "Webpay",
        }
        return FiscalDocument(**{**document, **changes})  # type: ignore[arg-type]  # the tests name the fields

    return make


@pytest.fixture(scope="session")
def invoice_form(fiscal_document: Callable[..., FiscalDocument]) -> Callable[..., InvoiceForm]:
    def make(**changes: object) -> InvoiceForm:
        form: dict[str, object] = {
            "number": "P-10482-7KQ2M4XA",
            "reference": "D-10482-MFRGGZDFMZTWQ2LK",
            "issuer": Issuer(
                name="Panadería São João",
                tax_id="76.795.561-8",
                address=("Avenida Irarrázaval 2401", "Ñuñoa, Santiago"),
            ),
            "document": fiscal_document(),
            "footer": "Gracias por su compra.",
        }
        return InvoiceForm(**{**form, **changes})  # type: ignore[arg-type]  # the tests name the fields

    return make

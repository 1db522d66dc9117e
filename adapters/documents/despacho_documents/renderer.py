"""The Renderer port: labels, manifests, plain invoices and merged documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from despacho_core.labels import LabelChoice, LabelPaper, Matrix, PrintFormat
from despacho_documents.marks import LabelSize
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import InvoiceForm, LabelBook, LabelForm, ManifestForm, PackingForm, SlipPaper


class DocumentRenderer:
    """Draws our own labels, manifests and plain invoices. Holds nothing but its settings; safe to share between tasks and threads.

    Args:
        size: The paper of labels where nobody chooses one.
    """

    def __init__(self, *, size: LabelSize | None = None) -> None:
        self._size = size or LabelSize()

    def label(self, form: LabelForm, wanted: LabelFormat, choice: LabelChoice | None = None) -> bytes:
        """One label as PDF or ZPL, on the paper and for the resolution of the choice; one for a sheet of A4 stands alone on its quarter.

        Raises:
            ValueError: Another format is wanted, or the barcode's text is empty, not ASCII, or too long for the paper.
        """
        from despacho_documents import label_layout, pdf_pen, zpl_pen  # noqa: PLC0415 - loads reportlab

        if wanted not in {LabelFormat.PDF, LabelFormat.ZPL}:
            raise ValueError(f"our own labels are drawn as PDF or ZPL, not as {wanted.value}")
        choice = choice and choice.as_format(PrintFormat(wanted.value))
        page = label_layout.laid_out(form, LabelSize.of(choice.paper) if choice else self._size)
        if wanted is LabelFormat.ZPL:
            return zpl_pen.draw(page, choice.dpi if choice else LabelChoice().dpi)
        return pdf_pen.draw([page], title=form.tracking_number, author=form.carrier, language=form.language)

    def book(self, file: BinaryIO, paper: LabelPaper, *, start: int = 1) -> LabelBook:
        """Begin a PDF of many labels.

        Raises:
            ValueError: The paper has no such place to start at.
        """
        from despacho_documents import label_book  # noqa: PLC0415 - loads reportlab and pypdf

        return label_book.Book(file, paper, start=start)

    def packing_slips(self, forms: Sequence[PackingForm], paper: SlipPaper) -> bytes:
        """Packing slips as one PDF, each beginning on a page of its own."""
        from despacho_documents import packing_layout, pdf_pen  # noqa: PLC0415 - loads reportlab

        pages = [page for form in forms for page in packing_layout.laid_out(form, paper)]
        first = forms[0]
        return pdf_pen.draw(pages, title=packing_layout.title(first), author=first.merchant, language=first.language)

    def manifest(self, form: ManifestForm, *, appended: Sequence[bytes] = (), scan: bytes | None = None) -> bytes:
        """The manifest as PDF on A4, followed by the carrier's own pages (four to a sheet where there are many) and the signed paper.

        Raises:
            ValueError: An appended document is no readable PDF, or a signature no readable picture.
        """
        from despacho_documents import manifest_binding, manifest_layout, pdf_pen  # noqa: PLC0415 - loads reportlab

        pages = manifest_layout.laid_out(form)
        title = manifest_layout.title(form)
        own = pdf_pen.draw(pages, title=title, author=form.merchant, language=form.language)
        return manifest_binding.bound(own, appended=appended, scan=scan, record=form.record)

    def drawing(self, content: bytes) -> bytes:
        """A signature drawn on a screen as a small PNG of our own making.

        Raises:
            ValueError: It is no PNG or JPEG, has too many pixels, or nothing is drawn on it.
        """
        from despacho_documents import manifest_scans  # noqa: PLC0415 - loads reportlab

        return manifest_scans.drawing(content)

    def scan(self, content: bytes) -> bytes:
        """A scan of signed paper as a PDF of pages alone.

        Raises:
            ValueError: It is no PDF, PNG or JPEG, or has too many pages or pixels.
        """
        from despacho_documents import manifest_scans  # noqa: PLC0415 - loads reportlab

        return manifest_scans.scan(content)

    def invoice(self, form: InvoiceForm) -> bytes:
        """The plain invoice as PDF on A4; every page says that it is not a fiscal document.

        Raises:
            UnknownCurrency: Nobody knows how many decimals its amounts have.
        """
        from despacho_documents import invoice_layout, pdf_pen  # noqa: PLC0415 - loads reportlab

        pages = invoice_layout.laid_out(form)
        return pdf_pen.draw(pages, title=invoice_layout.title(form), author=form.issuer.name, language=form.language)

    def strips(self, matrix: Matrix) -> tuple[int, Sequence[tuple[int, int, int]]]:
        """A two-dimensional code for a screen: side with the white around, and dark strips (column, row, width), in modules.

        Raises:
            ValueError: There is no text, or too much of it.
        """
        from despacho_documents import matrix_codes  # noqa: PLC0415 - loads reportlab

        white = matrix_codes.QUIET[matrix.kind]
        found = matrix_codes.runs(matrix_codes.rows_of(matrix))
        return matrix_codes.modules(matrix), [(x + white, y + white, width) for x, y, width in found]

    def check(self, document: bytes) -> None:
        """Look whether a PDF can be printed.

        Raises:
            ValueError: It cannot be read, or is blank.
        """
        from despacho_documents import label_book  # noqa: PLC0415 - loads reportlab and pypdf

        label_book.check(document)

    def merged(self, documents: Sequence[bytes]) -> bytes:
        """Several PDFs as one, in order.

        Raises:
            ValueError: There is no document, or one is no readable PDF.
        """
        from despacho_documents import merging  # noqa: PLC0415 - loads pypdf

        return merging.merged(documents)

"""The Renderer port: labels, manifests, plain invoices and merged documents."""

from __future__ import annotations

from collections.abc import Sequence

from despacho_documents.marks import LabelSize
from despacho_ports.carriers import LabelFormat
from despacho_ports.documents import InvoiceForm, LabelForm, ManifestForm

RESOLUTIONS = (203, 300, 600)
"""Dots per inch of the label printers that are sold."""


class DocumentRenderer:
    """Draws our own labels, manifests and plain invoices. Holds nothing but its settings; safe to share between tasks and threads.

    Args:
        size: The paper of labels.
        dpi: Resolution of the printer that ZPL is written for: 203, 300 or 600. A PDF has none.

    Raises:
        ValueError: No printer has that resolution.
    """

    def __init__(self, *, size: LabelSize | None = None, dpi: int = 203) -> None:
        if dpi not in RESOLUTIONS:
            raise ValueError(f"printers have {', '.join(map(str, RESOLUTIONS))} dots per inch, not {dpi}")
        self._size = size or LabelSize()
        self._dpi = dpi

    def label(self, form: LabelForm, wanted: LabelFormat) -> bytes:
        """One label as PDF or ZPL.

        Raises:
            ValueError: Another format is wanted, or the barcode's text is empty, not ASCII, or too long for the paper.
        """
        from despacho_documents import label_layout, pdf_pen, zpl_pen  # noqa: PLC0415 - loads reportlab

        if wanted not in {LabelFormat.PDF, LabelFormat.ZPL}:
            raise ValueError(f"our own labels are drawn as PDF or ZPL, not as {wanted.value}")
        page = label_layout.laid_out(form, self._size)
        if wanted is LabelFormat.ZPL:
            return zpl_pen.draw(page, self._dpi)
        return pdf_pen.draw([page], title=form.tracking_number, author=form.carrier, language=form.language)

    def manifest(self, form: ManifestForm, *, appended: Sequence[bytes] = ()) -> bytes:
        """The manifest as PDF on A4, followed by the carrier's own pages.

        Raises:
            ValueError: An appended document is no readable PDF, or a signature no readable picture.
        """
        from despacho_documents import manifest_layout, pdf_pen  # noqa: PLC0415 - loads reportlab

        pages = manifest_layout.laid_out(form)
        title = manifest_layout.title(form)
        own = pdf_pen.draw(pages, title=title, author=form.merchant, language=form.language)
        return self.merged([own, *appended]) if appended else own

    def invoice(self, form: InvoiceForm) -> bytes:
        """The plain invoice as PDF on A4; every page says that it is not a fiscal document.

        Raises:
            UnknownCurrency: Nobody knows how many decimals its amounts have.
        """
        from despacho_documents import invoice_layout, pdf_pen  # noqa: PLC0415 - loads reportlab

        pages = invoice_layout.laid_out(form)
        return pdf_pen.draw(pages, title=invoice_layout.title(form), author=form.issuer.name, language=form.language)

    def merged(self, documents: Sequence[bytes]) -> bytes:
        """Several PDFs as one, in order.

        Raises:
            ValueError: There is no document, or one is no readable PDF.
        """
        from despacho_documents import merging  # noqa: PLC0415 - loads pypdf

        return merging.merged(documents)

"""One account: documents drawn by the hub itself, without anybody outside.

What is issued follows from the request and the settings alone, to the last byte. So issuing may be repeated, and looking for a reference
is making its document again. The PDF always comes with the answer and is kept by the hub; it is not offered for
fetching afterwards, since a reference alone does not tell what was sold.
"""

from __future__ import annotations

from despacho_core.errors import UnknownCurrency
from despacho_core.fiscal import DocumentKind
from despacho_paper import wording
from despacho_paper.numbering import number_of
from despacho_paper.settings import PaperSettings
from despacho_ports.carriers import AccountReport
from despacho_ports.documents import InvoiceForm
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox


class Paper:
    """One seller's documents.

    Args:
        settings: The account.
        toolbox: What the hub lends; only its renderer is used.
    """

    def __init__(self, settings: PaperSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._renderer = toolbox.renderer

    async def check_account(self) -> AccountReport:
        """Nobody has to be asked: says what documents will look like, and that they are not fiscal."""
        settings = self._settings
        message = wording.ready(settings.language, number=f"{settings.series}-1020-…", name=settings.issuer_name)
        return AccountReport(ok=True, message=message)

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        """A sale's document with its PDF; the same request always gives the same one.

        Raises:
            Rejected: It is in no known currency.
        """
        return await self._made(request)

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        """A credit note's document with its PDF. Raises as :meth:`issue_document`, and if it takes nothing back."""
        if request.document.kind is not DocumentKind.CREDIT_NOTE:
            raise Rejected(wording.nothing_credited(self._settings.language), field="credits")
        return await self._made(request)

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        """The document of this reference, made again: what may have been issued and what would be issued now are one.

        None where issuing would be refused, since then nothing was issued.
        """
        try:
            return await self._made(request)
        except Rejected:
            return None

    async def _made(self, request: IssueRequest) -> IssuedDocument:
        from asyncio import to_thread  # noqa: PLC0415 - whoever awaits this has loaded it, and it weighs more than all of this package

        form = self._form(request)
        try:
            pdf = await to_thread(self._renderer.invoice, form)
        except UnknownCurrency as error:
            message = wording.unknown_currency(self._settings.language, request.document.currency)
            raise Rejected(message, field="currency") from error
        total = request.document.totals.total
        # Our reference is all that is known outside: no name, no order but by its number.
        return IssuedDocument(
            external_id=request.reference, public_id=form.number, folio=form.number, total=total, pdf=pdf
        )

    def _form(self, request: IssueRequest) -> InvoiceForm:
        settings, document = self._settings, request.document
        if document.kind is DocumentKind.CREDIT_NOTE and document.credits is None:
            raise Rejected(wording.nothing_credited(settings.language), field="credits")
        return InvoiceForm(
            number=number_of(settings.series, request),
            reference=request.reference,
            issuer=settings.issuer,
            document=document,
            footer=settings.footer,
            language=settings.language,
        )

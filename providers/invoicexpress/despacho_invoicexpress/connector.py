"""One account with InvoiceXpress: issues, credits, finds and fetches documents.

A document is made as a draft, compared with what was computed, and only then made final; a draft has no legal force. Whatever is cut off
in between is taken up again at the draft that is there.
"""

from __future__ import annotations

import msgspec

from despacho_core.fiscal_portugal import RATES
from despacho_invoicexpress.answers import check, lenient, text_of, words_of
from despacho_invoicexpress.clients import ClientDesk
from despacho_invoicexpress.drafts import Plan, plan_of
from despacho_invoicexpress.finding import Finder
from despacho_invoicexpress.gateway import Gateway
from despacho_invoicexpress.kinds import searched_kinds
from despacho_invoicexpress.receipts import DRAFT, Shown, objection, read_document
from despacho_invoicexpress.settings import InvoiceXpressSettings
from despacho_invoicexpress.taxes import TaxBook
from despacho_ports.calls import Answer
from despacho_ports.carriers import AccountReport
from despacho_ports.errors import ProviderError, Rejected, Unavailable, Uncertain
from despacho_ports.invoicing import IssuedDocument, IssueRequest
from despacho_ports.providers import Toolbox


class _Output(msgspec.Struct):
    pdf_url: object = msgspec.field(default=None, name="pdfUrl")


class _Pdf(msgspec.Struct):
    output: _Output


class InvoiceXpress:
    """One merchant's documents.

    Args:
        settings: The account.
        toolbox: What the hub lends.

    Attributes:
        pdf_waits: Seconds between one question for a PDF and the next; after the last it is not there yet.
    """

    pdf_waits: tuple[float, ...] = (0.5, 1.0, 1.5)

    def __init__(self, settings: InvoiceXpressSettings, toolbox: Toolbox) -> None:
        self._settings = settings
        self._clock = toolbox.clock
        self._gateway = Gateway(settings, toolbox.http)
        self._taxes = TaxBook(self._gateway, toolbox.clock)
        self._clients = ClientDesk(self._gateway)
        self._finder = Finder(self._gateway)

    async def check_account(self) -> AccountReport:
        """Ask for the account's taxes, and look whether the region's are among them."""
        self._taxes.forget()
        taxes, home = await self._taxes.taxes(), self._settings.home
        known = {tax.rate for tax in taxes if tax.region in {home.value, ""}}
        missing = [f"{rate:f} %" for rate in RATES[home] if rate not in known]
        if missing:
            message = f"A chave é válida, mas faltam na conta as taxas de IVA de {', '.join(missing)} ({home.value})."
            return AccountReport(ok=False, message=message)
        names = ", ".join(tax.name for tax in taxes if tax.region == home.value or not tax.region)
        return AccountReport(ok=True, message=f"A chave é válida. Taxas da região {home.value}: {names}.")

    async def issue_document(self, request: IssueRequest) -> IssuedDocument:
        """A fatura, fatura-recibo or simplified invoice. What was issued under the same reference counts as issued now."""
        found = await self._found(request)
        if found is not None and found.is_issued:
            return found.issued()
        plan = plan_of(self._settings, request, await self._taxes.taxes())
        if found is None:
            await self._clients.ensure(plan.client)
            found = await self._created(request, plan)
        return await self._finished(request, plan, found)

    async def credit_document(self, request: IssueRequest) -> IssuedDocument:
        """A credit note over the document that it names as its owner."""
        if request.document.credits is None:
            raise Rejected("A credit note has to name the document that it takes back.", field="owner_invoice_id")
        return await self.issue_document(request)

    async def find_document(self, request: IssueRequest) -> IssuedDocument | None:
        """Look for our reference, and finish a draft that was left behind.

        None if nothing was issued; also for a draft that is not what was asked for, or that the service will not make final: issuing
        again says why.
        """
        found = await self._found(request)
        if found is None or found.is_issued:
            return None if found is None else found.issued()
        try:
            plan = plan_of(self._settings, request, await self._taxes.taxes())
            draft = await self._reread(found)
            if draft.status == DRAFT and objection(draft, plan, request.document.totals.total) is not None:
                return None
            return await self._finalised(draft)
        except Rejected:
            return None

    async def fetch_pdf(self, external_id: str) -> bytes:
        """The PDF as the system draws it, which takes it some seconds."""
        from asyncio import sleep  # noqa: PLC0415 - whoever awaits this has loaded it, and it weighs more than all of this package

        if not (external_id.isascii() and external_id.isdecimal()):
            raise Rejected(f"“{external_id}” is no document of InvoiceXpress.", not_found=True)
        path = f"/api/pdf/{external_id}.json"
        answer = await self._gateway.read(path, {"second_copy": "false"})
        for seconds in self.pdf_waits:
            if answer.status != 202:
                break
            await sleep(seconds)
            answer = await self._gateway.read(path, {"second_copy": "false"})
        return await self._downloaded(answer)

    async def _downloaded(self, answer: Answer) -> bytes:
        check(answer)
        found = lenient(answer.body, _Pdf) if answer.status == 200 else None
        url = text_of(found.output.pdf_url) if found is not None else ""
        if not url:
            raise Unavailable("InvoiceXpress has no PDF of this document yet.")
        file = await self._gateway.download(url)
        if file.status != 200 or not file.body.startswith(b"%PDF-"):
            raise Unavailable(f"InvoiceXpress has made the PDF, but does not give it (HTTP {file.status}).")
        return file.body

    async def _found(self, request: IssueRequest) -> Shown | None:
        return await self._finder.find(request.reference, searched_kinds(self._settings, request.document))

    async def _created(self, request: IssueRequest, plan: Plan) -> Shown:
        """A new draft, or the one that somebody made under our uid at the same moment.

        Raises:
            Uncertain: It may be there.
        """
        answer = await self._gateway.act("POST", f"/{plan.kind.path}.json", plan.body)
        if answer.status == 409:
            return await self._created_before(request, words_of(answer))
        if answer.status in {404, 405}:
            raise Unavailable(f"Nothing makes documents at this address (HTTP {answer.status}).")
        check(answer, acting=True)
        draft = read_document(answer, plan.kind)
        if draft is None:
            raise Uncertain("InvoiceXpress made a draft and answered what cannot be read.")
        return draft

    async def _created_before(self, request: IssueRequest, words: str) -> Shown:
        """409: our uid is taken (contract/invoicing.md 9.3). What took it is there, on its way, or was thrown away."""
        try:
            found = await self._found(request)
            kinds = searched_kinds(self._settings, request.document)
            gone = found is None and await self._finder.was_deleted(request.reference, kinds)
        except ProviderError as error:
            raise Uncertain(f"{words} ({error.message})") from None
        if gone:
            raise Rejected("O rascunho deste documento foi eliminado em InvoiceXpress. Volte a emitir.", code="409")
        if found is None:
            raise Uncertain(words)
        return found

    async def _finished(self, request: IssueRequest, plan: Plan, found: Shown) -> IssuedDocument:
        """The draft made final once it is seen to be right.

        Raises:
            Rejected: It is not, or the service would not; the draft is gone as far as that could be done.
        """
        if found.status == DRAFT and not (found.tax_names and found.client_code):
            found = await self._reread(found)
        wrong = objection(found, plan, request.document.totals.total) if found.status == DRAFT else None
        if wrong is not None:
            self._taxes.forget()
            raise Rejected(await self._given_up(found, wrong), field="total")
        try:
            return await self._finalised(found)
        except Rejected as refusal:
            message = await self._given_up(found, refusal.message)
            raise Rejected(message, field=refusal.field, code=refusal.code) from None

    async def _finalised(self, draft: Shown) -> IssuedDocument:
        """The draft made final: the one step with legal force.

        Raises:
            Uncertain: It may have been taken.
            Rejected: The service would not.
            Unavailable: The document is in a state that is none of ours.
        """
        if draft.is_issued:
            return draft.issued()
        if draft.status != DRAFT:
            raise Unavailable(f"InvoiceXpress holds the document {draft.id} in the state “{draft.status}”.")
        body = {"invoice": {"state": "finalized"}}
        answer = await self._gateway.act("PUT", f"/{draft.kind.path}/{draft.id}/change-state.json", body)
        if answer.status in {404, 406, 409, 422}:
            return await self._not_finalised(draft, answer)
        check(answer, acting=True)
        shown = read_document(answer, draft.kind)
        if shown is None or not shown.is_issued or shown.id != draft.id:
            raise Uncertain("InvoiceXpress made the document final, but does not show its number.")
        return shown.issued(self._clock.now())

    async def _not_finalised(self, draft: Shown, refusal: Answer) -> IssuedDocument:
        """Refused: perhaps because it is final already."""
        try:
            current = await self._reread(draft)
        except ProviderError as error:
            raise Uncertain(f"{words_of(refusal)} ({error.message})") from None
        if current.is_issued:
            return current.issued()
        raise Rejected(words_of(refusal), code=str(refusal.status))

    async def _given_up(self, draft: Shown, words: str) -> str:
        """Throws a draft away, and returns the words for the merchant, with what is left to do by hand."""
        body = {"invoice": {"state": "deleted", "message": "Despacho: não emitido"}}
        try:
            check(await self._gateway.tell("PUT", f"/{draft.kind.path}/{draft.id}/change-state.json", body))
        except ProviderError:
            return f"{words} O rascunho {draft.id} ficou em InvoiceXpress: elimine-o."
        return words

    async def _reread(self, document: Shown) -> Shown:
        """The whole document, as it is now.

        Raises:
            Unavailable: It cannot be read; nothing was made final by asking.
        """
        answer = await self._gateway.read(f"/{document.kind.path}/{document.id}.json")
        check(answer)
        shown = read_document(answer, document.kind)
        if shown is None or shown.id != document.id:
            raise Unavailable("InvoiceXpress showed a document in a form that cannot be read.")
        return shown

"""Credit notes for a part: each a document of its own, together never more than what was sold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import cast

from despacho_core.fiscal import CreditedDocument, FiscalDocument
from despacho_core.fiscal_credits import Chosen, credit_lines
from despacho_ports.conformance.behaviour import identity
from despacho_ports.conformance.bench import Bench, Checks
from despacho_ports.conformance.expecting import expect, expect_type, skip
from despacho_ports.invoicing import FindsDocuments, IssuedDocument, IssueRequest


class CreditChecks(Checks):
    """CreditsDocuments, as the hub uses it for a part: some of the sample's first line, then all the rest."""

    def test_a_document_is_credited_in_parts(self) -> None:
        """CreditsDocuments: a part and then the rest are two documents, told apart by our references, and come to what was sold."""
        if not self.declared("CreditsDocuments"):
            skip("does not declare CreditsDocuments")

        async def story(bench: Bench) -> None:
            sold = bench.sale()
            issued = expect_type(await bench.make("IssuesDocuments", sold), IssuedDocument, "issue_document")
            credited = _credited(sold.document, issued)
            some = self._note(sold, credited, [], [Chosen(line=1, amount=_some_of(sold.document))])
            rest = self._note(sold, credited, [some.document], None)
            notes = [(request, await _made(bench, request)) for request in (some, rest)]
            expect(identity(notes[0][1]) != identity(notes[1][1]), "the rest is the same document as the part before")
            stated = sum((_stated(request, note) for request, note in notes), Decimal(0))
            expect(stated == sold.document.totals.total, f"{stated} are credited of {sold.document.totals.total}")
            for request, note in notes:
                await self._is_itself(bench, request, note)

        self.run(story)

    def _note(
        self,
        sold: IssueRequest,
        credited: CreditedDocument,
        earlier: Sequence[FiscalDocument],
        chosen: Sequence[Chosen] | None,
    ) -> IssueRequest:
        document = credit_lines(
            sold.document,
            earlier,
            chosen,
            credited=credited,
            issued_on=sold.document.issued_on + timedelta(days=1),
            country=next(iter(self.provider.countries), ""),
        )
        return IssueRequest(reference=f"{sold.reference}-{len(earlier) + 1}", document=document)

    async def _is_itself(self, bench: Bench, request: IssueRequest, note: IssuedDocument) -> None:
        """It is held once, and found as what it is."""
        what = f"the credit note {request.reference}"
        expect(bench.world.held(request) == 1, f"{what}: World.held does not count it as one")
        if self.declared("FindsDocuments"):
            found = await cast("FindsDocuments", bench.account).find_document(request)
            expect(identity(found) == identity(note), f"{what}: {identity(found)} is found instead of {identity(note)}")


async def _made(bench: Bench, request: IssueRequest) -> IssuedDocument:
    return expect_type(await bench.make("CreditsDocuments", request), IssuedDocument, "credit_document")


def _some_of(document: FiscalDocument) -> Decimal:
    """About a third of what the first line comes to, in whole units of the currency."""
    return max(document.lines[0].amount // 3, Decimal(1))


def _stated(request: IssueRequest, note: IssuedDocument) -> Decimal:
    """What the system says that a note takes back; what was asked of it where it does not say."""
    return request.document.totals.total if note.total is None else note.total


def _credited(sold: FiscalDocument, issued: IssuedDocument) -> CreditedDocument:
    return CreditedDocument(
        kind=sold.kind,
        public_id=issued.public_id,
        external_id=issued.external_id,
        folio=issued.folio,
        issued_on=sold.issued_on,
        reason="Devolución parcial",
        whole=False,
    )

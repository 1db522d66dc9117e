"""The states of a document, and what happens when it becomes final (contract/invoicing.md 8.4 and 9.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

from despacho_sandbox.invoicexpress.accounts import Account
from despacho_sandbox.invoicexpress.ledger import Document, Ledger
from despacho_sandbox.invoicexpress.options import InvoiceXpressOptions
from despacho_sandbox.invoicexpress.shapes import CHANGE, check
from despacho_sandbox.invoicexpress.wire import Refused

NO_REASON = "Razão de isenção deve ter uma opção selecionada"

_STEPS = {
    ("draft", "finalized"): "final",
    ("draft", "deleted"): "deleted",
    ("final", "canceled"): "canceled",
    ("final", "settled"): "settled",
    ("settled", "unsettled"): "final",
}


class States:
    """Changes states.

    Args:
        ledger: Gives numbers.
        options: Reads the switches of the moment.
    """

    def __init__(self, ledger: Ledger, options: Callable[[], InvoiceXpressOptions]) -> None:
        self._ledger = ledger
        self._options = options

    def change(self, account: Account, document: Document, asked: Mapping[str, object]) -> None:
        """Takes one step.

        Raises:
            Refused: If there is no such step, or something stands against it.
        """
        word = asked.get("state")
        if word != "unsettled":  # known from its description alone: the document's enumeration leaves it out
            check(asked, CHANGE)
        target = _target(document, str(word))
        if target is None:
            raise Refused(f"CantHandle: 1 for {document.kind}", field="state")
        if word == "finalized":
            self._finalise(account, document)
        if word == "canceled":
            self._cancel(document, asked.get("message"))
        document.becomes(target)

    def _finalise(self, account: Account, document: Document) -> None:
        last = self._ledger.last_date(document)
        if last is not None and document.date < last:
            raise Refused("Date cannot be earlier than the last finalized document of the sequence", field="date")
        self._check_exemption(document)
        self._check_credit(document)
        if document.kind == "SimplifiedInvoice" and document.sums.total > self._options().simplified_limit:
            raise Refused("Simplified invoice total exceeds the legal limit", field="total")
        self._ledger.give_number(document)
        series = next(one for one in account.series if one.id == document.series_id)
        document.atcud = f"{series.validation_code}-{document.number}" if series.validation_code else "N/D"
        words = f"{document.date};{document.legal_number};{document.sums.total}"
        document.saft_hash = sha256(words.encode()).hexdigest()[:4].upper()

    def _check_exemption(self, document: Document) -> None:
        if document.tax_exemption not in ("", "M00") or all(line.rate for line in document.lines):
            return
        if self._options().exempt_without_reason == "refuse":
            raise Refused(NO_REASON, field="tax_exemption")
        document.tax_exemption = "M99"

    def _check_credit(self, document: Document) -> None:
        """Credit notes never take back more than was invoiced. Assumed: no source tells of the service's own check."""
        if document.kind != "CreditNote" or document.owner_id is None:
            return
        owner = self._ledger.documents[document.owner_id]
        if self._ledger.credited(owner.id) + document.sums.total > owner.sums.total:
            raise Refused("Total exceeds what is left of the owner invoice", field="total")

    def _cancel(self, document: Document, message: object) -> None:
        if not isinstance(message, str) or not message.strip():
            raise Refused("Cancel message can't be blank", field="message")
        if self._ledger.credited(document.id):
            raise Refused("Document has credit notes", field="state")
        document.cancel_message = message


def _target(document: Document, word: str) -> str | None:
    """Where a step leads; None where it cannot be taken."""
    receipt = document.kind == "InvoiceReceipt"
    if word == "finalized" and document.status == "draft" and receipt:
        return "settled"  # paid on the spot
    if word == "canceled" and document.status == "settled":
        return "canceled" if receipt else None
    if word == "unsettled" and document.kind not in ("CreditNote", "DebitNote"):
        return None
    return _STEPS.get((document.status, word))

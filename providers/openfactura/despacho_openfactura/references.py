"""What a document refers to, and how one of ours is told from any other.

Neither the list of issued documents nor anything else at OpenFactura can be asked for an idempotency key. So every document
names the store's order (type 801, purchase order) and, in the words beside it, our own reference: two stores of one
taxpayer may well have an order of the same number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from despacho_core.fiscal import CreditedDocument, DocumentKind
from despacho_openfactura.wording import tidy
from despacho_ports.invoicing import IssueRequest

ORDER = "801"
ANNULS = "1"
_OURS = re.compile(r"Ref\. ([A-Za-z0-9-]{1,40})(?![A-Za-z0-9-])")
_NUMBERED = re.compile(r"Pedido ([0-9]{1,18})(?![0-9])")


class Origin(msgspec.Struct, frozen=True):
    """Where an issued document comes from, as far as it says so itself."""

    orders: frozenset[str]
    references: frozenset[str]

    def is_of(self, request: IssueRequest) -> bool:
        """Whether it is the document that was asked for.

        Our reference decides. A document of the same order that carries none of ours counts too: somebody else issued it for this order, or
        the system dropped the words, and a second one must not be made in either case.
        """
        if self.references:
            return request.reference in self.references
        return str(request.document.order_number) in self.orders


def order_words(request: IssueRequest) -> str:
    """The order's number and our reference, for people and for :func:`origin_of`. At most 71 characters."""
    return f"Pedido {request.document.order_number} / Ref. {request.reference}"


def references_of(request: IssueRequest, *, order: bool = True) -> list[dict[str, object]]:
    """``Referencia`` of the document: what it takes back, if anything, and the order.

    Args:
        request: What to issue.
        order: Whether the order may stand among the references.
    """
    document, found = request.document, []
    if document.credits is not None:
        found.append(_taken_back(document.credits))
    if order:
        found.append(_order(request))
    return [{"NroLinRef": place} | reference for place, reference in enumerate(found, start=1)]


def origin_of(dte: Mapping[str, object]) -> Origin:
    """Read from a document as the system gives it back: references, and the first line's description. Lenient towards anything odd."""
    orders, words = set(), []
    for reference in _nodes(dte.get("Referencia")):
        if str(reference.get("TpoDocRef")) == ORDER:
            orders.add(str(reference.get("FolioRef")))
            words.append(str(reference.get("RazonRef")))
    for line in _nodes(dte.get("Detalle"))[:1]:
        described = str(line.get("DscItem"))
        if _OURS.search(described):
            orders.update(_NUMBERED.findall(described))
            words.append(described)
    return Origin(frozenset(orders), frozenset(found for text in words for found in _OURS.findall(text)))


def credited_type(credited: CreditedDocument) -> str:
    """The document type taken back: the first part of its public id, such as ``39-1020``."""
    kind, _, folio = credited.public_id.partition("-")
    if folio and kind.isascii() and kind.isdigit():
        return kind
    return "33" if credited.kind is DocumentKind.INVOICE else "39"


def _taken_back(credited: CreditedDocument) -> dict[str, object]:
    """CodRef 1 annuls the whole document (contract/invoicing.md 1.4); 3 corrects amounts, for a part of it."""
    return {
        "TpoDocRef": credited_type(credited),
        "FolioRef": credited.folio,
        "FchRef": credited.issued_on.isoformat(),
        "CodRef": ANNULS if credited.whole else "3",
        "RazonRef": tidy(credited.reason, 90) or ("Pedido anulado" if credited.whole else "Devolución parcial"),
    }


def _order(request: IssueRequest) -> dict[str, object]:
    return {
        "TpoDocRef": ORDER,
        "FolioRef": str(request.document.order_number),
        "FchRef": request.document.issued_on.isoformat(),
        "RazonRef": order_words(request),
    }


def _nodes(value: object) -> list[Mapping[str, object]]:
    """A list of objects; a single object counts as one."""
    many = value if isinstance(value, list) else [value]
    return [one for one in many if isinstance(one, Mapping)]

"""Whether a document fits its company and the documents it speaks of: OF-09 (contract/invoicing.md 1.4 and 2.6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from despacho_sandbox.openfactura.companies import Company
from despacho_sandbox.openfactura.ledger import Document, Ledger
from despacho_sandbox.openfactura.options import OpenFacturaOptions
from despacho_sandbox.openfactura.schema import NOTES
from despacho_sandbox.openfactura.wire import Issue

CREDIT_NOTE = 61
TAKES_BACK = frozenset({"1", "3"})
"""`CodRef` of notes that annul, or that take amounts down; 2 mends text alone (contract/invoicing.md 1.4)."""
_FISCAL_TYPES = frozenset({33, 34, 39, 41, 43, 46, 52, 56, 61})


def relation_problems(
    dte: dict[str, Any], kind: int, company: Company, ledger: Ledger, *, options: OpenFacturaOptions, now: datetime
) -> list[Issue]:
    """Everything that does not fit together in a document whose schema is right."""
    found = _issuer_problems(dte["Encabezado"]["Emisor"], company)
    references = [one for one in dte.get("Referencia", []) if _fiscal_type(one) is not None]
    if kind in NOTES and not references:
        found.append(Issue("Referencia", "Debe referenciar el documento que modifica"))
    for reference in references if kind in NOTES else []:
        original = original_of(reference, company.rut, ledger)
        if original is None:
            found.append(Issue("FolioRef", f"Documento no encontrado : {reference['FolioRef']}"))
        else:
            again = options.annul_twice == "accept"
            found += _note_problems(reference, original, dte["Encabezado"], annul_twice=again, now=now)
            if kind == CREDIT_NOTE and options.over_credit == "refuse":
                found += _excess(reference, original, dte["Encabezado"]["Totales"]["MntTotal"], annul_twice=again)
    return found


def _issuer_problems(issuer: dict[str, Any], company: Company) -> list[Issue]:
    found = []
    if str(issuer.get("CdgSIISucur", company.branch_code)) != company.branch_code:
        found.append(Issue("CdgSIISucur", "No corresponde a la empresa"))
    codes = issuer.get("Acteco", company.activity_code)
    if str(company.activity_code) not in {str(code) for code in (codes if isinstance(codes, list) else [codes])}:
        found.append(Issue("Acteco", "No corresponde a la empresa"))
    return found


def _note_problems(
    reference: dict[str, Any], original: Document, head: dict[str, Any], *, annul_twice: bool, now: datetime
) -> list[Issue]:
    if "CodRef" not in reference:
        return [Issue("CodRef", "Campo requerido en Referencia")]
    if original.status(now) == "Rechazado":
        return [Issue("FolioRef", "El documento fue rechazado por el SII y no puede modificarse")]
    found = []
    if original.dte["Encabezado"]["Receptor"]["RUTRecep"] != head["Receptor"]["RUTRecep"]:
        found.append(Issue("RUTRecep", "No corresponde al documento referenciado"))
    if str(reference["CodRef"]) == "1" and original.annulled_by is not None and not annul_twice:
        found.append(Issue("FolioRef", f"El documento ya fue anulado por el folio {original.annulled_by}"))
    return found


def _excess(reference: dict[str, Any], original: Document, total: int, *, annul_twice: bool) -> list[Issue]:
    """More than was invoiced. Assumed: no source tells of a check by the service."""
    code = str(reference.get("CodRef"))
    if code not in TAKES_BACK or (code == "1" and annul_twice) or original.taken_back + total <= original.total:
        return []
    return [
        Issue("MntTotal", f"Excede lo que queda del documento referenciado : {original.total - original.taken_back}")
    ]


def original_of(reference: dict[str, Any], rut: str, ledger: Ledger) -> Document | None:
    """The document of a company that a reference speaks of, None if it speaks of none that we issued."""
    folio, kind = str(reference["FolioRef"]), _fiscal_type(reference)
    if kind is None or not (folio.isascii() and folio.isdigit()):
        return None
    return ledger.numbered(rut, kind, int(folio))


def _fiscal_type(reference: dict[str, Any]) -> int | None:
    written = str(reference["TpoDocRef"])
    kind = int(written) if written.isascii() and written.isdigit() else 0
    return kind if kind in _FISCAL_TYPES else None

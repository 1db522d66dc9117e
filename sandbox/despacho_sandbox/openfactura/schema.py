"""Whether a document is built as its type demands: OF-08 (contract/invoicing.md 1.5 and 2.2)."""

from __future__ import annotations

from typing import Any

from despacho_sandbox.openfactura.fields import (
    BUYER,
    BUYER_OF_BOLETA,
    BUYER_OF_NOTE,
    GLOBAL_CHANGE,
    ISSUER,
    ISSUER_OF_BOLETA,
    LINE,
    REFERENCE,
    TOTALS,
    Field,
    Node,
    day,
    one_of,
    problems,
    text,
)
from despacho_sandbox.openfactura.wire import Issue

BOLETAS = frozenset({39, 41})
EXEMPT = frozenset({34, 41})
NOTES = frozenset({56, 61})

_ID = (
    Field("Folio", lambda value: value == 0 and not isinstance(value, bool), required=True),
    Field("FchEmis", day, required=True),
    Field("FmaPago", one_of(1, 2, 3)),
    Field("MntBruto", one_of(1)),
)
_ID_OF_BOLETA = (*_ID, Field("IndServicio", one_of(1, 2, 3, 4), required=True), Field("IndMntNeto", one_of(2)))
_ID_OF_GUIDE = (
    *_ID,
    Field("TipoDespacho", one_of(1, 2, 3)),
    Field("IndTraslado", one_of(*range(1, 10)), required=True),
)
_CODE = (Field("TpoCodigo", text(10), required=True), Field("VlrCodigo", text(35), required=True))

# Names that belong to the other family of documents.
_ONLY_FACTURA = ("RznSoc", "GiroEmis", "Acteco")
_ONLY_BOLETA = ("RznSocEmisor", "GiroEmisor")


def schema_problems(dte: dict[str, Any], kind: int) -> list[Issue]:
    """Everything that is wrong with the shape of a document of this type; amounts are not added up here."""
    head = dte["Encabezado"]
    boleta = kind in BOLETAS
    buyer = BUYER_OF_BOLETA if boleta else BUYER_OF_NOTE if kind in NOTES else BUYER
    return [
        *problems(head.get("IdDoc"), _ID_OF_BOLETA if boleta else _ID_OF_GUIDE if kind == 52 else _ID, "IdDoc"),
        *problems(head.get("Emisor"), ISSUER_OF_BOLETA if boleta else ISSUER, "Emisor"),
        *_foreign_names(head.get("Emisor"), _ONLY_FACTURA if boleta else _ONLY_BOLETA, "Emisor"),
        *problems(head.get("Receptor"), buyer, "Receptor"),
        *problems(head.get("Totales"), TOTALS, "Totales"),
        *_foreign_names(head.get("Totales"), ("TasaIVA", "MontoPeriodo") if boleta else ("TotalPeriodo",), "Totales"),
        *_lines(dte["Detalle"], exempt=kind in EXEMPT),
        *_numbered(dte.get("DscRcgGlobal", []), GLOBAL_CHANGE, "DscRcgGlobal", "NroLinDR", 20),
        *_numbered(dte.get("Referencia", []), REFERENCE, "Referencia", "NroLinRef", 40),
    ]


def _foreign_names(node: object, names: tuple[str, ...], where: str) -> list[Issue]:
    present = [name for name in names if isinstance(node, dict) and name in node]
    return [Issue(name, f"Campo no permitido en {where} para este tipo de DTE") for name in present]


def _lines(lines: object, *, exempt: bool) -> list[Issue]:
    found = _numbered(lines, LINE, "Detalle", "NroLinDet", 60)
    for line in lines if isinstance(lines, list) else []:
        if not isinstance(line, dict):
            continue
        if exempt and str(line.get("IndExe")) not in ("1", "2"):
            found.append(Issue("IndExe", "Las líneas de un documento exento llevan IndExe 1"))
        codes = line.get("CdgItem", [])
        for code in codes if isinstance(codes, list) else [codes]:
            found += problems(code, _CODE, "CdgItem")
    return found


def _numbered(nodes: object, fields: tuple[Field, ...], where: str, number: str, most: int) -> list[Issue]:
    if not isinstance(nodes, list):
        return [Issue(where, "Se esperaba una lista")]
    if len(nodes) > most:
        return [Issue(where, f"Más de {most} elementos")]
    found: list[Issue] = []
    for place, node in enumerate(nodes, start=1):
        found += problems(node, fields, where)
        if isinstance(node, dict) and node.get(number) != place:
            found.append(Issue(number, f"Numeración errónea en {where} : {node.get(number)}"))
    return found


def net_lines(kind: int, identity: Node) -> bool:
    """Whether a document's lines are without VAT.

    Boletas are gross unless `IndMntNeto` is 2, the others net unless `MntBruto` is 1. That OpenFactura takes
    `MntBruto` is an assumption (contract/invoicing.md 1.3).
    """
    if kind in BOLETAS:
        return str(identity.get("IndMntNeto")) == "2"
    return str(identity.get("MntBruto")) != "1"

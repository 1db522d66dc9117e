"""A document as XML, as PDF and as the pictures around it. None of it is signed: no stamp here can be verified."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw  # comes with reportlab
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from despacho_sandbox.openfactura.companies import Company
from despacho_sandbox.openfactura.ledger import Document

TITLES = {
    33: "FACTURA ELECTRONICA",
    34: "FACTURA EXENTA ELECTRONICA",
    39: "BOLETA ELECTRONICA",
    41: "BOLETA EXENTA ELECTRONICA",
    52: "GUIA DE DESPACHO ELECTRONICA",
    56: "NOTA DE DEBITO ELECTRONICA",
    61: "NOTA DE CREDITO ELECTRONICA",
}
_ROLL_WIDTH = 80 * mm


def xml(document: Document) -> bytes:
    """The document with the tax authority's tags, in ISO-8859-1."""
    root = ET.Element("DTE", version="1.0")
    inner = ET.SubElement(root, "Documento", ID=f"F{document.folio}T{document.kind}")
    _append(inner, document.dte)
    data: bytes = ET.tostring(root, encoding="ISO-8859-1", xml_declaration=True)
    return data


def pdf(document: Document, company: Company, *, transferable: bool = False) -> bytes:
    """One page, LETTER or a roll of 80 mm; lines that find no room are left out, as on the vendor's single page.

    Args:
        document: What to draw.
        company: Its issuer.
        transferable: The copy that can be assigned to a bank (`cedible`).
    """
    lines = _text(document, company, transferable=transferable)
    narrow = document.page == "80MM"
    width, height = (_ROLL_WIDTH, (len(lines) * 5 + 20) * mm) if narrow else LETTER
    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(width, height))
    canvas.setTitle(f"{TITLES[document.kind]} {document.folio}")
    canvas.setFont("Helvetica", 7 if narrow else 10)
    for row, line in enumerate(lines):
        at = height - (10 + 5 * row) * mm
        if at < 8 * mm:
            break
        canvas.drawString(5 * mm if narrow else 20 * mm, at, line[:110])
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def stamp(document: Document) -> bytes:
    """A picture in place of the electronic stamp."""
    return _png((200, 60), f"TIMBRE {document.kind}-{document.folio}")


def _text(document: Document, company: Company, *, transferable: bool) -> list[str]:
    head = document.dte["Encabezado"]
    totals, buyer = head["Totales"], head["Receptor"]
    lines = [
        f"R.U.T.: {document.rut}",
        f"{TITLES[document.kind]}  N° {document.folio}",
        company.name,
        f"{company.address}, {company.commune}",
        f"Fecha: {head['IdDoc']['FchEmis']}",
        f"Receptor: {buyer['RUTRecep']} {buyer.get('RznSocRecep', '')}",
        *(f"Ref. {one['TpoDocRef']} N° {one['FolioRef']} {one.get('RazonRef', '')}" for one in _references(document)),
        "",
        *(f"{one['QtyItem']} x {one['NmbItem']}   {one['PrcItem']}   $ {one['MontoItem']}" for one in _lines(document)),
        "",
        *(f"{name}: $ {totals[name]}" for name in ("MntNeto", "MntExe", "IVA", "MntTotal") if name in totals),
        "Timbre Electrónico SII: documento de prueba, sin validez tributaria",
    ]
    return [*lines, "CEDIBLE"] if transferable else lines


def _references(document: Document) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document.dte.get("Referencia", [])
    return found


def _lines(document: Document) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document.dte["Detalle"]
    return found


def _append(parent: ET.Element, node: Mapping[str, Any]) -> None:
    for name, value in node.items():
        for one in value if isinstance(value, list) else [value]:
            child = ET.SubElement(parent, name)
            if isinstance(one, Mapping):
                _append(child, one)
            else:
                child.text = "" if one is None else str(one)


def _png(size: tuple[int, int], words: str) -> bytes:
    image = Image.new("1", size, 1)
    ImageDraw.Draw(image).text((4, 4), words, fill=0)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


LOGO = _png((80, 30), "LOGO")

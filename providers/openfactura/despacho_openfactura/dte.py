"""A fiscal document as an electronic tax document of Chile: the ``dte`` of the request (contract/invoicing.md 1.3 and 2.2)."""

from __future__ import annotations

from decimal import Decimal

from despacho_core.fiscal import DocumentKind, FiscalDocument, FiscalLine, PriceBasis
from despacho_openfactura.parties import ANONYMOUS, anybody, company, issuer, named_consumer
from despacho_openfactura.references import order_words, references_of
from despacho_openfactura.settings import OpenFacturaSettings
from despacho_openfactura.wording import tidy
from despacho_ports.errors import Rejected
from despacho_ports.invoicing import IssueRequest

FACTURA, FACTURA_EXENTA, BOLETA, BOLETA_EXENTA, CREDIT_NOTE = 33, 34, 39, 41, 61
MOST_LINES = 60
_BOLETAS = frozenset({BOLETA, BOLETA_EXENTA})
_IDENTIFIED_ABOVE_UF = 135
_IVA = Decimal(19)


def type_of(document: FiscalDocument) -> int:
    """``TipoDTE``: one without any taxed line is the exempt kind of its family."""
    if document.kind is DocumentKind.CREDIT_NOTE:
        return CREDIT_NOTE
    exempt = not document.totals.net and not document.totals.tax
    if document.kind is DocumentKind.INVOICE:
        return FACTURA_EXENTA if exempt else FACTURA
    return BOLETA_EXENTA if exempt else BOLETA


def dte_of(settings: OpenFacturaSettings, request: IssueRequest) -> dict[str, object]:
    """The whole document, folio 0: the system gives it one.

    Raises:
        Rejected: It cannot be stated: another currency than pesos, another tax than IVA, too many lines, a buyer not known.
    """
    document = request.document
    _check(document)
    kind = type_of(document)
    in_references = kind not in _BOLETAS or settings.boleta_order_number == "reference"
    lines = _lines(document)
    if not in_references:
        lines[0]["DscItem"] = order_words(request)
    dte: dict[str, object] = {
        "Encabezado": {
            "IdDoc": _identity(settings, document, kind),
            "Emisor": issuer(settings, boleta=kind in _BOLETAS),
            "Receptor": receiver(settings, document),
            "Totales": _totals(document, kind),
        },
        "Detalle": lines,
    }
    references = references_of(request, order=in_references)
    return dte | ({"Referencia": references} if references else {})


def receiver(settings: OpenFacturaSettings, document: FiscalDocument) -> dict[str, object]:
    """``Receptor``; that of a credit note is the original's, with the name that its form demands.

    Raises:
        Rejected: The buyer of a factura, or of a boleta above 135 UF, is not known well enough.
    """
    original = document.kind
    if document.credits is not None:
        original = document.credits.kind
    if original is DocumentKind.INVOICE:
        return company(document.buyer)
    found = named_consumer(document.buyer) if _is_large(settings, document) else anybody()
    return {"RznSocRecep": ANONYMOUS, **found} if document.credits is not None else found


def _check(document: FiscalDocument) -> None:
    if document.currency != "CLP":
        message = f"OpenFactura emite solo en pesos chilenos; el pedido está en {document.currency}."
        raise Rejected(message, field="currency")
    if document.kind is DocumentKind.CREDIT_NOTE and document.credits is None:
        raise Rejected("A credit note has to name the document that it takes back.", field="Referencia")
    if any(not line.exempt and line.tax_rate != _IVA for line in document.lines):
        raise Rejected("OpenFactura conoce solo el IVA de 19 % y lo exento.", field="TasaIVA")
    if not 1 <= len(document.lines) <= MOST_LINES:
        message = f"Un documento lleva de 1 a {MOST_LINES} líneas; este tiene {len(document.lines)}. Emítelo a mano."
        raise Rejected(message, field="Detalle")


def _identity(settings: OpenFacturaSettings, document: FiscalDocument, kind: int) -> dict[str, object]:
    """``IdDoc``. An order is paid when it is invoiced, hence FmaPago 1."""
    found: dict[str, object] = {"TipoDTE": kind, "Folio": 0, "FchEmis": document.issued_on.isoformat()}
    if kind in _BOLETAS:
        found["IndServicio"] = "3"
        if document.basis is PriceBasis.NET:
            found["IndMntNeto"] = 2
        if _is_large(settings, document):
            found["MedioPago"] = settings.payment_code
        return found
    if kind != CREDIT_NOTE:
        found |= {"TpoTranCompra": "1", "TpoTranVenta": "1", "FmaPago": "1"}
    if document.basis is PriceBasis.GROSS:
        found["MntBruto"] = 1
    return found


def _is_large(settings: OpenFacturaSettings, document: FiscalDocument) -> bool:
    return settings.uf_value is not None and document.totals.total > _IDENTIFIED_ABOVE_UF * settings.uf_value


def _totals(document: FiscalDocument, kind: int) -> dict[str, object]:
    """``Totales``: what is nothing is left out; the rate stands on everything but boletas."""
    totals = document.totals
    taxed: dict[str, object] = {}
    if totals.net or totals.tax:
        rate = {} if kind in _BOLETAS else {"TasaIVA": f"{_IVA}"}
        taxed = {"MntNeto": int(totals.net), **rate, "IVA": int(totals.tax)}
    exempt = {"MntExe": int(totals.exempt)} if totals.exempt else {}
    period = "TotalPeriodo" if kind in _BOLETAS else "MontoPeriodo"
    total = int(totals.total)
    return {**taxed, **exempt, "MntTotal": total, period: total, "VlrPagar": total}


def _lines(document: FiscalDocument) -> list[dict[str, object]]:
    """``Detalle``. A line that nets to nothing (a peso among many, on a net document) is not worth a price of 0."""
    stated = [line for line in document.lines if line.amount] or list(document.lines)
    return [_line(place, line) for place, line in enumerate(stated, start=1)]


def _line(place: int, line: FiscalLine) -> dict[str, object]:
    sku = tidy(line.sku, 35)
    return {
        "NroLinDet": place,
        **({"CdgItem": {"TpoCodigo": "INT1", "VlrCodigo": sku}} if sku else {}),
        **({"IndExe": 1} if line.exempt else {}),
        "NmbItem": tidy(line.name, 80) or "Producto",
        "QtyItem": _number(line.quantity),
        "PrcItem": _number(line.unit_price),
        **({"DescuentoMonto": int(line.discount)} if line.discount else {}),
        "MontoItem": int(line.amount),
    }


def _number(amount: Decimal) -> int | Decimal:
    """Up to six decimals, none where it is whole."""
    whole = int(amount)
    return whole if whole == amount else amount.normalize()

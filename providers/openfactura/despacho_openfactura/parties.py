"""Issuer and receiver of a document; their fields are named differently on boletas (contract/invoicing.md 2.2)."""

from __future__ import annotations

from despacho_core.fiscal import Buyer, DocumentKind, FiscalDocument
from despacho_core.tax_ids import FINAL_CONSUMER_RUT
from despacho_openfactura.settings import OpenFacturaSettings
from despacho_openfactura.wording import tidy
from despacho_ports.errors import Rejected

ANONYMOUS = "Anonimo"
"""The name of nobody in particular on a credit note, whose form demands one (contract/invoicing.md 2.6)."""


def issuer(settings: OpenFacturaSettings, *, boleta: bool) -> dict[str, object]:
    """``Emisor``. A boleta's has other names and no activity code."""
    code = str(settings.acteco)
    named: dict[str, object] = {"RznSoc": tidy(settings.razon_social, 100), "GiroEmis": tidy(settings.giro, 80)}
    if boleta:
        named = {"RznSocEmisor": named["RznSoc"], "GiroEmisor": named["GiroEmis"]}
    else:
        named["Acteco"] = code if code.startswith("0") else int(code)
    branch = {"CdgSIISucur": str(settings.sucursal)} if settings.sucursal != "" else {}
    place = {"DirOrigen": tidy(settings.direccion, 70), "CmnaOrigen": tidy(settings.comuna, 20)}
    return {"RUTEmisor": settings.issuer_rut, **named, **place, **branch}


def anybody() -> dict[str, object]:
    """``Receptor`` of a boleta: no buyer has to be named."""
    return {"RUTRecep": FINAL_CONSUMER_RUT}


def named_consumer(buyer: Buyer) -> dict[str, object]:
    """``Receptor`` of a boleta above 135 UF.

    Raises:
        Rejected: The buyer's name is not known.
    """
    name = tidy(buyer.name, 100)
    if not name:
        message = (
            "Una boleta de más de 135 UF debe llevar el nombre del comprador. Agrégalo al pedido e intenta de nuevo."
        )
        raise Rejected(message, field="RznSocRecep")
    return {"RUTRecep": buyer.tax_id or FINAL_CONSUMER_RUT, "RznSocRecep": name}


def company(buyer: Buyer) -> dict[str, object]:
    """``Receptor`` of a factura, and of the credit note that takes one back.

    Raises:
        Rejected: One of its five fields is missing, or has nothing in it that the document can hold.
    """
    fields = {
        "RUTRecep": buyer.tax_id or "",
        "RznSocRecep": tidy(buyer.name, 100),
        "GiroRecep": tidy(buyer.business_activity, 40),
        "DirRecep": tidy(buyer.street, 70),
        "CmnaRecep": tidy(buyer.municipality or buyer.city, 20),
    }
    missing = next((name for name, value in fields.items() if not value), None)
    if missing:
        message = f"A la factura le falta {missing} del comprador. Complétalo en el pedido e intenta de nuevo."
        raise Rejected(message, field=missing)
    return dict(fields)


def receivers(document: FiscalDocument) -> set[int]:
    """RUTs without check digit under which the document may have been issued, whatever the settings were then.

    A boleta has a named buyer or nobody, by what 135 UF were worth.
    """
    original = document.kind if document.credits is None else document.credits.kind
    possible = {document.buyer.tax_id} - {None}
    if original is not DocumentKind.INVOICE:
        possible.add(FINAL_CONSUMER_RUT)
    return {int(rut.partition("-")[0]) for rut in possible if rut}
